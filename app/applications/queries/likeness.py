"""Applications that look alike, as the office that sees both may read of them."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager

from app.applications.likeness import MOST_ALIKE, File, Mark, Verdict
from app.applications.models import (
    Application,
    Document,
    DocumentSlot,
    IdentityMark,
    Likeness,
    Submission,
)
from app.files.models import StoredFile
from app.files.states import APART, FileState
from app.foundation.actors import Actor, Role
from app.opportunities.models import FormVersion, Opportunity
from app.opportunities.queries import is_decided_by, is_worked_on_by

PAGE = 25


def likenesses_visible_to(actor: Actor) -> Select[Likeness]:
    """Pairs of which one works in the offices of both, and neither is one's own.

    What only documents that are kept apart tell is seen by who may open both.
    """
    sides = ((aliased(Application), aliased(Opportunity)) for _side in range(2))
    (first, its_call), (second, other_call) = sides
    calls = (its_call, other_call)
    query = (
        select(Likeness)
        .join(first, Likeness.first_id == first.id)
        .join(its_call, first.opportunity_id == its_call.id)
        .join(second, Likeness.second_id == second.id)
        .join(other_call, second.opportunity_id == other_call.id)
        .options(
            contains_eager(Likeness.first.of_type(first)).contains_eager(
                first.opportunity.of_type(its_call)
            ),
            contains_eager(Likeness.second.of_type(second)).contains_eager(
                second.opportunity.of_type(other_call)
            ),
        )
        .where(
            first.submitted_at.is_not(None),
            second.submitted_at.is_not(None),
            first.applicant_id != actor.user_id,
            second.applicant_id != actor.user_id,
            or_(Likeness.shown, and_(*(is_decided_by(actor, call) for call in calls))),
        )
    )
    if actor.is_a(Role.SECRETARIAT):
        return query
    return query.where(*(is_worked_on_by(actor, call) for call in calls))


def of_call(opportunity_id: int) -> ColumnElement[bool]:
    return or_(Likeness.first_call_id == opportunity_id, Likeness.second_call_id == opportunity_id)


def of_application(application_id: int) -> ColumnElement[bool]:
    return or_(Likeness.first_id == application_id, Likeness.second_id == application_id)


def alike_in_call(
    actor: Actor, opportunity_id: int, *, settled: bool, before: int | None = None
) -> Select[Likeness]:
    """A page of a call's pairs and one more, those found last first."""
    query = likenesses_visible_to(actor).where(of_call(opportunity_id))
    open_ones = Likeness.verdict == Verdict.OPEN
    query = query.where(~open_ones if settled else open_ones)
    if before is not None:
        query = query.where(Likeness.id < before)
    return query.order_by(Likeness.id.desc()).limit(PAGE + 1)


def alike_to(actor: Actor, application_id: int) -> Select[Likeness]:
    """What looks like this application, as far as the page of one has room for it."""
    query = likenesses_visible_to(actor).where(of_application(application_id))
    return query.order_by(Likeness.id.desc()).limit(PAGE)


def newest_content(session: Session, application_ids: Iterable[int]) -> dict[int, Submission]:
    """What was sent last of each application, by its id."""
    query = (
        select(Submission)
        .where(Submission.application_id.in_(list(application_ids)))
        .order_by(Submission.number)
    )
    return {submission.application_id: submission for submission in session.scalars(query)}


def files_of(session: Session, application_ids: Iterable[int]) -> dict[int, list[File]]:
    """The files that an application has now: neither taken out nor erased."""
    query = (
        select(
            Document.application_id, DocumentSlot.kind, StoredFile.sha256, StoredFile.sensitivity
        )
        .join(DocumentSlot, DocumentSlot.id == Document.slot_id)
        .join(StoredFile, StoredFile.id == Document.file_id)
        .where(
            Document.application_id.in_(list(application_ids)),
            Document.removed_at.is_(None),
            StoredFile.state == FileState.KEPT,
        )
        .order_by(Document.id)
    )
    found: dict[int, list[File]] = {}
    for application_id, kind, sha256, sensitivity in session.execute(query):
        found.setdefault(application_id, []).append(File(kind, sha256, sensitivity in APART))
    return found


def said_before_of(first: Application, second: Application) -> Select[Likeness]:
    """What was said last of the same two people in calls of the same programmes.

    Whoever reads of the new pair might then read of the earlier one, too.
    """
    sides = [(aliased(Application), aliased(Opportunity)) for _side in range(2)]
    (one, its_call), (other, other_call) = sides
    people = [first.applicant_id, second.applicant_id]
    calls = [first.opportunity_id, second.opportunity_id]
    programmes = select(Opportunity.programme_id).where(Opportunity.id.in_(calls))
    return (
        select(Likeness)
        .join(one, Likeness.first_id == one.id)
        .join(its_call, one.opportunity_id == its_call.id)
        .join(other, Likeness.second_id == other.id)
        .join(other_call, other.opportunity_id == other_call.id)
        .where(
            one.applicant_id.in_(people),
            other.applicant_id.in_(people),
            its_call.programme_id.in_(programmes),
            other_call.programme_id.in_(programmes),
            Likeness.verdict != Verdict.OPEN,
        )
        .order_by(Likeness.settled_at.desc(), Likeness.id.desc())
        .limit(1)
    )


def never_compared(after: int) -> Select[int]:
    """Applications that were sent and have no mark to be found by, behind this id."""
    marked = select(IdentityMark).where(IdentityMark.application_id == Application.id).exists()
    return (
        select(Application.id)
        .where(Application.id > after, Application.submitted_at.is_not(None), ~marked)
        .order_by(Application.id)
    )


def with_this_mark(session: Session, application: Application, mark: Mark) -> Sequence[Application]:
    """Other people's applications that have it: the newest, one more than may say something."""
    query = (
        select(Application)
        .join(IdentityMark, IdentityMark.application_id == Application.id)
        .where(
            IdentityMark.sign == mark.sign,
            IdentityMark.digest == mark.digest,
            Application.applicant_id != application.applicant_id,
        )
        .order_by(IdentityMark.application_id.desc())
        .limit(MOST_ALIKE + 1)
    )
    return session.scalars(query).all()


def definitions(session: Session, form_version_ids: Iterable[int]) -> Sequence[Any]:
    """Forms as data, by which the documents of two applications are called."""
    wanted = FormVersion.id.in_(list(form_version_ids))
    return session.scalars(select(FormVersion.definition).where(wanted)).all()
