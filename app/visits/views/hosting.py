"""A group's own page, for its host and for the office; and what one has to do with groups."""

from collections.abc import Callable
from typing import Any

from flask import Response, render_template, url_for
from flask.typing import ResponseReturnValue

from app.foundation import clock
from app.foundation.database import db
from app.foundation.forms import Button
from app.foundation.languages import gettext as _
from app.foundation.permissions import SIGNED_IN
from app.foundation.settling import settle
from app.foundation.texts import for_reader
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work
from app.opportunities.forms import ReasonForm
from app.organisations.queries import country_codes
from app.visits import policy, queries, wording
from app.visits.eligibility import said
from app.visits.forms import PersonForm, ReportForm
from app.visits.models import VisitGroup
from app.visits.operations import (
    accept_award,
    change_until,
    decline_award,
    find_group,
    name_person,
    rules_of,
    send_report,
    today_at,
)
from app.visits.states import (
    COMES,
    STILL_COMES,
    GroupFlow,
    GroupState,
    Part,
    PersonFlow,
    PersonState,
)
from app.visits.views import bp
from app.visits.views.printed import participants_pdf


@bp.get("/mine")
@needs(SIGNED_IN)
def mine() -> ResponseReturnValue:
    """The groups that one was named in, and those that one's institutions receive."""
    actor = current_actor()
    named = db.session.scalars(queries.visits_of_person(actor)).all()
    groups = db.session.scalars(queries.groups_of_host(actor)).all()
    return render_template(
        "visits/mine.html",
        named=[(one, for_reader(one.group.call.texts)) for one in named],
        groups=[(one, for_reader(one.call.texts)) for one in groups],
        wording=wording,
    )


@bp.get("/groups/<int:group_id>")
@needs(policy.VIEW_GROUP)
def group(group_id: int) -> ResponseReturnValue:
    return group_page(group_id)


@bp.post("/groups/<int:group_id>/people")
@needs(policy.HOST_GROUP)
def name(group_id: int) -> ResponseReturnValue:
    """Name somebody for the group."""
    form = PersonForm()

    def find(work: Work) -> VisitGroup:
        found = to_host(work, group_id)
        form.among(found.senders, work.session.scalars(country_codes()).all())
        return found

    return settle(
        form,
        find=find,
        do=lambda work, found: name_person(work, found, form.person()),
        said=_("Named. A mail asks the person to confirm."),
        to=page_of(group_id),
        again=lambda refusal: group_page(group_id, naming=form, refusal=refusal),
    )


@bp.post("/groups/<int:group_id>/accept")
@needs(policy.HOST_GROUP)
def accept(group_id: int) -> ResponseReturnValue:
    return press(group_id, accept_award, _("The award is yours: the group comes."))


@bp.post("/groups/<int:group_id>/decline")
@needs(policy.HOST_GROUP)
def decline(group_id: int) -> ResponseReturnValue:
    return press(group_id, decline_award, _("You declined the award; another group may have it."))


@bp.post("/groups/<int:group_id>/report")
@needs(policy.HOST_GROUP)
def report(group_id: int) -> ResponseReturnValue:
    form = ReportForm()

    def find(work: Work) -> VisitGroup:
        found = to_host(work, group_id)
        form.among(_may_have_come(found))
        return found

    return settle(
        form,
        find=find,
        do=lambda work, found: send_report(
            work,
            found,
            came=[int(one) for one in form.came.data],
            done=form.done.data or "",
            outcome=form.outcome.data or "",
            version=form.version.data,
        ),
        said=_("The programme has your report. Thank you."),
        to=page_of(group_id),
        again=lambda refusal: group_page(group_id, reporting=form, refusal=refusal),
    )


@bp.get("/groups/<int:group_id>/participants.pdf")
@needs(policy.VIEW_GROUP)
def participants(group_id: int) -> Response:
    """The list for visa letters: those who confirmed, as they wrote themselves."""
    found = one_or_404(queries.group_with_all(current_actor(), group_id))
    policy.VIEW_GROUP.require(current_actor(), found)
    return participants_pdf(found, for_reader(found.call.texts).title)


