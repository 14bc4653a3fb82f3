"""A facility: what there is of it, what readers read, the form that one answers, and its window."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from app.applications.operations.form_versions import (
    keep_form,
    refuse_without_form,
    take_applications,
)
from app.applications.operations.rubric_versions import keep_rubric
from app.applications.operations.telling import tell_it_is_cancelled
from app.audit.record import record
from app.facilities import policy, queries
from app.facilities.capacity import most_taken
from app.facilities.models import Facility, FacilityConditions, FacilityGrant
from app.facilities.states import LIVING, FacilityType, Per, Unit
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.once import earlier_result, remember_result
from app.foundation.work import Work
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

BEGIN = "facilities.begin"
MOST_UNITS = 1_000_000
LATEST = date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class FacilityTerms:
    """What a centre lets others use, how much of it, and when one may apply for it.

    `first_on` and `last_on` bound the days of use, `closes_on` is the last day to apply; None
    leaves it open. `licence`, `personal_data` and `use_in` (codes of countries, none for all) are
    said of data sets alone.
    """

    type: FacilityType
    unit: Unit
    per: Per
    available: int
    most: int
    location: str = ""
    contact: str = ""
    first_on: date | None = None
    last_on: date | None = None
    closes_on: date | None = None
    days_to_answer: int = 7
    tracks: tuple[str, ...] = ()
    costs_nothing: bool = True
    licence: str = ""
    personal_data: bool = False
    use_in: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FacilityWords:
    """What readers of one language read; `conditions` are those that they agree to."""

    title: str
    summary: str = ""
    description: str = ""
    who_may_apply: str = ""
    conditions: str = ""


def begin_facility(
    work: Work,
    centre: Organisation,
    terms: FacilityTerms,
    said: FacilityWords,
    *,
    locale: str = "en",
    request_key: str = "",
) -> Facility:
    """Write a facility of one's own centre; nobody else sees it before it is published."""
    policy.BEGIN.require(work.actor, centre)
    earlier = earlier_result(work, BEGIN, request_key)
    if earlier is not None:
        return work.session.get_one(Facility, earlier)
    texts = asdict(said)
    conditions = texts.pop("conditions")
    facility = Facility(
        ref=next_ref(work.session, "FAC", work.now),
        organisation=centre,
        organisation_id=centre.id,
        conditions=[FacilityConditions(locale=locale, words=conditions)] if conditions else [],
    )
    _write(facility, terms)
    begin_opportunity(work, facility, texts, locale=locale)
    remember_result(work, BEGIN, request_key, facility.id)

    record(work, "facility.begun", facility, title=facility.title)
    return facility


def save_facility(
    work: Work, facility: Facility, terms: FacilityTerms, *, version: int | None = None
) -> None:
    """Change what there is and when one may apply; how use is counted stays once it is published.

    The facility must be held (`work.find`), so that nothing is granted meanwhile.
    """
    policy.EDIT.require(work.actor, facility)
    _refuse_cancelled(facility)
    counted = facility.type, facility.unit, facility.per
    work.edit(facility, version)
    if facility.published_at and counted != (terms.type, terms.unit, terms.per):
        raise RuleBroken(_("People applied for it as it is counted now: kind and unit stay."))
    if most_taken(queries.taken_of(work.session, facility.id), date.min, LATEST) > terms.available:
        raise RuleBroken(_("More than that is granted already."))

    _write(facility, terms)
    if facility.state is OpportunityState.PUBLISHED:
        refuse_past(work, facility)
    show_in_catalogue(work, facility)

    record(work, "facility.saved", facility)


def save_facility_text(
    work: Work, facility: Facility, said: FacilityWords, *, locale: str, version: int | None = None
) -> None:
    """Write what readers of one language read, with the conditions to which they agree."""
    policy.EDIT.require(work.actor, facility)
    _refuse_cancelled(facility)
    is_original = locale == facility.original_locale
    if is_original and facility.published_at and not (said.description and said.conditions):
        raise RuleBroken(_("Write the description and the conditions of use."))
    texts = asdict(said)
    conditions = texts.pop("conditions")

    write_text(work, facility, texts, locale=locale, version=version)
    _keep_conditions(work, facility, locale, conditions)

    record(work, "facility.text_saved", facility, locale=locale)


def _keep_conditions(work: Work, facility: Facility, locale: str, conditions: str) -> None:
    """A language without words of its own shows the original's."""
    kept = work.session.scalar(queries.conditions_of(facility.id, locale))
    if not conditions and kept is not None:
        work.session.delete(kept)
    elif conditions and kept is None:
        work.session.add(
            FacilityConditions(facility_id=facility.id, locale=locale, words=conditions)
        )
    elif conditions and kept is not None:
        kept.words = conditions


