"""What pages of letters read: whom an applicant asks, what a link opens, what an office sees."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from app.applications.deadlines import CHASED_AFTER, CHASED_BEFORE, letters_count_until
from app.applications.models import (
    Application,
    Letter,
    LetterTerms,
    ReferenceKey,
    ReferenceRequest,
)
from app.applications.queries.visible import seen_by
from app.applications.states import (
    AWAITED,
    IN_PROGRESS,
    ApplicationState,
    KeyKind,
    ReferenceState,
)
from app.foundation.actors import Actor
from app.notifications.models import OutboxMessage
from app.opportunities.models import Opportunity
from app.opportunities.states import OpportunityState

LIVE = frozenset({*AWAITED, ReferenceState.RECEIVED})
# Whose letters are still of use to somebody.
COUNTING = frozenset({ApplicationState.DRAFT, ApplicationState.AWAITING_NOMINATION, *IN_PROGRESS})


@dataclass(frozen=True, slots=True)
class Letters:
    """How it stands with the letters of one application: how many, from whom, until when."""

    least: int
    most: int
    until: datetime | None
    requests: list[ReferenceRequest]

    @property
    def live(self) -> list[ReferenceRequest]:
        return [r for r in self.requests if r.state in LIVE]

    @property
    def listed(self) -> list[ReferenceRequest]:
        """Whom the applicant still has to think of: without those that were replaced."""
        gone = {ReferenceState.REPLACED, ReferenceState.TAKEN_BACK}
        return [r for r in self.requests if r.state not in gone]

    @property
    def answered(self) -> int:
        return sum(r.state is ReferenceState.RECEIVED for r in self.requests)

    @property
    def wanted(self) -> int:
        """Of how many letters the answered ones are: the least, or more if more were asked."""
        return max(self.least, len(self.live))

    @property
    def enough(self) -> bool:
        return self.answered >= self.wanted

    @property
    def may_ask(self) -> bool:
        return len(self.live) < self.most


def terms_of(opportunity_id: int) -> Select[LetterTerms]:
    return select(LetterTerms).where(LetterTerms.opportunity_id == opportunity_id)


def requests_of(application_ids: Collection[int]) -> Select[ReferenceRequest]:
    """In the order in which they were asked, with no word of any letter."""
    return (
        select(ReferenceRequest)
        .where(ReferenceRequest.application_id.in_(application_ids))
        .order_by(ReferenceRequest.id)
    )


def letters(session: Session, application: Application) -> Letters | None:
    """How it stands with its letters; None where the call asks for none. Its call is loaded."""
    terms = session.scalar(terms_of(application.opportunity_id))
    if terms is None:
        return None
    until = letters_count_until(terms.letters_by, application.opportunity.closes_at)
    requests = list(session.scalars(requests_of([application.id])))
    return Letters(terms.least, terms.most, until, requests)


def own_requests(actor: Actor) -> Select[ReferenceRequest]:
    """Requests in the person's own applications, with application and call."""
    return requests_with_letters().where(Application.applicant_id == actor.user_id)


def requests_with_letters() -> Select[ReferenceRequest]:
    """What every verb about a letter needs: the request, its application, its call."""
    return (
        select(ReferenceRequest)
        .join(ReferenceRequest.application)
        .join(Application.opportunity)
        .options(
            contains_eager(ReferenceRequest.application)
            .contains_eager(Application.opportunity)
            .selectinload(Opportunity.texts),
            contains_eager(ReferenceRequest.application)
            .contains_eager(Application.opportunity)
            .joinedload(Opportunity.organisation, innerjoin=True),
            contains_eager(ReferenceRequest.application).joinedload(
                Application.applicant, innerjoin=True
            ),
            selectinload(ReferenceRequest.letter).joinedload(Letter.file),
        )
    )


def request_opened_with(key_hash: str, kind: KeyKind) -> Select[ReferenceRequest]:
    """The one request that this secret opened at some time; `key_with` says whether it still does.

    Nothing is read through the key's own row, so that a lock holds the request alone.
    """
    opened = select(ReferenceKey.request_id).where(
        ReferenceKey.key_hash == key_hash, ReferenceKey.kind == kind
    )
    return requests_with_letters().where(ReferenceRequest.id.in_(opened))


