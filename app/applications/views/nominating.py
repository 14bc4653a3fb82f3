"""The desk of a body that nominates: who asks it, what they sent, and its answers."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.applications import policy, queries
from app.applications.forms.nominating import DeclineForm
from app.applications.models import Application, Nomination, Nominator
from app.applications.operations import (
    decline_to_nominate,
    nominate,
    rank_nominated,
    take_back_nomination,
)
from app.applications.queries import nominating
from app.applications.states import ROUTE_NAMES, ApplicationState, NominationState
from app.foundation import clock, languages
from app.foundation.database import db
from app.foundation.errors import RuleBroken
from app.foundation.forms import Button, Form
from app.foundation.languages import gettext as _
from app.foundation.settling import settle
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work, unit_of_work
from app.opportunities.form_definitions import FormProblem, in_words, parse_form, text_in
from app.opportunities.models import FormVersion

bp = Blueprint("nominations", __name__, url_prefix="/nominations")
UNANSWERED = frozenset({ApplicationState.AWAITING_NOMINATION, ApplicationState.NOT_NOMINATED})


@bp.get("")
@needs(policy.NOMINATE_SOMEWHERE)
def nominations() -> ResponseReturnValue:
    """Every call in which one's body nominates."""
    policy.NOMINATE_SOMEWHERE.require(current_actor(), None)
    query = nominating.nominators_visible_to(current_actor()).order_by(Nominator.id.desc())
    rows = db.session.scalars(query.limit(100)).unique().all()
    waiting = nominating.waiting_by_nominator(db.session(), [row.id for row in rows])
    cards = [(row, *_title(row), waiting.get(row.id, 0)) for row in rows]
    return render_template("nominations/index.html", cards=cards, at=clock.now())


def _title(nominator: Nominator) -> tuple[str, str]:
    return queries.title_in(nominator.route.opportunity, languages.reader().locale)


@bp.get("/<int:nominator_id>")
@needs(policy.RANK_NOMINATED)
def people(nominator_id: int) -> ResponseReturnValue:
    """Who asked this body to be nominated for one call, and how much of the quota is used."""
    return _people_page(nominator_id)


def _people_page(nominator_id: int, refusal: str = "") -> str:
    db.session.rollback()
    actor = current_actor()
    nominator = one_or_404(
        nominating.nominators_visible_to(actor).where(Nominator.id == nominator_id)
    )
    asked = nominating.in_its_order(
        nominating.nominations_visible_to(actor).where(Nomination.nominator_id == nominator_id)
    )
    found = db.session.scalars(asked).unique().all()
    title, lang = _title(nominator)
    return render_template(
        "nominations/people.html",
        nominator=nominator,
        title=title,
        lang=lang,
        way=ROUTE_NAMES[nominator.route.kind],
        waiting=[n for n in found if n.application.state is nominating.UNANSWERED],
        nominated=[n for n in found if n.state is NominationState.NOMINATED],
        declined=[n for n in found if n.application.state is ApplicationState.NOT_NOMINATED],
        button=Button(formdata=None),
        at=clock.now(),
        refusal=refusal,
    )


@bp.post("/<int:nominator_id>/order")
@needs(policy.RANK_NOMINATED)
def order(nominator_id: int) -> ResponseReturnValue:
    """Move one of the nominated people up by one."""
    form = Button()
    told = request.form.get("up", "")
    up = int(told) if told.isascii() and told.isdigit() and len(told) < 10 else 0
    try:
        with unit_of_work(current_actor()) as work:
            nominator = work.find(
                nominating.nominators_visible_to(work.actor).where(Nominator.id == nominator_id)
            )
            valid = form.validate()
            if valid:
                rank_nominated(work, nominator, _moved_up(_order_of(nominator_id), up))
    except RuleBroken as refusal:
        return _people_page(nominator_id, str(refusal)), refusal.http_status
    if not valid:
        return _people_page(nominator_id, form.first_error()), 422
    return redirect(url_for(".people", nominator_id=nominator_id) + "#nominated")


def _order_of(nominator_id: int) -> list[int]:
    asked = nominating.in_its_order(
        nominating.nominations_visible_to(current_actor()).where(
            Nomination.nominator_id == nominator_id, Nomination.state == NominationState.NOMINATED
        )
    )
    return [n.application_id for n in db.session.scalars(asked).unique()]