def save_facility_form(
    work: Work, facility: Facility, definition: dict[str, Any], *, version: int | None
) -> FormVersion:
    """Change the application form; who answers the present one goes on with that."""
    policy.EDIT.require(work.actor, facility)
    _refuse_cancelled(facility)
    form = keep_form(work, facility, definition, may=policy.EDIT, version=version)

    record(work, "facility.form_saved", facility, number=form.number)
    return form


def save_facility_rubric(
    work: Work, facility: Facility, definition: dict[str, Any], *, version: int | None
) -> RubricVersion:
    """Change what reviewers score by; reviews that began go on with the present one."""
    policy.EDIT.require(work.actor, facility)
    _refuse_cancelled(facility)
    rubric = keep_rubric(work, facility, definition, may=policy.EDIT, version=version)

    record(work, "facility.rubric_saved", facility, number=rubric.number)
    return rubric


def publish_facility(work: Work, facility: Facility, *, version: int | None = None) -> None:
    """Show it in the catalogue, and let people apply for use of it."""
    policy.EDIT.require(work.actor, facility)
    refuse_unless(
        facility, OpportunityState.DRAFT, _("Only a facility in preparation can be published.")
    )
    original = work.session.scalars(text_in(facility.id, facility.original_locale)).one()
    kept = work.session.scalar(queries.conditions_of(facility.id, facility.original_locale))
    if not (original.description and kept):
        raise RuleBroken(_("Write the description and the conditions of use."))
    if facility.type is FacilityType.DATA_SET and not facility.licence:
        raise RuleBroken(_("Say under which licence the data set is."))
    refuse_past(work, facility)
    refuse_without_form(work, facility)
    work.edit(facility, version)

    publish(work, facility)
    take_applications(work, facility)

    record(work, "facility.published", facility)


def close_facility(work: Work, facility: Facility) -> None:
    """Take no applications any more; what is granted goes on."""
    policy.CLOSE.require(work.actor, facility)
    refuse_unless(facility, OpportunityState.PUBLISHED, _("Nobody can apply now."))

    close(work, facility)

    record(work, "facility.closed", facility)


def reopen_facility(work: Work, facility: Facility) -> None:
    """Take applications again."""
    policy.EDIT.require(work.actor, facility)
    refuse_unless(
        facility, OpportunityState.CLOSED, _("Only a facility that is closed can be opened again.")
    )
    refuse_past(work, facility)

    reopen(work, facility)

    record(work, "facility.reopened", facility)


def give_up_facility(work: Work, facility: Facility, *, reason: str) -> None:
    """Offer it no more, for a reason that its page says; nobody may count on it any more."""
    policy.EDIT.require(work.actor, facility)
    _refuse_cancelled(facility)
    refuse_without_reason(reason)
    living = select(func.count()).where(
        FacilityGrant.facility_id == facility.id, FacilityGrant.state.in_(LIVING)
    )
    if work.session.scalar(living):
        raise RuleBroken(_("People count on what you granted: let it end, or withdraw it first."))

    cancel(work, facility, reason=reason)

    record(work, "facility.given_up", facility, reason=reason)
    tell_it_is_cancelled(work, facility, reason=reason)


def _write(facility: Facility, terms: FacilityTerms) -> None:
    """Keep the terms, having refused what makes no sense."""
    if not 1 <= terms.available <= MOST_UNITS:
        raise RuleBroken(_("Write how much there is, from 1 to %(most)s.", most=MOST_UNITS))
    if not 1 <= terms.most <= terms.available:
        raise RuleBroken(_("One person gets at least 1, and no more than there is."))
    if terms.first_on and terms.last_on and terms.last_on < terms.first_on:
        raise RuleBroken(_("The last day of use comes after the first."))
    is_data = terms.type is FacilityType.DATA_SET
    same = ("type", "unit", "per", "available", "most", "location", "contact", "days_to_answer")
    for name in same:
        setattr(facility, name, getattr(terms, name))
    facility.licence = terms.licence if is_data else ""
    facility.personal_data = terms.personal_data and is_data
    facility.use_in = sorted(set(terms.use_in)) if is_data else []
    facility.tracks, facility.costs_nothing = list(terms.tracks), terms.costs_nothing
    facility.online = terms.type is not FacilityType.LABORATORY
    facility.starts_on, facility.ends_on = terms.first_on, terms.last_on
    set_last_day(facility, terms.closes_on)


def _refuse_cancelled(facility: Facility) -> None:
    if facility.state is OpportunityState.CANCELLED:
        raise RuleBroken(_("This facility is not offered any more; nothing in it can be changed."))
