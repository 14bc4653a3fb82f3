"""A call for group visits: what it pays for, what readers read, its form, and its window."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from app.applications.operations.form_versions import (
    keep_form,
    refuse_without_form,
    take_applications,
)
from app.applications.operations.rubric_versions import keep_rubric
from app.applications.operations.telling import tell_it_is_cancelled
from app.audit.record import record
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.once import earlier_result, remember_result
from app.foundation.work import Work
from app.opportunities.models import FormVersion, Programme, RubricVersion
from app.opportunities.operations import (
    begin_opportunity,
    cancel,
    close,
    publish,
    refuse_past,
    refuse_unless,
    refuse_without_reason,
    reopen,
    set_last_day,
    show_in_catalogue,
    write_text,
)
from app.opportunities.queries import next_ref, text_in
from app.opportunities.states import OpportunityState
from app.visits import policy, queries
from app.visits.models import VisitCall

BEGIN = "visits.begin"
COUNTED = (
    *("most_people", "most_supervisors", "fewest_days", "most_days", "groups"),
    *("days_to_answer", "change_days"),
)


@dataclass(frozen=True, slots=True)
class VisitTerms:
    """What a programme pays for, and when one may apply for it.

    `most_supervisors` of `most_people` at most supervise; a visit lasts from `fewest_days` to
    `most_days` and lies between `first_on` and `last_on`; `closes_on` is the last day to apply.
    """

    most_people: int
    most_supervisors: int
    fewest_days: int
    most_days: int
    groups: int
    first_on: date | None
    last_on: date | None
    closes_on: date | None
    days_to_answer: int = 14
    change_days: int = 21
    contact: str = ""
    tracks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VisitWords:
    """What readers of one language read."""

    title: str
    summary: str = ""
    description: str = ""
    who_may_apply: str = ""
    benefits: str = ""


def begin_call(
    work: Work,
    programme: Programme,
    terms: VisitTerms,
    said: VisitWords,
    *,
    locale: str = "en",
    request_key: str = "",
) -> VisitCall:
    """Write a call for group visits; nobody else sees it before it is published.

    The programme's organisation must be loaded.
    """
    policy.BEGIN.require(work.actor, programme)
    earlier = earlier_result(work, BEGIN, request_key)
    if earlier is not None:
        return work.session.get_one(VisitCall, earlier)
    call = VisitCall(
        ref=next_ref(work.session, "VIS", work.now),
        organisation=programme.organisation,
        organisation_id=programme.organisation_id,
        programme_id=programme.id,
    )
    _write(call, terms)
    begin_opportunity(work, call, asdict(said), locale=locale)
    remember_result(work, BEGIN, request_key, call.id)

    record(work, "visits.begun", call, title=call.title)
    return call


def save_call(work: Work, call: VisitCall, terms: VisitTerms, *, version: int | None) -> None:
    """Change what is paid for and when one may apply; once published, numbers only grow."""
    policy.EDIT.require(work.actor, call)
    _refuse_cancelled(call)
    work.edit(call, version)
    fewer = ("most_people", "most_supervisors", "most_days", "groups")
    if call.published_at and any(getattr(terms, name) < getattr(call, name) for name in fewer):
        raise RuleBroken(_("Hosts count on what was published: these numbers only grow."))

    _write(call, terms)
    if call.state is OpportunityState.PUBLISHED:
        _require_days(call)
        refuse_past(work, call)
    show_in_catalogue(work, call)

    record(work, "visits.saved", call)


def save_call_text(
    work: Work, call: VisitCall, said: VisitWords, *, locale: str, version: int | None = None
) -> None:
    """Write what readers of one language read."""
    policy.EDIT.require(work.actor, call)
    _refuse_cancelled(call)
    if locale == call.original_locale and call.published_at and not said.description:
        raise RuleBroken(_("Write the description."))

    write_text(work, call, asdict(said), locale=locale, version=version)

    record(work, "visits.text_saved", call, locale=locale)


def save_call_form(
    work: Work, call: VisitCall, definition: dict[str, Any], *, version: int | None
) -> FormVersion:
    """Change the application form; who answers the present one goes on with that."""
    policy.EDIT.require(work.actor, call)
    _refuse_cancelled(call)
    form = keep_form(work, call, definition, may=policy.EDIT, version=version)

    record(work, "visits.form_saved", call, number=form.number)
    return form


def save_call_rubric(
    work: Work, call: VisitCall, definition: dict[str, Any], *, version: int | None
) -> RubricVersion:
    """Change what reviewers score by; reviews that began go on with the present one."""
    policy.EDIT.require(work.actor, call)
    _refuse_cancelled(call)
    rubric = keep_rubric(work, call, definition, may=policy.EDIT, version=version)

    record(work, "visits.rubric_saved", call, number=rubric.number)
    return rubric


def publish_call(work: Work, call: VisitCall) -> None:
    """Show it in the catalogue, and let hosts apply."""
    policy.EDIT.require(work.actor, call)
    refuse_unless(call, OpportunityState.DRAFT, _("Only a call in preparation can be published."))
    original = work.session.scalars(text_in(call.id, call.original_locale)).one()
    if not original.description:
        raise RuleBroken(_("Write the description."))
    _require_days(call)
    refuse_past(work, call)
    refuse_without_form(work, call)
    work.edit(call, None)

    publish(work, call)
    take_applications(work, call)

    record(work, "visits.published", call)


def close_call(work: Work, call: VisitCall) -> None:
    """Take no applications any more; what was sent is decided, and groups come."""
    policy.CLOSE.require(work.actor, call)
    refuse_unless(call, OpportunityState.PUBLISHED, _("Nobody can apply now."))

    close(work, call)

    record(work, "visits.closed", call)


def reopen_call(work: Work, call: VisitCall) -> None:
    """Take applications again."""
    policy.EDIT.require(work.actor, call)
    refuse_unless(
        call, OpportunityState.CLOSED, _("Only a call that is closed can be opened again.")
    )
    refuse_past(work, call)

    reopen(work, call)

    record(work, "visits.reopened", call)


def give_up_call(work: Work, call: VisitCall, *, reason: str) -> None:
    """Cancel it, for a reason that its page says; no group may count on it any more."""
    policy.EDIT.require(work.actor, call)
    _refuse_cancelled(call)
    refuse_without_reason(reason)
    if queries.groups_held(work.session, call.id):
        raise RuleBroken(_("Groups count on their awards: call each of them off first."))

    cancel(work, call, reason=reason)

    record(work, "visits.given_up", call, reason=reason)
    tell_it_is_cancelled(work, call, reason=reason)


def _write(call: VisitCall, terms: VisitTerms) -> None:
    """Keep the terms, having refused what makes no sense."""
    if not 1 <= terms.most_people <= 60:
        raise RuleBroken(_("A group has from 1 to 60 people."))
    if not 0 <= terms.most_supervisors <= terms.most_people:
        raise RuleBroken(_("Supervisors are among the people of the group."))
    if not 1 <= terms.fewest_days <= terms.most_days <= 92:
        raise RuleBroken(_("A visit has from 1 to 92 days, and the fewest come first."))
    if not 1 <= terms.groups <= 500:
        raise RuleBroken(_("A call pays for 1 to 500 groups."))
    if not (1 <= terms.days_to_answer <= 60 and 0 <= terms.change_days <= 120):
        raise RuleBroken(_("Choose 1 to 60 days to answer, and 0 to 120 days for changes."))
    if terms.first_on and terms.last_on and terms.last_on < terms.first_on:
        raise RuleBroken(_("The last day comes after the first."))
    for name in (*COUNTED, "contact"):
        setattr(call, name, getattr(terms, name))
    call.tracks, call.costs_nothing, call.online = list(terms.tracks), True, False
    call.starts_on, call.ends_on = terms.first_on, terms.last_on
    set_last_day(call, terms.closes_on)


def _require_days(call: VisitCall) -> None:
    if call.closes_at is None or call.starts_on is None or call.ends_on is None:
        raise RuleBroken(_("Say between which days the visits are, and the last day to apply."))


def _refuse_cancelled(call: VisitCall) -> None:
    if call.state is OpportunityState.CANCELLED:
        raise RuleBroken(_("This call was cancelled; nothing in it can be changed."))
