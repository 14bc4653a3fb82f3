"""What the office reads of reviews: one application whole, and all of a call by rank."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, and_, func, select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.applications.models import Application, Submission
from app.applications.queries import applications_visible_to
from app.applications.queries.tracking import PAGE, Page, beyond
from app.foundation.actors import Actor
from app.opportunities.models import FormVersion
from app.reviews.models import Review, Score
from app.reviews.states import ReviewState


def application_as_office(
    actor: Actor, opportunity_id: int, application_id: int
) -> Select[Application]:
    """A submitted application with its opportunity; one's own is for its own page."""
    return applications_visible_to(actor).where(
        Application.id == application_id,
        Application.opportunity_id == opportunity_id,
        Application.submitted_at.is_not(None),
        Application.applicant_id != actor.user_id,
    )


def sent_last(session: Session, application: Application) -> tuple[Any, Any]:
    """The form definition that an application was sent with, and what was sent, or None."""
    query = (
        select(FormVersion.definition, Submission.content)
        .outerjoin(Submission, Submission.application_id == application.id)
        .where(FormVersion.id == application.form_version_id)
        .order_by(Submission.number.desc())
        .limit(1)
    )
    definition, content = session.execute(query).one()
    return definition, content


def reviews_of_application(session: Session, application_id: int) -> list[Row[Any]]:
    """Every assignment of an application with its reviewer's name, whatever became of it."""
    columns: tuple[Any, ...] = (
        Review.id,
        Review.reviewer_id,
        Review.state,
        Review.due_at,
        Review.saved_at,
        Review.submitted_at,
        Review.conflict_reason,
        Review.rubric_version_id,
        User.passport_name,
        User.native_name,
        User.email,
    )
    query = (
        select(*columns)
        .join(User, User.id == Review.reviewer_id)
        .where(Review.application_id == application_id)
        .order_by(Review.id)
    )
    return list(session.execute(query))


def submitted_reviews_of(application_id: int) -> Any:
    """The condition under which the office reads scores: drafts stay their reviewers' own."""
    return and_(Review.application_id == application_id, Review.state == ReviewState.SUBMITTED)


def ranked(
    session: Session,
    actor: Actor,
    opportunity_id: int,
    *,
    before: int | None = None,
    after: int | None = None,
) -> Page:
    """The applications that have a review, the highest mean first; nobody finds their own."""
    columns: tuple[Any, ...] = (
        Application.id,
        Application.ref,
        Application.applicant_name,
        Application.country_code,
        Application.headline,
        Application.state,
        Application.score_mean,
        Application.score_spread,
        Application.score_sort,
        Application.reviews_done,
        Application.reviews_wanted,
    )
    up = before is not None
    query = select(*columns).where(*_scored(actor, opportunity_id))
    mark = before if up else after
    if mark is not None:
        query = query.where(beyond(Application.score_sort, Application.id, mark, down=not up))
    if up:
        query = query.order_by(Application.score_sort, Application.id)
    else:
        query = query.order_by(Application.score_sort.desc(), Application.id.desc())
    rows: list[Row[Any]] = list(session.execute(query.limit(PAGE + 1)))
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    if up:
        rows.reverse()
    return Page(
        rows,
        before=rows[0].id if rows and (more if up else after is not None) else None,
        after=rows[-1].id if rows and (more or up) else None,
    )


def number_above(session: Session, actor: Actor, opportunity_id: int, row: Row[Any]) -> int:
    """How many applications have a higher mean than this one: its rank is one more."""
    query = select(func.count()).where(
        *_scored(actor, opportunity_id), Application.score_sort > row.score_sort
    )
    return session.scalar(query) or 0


def criteria_means(session: Session, ids: Sequence[int]) -> dict[int, dict[str, float]]:
    """{application: {criterion: mean of the submitted scores}}."""
    query = (
        select(Review.application_id, Score.criterion, func.avg(Score.value))
        .join(Score, Score.review_id == Review.id)
        .where(Review.application_id.in_(ids), Review.state == ReviewState.SUBMITTED)
        .group_by(Review.application_id, Score.criterion)
    )
    found: dict[int, dict[str, float]] = {i: {} for i in ids}
    for application_id, criterion, mean in session.execute(query):
        found[application_id][criterion] = float(mean)
    return found


def _scored(actor: Actor, opportunity_id: int) -> tuple[Any, ...]:
    return (
        Application.opportunity_id == opportunity_id,
        Application.score_sort >= 0,
        Application.submitted_at.is_not(None),
        Application.applicant_id != actor.user_id,
    )