def to_host(work: Work, group_id: int) -> VisitGroup:
    """Who sees it and may not change it is told so, whatever the form holds."""
    found = find_group(work, group_id)
    policy.HOST_GROUP.require(work.actor, found)
    return found


def press(
    group_id: int, do: Callable[[Work, VisitGroup], object], said: str
) -> ResponseReturnValue:
    return settle(
        Button(),
        find=lambda work: to_host(work, group_id),
        do=do,
        said=said,
        to=page_of(group_id),
    )


def page_of(group_id: int) -> str:
    return url_for("visits.group", group_id=group_id)


def group_page(
    group_id: int,
    *,
    naming: PersonForm | None = None,
    reporting: ReportForm | None = None,
    returning: ReasonForm | None = None,
    calling_off: ReasonForm | None = None,
    refusal: str = "",
) -> str:
    """The page, with one of its forms as it was sent where it was refused."""
    actor = current_actor()
    found = one_or_404(queries.group_with_all(actor, group_id))
    policy.VIEW_GROUP.require(actor, found)
    naming = naming or PersonForm(formdata=None)
    naming.among(found.senders, db.session.scalars(country_codes()).all())
    reporting = reporting or _report_form(found)
    reporting.among(_may_have_come(found))
    reporting.version.data = found.report.version if found.report else 0
    return render_template(
        "visits/group.html",
        group=found,
        call=found.call,
        text=for_reader(found.call.texts),
        comes=[one for one in found.people if one.state in COMES],
        gone=[one for one in found.people if one.state not in COMES],
        replacing={one.replaces_id: one for one in found.people if one.replaces_id},
        naming=naming,
        reporting=reporting,
        returning=returning or ReasonForm(formdata=None),
        calling_off=calling_off or ReasonForm(formdata=None),
        refusals=[refusal] if refusal else [],
        change_until=change_until(found),
        rules=rules_in_words(found),
        stands_against=lambda one: said(rules_of(found, one.part), one.unfit.split(",")),
        wording=wording,
        replaceable=PersonFlow.replace.sources,
        **_may(found),
    )


def rules_in_words(found: VisitGroup) -> dict[Part, list[str]]:
    """Who may come in this group, for each part."""
    return {part: said(rules_of(found, part)) for part in Part}


def _may(found: VisitGroup) -> dict[str, Any]:
    """What the reader may do with this group now."""
    actor, now = current_actor(), clock.now()
    hosts = policy.HOST_GROUP.allows(actor, found)
    open_to_change = found.state in STILL_COMES and today_at(found, now) <= change_until(found)
    awarded = found.state is GroupState.AWARDED and (found.answer_by or now) >= now
    return {
        "is_host": hosts,
        "is_draft": found.application.submitted_at is None,
        "may_name": hosts and open_to_change,
        "may_leave_out": hosts and found.state in STILL_COMES,
        "may_plan": hosts and found.state in STILL_COMES,
        "may_answer": hosts and awarded,
        "may_report": hosts and found.state is GroupState.ENDED,
        "may_propose": found.state is GroupState.PLANNED
        and found.application.state == "shortlisted"
        and policy.PROPOSE.allows(actor, found),
        "may_award": found.state is GroupState.PROPOSED and policy.AWARD.allows(actor, found),
        "may_call_off": found.state in GroupFlow.call_off.sources
        and policy.CALL_OFF.allows(actor, found),
        "may_let_through": found.state in STILL_COMES and policy.LET_THROUGH.allows(actor, found),
        "in_office": policy.SEE_GROUPS.allows(actor, found.call),
        "is_applicant": policy.applied_for_it.holds(actor, found),
    }


def _may_have_come(found: VisitGroup) -> list[tuple[int, str]]:
    return [(one.id, one.name) for one in found.people if one.state is PersonState.CONFIRMED]


def _report_form(found: VisitGroup) -> ReportForm:
    kept = found.report
    came = [str(one.id) for one in found.people if one.came]
    if kept is None:
        return ReportForm(formdata=None, data={"came": [str(n) for n, _n in _may_have_come(found)]})
    data = {"came": came, "done": kept.done, "outcome": kept.outcome}
    return ReportForm(formdata=None, data=data)
