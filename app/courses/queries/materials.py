"""Links and files of some dates: for whom they are, in the order that the centre gave them."""

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload

from app.courses.models import CourseRun, Enrolment, Material, Meeting, Teaching
from app.courses.states import EnrolmentState
from app.foundation.actors import Actor, Role, Scope
from app.opportunities.models import Opportunity
from app.opportunities.queries import opportunities_visible_to


def materials_visible_to(actor: Actor) -> Select[Material]:
    """Those for everybody, of dates that one may see; all, for who has a seat, gives or teaches."""
    seat = select(Enrolment.id).where(
        Enrolment.run_id == Material.run_id,
        Enrolment.person_id == actor.user_id,
        Enrolment.state == EnrolmentState.ACCEPTED,
    )
    teaches = (
        select(Teaching.id)
        .join(Teaching.meeting)
        .where(Meeting.run_id == Material.run_id, Teaching.person_id == actor.user_id)
    )
    centres = actor.scopes(Role.CENTRE, Scope.ORGANISATION)
    return (
        select(Material)
        .join(Material.run)
        .where(
            Material.run_id.in_(opportunities_visible_to(actor).with_only_columns(Opportunity.id)),
            or_(
                Material.for_everybody.is_(True),
                CourseRun.organisation_id.in_(centres),
                seat.exists(),
                teaches.exists(),
            ),
        )
    )


def materials_for(session: Session, actor: Actor, run_id: int) -> list[Material]:
    """What this person may open of some dates."""
    query = materials_visible_to(actor).where(Material.run_id == run_id)
    return list(session.scalars(_in_order(query)))


def materials_of(session: Session, run_id: int) -> list[Material]:
    return list(session.scalars(_in_order(select(Material).where(Material.run_id == run_id))))


def _in_order(query: Select[Material]) -> Select[Material]:
    return query.options(joinedload(Material.file), joinedload(Material.meeting)).order_by(
        Material.position, Material.id
    )


def material_to_open(actor: Actor, material_id: int) -> Select[Material]:
    return (
        materials_visible_to(actor)
        .where(Material.id == material_id)
        .options(joinedload(Material.file))
    )
