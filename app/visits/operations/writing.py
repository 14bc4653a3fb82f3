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
from app.audit.record import record
from app.foundation.errors import ChangedMeanwhile, RuleBroken
from app.foundation.languages import LANGUAGES
from app.foundation.languages import gettext as _
from app.foundation.once import earlier_result, remember_result
from app.foundation.stamps import stamp_catalogue
from app.foundation.work import Work
from app.notifications.tasks import close_tasks_of
from app.opportunities.deadlines import NEVER, end_of_day
from app.opportunities.models import FormVersion, OpportunityText, Place, Programme, RubricVersion
from app.opportunities.operations import show_in_catalogue
from app.opportunities.states import OpportunityFlow, OpportunityState, PlaceState
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
        ref=queries.next_ref(work.session, work.now),
        organisation=programme.organisation,
        organisation_id=programme.organisation_id,
        programme_id=programme.id,
        title=said.title,
        summary=said.summary,
        original_locale=_known(locale),
        closes_sort=NEVER,
        grace_minutes=0,
        texts=[OpportunityText(locale=locale, is_original=True, **asdict(said))],
    )
    _write(call, terms)
    work.session.add(call)
    work.session.flush()
    work.session.add(
        Place(
            opportunity_id=call.id,
            host_id=programme.organisation_id,
            seats=0,
            state=PlaceState.CONFIRMED,
            answered_by_id=work.actor.user_id,
            answered_at=work.now,
        )
    )
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
        _refuse_past(work, call)
    show_in_catalogue(work, call)

    record(work, "visits.saved", call)


def save_call_text(
    work: Work, call: VisitCall, said: VisitWords, *, locale: str, version: int | None = None
) -> None:
    """Write what readers of one language read."""
    policy.EDIT.require(work.actor, call)
    _refuse_cancelled(call)
    original = _known(locale) == call.original_locale
    if original and call.published_at and not said.description:
        raise RuleBroken(_("Write the description."))
    kept = work.session.scalar(
        queries.text_of(call.id, locale).execution_options(populate_existing=True)
    )
    if kept is None:
        if version:
            raise ChangedMeanwhile(_("This was changed by somebody else after you opened it."))
        kept = OpportunityText(opportunity_id=call.id, locale=locale, is_original=original)
        work.session.add(kept)
    else:
        work.edit(kept, version)
    for name, value in asdict(said).items():
        setattr(kept, name, value)
    if original:
        call.title, call.summary = said.title, said.summary
    show_in_catalogue(work, call)

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
    if call.state is not OpportunityState.DRAFT:
        raise RuleBroken(_("Only a call in preparation can be published."))
    original = work.session.scalars(queries.text_of(call.id, call.original_locale)).one()
    if not original.description:
        raise RuleBroken(_("Write the description."))
    if call.closes_at is None or call.starts_on is None or call.ends_on is None:
        raise RuleBroken(_("Say between which days the visits are, and the last day to apply."))
    _refuse_past(work, call)
    refuse_without_form(work, call)
    work.edit(call, None)

    OpportunityFlow.publish(call)
    call.published_at = call.opens_at = work.now
    show_in_catalogue(work, call)
    take_applications(work, call)

    record(work, "visits.published", call)


def close_call(work: Work, call: VisitCall) -> None:
    """Take no applications any more; what was sent is decided, and groups come."""
    policy.CLOSE.require(work.actor, call)
    if call.state is not OpportunityState.PUBLISHED:
        raise RuleBroken(_("Nobody can apply now."))

    OpportunityFlow.close(call)
    call.closed_at = work.now
    call.version += 1
    stamp_catalogue(work)

    record(work, "visits.closed", call)


def reopen_call(work: Work, call: VisitCall) -> None:
    """Take applications again."""
    policy.EDIT.require(work.actor, call)
    if call.state is not OpportunityState.CLOSED:
        raise RuleBroken(_("Only a call that is closed can be opened again."))
    _refuse_past(work, call)

    OpportunityFlow.reopen(call)
    call.closed_at = None
    call.version += 1
    show_in_catalogue(work, call)

    record(work, "visits.reopened", call)


def give_up_call(work: Work, call: VisitCall, *, reason: str) -> None:
    """Cancel it, for a reason that its page says; no group may count on it any more."""
    policy.EDIT.require(work.actor, call)
    _refuse_cancelled(call)
    if not reason.strip():
        raise RuleBroken(_("Give the reason: it is published."))
    if queries.groups_held(work.session, call.id):
        raise RuleBroken(_("Groups count on their awards: call each of them off first."))

    OpportunityFlow.cancel(call)
    call.cancelled_at, call.cancelled_because = work.now, reason
    call.version += 1
    close_tasks_of(work, call.id)
    stamp_catalogue(work)

    record(work, "visits.given_up", call, reason=reason)


def _known(locale: str) -> str:
    if locale not in LANGUAGES:
        raise RuleBroken(_("Choose one of the answers in the list."))
    return locale


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
    zone, day = call.organisation.zone, terms.closes_on
    call.closes_at = end_of_day(day, zone) if day else None
    call.closes_sort = call.closes_at or NEVER
    call.closes_zone = zone if day else None
    call.closes_wall = f"{day.isoformat()}T23:59" if day else None


def _refuse_past(work: Work, call: VisitCall) -> None:
    if call.closes_at is None or call.closes_at <= work.now:
        raise RuleBroken(_("The last day to apply is over. Choose a later one."))


def _refuse_cancelled(call: VisitCall) -> None:
    if call.state is OpportunityState.CANCELLED:
        raise RuleBroken(_("This call was cancelled; nothing in it can be changed."))
