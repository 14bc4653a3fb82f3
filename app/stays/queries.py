"""What the pages, the rules and the duties of stays read."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from app.accounts.models import User
from app.accounts.queries import has_office, signs_in_for
from app.applications.models import Application
from app.exchanges.models import Posting
from app.foundation.actors import Actor, Role, Scope
from app.foundation.database import Entity
from app.invitations.models import Invitation
from app.invitations.states import OFFICE, InvitationState
from app.mobility.models import ExchangeNomination
from app.mobility.states import NominationState
from app.notifications.models import Task
from app.opportunities.models import Opportunity, Place
from app.placements.models import Offer
from app.placements.states import OfferState
from app.stays.models import Preparation, Stay, StayChange, StayReport, StayReportFile
from app.stays.states import ChangeState, PreparationState, ReportState, Side, StayState

# Who speaks for a body that hosts people whom a programme sends.
HOSTING = (Role.HOST, Role.CENTRE, Role.COORDINATOR)
TO_CONFIRM = "arrival to confirm"
TO_END = "departure to confirm"
TO_PREPARE = "something to prepare"
TO_ACCEPT = "report to accept"
TO_REPORT = "stay to report on"
LISTED = 200
MOST_AT_ONCE = 100
UNDER_WAY = (StayState.PLANNED, StayState.THERE, StayState.INTERRUPTED)


class Show(StrEnum):
    """Which stays an office looks at."""

    COMING = "coming"
    THERE = "there"
    OVER = "over"


SHOWN = {
    Show.COMING: (StayState.PLANNED,),
    Show.THERE: (StayState.THERE, StayState.INTERRUPTED),
    Show.OVER: (StayState.ENDED, StayState.CALLED_OFF),
}


def offices(stay: Stay, side: Side) -> list[tuple[Role, Scope, int]]:
    """Who speaks for the host, or for who sends the person.

    Students are their international office's; everybody else, everybody's who hosts. Where only an
    invitation names the home, the office of the host writes down what it says.
    """
    if side is Side.HOST:
        roles = HOSTING if stay.nomination_id is None else (Role.COORDINATOR,)
        return [(role, Scope.ORGANISATION, stay.host_id) for role in roles]
    if stay.programme_id is not None:
        return [(Role.MANAGER, Scope.PROGRAMME, stay.programme_id)]
    if stay.invitation_id is not None:
        body = stay.host_id if stay.home_id is None else stay.home_id
        return [(role, Scope.ORGANISATION, body) for role in OFFICE]
    if stay.home_id is not None:
        return [(Role.COORDINATOR, Scope.ORGANISATION, stay.home_id)]
    return []


def stays_visible_to(actor: Actor) -> Select[Stay]:
    """One's own, and those of whom one's institutions host or send, or one's programmes grant."""
    if actor.is_a(Role.SECRETARIAT):
        return select(Stay)
    return select(Stay).where(or_(Stay.person_id == actor.user_id, of_offices(actor)))


def of_offices(actor: Actor) -> ColumnElement[bool]:
    """Those that the actor sees through a role."""
    universities = actor.scopes(Role.COORDINATOR, Scope.ORGANISATION)
    hosts = {one for role in HOSTING for one in actor.scopes(role, Scope.ORGANISATION)}
    homes = {one for role in OFFICE for one in actor.scopes(role, Scope.ORGANISATION)}
    programmes = actor.scopes(Role.MANAGER, Scope.PROGRAMME)
    parts = [
        (universities, Stay.home_id.in_(universities)),
        (universities, and_(Stay.nomination_id.is_not(None), Stay.host_id.in_(universities))),
        (hosts, and_(Stay.offer_id.is_not(None), Stay.host_id.in_(sorted(hosts)))),
        (hosts, and_(Stay.invitation_id.is_not(None), Stay.host_id.in_(sorted(hosts)))),
        (homes, and_(Stay.invitation_id.is_not(None), Stay.home_id.in_(sorted(homes)))),
        (programmes, Stay.programme_id.in_(programmes)),
    ]
    return or_(false(), *(condition for held, condition in parts if held))


def stay_with_all(actor: Actor, stay_id: int) -> Select[Stay]:
    return stays_visible_to(actor).where(Stay.id == stay_id).options(*_around(), *_within())


def own_stays(actor: Actor) -> Select[Stay]:
    """Where one goes, is and was, the latest first."""
    return (
        select(Stay)
        .where(Stay.person_id == actor.user_id)
        .options(*_around())
        .order_by(Stay.starts_on.desc(), Stay.id.desc())
        .limit(LISTED)
    )


def stays_of_office(actor: Actor, show: Show) -> Select[Stay]:
    """Who comes (the next first), who is there (who leaves next first), or who was there."""
    mine = select(Stay) if actor.is_a(Role.SECRETARIAT) else select(Stay).where(of_offices(actor))
    order = {
        Show.COMING: (Stay.starts_on, Stay.id),
        Show.THERE: (Stay.ends_on, Stay.id),
        Show.OVER: (Stay.ends_on.desc(), Stay.id.desc()),
    }[show]
    lists = (selectinload(Stay.preparations), selectinload(Stay.reports))
    return (
        mine.where(Stay.state.in_(SHOWN[show]))
        .options(*_around(), *lists)
        .order_by(*order)
        .limit(LISTED)
    )


