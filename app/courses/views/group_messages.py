"""The centre's pages of its messages to a group: written, looked at, sent, and kept."""

from collections import Counter
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from app.applications.queries.writing import language_for
from app.courses import policy, queries, wording
from app.courses.forms.group_messages import GroupMessageForm, SendToGroupForm, missed_in_words
from app.courses.models import CourseRun
from app.courses.operations import write_to_group
from app.courses.operations.writing_to_group import message_to, readers_of, refuse_unclear
from app.courses.views import bp
from app.courses.views.running import run_of_centre, run_office_page
from app.foundation.database import db
from app.foundation.errors import RuleBroken
from app.foundation.languages import LANGUAGES, language_name, ngettext
from app.foundation.settling import settle
from app.foundation.web import current_actor, needs
from app.foundation.work import Work

MOST_NAMED = 200


def _run(run_id: int) -> CourseRun:
    run = run_of_centre(run_id)
    policy.WRITE_TO_GROUP.require(current_actor(), run)
    return run


def _about(form: Any, run: CourseRun) -> Any:
    missed = queries.meetings_missed(db.session(), run.id)
    return form.about([one for one in run.meetings if one.id in missed])


@bp.get("/office/dates/<int:run_id>/messages")
@needs(policy.WRITE_TO_GROUP)
def group_messages(run_id: int) -> ResponseReturnValue:
    """What was sent, and the form of the next."""
    run = _run(run_id)
    return _write_page(run, _about(GroupMessageForm(formdata=None), run))


def _write_page(
    run: CourseRun, form: Any, refusal: str = "", status: int = 200
) -> ResponseReturnValue:
    page: ResponseReturnValue = run_office_page(
        "messages",
        run,
        status,
        form=form,
        written=[(locale, language_name(locale)) for locale in LANGUAGES],
        sent=queries.group_messages_of(db.session(), run.id),
        groups=wording.groups(),
        missed=missed_in_words,
        language_for=language_for,
        refusals=[refusal] if refusal else [],
    )
    return page


@bp.post("/office/dates/<int:run_id>/messages/look")
@needs(policy.WRITE_TO_GROUP)
def look_at_message(run_id: int) -> ResponseReturnValue:
    """Who would get it, in which languages, and how it would read; nothing is sent."""
    run = _run(run_id)
    form = _about(GroupMessageForm(), run)
    if "again" in request.form:  # back from the look, with the words kept
        return _write_page(run, form)
    if not form.validate():
        return _write_page(run, form, status=422)
    try:
        refuse_unclear(form.texts())
    except RuleBroken as refusal:
        return _write_page(run, form, str(refusal), 422)
    again = _about(SendToGroupForm(), run)
    again.count.data = None
    page: ResponseReturnValue = _look_page(run, again)
    return page


def _look_page(run: CourseRun, form: Any, refusal: str = "") -> Any:
    texts = form.texts()
    session = db.session()
    known = form.readers.validate(form) and texts and all(all(one) for one in texts.values())
    if not known:  # not sent by our page: there is nothing to look at
        return _write_page(run, form, refusal)
    found = readers_of(session, run, form.group, form.meeting_id, texts)
    read = Counter(
        (one.person.locale, language_for(one.person.locale, texts)) for one in found.to_tell
    )
    choices = {choice.value: choice.label for choice in form.readers.choices}
    return run_office_page(
        "message",
        run,
        form=form,
        texts=texts,
        to=choices[form.readers.data],
        people=found.to_tell[:MOST_NAMED],
        number=len(found.to_tell),
        told=found.told,
        sample=message_to(found.to_tell[0], run, texts) if found.to_tell else None,
        said=[
            (language_name(one), language_name(got), one == got, number)
            for (one, got), number in sorted(read.items())
        ],
        refusals=[refusal] if refusal else [],
    )


@bp.post("/office/dates/<int:run_id>/messages")
@needs(policy.WRITE_TO_GROUP)
def send_to_group(run_id: int) -> ResponseReturnValue:
    """Send it to all of them, or to none."""
    form = _about(SendToGroupForm(), _run(run_id))

    def find(work: Work) -> CourseRun:
        run = work.find(queries.run_to_open(work.actor, run_id))
        policy.WRITE_TO_GROUP.require(work.actor, run)
        return run

    return settle(
        form,
        find=find,
        do=lambda work, run: write_to_group(
            work,
            run,
            form.group,
            form.texts(),
            meeting_id=form.meeting_id,
            count=form.count.data,
            request_key=form.request_key.data or "",
        ),
        said=lambda number: ngettext(
            "The message goes to %(num)s person.", "The message goes to %(num)s people.", number
        ),
        to=url_for(".group_messages", run_id=run_id),
        again=lambda refusal: _look_page(run_of_centre(run_id), form, refusal),
    )