def _moved_up(ids: Sequence[int], one: int) -> list[int]:
    moved = list(ids)
    if one in moved and moved.index(one) > 0:
        at = moved.index(one)
        moved[at - 1], moved[at] = moved[at], moved[at - 1]
    return moved


@bp.get("/people/<int:application_id>")
@needs(policy.NOMINATE)
def person(application_id: int) -> ResponseReturnValue:
    """What one person sent, as far as who nominates reads it: neither files nor letters."""
    return _person_page(application_id, DeclineForm(formdata=None))


def _person_page(application_id: int, form: DeclineForm, refusal: str = "") -> str:
    db.session.rollback()
    nomination = one_or_404(
        nominating.nominations_visible_to(current_actor()).where(
            Nomination.application_id == application_id
        )
    )
    application = nomination.application
    title, lang = queries.title_in(application.opportunity, languages.reader().locale)
    return render_template(
        "nominations/person.html",
        nomination=nomination,
        a=application,
        title=title,
        lang=lang,
        sections=_sent(application),
        may_answer=application.state in UNANSWERED,
        may_take_back=application.state is ApplicationState.SUBMITTED
        and (nomination.nominator.due_at is None or clock.now() <= nomination.nominator.due_at),
        left=nomination.nominator.quota - nomination.nominator.nominated,
        form=form,
        button=Button(formdata=None),
        refusal=refusal,
    )


def _sent(application: Application) -> list[tuple[str, str, list[tuple[str, str, str]]]]:
    """Each section's title and its answers in words; documents and letters stay out."""
    submission = db.session.scalar(nominating.newest_submission(application.id))
    version = db.session.get_one(FormVersion, application.form_version_id)
    if submission is None:
        return []
    try:
        form = parse_form(version.definition)
    except FormProblem:
        return []
    locale = languages.reader().locale
    given: dict[str, dict[str, Any]] = submission.content.get("answers", {})
    sections = []
    for section in form.sections:
        answers = given.get(section.key, {})
        said = [
            (
                *text_in(question.label, locale),
                in_words(question, answers.get(question.key), locale),
            )
            for question in section.asked
            if answers.get(question.key) is not None
        ]
        if said:
            sections.append((*text_in(section.title, locale), said))
    return sections


@bp.post("/people/<int:application_id>/nominate")
@needs(policy.NOMINATE)
def nominate_person(application_id: int) -> ResponseReturnValue:
    def do(work: Work, application: Application) -> str:
        nominate(work, application)
        return _("%(name)s is nominated, and told so.", name=application.applicant_name)

    form = Button()

    def again(refusal: str) -> str:
        blank = DeclineForm(formdata=None)
        return _person_page(application_id, blank, refusal or form.first_error())

    return _settle(application_id, form, do, again)


@bp.post("/people/<int:application_id>/decline")
@needs(policy.NOMINATE)
def decline(application_id: int) -> ResponseReturnValue:
    form = DeclineForm(request.form)

    def do(work: Work, application: Application) -> str:
        decline_to_nominate(work, application, reason=form.reason.data or "")
        return _(
            "%(name)s is not nominated, and reads your reason.", name=application.applicant_name
        )

    return _settle(application_id, form, do, partial(_person_page, application_id, form))


@bp.post("/people/<int:application_id>/take-back")
@needs(policy.NOMINATE)
def take_back(application_id: int) -> ResponseReturnValue:
    form = DeclineForm(request.form)

    def do(work: Work, application: Application) -> str:
        take_back_nomination(work, application, reason=form.reason.data or "")
        return _(
            "%(name)s is not nominated any more, and reads your reason.",
            name=application.applicant_name,
        )

    return _settle(application_id, form, do, partial(_person_page, application_id, form))


def _settle(
    application_id: int,
    form: Form,
    do: Callable[[Work, Application], str],
    again: Callable[[str], str],
) -> ResponseReturnValue:
    """Answer one person who asks to be nominated."""
    return settle(
        form,
        find=lambda work: work.find(
            nominating.applications_to_nominate(work.actor).where(Application.id == application_id)
        ),
        do=do,
        said=lambda said: said,
        to=_desk_of(application_id),
        again=again,
    )


def _desk_of(application_id: int) -> str:
    """The address of the desk that this person asked."""
    nomination = one_or_404(
        nominating.nominations_visible_to(current_actor()).where(
            Nomination.application_id == application_id
        )
    )
    return url_for(".people", nominator_id=nomination.nominator_id)
