"""Learning agreements as files of other systems: given out, and the host's answer brought in."""

import base64
import binascii

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.files.operations import open_file
from app.files.sending import sent_file
from app.foundation.database import db
from app.foundation.errors import NotFound, RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.settling import settle
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work, unit_of_work
from app.interchange.agreements import write_agreements
from app.learning import ewp, policy, queries, wording
from app.learning.forms import MessageForm, TakeForm
from app.learning.models import LearningAgreement
from app.learning.operations import look_into_message, take_message
from app.learning.operations.taking import LARGEST_MESSAGE, Seen
from app.learning.views import bp
from app.learning.views.reading import page_of


@bp.get("/<int:agreement_id>/agreement.xml")
@needs(policy.GIVE_OUT)
def export(agreement_id: int) -> ResponseReturnValue:
    """The agreement in force and the change that waits for the host, by the schema of EWP."""
    actor = current_actor()
    found = one_or_404(queries.agreement_with_all(actor, agreement_id))
    policy.GIVE_OUT.require(actor, found)
    beside = ewp.beside_of(db.session(), found)
    lacks = ewp.missing(found, beside)
    if lacks:
        raise RuleBroken(" ".join(wording.missing()[one] for one in lacks))
    data = write_agreements([ewp.as_ewp(found, beside)])
    headers = {
        "Content-Disposition": "attachment; "
        f'filename="learning-agreement-{queries.number_of(found)}.xml"',
        "Cache-Control": "no-store",
    }
    return Response(data, mimetype="application/xml", headers=headers)


@bp.post("/<int:agreement_id>/message")
@needs(policy.TAKE_FILE)
def look(agreement_id: int) -> ResponseReturnValue:
    """What a file of the host would do; nothing is kept of it yet."""
    form = MessageForm()
    seen: Seen | None = None
    data, name, refusal, status = b"", "", "", 422
    try:
        with unit_of_work(current_actor()) as work:
            found = _found(work, agreement_id)
            if form.validate():
                data = form.file.data.stream.read(LARGEST_MESSAGE + 1)
                name = form.file.data.filename or ""
                seen = look_into_message(work, found, data)
    except RuleBroken as broken:
        refusal, status = str(broken), broken.http_status
    if seen is None:
        return page_of(agreement_id, bringing=form, refusal=refusal), status
    taking = TakeForm(
        formdata=None, data={"content": base64.b64encode(data).decode(), "name": name}
    )
    return _look_page(agreement_id, seen, taking)


@bp.post("/<int:agreement_id>/message/take")
@needs(policy.TAKE_FILE)
def take(agreement_id: int) -> ResponseReturnValue:
    """Read again from the start: what the page said before counts for nothing."""
    form = TakeForm(request.form)
    return settle(
        form,
        find=lambda work: _found(work, agreement_id),
        do=lambda work, found: take_message(
            work, found, _decoded(form.content.data or ""), name=form.name.data or ""
        ),
        said=_("What the host said by its file stands in the agreement."),
        to=url_for(".agreement", agreement_id=agreement_id),
        again=lambda refusal: page_of(agreement_id, refusal=refusal or form.first_error()),
    )


@bp.get("/<int:agreement_id>/messages/<int:message_id>")
@needs(policy.VIEW)
def message(agreement_id: int, message_id: int) -> ResponseReturnValue:
    """A file as it was brought."""
    actor = current_actor()
    found = one_or_404(queries.agreement_with_all(actor, agreement_id))
    policy.VIEW.require(actor, found)
    kept = db.session.scalar(queries.message_of(found.id, message_id))
    if kept is None:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    return sent_file(kept.file, open_file(kept.file))


def _found(work: Work, agreement_id: int) -> LearningAgreement:
    """Who sees it and may not do this is told so, whatever the form holds."""
    found = work.find(queries.agreement_with_all(work.actor, agreement_id))
    policy.TAKE_FILE.require(work.actor, found)
    return found


def _decoded(content: str) -> bytes:
    try:
        return base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError) as error:
        raise RuleBroken(_("Choose the file again.")) from error


def _look_page(agreement_id: int, seen: Seen, taking: TakeForm) -> str:
    found = one_or_404(queries.agreement_with_all(current_actor(), agreement_id))
    return render_template("learning/message.html", agreement=found, seen=seen, taking=taking)