def numbers_of_office(session: Session, actor: Actor) -> dict[Show, int]:
    """How many there are of each."""
    mine = select(Stay.state, func.count()).group_by(Stay.state)
    if not actor.is_a(Role.SECRETARIAT):
        mine = mine.where(of_offices(actor))
    found = {row[0]: row[1] for row in session.execute(mine)}
    return {show: sum(found.get(one, 0) for one in states) for show, states in SHOWN.items()}


Part = TypeVar("Part", Preparation, StayChange, StayReport)


def parts_visible_to(actor: Actor, part: type[Part]) -> Select[Part]:
    """Lines, wishes or reports of the stays that one sees."""
    stays = stays_visible_to(actor).with_only_columns(Stay.id)
    return select(part).where(part.stay_id.in_(stays))


def stay_of(actor: Actor, part: type[Part], part_id: int) -> Select[Stay]:
    """The stay that this line, wish or report is of."""
    of_part = select(part.stay_id).where(part.id == part_id)
    return stays_visible_to(actor).where(Stay.id.in_(of_part)).options(*_around(), *_within())


def files_of_report(report_id: int) -> Select[StayReportFile]:
    """What stands beside a report, in the order in which it was added."""
    return (
        select(StayReportFile)
        .where(StayReportFile.report_id == report_id)
        .options(joinedload(StayReportFile.file, innerjoin=True))
        .order_by(StayReportFile.id)
    )


def open_change(stay_id: int) -> Select[StayChange]:
    return select(StayChange).where(
        StayChange.stay_id == stay_id, StayChange.state == ChangeState.ASKED
    )


def _around() -> tuple[ExecutableOption, ...]:
    return (
        joinedload(Stay.person, innerjoin=True).selectinload(User.nationalities),
        joinedload(Stay.host, innerjoin=True),
        joinedload(Stay.home),
        joinedload(Stay.programme),
        joinedload(Stay.opportunity),
        joinedload(Stay.invitation),
    )


def _within() -> tuple[ExecutableOption, ...]:
    """Each part knows its stay, which is there already."""
    return (
        selectinload(Stay.preparations).immediateload(Preparation.stay),
        selectinload(Stay.changes).immediateload(StayChange.stay),
        selectinload(Stay.interruptions),
        selectinload(Stay.reports).immediateload(StayReport.stay),
    )


def _of_stay(stay: ExecutableOption) -> tuple[ExecutableOption, ...]:
    return (
        stay.joinedload(Stay.person, innerjoin=True),  # type: ignore[attr-defined]
        stay.joinedload(Stay.host, innerjoin=True),  # type: ignore[attr-defined]
        stay.joinedload(Stay.home),  # type: ignore[attr-defined]
        stay.joinedload(Stay.programme),  # type: ignore[attr-defined]
        stay.joinedload(Stay.opportunity),  # type: ignore[attr-defined]
        stay.joinedload(Stay.invitation),  # type: ignore[attr-defined]
        stay.selectinload(Stay.preparations),  # type: ignore[attr-defined]
    )


# --- what duties look for


def nominations_without_stay() -> Select[ExchangeNomination]:
    """Verified, and no stay is planned for them yet."""
    planned = select(Stay.id).where(Stay.nomination_id == ExchangeNomination.id)
    return (
        select(ExchangeNomination)
        .where(ExchangeNomination.state == NominationState.VERIFIED, ~planned.exists())
        .options(
            joinedload(ExchangeNomination.person, innerjoin=True).selectinload(User.nationalities),
            joinedload(ExchangeNomination.host, innerjoin=True),
            joinedload(ExchangeNomination.posting, innerjoin=True).joinedload(
                Posting.term, innerjoin=True
            ),
        )
        .order_by(ExchangeNomination.id)
        .limit(MOST_AT_ONCE)
    )


def offers_without_stay() -> Select[Offer]:
    """Accepted, of a programme, with days, and no stay is planned for them yet."""
    planned = select(Stay.id).where(Stay.offer_id == Offer.id)
    first = func.coalesce(Place.starts_on, Opportunity.starts_on)
    last = func.coalesce(Place.ends_on, Opportunity.ends_on)
    return (
        select(Offer)
        .join(Place, Place.id == Offer.place_id)
        .join(Opportunity, Opportunity.id == Place.opportunity_id)
        .where(
            Offer.state == OfferState.ACCEPTED,
            Opportunity.programme_id.is_not(None),
            first <= last,
            ~planned.exists(),
        )
        .options(*_of_offer())
        .order_by(Offer.id)
        .limit(MOST_AT_ONCE)
    )


