"""A call for research stays: whom a host would receive, what readers read, and its window."""

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
from app.foundation.actors import Role, Scope
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.once import earlier_result, remember_result
from app.foundation.work import Work
from app.opportunities.fields import known_fields
from app.opportunities.models import FormVersion, RubricVersion
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
from app.organisations.models import Organisation
from app.research_stays import policy
from app.research_stays.models import ResearchStayCall, ResearchStayPaid
from app.research_stays.operations.first_form import first_form
from app.research_stays.operations.paying import Line, name_of_payer, pay
from app.research_stays.states import LONGEST_DAYS, Purpose

BEGIN = "research stays.begin"
MOST_STAYS = 200
KEPT = ("stays", "fewest_days", "most_days", "laboratory", "received_by", "contact", "hear_by")


@dataclass(frozen=True, slots=True)
class StayTerms:
    """Whom a host would receive, and when one may ask.

    A stay lasts from `fewest_days` to `most_days` and lies between `first_on` and `last_on`; one
    asks until the end of `closes_on` and hears by `hear_by`. `fields` are codes, none for all.
    """

    stays: int
    fewest_days: int
    most_days: int
    purposes: tuple[Purpose, ...]
    first_on: date | None
    last_on: date | None
    closes_on: date | None
    hear_by: date | None = None
    laboratory: str = ""
    received_by: str = ""
    contact: str = ""
    fields: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("en",)
    tracks: tuple[str, ...] = ()
    costs_nothing: bool = False
    paid: tuple[Line, ...] = ()
    programme: str = ""


@dataclass(frozen=True, slots=True)
class StayWords:
    """What readers of one language read."""

    title: str
    summary: str = ""
    description: str = ""
    who_may_apply: str = ""


def begin_call(
    work: Work,
    host: Organisation,
    terms: StayTerms,
    said: StayWords,
    *,
    locale: str = "en",
    request_key: str = "",
) -> ResearchStayCall:
    """Write a call for research stays at a host; nobody else sees it before it is published.

    It begins with a short form, which asks for a curriculum vitae and may be changed.
    """
    policy.BEGIN.require(work.actor, host)
    earlier = earlier_result(work, BEGIN, request_key)
    if earlier is not None:
        return work.session.get_one(ResearchStayCall, earlier)
    of_centre = work.actor.holds(Role.CENTRE, Scope.ORGANISATION, host.id)
    call = ResearchStayCall(
        ref=next_ref(work.session, "RST", work.now),
        organisation=host,
        organisation_id=host.id,
        office=Role.CENTRE if of_centre else Role.COORDINATOR,
    )
    _write(work, call, terms)
    begin_opportunity(work, call, asdict(said), locale=locale)
    keep_form(work, call, first_form(), may=policy.EDIT, version=None)
    remember_result(work, BEGIN, request_key, call.id)

    record(work, "staycalls.begun", call, title=call.title)
    return call


def save_call(
    work: Work, call: ResearchStayCall, terms: StayTerms, *, version: int | None = None
) -> None:
    """Change whom the host would receive; what people asked under only becomes more."""
    policy.EDIT.require(work.actor, call)
    _refuse_cancelled(call)
    work.edit(call, version)
    if call.published_at is not None:
        _refuse_less(call, terms)

    _write(work, call, terms)
    if call.state is OpportunityState.PUBLISHED:
        _require_days(call)
        refuse_past(work, call)
    show_in_catalogue(work, call)

    record(work, "staycalls.saved", call)


def save_call_text(
    work: Work, call: ResearchStayCall, said: StayWords, *, locale: str, version: int | None = None
) -> None:
    """Write what readers of one language read."""
    policy.EDIT.require(work.actor, call)
    _refuse_cancelled(call)
    if locale == call.original_locale and call.published_at and not said.description:
        raise RuleBroken(_("Write the description."))

    write_text(work, call, asdict(said), locale=locale, version=version)

    record(work, "staycalls.text_saved", call, locale=locale)


def save_call_form(
    work: Work, call: ResearchStayCall, definition: dict[str, Any], *, version: int | None
) -> FormVersion:
    """Change the application form; who answers the present one goes on with that."""
    policy.EDIT.require(work.actor, call)
    _refuse_cancelled(call)
    form = keep_form(work, call, definition, may=policy.EDIT, version=version)

    record(work, "staycalls.form_saved", call, number=form.number)
    return form


