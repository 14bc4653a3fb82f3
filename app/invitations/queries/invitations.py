"""Invitations as their sides, their offices, their links and duties read them."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, tuple_
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from app.accounts.models import User
from app.accounts.queries import has_office
from app.foundation.actors import Actor, Role, Scope
from app.foundation.search.folding import fold
from app.invitations.models import (
    Invitation,
    InvitationAnswer,
    InvitationKey,
    InvitationLetter,
)
from app.invitations.states import DRAFTERS, OFFICE, WAITING, InvitationState, Side, opened_by
from app.notifications.models import Task
from app.organisations.models import Organisation
from app.organisations.states import OrganisationState
from app.projects.models import Project
from app.research_stays.models import ResearchStayCall

LISTED = 200
PAGE = 25
MOST_AT_ONCE = 100
MOST_WORDS = 6
TO_SEND = "invitation to send"
TO_ANSWER = "invitation to answer"
TO_AGREE = "invitation to agree to"
TO_REACH = "home to reach"
TO_FOLLOW_UP = "invitation without answer"


class Show(StrEnum):
    """Which invitations an office looks at."""

    PREPARED = "prepared"
    WAITING = "waiting"
    CERTAIN = "certain"
    OVER = "over"


SHOWN = {
    Show.PREPARED: (InvitationState.DRAFT,),
    Show.WAITING: WAITING,
    Show.CERTAIN: (InvitationState.AGREED,),
    Show.OVER: (InvitationState.DECLINED, InvitationState.WITHDRAWN, InvitationState.CANCELLED),
}


def hosts_of(actor: Actor, roles: Sequence[Role] = DRAFTERS) -> list[int]:
    """The bodies for which the actor holds one of these roles."""
    return sorted({one for role in roles for one in actor.scopes(role, Scope.ORGANISATION)})


def own_hosts(actor: Actor) -> Select[Organisation]:
    return (
        select(Organisation)
        .where(Organisation.id.in_(hosts_of(actor)), Organisation.state == OrganisationState.ACTIVE)
        .order_by(Organisation.sort_key, Organisation.id)
    )


def bodies_of(actor: Actor) -> Select[Organisation]:
    """Those for which the actor has a part in invitations, also where they are no more active."""
    return (
        select(Organisation).where(Organisation.id.in_(hosts_of(actor))).order_by(Organisation.id)
    )


def own_host(actor: Actor, host_id: int) -> Select[Organisation]:
    return own_hosts(actor).where(Organisation.id == host_id)


def _is_of(actor: Actor) -> ColumnElement[bool]:
    """Invites this person: by account, else by the address with which they sign in."""
    if actor.user_id is None:
        return false()
    return or_(
        Invitation.person_id == actor.user_id,
        and_(Invitation.person_id.is_(None), Invitation.person_email == actor.email.lower()),
    )


def of_offices(actor: Actor) -> ColumnElement[bool]:
    """Those that the actor sees through a role for the host or the home."""
    return or_(
        Invitation.host_id.in_(hosts_of(actor)),
        and_(Invitation.home_id.in_(hosts_of(actor, OFFICE)), Invitation.accepted_at.is_not(None)),
    )


def invitations_visible_to(actor: Actor) -> Select[Invitation]:
    """One's own that were sent, those of one's host, and of one's home once they were accepted."""
    query = select(Invitation)
    if actor.guest_of is not None:
        kind, number = actor.guest_of
        opened = kind in {opened_by(Side.PERSON), opened_by(Side.HOME)}
        return query.where(Invitation.id == number if opened else false())
    parts = [and_(_is_of(actor), Invitation.sent_at.is_not(None)), of_offices(actor)]
    if actor.is_a(Role.SECRETARIAT):
        parts.append(Invitation.sent_at.is_not(None))
    return query.where(or_(*parts))


def around() -> tuple[ExecutableOption, ...]:
    return (
        joinedload(Invitation.host, innerjoin=True),
        joinedload(Invitation.home),
        joinedload(Invitation.person),
        joinedload(Invitation.call).selectinload(ResearchStayCall.texts),
    )


def everything() -> tuple[ExecutableOption, ...]:
    letters = selectinload(Invitation.letters)
    answers = letters.selectinload(InvitationLetter.answers)
    return (
        *around(),
        selectinload(Invitation.paid),
        joinedload(Invitation.project).selectinload(Project.texts),
        letters.joinedload(InvitationLetter.sent_by, innerjoin=True),
        answers.joinedload(InvitationAnswer.by),
        answers.joinedload(InvitationAnswer.file),
    )


def invitation_with_all(actor: Actor, invitation_id: int) -> Select[Invitation]:
    return (
        invitations_visible_to(actor)
        .where(Invitation.id == invitation_id)
        .options(*everything())
        .execution_options(populate_existing=True)
    )


def own_invitations(actor: Actor) -> Select[Invitation]:
    """What one was invited to, what waits first."""
    return (
        select(Invitation)
        .where(_is_of(actor), Invitation.sent_at.is_not(None))
        .options(*around())
        .order_by(Invitation.state.not_in(WAITING), Invitation.id.desc())
        .limit(LISTED)
    )


