"""What is kept of reviews elsewhere: on the application they are of, and as the reader's task.

Everybody locks in one order: the application, its review, the counts of its opportunity, the
reviewer.
"""

from sqlalchemy import Select, func, select

from app.accounts.models import User
from app.applications.models import UNSCORED, Application
from app.foundation.errors import NotFound
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.notifications.tasks import close_tasks, open_task
from app.opportunities.models import Opportunity
from app.reviews.models import Review
from app.reviews.scoring import together
from app.reviews.states import COUNTS, READ_IN, ReviewState


def take_up(work: Work, query: Select[Review]) -> Review:
    """Find the one review of this unit, locked, and before it the application it is of."""
    application_id = work.session.scalar(query.with_only_columns(Review.application_id))
    if application_id is None:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    lock_applications(work, [application_id])
    return work.find(query)


def lock_applications(work: Work, ids: list[int]) -> None:
    """From now on nobody else counts the reviews of these applications."""
    locked = select(Application.id).where(Application.id.in_(ids)).order_by(Application.id)
    work.session.execute(locked.with_for_update()).all()


def recount_reviews(work: Work, application: Application) -> None:
    """Keep on the application how many reviews it has, and what they make together.

    The application must be locked.
    """
    work.session.flush()
    query = select(Review.state, Review.total, Review.due_at).where(
        Review.application_id == application.id, Review.state.in_(COUNTS)
    )
    rows = work.session.execute(query).all()
    totals = [r.total for r in rows if r.state is ReviewState.SUBMITTED and r.total is not None]
    awaited = [r.due_at for r in rows if r.state is ReviewState.ASSIGNED and r.due_at]
    application.reviews_assigned, application.reviews_done = len(rows), len(totals)
    application.reviews_due_at = min(awaited, default=None)
    result = together(totals)
    application.score_mean = result.mean if result else None
    application.score_spread = result.spread if result else None
    application.score_sort = result.mean if result else UNSCORED


def keep_task(work: Work, opportunity: Opportunity, reviewer_id: int) -> None:
    """Keep the reviewer's task for this opportunity: how much there is to write, and by when."""
    work.session.flush()
    one = select(User.id).where(User.id == reviewer_id)
    work.session.execute(one.with_for_update(key_share=True)).all()
    query = (
        select(func.count(Review.id), func.min(Review.due_at))
        .join(Review.application)
        .where(
            Review.opportunity_id == opportunity.id,
            Review.reviewer_id == reviewer_id,
            Review.state == ReviewState.ASSIGNED,
            Application.state.in_(READ_IN),
        )
    )
    number, due_at = work.session.execute(query).one()
    if not number:
        close_tasks(work, "reviews to write", opportunity, holder_id=reviewer_id)
        return
    open_task(
        work,
        "reviews to write",
        opportunity,
        holder_id=reviewer_id,
        opportunity_id=opportunity.id,
        due_at=due_at,
        number=number,
        title=opportunity.title,
        zone=opportunity.closes_zone,
    )
