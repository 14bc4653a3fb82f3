"""What happens to countries and organisations: loaded, added, edited, merged, closed."""

import secrets
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from enum import StrEnum
from itertools import chain

from sqlalchemy import select

from app.audit.record import record, record_all
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.once import earlier_result, remember_result
from app.foundation.search.folding import fold
from app.foundation.search.index import index_document, index_new_documents
from app.foundation.stamps import stamp_catalogue
from app.foundation.work import Work
from app.organisations import policy, queries
from app.organisations.facts import CentreFacts, CountryFacts, OrganisationFacts, fingerprint
from app.organisations.models import (
    Country,
    Membership,
    Organisation,
    OrganisationDomain,
    OrganisationName,
)
from app.organisations.states import OrganisationFlow, OrganisationState

Handing = Callable[[Work, Organisation, Organisation], None]
_handed_over: dict[str, Handing] = {}


class Loaded(StrEnum):
    """What loading one row of a list did."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


def load_country(work: Work, *, facts: CountryFacts) -> Loaded:
    """Keep a country as the reference list has it, with its dated memberships."""
    policy.LOAD.require(work.actor, None)
    print_of_row = fingerprint(facts)
    country = work.session.get(Country, facts.code)
    if country is not None and country.facts.get("row") == print_of_row:
        return Loaded.UNCHANGED
    done = Loaded.NEW if country is None else Loaded.CHANGED
    if country is None:
        country = Country(code=facts.code)
        work.session.add(country)
    country.alpha3 = facts.alpha3
    country.zones = list(facts.zones)
    country.languages = list(facts.languages)
    country.currency = facts.currency
    country.academic_year_starts_in = facts.academic_year_starts_in
    country.facts = {**facts.others, "row": print_of_row}
    work.session.flush()
    for membership in facts.memberships:
        _keep_membership(work, facts.code, membership.body, membership.relation, membership.since)
    return done


def _keep_membership(work: Work, code: str, body: str, relation: str, since: date | None) -> None:
    """One relation to a body at a time: what held before ends on the day the next begins."""
    current = work.session.scalars(
        select(Membership).where(
            Membership.country_code == code, Membership.body == body, Membership.until.is_(None)
        )
    ).one_or_none()
    if current is not None and (current.relation, current.since) == (relation, since):
        return
    if current is not None and (since is None or current.relation == relation):
        current.relation, current.since = relation, since  # the list was corrected
        return
    if current is not None:
        current.until = since
    work.session.add(
        Membership(country_code=code, body=body, relation=relation, since=since, until=None)
    )


def load_organisations(
    work: Work,
    kept: dict[str, Organisation],
    bodies: Iterable[tuple[OrganisationFacts, CentreFacts | None]],
) -> Counter[Loaded]:
    """Keep bodies as the reference lists have them; `kept` has the rows there are, by ref.

    Only a row that changed in the list is written, so that what the secretariat corrected by hand
    meanwhile is not undone by loading the same list again. New rows join `kept`.
    """
    policy.LOAD.require(work.actor, None)
    done: Counter[Loaded] = Counter()
    written: dict[Loaded, list[Organisation]] = {Loaded.NEW: [], Loaded.CHANGED: []}
    for facts, centre in bodies:
        how = _load(work, kept, facts, centre)
        done[how] += 1
        if how in written:
            written[how].append(kept[facts.ref])

    work.session.flush()
    names = {o.id: _names_of(o) for o in written[Loaded.NEW]}
    index_new_documents(work, queries.SEARCHED_AS, names)
    for organisation in written[Loaded.CHANGED]:
        _let_be_found(work, organisation)

    if done[Loaded.NEW] or done[Loaded.CHANGED]:
        stamp_catalogue(work)
    record_all(work, "organisation.loaded", chain(*written.values()))
    return done


def _load(
    work: Work,
    kept: dict[str, Organisation],
    facts: OrganisationFacts,
    centre: CentreFacts | None,
) -> Loaded:
    print_of_row = fingerprint(facts, centre)
    organisation = kept.get(facts.ref)
    if organisation is not None and organisation.facts.get("row") == print_of_row:
        return Loaded.UNCHANGED
    done = Loaded.NEW if organisation is None else Loaded.CHANGED
    if organisation is None:
        organisation = kept[facts.ref] = _new(work, facts)
    _write(organisation, facts)
    _appoint(organisation, centre)
    organisation.facts = {**organisation.facts, "row": print_of_row}
    organisation.version = (organisation.version or 0) + 1
    return done


def note_succession(
    work: Work,
    organisation: Organisation,
    successor: Organisation,
    *,
    on: date | None,
    confidence: str = "",
) -> Loaded:
    """Keep that a body went on as another one, as the reference list has it, and how sure it is."""
    policy.LOAD.require(work.actor, organisation)
    if organisation.state is not OrganisationState.ACTIVE:
        return Loaded.UNCHANGED
    _merge(work, organisation, successor, on)
    organisation.facts = {**organisation.facts, "succession_confidence": confidence}
    return Loaded.CHANGED


def add_organisation(
    work: Work,
    *,
    facts: OrganisationFacts,
    centre: CentreFacts | None = None,
    request_key: str = "",
) -> Organisation:
    """Add a ministry, embassy, agency or any other body that no list has."""
    policy.ADD.require(work.actor, None)
    earlier = earlier_result(work, "add organisation", request_key)
    if earlier is not None:
        return work.session.get_one(Organisation, earlier)
    _refuse_double(work, facts)

    organisation = _new(work, facts)
    _write(organisation, facts)
    _appoint(organisation, centre)
    organisation.version = 1
    _let_be_found(work, organisation)
    remember_result(work, "add organisation", request_key, organisation.id)

    stamp_catalogue(work)
    record(work, "organisation.added", organisation)
    return organisation


def edit_organisation(
    work: Work,
    organisation: Organisation,
    *,
    facts: OrganisationFacts,
    centre: CentreFacts | None,
    version: int | None,
) -> None:
    """Correct what is said of a body; `organisation` comes with its names and domains."""
    policy.KEEP.require(work.actor, organisation)
    work.edit(organisation, version)
    _refuse_double(work, facts, besides=organisation.id)

    _write(organisation, facts)
    _appoint(organisation, centre)
    _let_be_found(work, organisation)

    stamp_catalogue(work)
    record(work, "organisation.edited", organisation)


def appoint_centre(work: Work, organisation: Organisation, *, centre: CentreFacts) -> None:
    """Make a body one of the AI centres of the cooperation."""
    policy.KEEP.require(work.actor, organisation)

    _appoint(organisation, centre)

    stamp_catalogue(work)
    record(work, "organisation.appointed_centre", organisation)


def hand_over(what: str, by: Handing) -> None:
    """From now on an office above hands on what it keeps of a body that goes on as another."""
    _handed_over[what] = by


def merge_organisation(
    work: Work, organisation: Organisation, successor: Organisation, *, on: date | None
) -> None:
    """From this day the body goes on as another one; its page stays and leads there.

    Both must be locked.
    """
    policy.KEEP.require(work.actor, organisation)

    _merge(work, organisation, successor, on)


def _merge(
    work: Work, organisation: Organisation, successor: Organisation, on: date | None
) -> None:
    if successor.id == organisation.id:
        raise RuleBroken(_("An organisation cannot go on as itself. Choose another one."))
    if successor.state is not OrganisationState.ACTIVE:
        raise RuleBroken(_("That organisation does not exist any more. Choose one that does."))

    organisation.successor_id, organisation.succeeded_on = successor.id, on
    OrganisationFlow.merge(organisation)
    work.session.flush()
    for hand in _handed_over.values():
        hand(work, organisation, successor)

    stamp_catalogue(work)
    record(work, "organisation.merged", organisation, into=successor.ref)


def close_organisation(work: Work, organisation: Organisation, *, on: date | None) -> None:
    """From this day the body does not exist any more, and nobody goes on in its place."""
    policy.KEEP.require(work.actor, organisation)

    organisation.succeeded_on = on
    OrganisationFlow.close(organisation)

    stamp_catalogue(work)
    record(work, "organisation.closed", organisation)


def reopen_organisation(work: Work, organisation: Organisation) -> None:
    """It was a mistake, or the body was founded anew: it exists."""
    policy.KEEP.require(work.actor, organisation)

    OrganisationFlow.reopen(organisation)
    organisation.successor_id = organisation.succeeded_on = None
    known = {k: v for k, v in organisation.facts.items() if k != "succession_confidence"}
    organisation.facts = known

    stamp_catalogue(work)
    record(work, "organisation.reopened", organisation)


def new_ref(country_code: str) -> str:
    """A public name for a body that no list has named."""
    return f"{country_code.lower()}-{secrets.token_hex(4)}"


def _refuse_double(work: Work, facts: OrganisationFacts, *, besides: int | None = None) -> None:
    twins = queries.twins_of(facts.country_code, facts.name, facts.ror_id)
    for twin in work.session.scalars(twins):
        if twin.id != besides:
            raise RuleBroken(_("There is already %(name)s in this country.", name=twin.name))


def _new(work: Work, facts: OrganisationFacts) -> Organisation:
    organisation = Organisation(ref=facts.ref, facts={}, focus=[], names=[], domains=[])
    work.session.add(organisation)
    return organisation


def _write(organisation: Organisation, facts: OrganisationFacts) -> None:
    local = facts.local
    organisation.kind = facts.kind
    organisation.name = facts.name
    organisation.local_name = local.name if local else None
    organisation.local_name_lang = (local.locale or None) if local else None
    organisation.acronym = facts.acronym
    organisation.country_code = facts.country_code
    organisation.city, organisation.region = facts.city, facts.region
    organisation.zone = facts.zone
    organisation.website = facts.website
    organisation.ror_id = facts.ror_id
    organisation.sort_key = sort_key(facts.name)
    organisation.facts = {**organisation.facts, **facts.others}
    _write_names(organisation, facts)
    _write_domains(organisation, facts.domains)


def _write_names(organisation: Organisation, facts: OrganisationFacts) -> None:
    wanted = {n.name: n for n in reversed(facts.names) if n.name != facts.name}
    for row in [n for n in organisation.names if n.name not in wanted]:
        organisation.names.remove(row)
    rows = {row.name: row for row in organisation.names}
    for name, fact in reversed(wanted.items()):
        if name not in rows:
            rows[name] = OrganisationName(name=name)
            organisation.names.append(rows[name])
        rows[name].kind, rows[name].locale = fact.kind, fact.locale


def _write_domains(organisation: Organisation, domains: Iterable[str]) -> None:
    wanted = dict.fromkeys(domains)
    for row in [d for d in organisation.domains if d.domain not in wanted]:
        organisation.domains.remove(row)
    kept = {row.domain for row in organisation.domains}
    organisation.domains.extend(OrganisationDomain(domain=d) for d in wanted if d not in kept)


def _appoint(organisation: Organisation, centre: CentreFacts | None) -> None:
    organisation.is_centre = centre is not None
    organisation.focus = list(centre.focus) if centre else []
    others = {k: v for k, v in organisation.facts.items() if not k.startswith("centre_")}
    if centre:
        others |= {
            "centre_kind": centre.kind,
            "centre_source": centre.source,
            "centre_confidence": centre.confidence,
        }
    organisation.facts = others


def _let_be_found(work: Work, organisation: Organisation) -> None:
    work.session.flush()
    index_document(work, queries.SEARCHED_AS, organisation.id, text=_names_of(organisation))


def _names_of(organisation: Organisation) -> str:
    """Every name and the city, each on a line of its own, so that none runs into another."""
    names = (n.name for n in organisation.names)
    lines = dict.fromkeys(chain([organisation.name], names, [organisation.city]))
    return "\n".join(line for line in lines if line)


def sort_key(name: str) -> str:
    """By what lists of organisations are ordered: the name without marks and article."""
    return fold(name).removeprefix("the ")[:500]
