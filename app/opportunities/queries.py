"""Everything opportunities reads: a function returns a Select or a plain value, never writes."""

from datetime import UTC, datetime
from typing import Any, TypedDict

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    case,
    cast,
    false,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session

from app.foundation.actors import Actor, Role, Scope
from app.opportunities.browsing import first_week_shown
from app.opportunities.models import (
    LaterDeadline,
    Opportunity,
    OpportunityText,
    Programme,
    UnmetSearch,
)
from app.opportunities.states import BY_CENTRES, BY_OFFICES, OFFICES, Kind, offices_of


def programmes_of(actor: Actor, *roles: Role) -> list[int]:
    """The programmes on which the actor has one of the roles."""
    return sorted({i for role in roles for i in actor.scopes(role, Scope.PROGRAMME)})


class Office(TypedDict):
    """Who decides on the applications for an opportunity, as tasks and grants name them."""

    role: Role
    scope: Scope
    scope_id: int | None


def office_of(opportunity: Any, role: Role = Role.MANAGER) -> Office:
    """The managers of its programme (or, told so, its approvers); or the body that gives it."""
    if offices_of(opportunity.kind):
        return Office(
            role=opportunity.decided_by,
            scope=Scope.ORGANISATION,
            scope_id=opportunity.organisation_id,
        )
    return Office(role=role, scope=Scope.PROGRAMME, scope_id=opportunity.programme_id)


def is_decided_by(actor: Actor, of: type[Opportunity] = Opportunity) -> ColumnElement[bool]:
    """Those whose applications the actor decides on (policy.decides_on)."""
    return or_(of.programme_id.in_(programmes_of(actor, Role.MANAGER)), _is_given_by(actor, of))


def is_worked_on_by(actor: Actor, of: type[Opportunity] = Opportunity) -> ColumnElement[bool]:
    """Those in whose office the actor works: who approves and does not decide is in it, too."""
    programmes = programmes_of(actor, Role.MANAGER, Role.APPROVER)
    return or_(of.programme_id.in_(programmes), _is_given_by(actor, of))


def _is_given_by(actor: Actor, of: type[Opportunity]) -> ColumnElement[bool]:
    """Of one's centre, or of the body in whose office one is; see `policy.gives_it`."""
    centres = actor.scopes(Role.CENTRE, Scope.ORGANISATION)
    bodies = sorted({one for role in OFFICES for one in actor.scopes(role, Scope.ORGANISATION)})
    given = [
        and_(of.kind.in_(kinds), of.organisation_id.in_(at))
        for kinds, at in ((BY_CENTRES, centres), (BY_OFFICES, bodies))
        if at
    ]
    return or_(false(), *given)


def opportunities_visible_to(actor: Actor) -> Select[Opportunity]:
    """What this person may see: all that was published, and the drafts of one's own offices."""
    return select(Opportunity).where(is_visible_to(actor))


def is_visible_to(actor: Actor, of: type[Opportunity] = Opportunity) -> ColumnElement[bool]:
    """The same as a condition on the row itself: looking among all ids would grow with them."""
    if actor.is_a(Role.SECRETARIAT):
        return true()
    universities = actor.scopes(Role.COORDINATOR, Scope.ORGANISATION)
    return or_(
        of.published_at.is_not(None),
        is_worked_on_by(actor, of),
        and_(of.kind == Kind.EXCHANGE, of.organisation_id.in_(universities)),
    )


def programmes_by_name(session: Session) -> list[tuple[int, str]]:
    """Every programme's id and name: on what managers and approvers are appointed."""
    rows = session.execute(select(Programme.id, Programme.name).order_by(Programme.name).limit(500))
    return [(row.id, row.name) for row in rows]


def text_in(opportunity_id: int, locale: str) -> Select[OpportunityText]:
    return select(OpportunityText).where(
        OpportunityText.opportunity_id == opportunity_id, OpportunityText.locale == locale
    )


def next_ref(session: Session, letters: str, now: datetime) -> str:
    """The next free number of the year, after these letters: EXC-27-03."""
    prefix = f"{letters}-{now.astimezone(UTC):%y}-"
    refs = session.scalars(select(Opportunity.ref).where(Opportunity.ref.startswith(prefix)))
    numbers = [int(ref.removeprefix(prefix)) for ref in refs if ref[len(prefix) :].isdigit()]
    return f"{prefix}{max(numbers, default=0) + 1:02}"


def title_in(locale: str) -> list[ColumnElement[Any]]:
    """The title in the reader's language where there is one, and the language it is in."""
    own = (
        select(OpportunityText.title)
        .where(OpportunityText.opportunity_id == Opportunity.id, OpportunityText.locale == locale)
        .correlate(Opportunity)
        .scalar_subquery()
    )
    return [
        func.coalesce(own, Opportunity.title).label("title"),
        case((own.is_(None), Opportunity.original_locale), else_=locale).label("title_locale"),
    ]


def later_deadline(actor: Actor) -> ColumnElement[Any]:
    """The last moment that was given to this person or to nationals like them, or null.

    A column of a statement about Opportunity.
    """
    return (
        select(func.max(LaterDeadline.closes_at))
        .where(
            LaterDeadline.opportunity_id == Opportunity.id,
            or_(
                LaterDeadline.person_id == actor.user_id,
                LaterDeadline.country_code.in_(actor.nationalities),
            ),
        )
        .correlate(Opportunity)
        .scalar_subquery()
    )


def own_deadline(session: Session, actor: Actor, opportunity_id: int) -> datetime | None:
    """The deadline that was given to this person beyond everybody's, or None."""
    query = select(later_deadline(actor)).where(Opportunity.id == opportunity_id)
    found: datetime | None = session.scalar(query)
    return found


def closes_for(actor: Actor) -> ColumnElement[Any]:
    """When an opportunity closes for this person: everybody's deadline, or a later one's own."""
    own = later_deadline(actor)
    return case((own > Opportunity.closes_at, own), else_=Opportunity.closes_at)


FEWEST_SEARCHES = 3
MOST_SEARCHES = 8


def unmet_searches(now: datetime) -> ColumnElement[str | None]:
    """What was looked for in vain in the last weeks, often enough to be told, as one column.

    A column of any statement, so that a page need not ask once more: `read_unmet` reads it.
    """
    number = func.sum(UnmetSearch.number)
    often = (
        select(UnmetSearch.words, number.label("number"))
        .where(UnmetSearch.week_on >= first_week_shown(now))
        .group_by(UnmetSearch.words)
        .having(number >= FEWEST_SEARCHES)
        .order_by(number.desc(), UnmetSearch.words)
        .limit(MOST_SEARCHES)
        .subquery()
    )
    line = cast(often.c.number, String) + " " + often.c.words
    return select(func.aggregate_strings(line, "\n")).scalar_subquery().label("unmet")


def read_unmet(column: str | None) -> list[tuple[str, int]]:
    """(words, how often), the most wanted first."""
    lines = [line.split(" ", maxsplit=1) for line in (column or "").splitlines()]
    return sorted(((words, int(number)) for number, words in lines), key=lambda o: (-o[1], o[0]))
