"""Who may ask: rules as data, which only become wider once people ask by them."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.applications.operations.form_versions import number_rules
from app.audit.record import record
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.opportunities.models import OpportunityCountry
from app.opportunities.operations import show_in_catalogue
from app.opportunities.states import OpportunityState
from app.research_stays import policy
from app.research_stays.models import ResearchStayCall


@dataclass(frozen=True, slots=True)
class Audience:
    """Codes of countries; none means every country."""

    nationality: tuple[str, ...] = ()
    residence: tuple[str, ...] = ()
    home_in: tuple[str, ...] = ()


def audience_of(call: ResearchStayCall) -> Audience:
    """Who may ask as it is kept. The countries of the call must be loaded."""
    home = call.eligibility.get("home_institution") or {}
    return Audience(
        nationality=tuple(sorted(one.country_code for one in call.countries)),
        residence=tuple(call.eligibility.get("residence") or ()),
        home_in=tuple(home.get("in") or ()),
    )


def say_who_may_ask(
    work: Work, call: ResearchStayCall, audience: Audience, *, version: int | None = None
) -> None:
    """Say of which countries people may ask. The countries of the call must be loaded."""
    policy.EDIT.require(work.actor, call)
    if call.state is OpportunityState.CANCELLED:
        raise RuleBroken(_("This call was cancelled; nothing in it can be changed."))
    work.edit(call, version)
    before = audience_of(call)
    if call.published_at is not None and any(
        _is_narrower(getattr(before, name), getattr(audience, name))
        for name in Audience.__dataclass_fields__
    ):
        raise RuleBroken(_("People ask already: countries can be added, and none taken away."))

    _keep_nationalities(work, call, audience.nationality)
    rules: dict[str, Any] = {}
    if audience.residence:
        rules["residence"] = sorted(audience.residence)
    if audience.home_in:
        rules["home_institution"] = {"in": sorted(audience.home_in)}
    call.eligibility = rules
    if call.published_at is not None:
        show_in_catalogue(work, call)
        number_rules(work, call)

    record(work, "staycalls.audience_saved", call)


def _keep_nationalities(work: Work, call: ResearchStayCall, codes: Collection[str]) -> None:
    kept = work.session.scalars(
        select(OpportunityCountry).where(OpportunityCountry.opportunity_id == call.id)
    ).all()
    for one in kept:
        if one.country_code not in codes:
            work.session.delete(one)
    new = sorted(set(codes) - {one.country_code for one in kept})
    work.session.add_all(
        OpportunityCountry(opportunity_id=call.id, country_code=code) for code in new
    )
    work.session.flush()
    work.session.expire(call, ["countries"])


def _is_narrower(before: Collection[str], after: Collection[str]) -> bool:
    """Whether somebody could ask who no longer can; no country at all means every one."""
    return bool(after) and not (before and set(before) <= set(after))
