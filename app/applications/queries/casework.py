"""What an office keeps about its cases, and who may read it."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Row,
    ScalarSelect,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session, contains_eager, joinedload

from app.accounts.models import RoleGrant, User
from app.applications.models import (
    Application,
    ApplicationTag,
    CaseNote,
    CaseOfficer,
    CaseTask,
    Tag,
)
from app.applications.queries.visible import applications_visible_to, seen_by
from app.applications.states import NoteLevel
from app.foundation import languages
from app.foundation.actors import Actor, Role, Scope
from app.opportunities.models import Opportunity
from app.opportunities.states import BY_CENTRES, BY_OFFICES, offices_of


def cases_visible_to(actor: Actor) -> Select[Application]:
    """The submitted applications of the offices that this person works in; never the own one."""
    return applications_visible_to(actor).where(
        Application.submitted_at.is_not(None), Application.applicant_id != actor.user_id
    )


def notes_visible_to(actor: Actor) -> Select[CaseNote]:
    """What the office wrote for itself, and one's own; what others keep to themselves is not."""
    return (
        select(CaseNote)
        .join(CaseNote.application)
        .join(Opportunity, Opportunity.id == Application.opportunity_id)
        .options(contains_eager(CaseNote.application))
        .where(
            seen_by(actor),
            Application.applicant_id != actor.user_id,
            CaseNote.removed_at.is_(None),
            or_(CaseNote.level != NoteLevel.MINE, CaseNote.author_id == actor.user_id),
        )
    )


def notes_for_reviewers(session: Session, application_id: int) -> list[Row[Any]]:
    """The notes that the office wrote for those who review an application, oldest first."""
    asked = {"application": application_id}
    return list(session.connection().execute(_notes_for_reviewers(), asked))


@lru_cache
def _notes_for_reviewers() -> Select[int, str]:
    """Made once: `application` is filled in."""
    return written_for_reviewers(bindparam("application")).order_by(CaseNote.id)


def written_for_reviewers(application_id: ColumnElement[int]) -> Select[int, str]:
    """The same of any application, for statements that ask whether there are any."""
    return select(CaseNote.id, CaseNote.body).where(
        CaseNote.application_id == application_id,
        CaseNote.level == NoteLevel.REVIEWERS,
        CaseNote.removed_at.is_(None),
    )


def tasks_visible_to(actor: Actor) -> Select[CaseTask]:
    """What is to be done in the offices that this person works in."""
    return (
        select(CaseTask)
        .join(CaseTask.application)
        .join(Opportunity, Opportunity.id == Application.opportunity_id)
        .options(
            contains_eager(CaseTask.application).contains_eager(Application.opportunity),
            joinedload(CaseTask.holder),
        )
        .where(seen_by(actor), Application.applicant_id != actor.user_id)
    )


def open_tasks(actor: Actor, application_id: int) -> Select[CaseTask]:
    """What is still to be done about an application, soonest due first."""
    return (
        tasks_visible_to(actor)
        .where(CaseTask.application_id == application_id, CaseTask.done_at.is_(None))
        .order_by(CaseTask.due_at, CaseTask.id)
    )


def newest_notes(actor: Actor, application_id: int, *, most: int = 3) -> Select[CaseNote]:
    """The newest notes on an application that this person may read."""
    return (
        notes_visible_to(actor)
        .where(CaseNote.application_id == application_id)
        .order_by(CaseNote.id.desc())
        .limit(most)
    )


def officer_of(session: Session, application_id: int) -> CaseOfficer | None:
    query = select(CaseOfficer).options(joinedload(CaseOfficer.officer))
    return session.scalar(query.where(CaseOfficer.application_id == application_id))


def tags_of(session: Session, application_id: int) -> Sequence[Tag]:
    """The tags on an application, by name."""
    query = select(Tag).join(ApplicationTag, ApplicationTag.tag_id == Tag.id)
    return session.scalars(
        query.where(ApplicationTag.application_id == application_id).order_by(Tag.folded)
    ).all()


def tags_of_programme(programme_id: int) -> Select[Tag]:
    return select(Tag).where(Tag.programme_id == programme_id).order_by(Tag.folded).limit(200)


def office_people(opportunity: Any) -> Select[User]:
    """Who works in the office of an opportunity, by name."""
    granted = exists().where(RoleGrant.user_id == User.id, _is_in_office(opportunity))
    return select(User).where(granted, User.active.is_(True)).order_by(User.sort_key, User.id)


def _is_in_office(of: Any) -> ColumnElement[bool]:
    """A grant on the programme of an opportunity, or on the body that decides on it."""
    return or_(
        and_(
            RoleGrant.scope == Scope.PROGRAMME,
            RoleGrant.scope_id == of.programme_id,
            RoleGrant.role.in_((Role.MANAGER, Role.APPROVER)),
        ),
        and_(
            RoleGrant.scope == Scope.ORGANISATION,
            RoleGrant.scope_id == of.organisation_id,
            or_(
                *(
                    and_(of.kind == kind, RoleGrant.role.in_(offices_of(kind)))
                    for kind in (*BY_CENTRES, *BY_OFFICES)
                )
            ),
        ),
    )


class Named(NamedTuple):
    """A tag or a colleague, to choose from."""

    id: int
    name: str


def tags_as_text() -> ScalarSelect[str]:
    """The tags of an opportunity's office as one text, for `read_named`; read with its row."""
    tags = (
        select(cast(Tag.id, String).concat("\t").concat(Tag.name).label("tag"))
        .where(Tag.programme_id == Opportunity.programme_id)
        .correlate(Opportunity)
        .subquery()
    )
    return select(func.aggregate_strings(tags.c.tag, "\n")).scalar_subquery()


def office_as_text() -> ScalarSelect[str]:
    """Who works in an opportunity's office, in the same way."""
    shown = case(
        (User.called_name != "", User.called_name),
        (User.passport_name != "", User.passport_name),
        (User.native_name != "", User.native_name),
        else_=User.email,
    )
    held = (
        select(RoleGrant.user_id)
        .where(_is_in_office(Opportunity))
        .distinct()
        .correlate(Opportunity)
        .subquery()
    )
    # One look for each who holds a role: joined, PostgreSQL may go through all people there are.
    person = (
        select(cast(User.id, String).concat("\t").concat(shown))
        .where(User.id == held.c.user_id, User.active.is_(True))
        .correlate(held)
        .scalar_subquery()
    )
    return select(func.aggregate_strings(person, "\n")).select_from(held).scalar_subquery()


def read_named(text: str | None) -> list[Named]:
    """What `tags_as_text` or `office_as_text` gave, in the order of the reader's language."""
    found = []
    for line in text.split("\n") if text else ():
        number, _tab, name = line.partition("\t")
        found.append(Named(int(number), name))
    return sorted(found, key=lambda one: (languages.in_order(one.name), one.id))