def invitations_without_stay() -> Select[Invitation]:
    """Certain, of people who have an account, and no stay is planned for them yet."""
    planned = select(Stay.id).where(Stay.invitation_id == Invitation.id)
    return (
        select(Invitation)
        .where(
            Invitation.state == InvitationState.AGREED,
            Invitation.person_id.is_not(None),
            ~planned.exists(),
        )
        .options(
            joinedload(Invitation.person).selectinload(User.nationalities),
            joinedload(Invitation.host, innerjoin=True),
        )
        .order_by(Invitation.id)
        .limit(MOST_AT_ONCE)
    )


def _of_offer() -> tuple[ExecutableOption, ...]:
    place = joinedload(Offer.place, innerjoin=True)
    applicant = joinedload(Offer.application, innerjoin=True).joinedload(
        Application.applicant, innerjoin=True
    )
    return (
        place.joinedload(Place.host, innerjoin=True),
        place.joinedload(Place.opportunity, innerjoin=True),
        applicant.selectinload(User.nationalities),
    )


def stays_without_ground() -> Select[Stay]:
    """Planned, while the nomination or invitation was called off or the offer is held no more."""
    gone = aliased(ExchangeNomination)
    return (
        select(Stay)
        .outerjoin(gone, gone.id == Stay.nomination_id)
        .outerjoin(Offer, Offer.id == Stay.offer_id)
        .outerjoin(Invitation, Invitation.id == Stay.invitation_id)
        .where(
            Stay.state == StayState.PLANNED,
            or_(
                gone.state != NominationState.VERIFIED,
                Offer.state != OfferState.ACCEPTED,
                Invitation.state != InvitationState.AGREED,
            ),
        )
        .options(*_around(), selectinload(Stay.preparations), selectinload(Stay.changes))
        .order_by(Stay.id)
        .limit(MOST_AT_ONCE)
    )


def stays_not_begun(now: datetime, patience: timedelta) -> Select[Stay]:
    """Whose first day is over for so long that the host should have said something."""
    return (
        select(Stay)
        .where(
            Stay.state == StayState.PLANNED,
            Stay.starts_on <= (now - patience).date(),
            _not_asked(TO_CONFIRM, Stay),
        )
        .options(*_around())
        .order_by(Stay.id)
        .limit(MOST_AT_ONCE)
    )


def stays_not_ended(today: date) -> Select[Stay]:
    """Whose last day is over."""
    return (
        select(Stay)
        .where(
            Stay.state.in_((StayState.THERE, StayState.INTERRUPTED)),
            Stay.ends_on < today,
            _not_asked(TO_END, Stay),
        )
        .options(*_around())
        .order_by(Stay.id)
        .limit(MOST_AT_ONCE)
    )


def preparations_due(by: date) -> Select[Preparation]:
    """Open lines of planned stays that are due by this day."""
    return (
        select(Preparation)
        .join(Preparation.stay)
        .where(
            Preparation.state == PreparationState.OPEN,
            Preparation.due_on <= by,
            Stay.state == StayState.PLANNED,
            _not_asked(TO_PREPARE, Preparation),
        )
        .options(*_of_stay(joinedload(Preparation.stay, innerjoin=True)))
        .order_by(Preparation.due_on, Preparation.id)
        .limit(MOST_AT_ONCE)
    )


def reports_due(by: date) -> Select[StayReport]:
    """Reports that are waited for by this day, of stays that began."""
    return (
        select(StayReport)
        .join(StayReport.stay)
        .where(
            StayReport.state.in_((ReportState.WAITED_FOR, ReportState.RETURNED)),
            StayReport.due_on <= by,
            Stay.state.in_((StayState.THERE, StayState.INTERRUPTED, StayState.ENDED)),
            _not_asked(TO_REPORT, StayReport),
        )
        .options(*_of_stay(joinedload(StayReport.stay, innerjoin=True)))
        .order_by(StayReport.due_on, StayReport.id)
        .limit(MOST_AT_ONCE)
    )


def home_has_left(session: Session, stay: Stay) -> bool:
    """Whether nobody of the home of who was invited signs in here."""
    return stay.invitation_id is not None and not (
        stay.home_id is not None and has_office(session, stay.home_id, *OFFICE)
    )


def reports_of_homes_that_left() -> Select[StayReport]:
    """Sent, of who was invited, where nobody of the home signs in any more."""
    asked = _not_asked(TO_ACCEPT, StayReport, Task.scope_id == Stay.host_id)
    return (
        select(StayReport)
        .join(StayReport.stay)
        .where(
            StayReport.state == ReportState.SENT,
            Stay.invitation_id.is_not(None),
            Stay.home_id.is_not(None),
            ~signs_in_for(Stay.home_id, *OFFICE),
            asked,
        )
        .options(*_of_stay(joinedload(StayReport.stay, innerjoin=True)))
        .order_by(StayReport.due_on, StayReport.id)
        .limit(MOST_AT_ONCE)
    )


def _not_asked(kind: str, subject: type[Entity], *of: ColumnElement[bool]) -> ColumnElement[bool]:
    """Nobody is asked for it already, so that each round of a duty finds what is new."""
    asked = select(Task.id).where(
        Task.kind == kind, Task.subject_id == subject.id, Task.done_at.is_(None), *of
    )
    return ~asked.exists()