def key_with(key_hash: str, kind: KeyKind) -> Select[ReferenceKey]:
    return select(ReferenceKey).where(ReferenceKey.key_hash == key_hash, ReferenceKey.kind == kind)


def keys_of(request_id: int, kind: KeyKind) -> Select[ReferenceKey]:
    """Those that still open something."""
    return select(ReferenceKey).where(
        ReferenceKey.request_id == request_id,
        ReferenceKey.kind == kind,
        ReferenceKey.ended_at.is_(None),
    )


def requests_visible_to(actor: Actor) -> Select[ReferenceRequest]:
    """As an office sees them: of submitted applications of its calls, never its own."""
    return requests_with_letters().where(
        seen_by(actor),
        Application.submitted_at.is_not(None),
        Application.applicant_id != actor.user_id,
    )


def letters_visible_to(actor: Actor) -> Select[Letter]:
    """Letters that were sent, for the office of the call; about oneself only open ones."""
    mine = Application.applicant_id == actor.user_id
    return (
        select(Letter)
        .join(Letter.request)
        .join(ReferenceRequest.application)
        .join(Application.opportunity)
        .options(
            contains_eager(Letter.request)
            .contains_eager(ReferenceRequest.application)
            .contains_eager(Application.opportunity),
            joinedload(Letter.file),
        )
        .where(
            Letter.submitted_at.is_not(None),
            seen_by(actor),
            or_(~mine, Letter.confidential.is_(False)),
        )
        .order_by(ReferenceRequest.id)
    )


def letters_as_office(actor: Actor, application_id: int) -> Select[Letter]:
    """The letters about one application, for those who decide on it."""
    return letters_visible_to(actor).where(
        Application.id == application_id, Application.applicant_id != actor.user_id
    )


def to_remind(now: datetime) -> Select[ReferenceRequest]:
    """Who may be due for a reminder; `chaser_due` decides. The letter still counts."""
    running = or_(
        Opportunity.state == OpportunityState.PUBLISHED,
        and_(
            Opportunity.state == OpportunityState.CLOSED,
            Application.state != ApplicationState.DRAFT,
        ),
    )
    first, second = (now - wait for wait in CHASED_AFTER)
    until = func.coalesce(LetterTerms.letters_by, Opportunity.closes_at)
    return (
        requests_with_letters()
        .outerjoin(LetterTerms, LetterTerms.opportunity_id == Opportunity.id)
        .where(
            ReferenceRequest.state.in_(AWAITED),
            Application.state.in_(COUNTING),
            running,
            or_(
                until.is_(None),
                until >= now,
                Opportunity.closes_at >= now,
                ReferenceRequest.open_until >= now,
            ),
            or_(
                and_(ReferenceRequest.chased < 1, ReferenceRequest.asked_at <= first),
                and_(ReferenceRequest.chased < 2, ReferenceRequest.asked_at <= second),
                and_(
                    ReferenceRequest.chased < 3,
                    or_(
                        until <= now + CHASED_BEFORE,
                        ReferenceRequest.open_until <= now + CHASED_BEFORE,
                    ),
                ),
            ),
        )
        .order_by(ReferenceRequest.id)
    )


def undelivered(session: Session, requests: Collection[ReferenceRequest]) -> set[int]:
    """Those whose newest mail came back for good: the address is wrong, or refuses us."""
    addresses = {request.email: request.id for request in requests if request.email}
    mails = (
        select(OutboxMessage.address, OutboxMessage.failed_at, OutboxMessage.sent_at)
        .where(
            OutboxMessage.address.in_(addresses),
            OutboxMessage.kind.in_(
                (
                    "applications/letter_asked",
                    "applications/letter_reminder",
                    "applications/letter_infected",
                )
            ),
            or_(OutboxMessage.failed_at.is_not(None), OutboxMessage.sent_at.is_not(None)),
        )
        .order_by(OutboxMessage.id)
    )
    newest = {row.address: row.failed_at is not None for row in session.execute(mails)}
    return {addresses[address] for address, failed in newest.items() if failed}
