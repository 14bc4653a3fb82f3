"""What the catalogue and search know of an opportunity: kept with each published change."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import delete, func, insert, select

from app.foundation.search.index import index_document, index_new_documents
from app.foundation.stamps import stamp_catalogue
from app.foundation.work import Work
from app.opportunities.fields import names_of_field
from app.opportunities.models import (
    Opportunity,
    OpportunityCountry,
    OpportunityFacet,
    OpportunityText,
    Place,
)
from app.opportunities.states import ANY_NATIONALITY, COSTS_NOTHING, ONLINE, Facet, PlaceState
from app.organisations.models import Organisation


def recount_seats(work: Work, opportunity: Opportunity) -> None:
    """Keep how many seats there are, at how many hosts that confirmed theirs."""
    work.session.flush()
    # Two hosts that confirm at once wait for each other here, so that neither count is lost.
    work.session.refresh(opportunity, attribute_names=["seats", "hosts"], with_for_update=True)
    seats, hosts = work.session.execute(
        select(func.coalesce(func.sum(Place.seats), 0), func.count(Place.host_id.distinct())).where(
            Place.opportunity_id == opportunity.id, Place.state == PlaceState.CONFIRMED
        )
    ).one()
    opportunity.seats, opportunity.hosts = int(seats), int(hosts)


def keep_facets(work: Work, opportunity: Opportunity) -> None:
    """Keep what the catalogue filters this opportunity by; called with each published change."""
    work.session.flush()
    hosts_in = work.session.scalars(
        select(Organisation.country_code)
        .join(Place, Place.host_id == Organisation.id)
        .where(Place.opportunity_id == opportunity.id, Place.state == PlaceState.CONFIRMED)
    ).all()
    nationalities = work.session.scalars(
        select(OpportunityCountry.country_code).where(
            OpportunityCountry.opportunity_id == opportunity.id
        )
    ).all()
    facets_of_it = OpportunityFacet.opportunity_id == opportunity.id
    work.session.execute(delete(OpportunityFacet).where(facets_of_it))
    work.session.execute(
        insert(OpportunityFacet), _facet_rows(opportunity, hosts_in, nationalities)
    )


def _facet_rows(
    opportunity: Opportunity, hosts_in: Iterable[str], nationalities: Iterable[str]
) -> list[dict[str, Any]]:
    values: dict[Facet, set[str]] = {
        Facet.KIND: {opportunity.kind.value},
        Facet.TRACK: set(opportunity.tracks),
        Facet.LANGUAGE: set(opportunity.languages),
        Facet.WHERE: {
            *(() if opportunity.nowhere else hosts_in),
            *([ONLINE] if opportunity.online else []),
        },
        Facet.NATIONALITY: set(nationalities) or {ANY_NATIONALITY},
        Facet.COST: {COSTS_NOTHING} if opportunity.costs_nothing else set(),
        Facet.DIFFICULTY: {opportunity.difficulty} if opportunity.difficulty else set(),
        Facet.COMPETENCY: set(opportunity.competencies),
        **{facet: set(own) for facet, own in opportunity.own_facets.items()},
    }
    return [
        {"opportunity_id": opportunity.id, "facet": facet.value, "value": value}
        for facet, kept in values.items()
        for value in sorted(kept)
    ]


def index_opportunity(work: Work, opportunity: Opportunity) -> None:
    """Let people find it by its words in each language, its hosts, and the names of its fields."""
    work.session.flush()
    hosts = work.session.execute(
        select(Organisation.name, Organisation.local_name, Organisation.acronym)
        .join(Place, Place.host_id == Organisation.id)
        .where(Place.opportunity_id == opportunity.id, Place.state == PlaceState.CONFIRMED)
        .order_by(Organisation.id)
    ).all()
    named = [name for host in hosts for name in host if name]
    named += [name for code in opportunity.fields_of_study for name in names_of_field(code)]
    texts = select(OpportunityText).where(OpportunityText.opportunity_id == opportunity.id)
    for text in work.session.scalars(texts):
        lines = _lines(opportunity, text, *named)
        index_document(work, "opportunity", opportunity.id, locale=text.locale, text=lines)


def _lines(opportunity: Opportunity, text: OpportunityText, *named: str) -> str:
    """What an opportunity is found by in one language."""
    fields = [
        *(text.title, opportunity.ref, opportunity.given_by, text.summary, text.description),
        *named,
    ]
    return "\n".join(field for field in fields if field)


def show_new_in_catalogue(
    work: Work, found: Sequence[tuple[Opportunity, Sequence[OpportunityText]]]
) -> None:
    """As `show_in_catalogue`, for many that are new, have no hosts and are open to everybody."""
    rows = [row for opportunity, _texts in found for row in _facet_rows(opportunity, (), ())]
    if not rows:
        return
    work.session.flush()
    work.session.execute(insert(OpportunityFacet), rows)
    in_language: dict[str, dict[int, str]] = {}
    for opportunity, texts in found:
        for text in texts:
            in_language.setdefault(text.locale, {})[opportunity.id] = _lines(opportunity, text)
    for locale, lines in sorted(in_language.items()):
        index_new_documents(work, "opportunity", lines, locale=locale)
    stamp_catalogue(work)


def show_in_catalogue(work: Work, opportunity: Opportunity) -> None:
    """Bring seats, facets and search up to date; called with each change of what is published."""
    recount_seats(work, opportunity)
    if opportunity.published_at is not None:
        keep_facets(work, opportunity)
        index_opportunity(work, opportunity)
        stamp_catalogue(work)
