"""What pages, rules and duties read of what came of stays."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, Text, cast, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.accounts.models import User
from app.foundation.actors import Actor
from app.invitations.models import Invitation
from app.notifications.models import Task
from app.organisations.models import Organisation
from app.outcomes.models import Outcome
from app.outcomes.states import OPEN, OutcomeState
from app.projects.models import Project
from app.projects.states import ProjectState
from app.research_stays.models import ResearchStayCall
from app.stays.models import Stay
from app.stays.queries import stays_visible_to
from app.stays.states import StayState

LISTED = 200
SHOWN = 20
MOST_AT_ONCE = 100
TO_TELL = "outcome to tell"
TO_CONFIRM = "outcome to confirm"
LATE = "outcome is late"


def outcomes_visible_to(actor: Actor) -> Select[Outcome]:
    """Of the stays that one sees."""
    stays = stays_visible_to(actor).with_only_columns(Stay.id)
    return select(Outcome).where(Outcome.stay_id.in_(stays))


def _whole(query: Select[Outcome]) -> Select[Outcome]:
    stay = joinedload(Outcome.stay, innerjoin=True)
    invitation = stay.joinedload(Stay.invitation)
    return query.options(
        selectinload(Outcome.results),
        stay.joinedload(Stay.person, innerjoin=True),
        stay.joinedload(Stay.host, innerjoin=True),
        stay.joinedload(Stay.home),
        invitation.joinedload(Invitation.project).selectinload(Project.texts),
        invitation.joinedload(Invitation.call).selectinload(ResearchStayCall.texts),
    ).execution_options(populate_existing=True)


def outcome_with_all(actor: Actor, outcome_id: int) -> Select[Outcome]:
    return _whole(outcomes_visible_to(actor).where(Outcome.id == outcome_id))


def outcomes_of_stays(actor: Actor) -> Select[Outcome]:
    """What waits first, then the newest."""
    return (
        _whole(outcomes_visible_to(actor))
        .order_by(Outcome.state == OutcomeState.CONFIRMED, Outcome.due_on.desc(), Outcome.id.desc())
        .limit(LISTED)
    )


def outcome_of_stay(stay_id: int) -> Select[int]:
    return select(Outcome.id).where(Outcome.stay_id == stay_id)


def public_outcome(outcome_id: int) -> Select[Outcome]:
    """One that both sides show to the world."""
    return _whole(select(Outcome).where(Outcome.id == outcome_id, Outcome.shown, Outcome.published))


def _public() -> Select[*tuple[Any, ...]]:
    """Those of the world, as lists of other pages show them: the newest first.

    The title is who was there and of which home, the state the kind of the stay.
    """
    home = func.coalesce(Organisation.name, Invitation.home_name)
    newest = (Stay.left_on.desc(), Outcome.id.desc())
    return (
        select(
            cast(Outcome.id, Text).label("ref"),
            (User.passport_name + " · " + home).label("title"),
            Outcome.done.label("summary"),
            Outcome.written_in,
            cast(Invitation.purpose_kind, Text).label("state"),
            func.row_number()
            .over(order_by=(Stay.left_on.desc(), Outcome.id.desc()))
            .label("place"),
        )
        .join(Stay, Stay.id == Outcome.stay_id)
        .join(User, User.id == Stay.person_id)
        .join(Invitation, Invitation.id == Stay.invitation_id)
        .outerjoin(Organisation, Organisation.id == Stay.home_id)
        .where(Outcome.shown, Outcome.published)
        .order_by(*newest)
        .limit(SHOWN)
    )


def outcomes_at(host_id: int) -> Select[*tuple[Any, ...]]:
    """What the world reads of research stays with a host."""
    return _public().where(Stay.host_id == host_id)


def outcomes_of_project(session: Session, project_id: int) -> Sequence[Row[Any]]:
    """The same of a project that was published."""
    of_project = (
        _public()
        .join(Project, Project.id == Invitation.project_id)
        .where(Project.id == project_id, Project.state != ProjectState.DRAFT)
    )
    return session.execute(of_project).all()


# --- what duties look for


def stays_without_outcome() -> Select[Stay]:
    """Over, of who was invited, and nobody was asked what came of it."""
    asked = select(Outcome.id).where(Outcome.stay_id == Stay.id)
    return (
        select(Stay)
        .where(Stay.state == StayState.ENDED, Stay.invitation_id.is_not(None), ~asked.exists())
        .options(joinedload(Stay.person, innerjoin=True), joinedload(Stay.host, innerjoin=True))
        .order_by(Stay.id)
        .limit(MOST_AT_ONCE)
    )


def late_outcomes(today: date) -> Select[Outcome]:
    """Whose day is over, and whose host was not told so."""
    told = select(Task.id).where(
        Task.kind == LATE, Task.subject_id == Outcome.id, Task.done_at.is_(None)
    )
    return _whole(
        select(Outcome)
        .where(Outcome.state.in_(OPEN), Outcome.due_on < today, ~told.exists())
        .order_by(Outcome.due_on, Outcome.id)
        .limit(MOST_AT_ONCE)
    )