def save_call_rubric(
    work: Work, call: ResearchStayCall, definition: dict[str, Any], *, version: int | None
) -> RubricVersion:
    """Change what reviewers score by; reviews that began go on with the present one."""
    policy.EDIT.require(work.actor, call)
    _refuse_cancelled(call)
    rubric = keep_rubric(work, call, definition, may=policy.EDIT, version=version)

    record(work, "staycalls.rubric_saved", call, number=rubric.number)
    return rubric


def publish_call(work: Work, call: ResearchStayCall) -> None:
    """Show it in the catalogue, and let people ask."""
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

    record(work, "staycalls.published", call)


def close_call(work: Work, call: ResearchStayCall) -> None:
    """Take no requests any more; what was sent is decided."""
    policy.CLOSE.require(work.actor, call)
    refuse_unless(call, OpportunityState.PUBLISHED, _("Nobody can apply now."))

    close(work, call)

    record(work, "staycalls.closed", call)


def reopen_call(work: Work, call: ResearchStayCall) -> None:
    """Take requests again."""
    policy.EDIT.require(work.actor, call)
    refuse_unless(
        call, OpportunityState.CLOSED, _("Only a call that is closed can be opened again.")
    )
    _require_days(call)
    refuse_past(work, call)

    reopen(work, call)

    record(work, "staycalls.reopened", call)


def give_up_call(work: Work, call: ResearchStayCall, *, reason: str) -> None:
    """Cancel it, for a reason that its page says; invitations that were sent stay as they are."""
    policy.EDIT.require(work.actor, call)
    _refuse_cancelled(call)
    refuse_without_reason(reason)

    cancel(work, call, reason=reason)

    record(work, "staycalls.given_up", call, reason=reason)
    tell_it_is_cancelled(work, call, reason=reason)


def _refuse_less(call: ResearchStayCall, terms: StayTerms) -> None:
    """People asked under what was published: none of it is taken away."""
    if terms.stays < call.stays:
        raise RuleBroken(_("People asked for the places that were published: they only grow."))
    shorter = terms.most_days < call.most_days or terms.fewest_days > call.fewest_days
    days = (terms.first_on, terms.last_on, call.starts_on, call.ends_on)
    first_on, last_on, first, last = days
    if shorter or (first and (not first_on or first_on > first)):
        raise RuleBroken(_("People asked for days as they were published: let there be more."))
    if last and (not last_on or last_on < last):
        raise RuleBroken(_("People asked for days as they were published: let there be more."))
    if not set(call.purposes) <= {one.value for one in terms.purposes}:
        raise RuleBroken(_("People asked for what was published: leave each kind of stay in it."))


def _write(work: Work, call: ResearchStayCall, terms: StayTerms) -> None:
    """Keep the terms, having refused what makes no sense."""
    _refuse_senseless(terms)
    for name in KEPT:
        setattr(call, name, getattr(terms, name))
    call.purposes = sorted({one.value for one in terms.purposes})
    call.fields, call.languages = sorted(set(terms.fields)), list(terms.languages)
    call.tracks, call.costs_nothing, call.online = list(terms.tracks), terms.costs_nothing, False
    call.starts_on, call.ends_on = terms.first_on, terms.last_on
    call.funder = name_of_payer(terms.paid, terms.programme)
    pay(work, call, ResearchStayPaid, terms.paid)
    set_last_day(call, terms.closes_on)


def _refuse_senseless(terms: StayTerms) -> None:
    if not 1 <= terms.stays <= MOST_STAYS:
        raise RuleBroken(_("A call is for 1 to 200 stays."))
    if not 1 <= terms.fewest_days <= terms.most_days <= LONGEST_DAYS:
        raise RuleBroken(_("A stay has from 1 to 180 days, and the fewest come first."))
    if not terms.purposes:
        raise RuleBroken(_("Say for which kinds of stay one may ask."))
    if set(terms.fields) - set(known_fields()):
        raise RuleBroken(_("Choose one of the answers in the list."))
    if terms.first_on and terms.last_on:
        days = (terms.last_on - terms.first_on).days + 1
        if days < terms.fewest_days:
            raise RuleBroken(_("Between the first and the last day there is no room for a stay."))
    if terms.hear_by and terms.closes_on and terms.hear_by < terms.closes_on:
        raise RuleBroken(_("People hear from you after the last day to ask."))


def _require_days(call: ResearchStayCall) -> None:
    if call.closes_at is None or call.starts_on is None or call.ends_on is None:
        raise RuleBroken(_("Say between which days the stays are, and the last day to ask."))


def _refuse_cancelled(call: ResearchStayCall) -> None:
    if call.state is OpportunityState.CANCELLED:
        raise RuleBroken(_("This call was cancelled; nothing in it can be changed."))