def listed_for(actor: Actor, text: str, call_id: int | None) -> list[ColumnElement[bool]]:
    """Of one's institutions, with these words in a name or address, and for this call."""
    mine = of_offices(actor)
    if actor.is_a(Role.SECRETARIAT):
        mine = or_(mine, Invitation.sent_at.is_not(None))
    words = fold(text).split()[:MOST_WORDS]
    of_call = [] if call_id is None else [Invitation.call_id == call_id]
    return [
        mine,
        *of_call,
        *(Invitation.found_by.contains(word, autoescape=True) for word in words),
    ]


def invitations_of_office(
    actor: Actor, show: Show, *, text: str = "", call_id: int | None = None
) -> Select[Invitation]:
    """Whom one's institutions invite, and who of theirs is invited; the next first."""
    later = (Invitation.starts_on.desc(), Invitation.id.desc())
    return (
        select(Invitation)
        .where(*listed_for(actor, text, call_id), Invitation.state.in_(SHOWN[show]))
        .options(*around())
        .order_by(*(later if show is Show.OVER else (Invitation.starts_on, Invitation.id)))
    )


def page_of_office(
    actor: Actor,
    show: Show,
    *,
    text: str = "",
    call_id: int | None = None,
    after: int | None = None,
) -> Select[Invitation]:
    """A page of them and one more, after the one with this id."""
    query = invitations_of_office(actor, show, text=text, call_id=call_id).limit(PAGE + 1)
    if after is None:
        return query
    day = select(Invitation.starts_on).where(Invitation.id == after).scalar_subquery()
    here, there = tuple_(Invitation.starts_on, Invitation.id), tuple_(day, after)
    return query.where(here < there if show is Show.OVER else here > there)


def numbers_of_office(
    session: Session, actor: Actor, *, text: str = "", call_id: int | None = None
) -> dict[Show, int]:
    rows = session.execute(
        select(Invitation.state, func.count())
        .where(*listed_for(actor, text, call_id))
        .group_by(Invitation.state)
    )
    found = {row[0]: row[1] for row in rows}
    return {show: sum(found.get(one, 0) for one in states) for show, states in SHOWN.items()}


def home_signs_in(session: Session, invitation: Invitation) -> bool:
    """Whether the home has an office here: then nobody answers for it."""
    return invitation.home_id is not None and has_office(session, invitation.home_id, *OFFICE)


def account_of(address: str) -> Select[User]:
    """The account with this address, confirmed by whoever reads its mail."""
    return select(User).where(
        User.email == address, User.active.is_(True), User.confirmed_at.is_not(None)
    )


# --- links


def key_with(key_hash: str) -> Select[InvitationKey]:
    return select(InvitationKey).where(InvitationKey.key_hash == key_hash)


def keys_of(invitation_id: int, side: Side) -> Select[InvitationKey]:
    """The links that were sent to a side, the newest first."""
    return (
        select(InvitationKey)
        .where(InvitationKey.invitation_id == invitation_id, InvitationKey.side == side)
        .order_by(InvitationKey.id.desc())
    )


def invitation_by_link(invitation_id: int) -> Select[Invitation]:
    return (
        select(Invitation)
        .where(Invitation.id == invitation_id)
        .options(*everything())
        .execution_options(populate_existing=True)
    )


def letter_with_code(code: str) -> Select[InvitationLetter]:
    """For whoever checks a letter on paper."""
    whole = joinedload(InvitationLetter.invitation, innerjoin=True)
    return (
        select(InvitationLetter)
        .where(InvitationLetter.code == code)
        .options(
            whole.joinedload(Invitation.host, innerjoin=True),
            whole.joinedload(Invitation.home),
            whole.selectinload(Invitation.letters),
        )
    )


# --- what duties look for


def to_follow_up(now: datetime) -> Select[Invitation]:
    """Whose moment to answer is over, and whose host is not asked about it yet."""
    asked = select(Task.id).where(
        Task.kind == TO_FOLLOW_UP, Task.subject_id == Invitation.id, Task.done_at.is_(None)
    )
    return (
        select(Invitation)
        .where(Invitation.state.in_(WAITING), Invitation.answer_by < now, ~asked.exists())
        .options(*around())
        .order_by(Invitation.answer_by, Invitation.id)
        .limit(MOST_AT_ONCE)
    )


def to_be_known() -> Select[Invitation, int]:
    """Invitations of people who have an account by now, with that account's id."""
    return (
        select(Invitation, User.id)
        .join(User, User.email == Invitation.person_email)
        .where(
            Invitation.person_id.is_(None),
            Invitation.sent_at.is_not(None),
            User.active.is_(True),
            User.confirmed_at.is_not(None),
        )
        .options(joinedload(Invitation.host, innerjoin=True))
        .order_by(Invitation.id)
        .limit(MOST_AT_ONCE)
    )
