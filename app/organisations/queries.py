"""Everything organisations reads: a function returns a Select or a plain value, never writes."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import CTE, Select, and_, func, or_, select, tuple_
from sqlalchemy.orm import Session, joinedload, selectinload

from app.foundation.languages import LANGUAGES, best_language
from app.foundation.search.folding import fold
from app.foundation.search.index import matching, ranked
from app.organisations.facts import is_ref
from app.organisations.models import (
    Country,
    Membership,
    Organisation,
    OrganisationDomain,
    OrganisationName,
)
from app.organisations.states import OrganisationKind, OrganisationState

SEARCHED_AS = "organisation"
PAGE = 25
# A list says "1,000+" rather than counting on.
COUNTED_UP_TO = 1000


def countries() -> Select[Country]:
    return select(Country).order_by(Country.code)


def country_codes() -> Select[str]:
    return select(Country.code).order_by(Country.code)


def members_of(body: str, on: date) -> Select[Any]:
    """The codes of the countries that are members of a body on a day."""
    return select(Membership.country_code).where(
        Membership.body == body,
        Membership.relation == "member",
        or_(Membership.since.is_(None), Membership.since <= on),
        or_(Membership.until.is_(None), Membership.until > on),
    )


def organisations_with_all() -> Select[Organisation]:
    """With names and domains loaded, for who writes them."""
    return select(Organisation).options(
        selectinload(Organisation.names), selectinload(Organisation.domains)
    )


def organisation_named_by(ref: str) -> Select[Organisation]:
    """One body with all its names, the one it went on as, and those that went on as it."""
    return (
        select(Organisation)
        .where(Organisation.ref == (ref if is_ref(ref) else ""))
        .options(
            joinedload(Organisation.names),
            joinedload(Organisation.successor),
            joinedload(Organisation.predecessors),
        )
    )


def organisation_to_keep(ref: str) -> Select[Organisation]:
    """One body as `edit_organisation` wants it."""
    return organisations_with_all().where(Organisation.ref == (ref if is_ref(ref) else ""))


def locked_together(*refs: str) -> Select[int]:
    """These bodies in one order for everybody, so that no two people wait for each other."""
    known = [ref for ref in refs if is_ref(ref)]
    found = select(Organisation.id).where(Organisation.ref.in_(known))
    return found.order_by(Organisation.id).with_for_update()


def goes_on_as(*ids: int) -> CTE:
    """Of each of these bodies (`asked`): itself and the ones that it went on as (`now`)."""
    asked = select(Organisation.id.label("asked"), Organisation.id.label("now"))
    ways = asked.where(Organisation.id.in_(ids)).cte("goes_on_as", recursive=True)
    return ways.union(
        select(ways.c.asked, Organisation.successor_id)
        .join(Organisation, Organisation.id == ways.c.now)
        .where(Organisation.state == OrganisationState.MERGED)
    )


def twins_of(country_code: str, name: str, ror_id: str | None) -> Select[Organisation]:
    """Bodies that would be the same one twice: same name in the country, or same ROR id."""
    same = [and_(Organisation.country_code == country_code, Organisation.name == name)]
    if ror_id:
        same.append(Organisation.ror_id == ror_id)
    return select(Organisation).where(or_(*same))


def centres() -> Select[Organisation]:
    """All AI centres, by country and name, each with the one it went on as."""
    return (
        select(Organisation)
        .where(Organisation.is_centre)
        .order_by(Organisation.country_code, Organisation.sort_key, Organisation.id)
        .options(joinedload(Organisation.successor))
        .limit(500)
    )


def organisations_found(
    text: str = "", *, country: str | None = None, kind: OrganisationKind | None = None
) -> Select[Organisation]:
    """Bodies that answer a search in any of their names, of a country and a kind if given."""
    query = select(Organisation)
    if text:
        query = query.where(Organisation.id.in_(matching(None, SEARCHED_AS, text)))
    if country:
        query = query.where(Organisation.country_code == country)
    if kind:
        query = query.where(Organisation.kind == kind)
    return query


def page_after(
    found: Select[Organisation], last_id: int | None, *, size: int = PAGE
) -> Select[Organisation]:
    """One page in the order of names, after the row with this id; one row more than the page."""
    if last_id is not None:
        last = select(Organisation.sort_key).where(Organisation.id == last_id).scalar_subquery()
        found = found.where(tuple_(Organisation.sort_key, Organisation.id) > tuple_(last, last_id))
    return found.order_by(Organisation.sort_key, Organisation.id).limit(size + 1)


def how_many(session: Session, found: Select[Organisation]) -> int:
    """How many were found; one more than COUNTED_UP_TO stands for any larger number."""
    few = found.with_only_columns(Organisation.id).order_by(None).limit(COUNTED_UP_TO + 1)
    return session.scalar(select(func.count()).select_from(few.subquery())) or 0


def organisations_named(
    session: Session, text: str, country: str | None = None, limit: int = 20
) -> list[Organisation]:
    """For forms that ask for a body: the best answers by any of its names, best first.

    A city is searched, too; who is called so comes before who only is there.
    """
    best = ranked(session, SEARCHED_AS, text, limit=200)
    query = select(Organisation).where(
        Organisation.id.in_(best), Organisation.state == OrganisationState.ACTIVE
    )
    if country:
        query = query.where(Organisation.country_code == country)
    found = {o.id: o for o in session.scalars(query)}
    words = fold(text)
    best_first = (found[i] for i in best if i in found)
    return sorted(best_first, key=lambda body: not _is_called(body, words))[:limit]


def _is_called(organisation: Organisation, words: str) -> bool:
    names = (organisation.name, organisation.local_name, organisation.acronym)
    return any(words in fold(name) for name in names if name)


def names_of(session: Session, ids: Collection[int]) -> dict[int, str]:
    """What these bodies are called; those that are not on the list are left out."""
    query = select(Organisation.id, Organisation.name).where(Organisation.id.in_(ids))
    return {row.id: row.name for row in session.execute(query)}


def language_for(session: Session, chosen: str, country_code: str | None) -> str:
    """The one that was chosen for somebody, else an official one of a country, else English."""
    if chosen in LANGUAGES or country_code is None:
        return chosen or "en"
    country = session.get(Country, country_code)
    return best_language(country.languages if country else [])


def country_of_body(session: Session, name: str) -> str | None:
    """Where the body of exactly this name is, unless bodies of several countries share it."""
    others = select(OrganisationName.organisation_id).where(OrganisationName.name == name)
    called = or_(Organisation.name == name, Organisation.id.in_(others))
    codes = session.scalars(select(Organisation.country_code).where(called).distinct().limit(2))
    found = codes.all()
    return found[0] if len(found) == 1 else None


def organisations_of_domain(domain: str) -> Select[Organisation]:
    """Bodies with this mail domain: a hint for who signs up, never a proof."""
    return (
        select(Organisation)
        .join(OrganisationDomain)
        .where(OrganisationDomain.domain == domain.casefold())
        .order_by(Organisation.sort_key)
        .limit(20)
    )
