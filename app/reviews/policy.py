"""Who may do what with reviews: one line a permission, read it aloud."""

from app.applications import policy as applications
from app.applications.states import ApplicationState
from app.foundation.actors import Actor
from app.foundation.permissions import Permission, Rule
from app.opportunities import policy as opportunities
from app.reviews.models import Review
from app.reviews.states import COUNTS, READ_IN, ReviewState


@Rule
def is_reviewer(actor: Actor, review: Review) -> bool:
    return actor.user_id is not None and review.reviewer_id == actor.user_id


@Rule
def is_applicant(actor: Actor, review: Review) -> bool:
    """Has written the application that is reviewed. It must be loaded."""
    return applications.is_applicant.holds(actor, review.application)


@Rule
def is_open_to_reviewer(_actor: Actor, review: Review) -> bool:
    """Still to be written for an application that is still read, or written and not withdrawn."""
    if review.state is ReviewState.ASSIGNED:
        return review.application.state in READ_IN
    return review.state in COUNTS and review.application.state is not ApplicationState.WITHDRAWN


@Rule
def manages_call(actor: Actor, review: Review) -> bool:
    """The application and its opportunity must be loaded."""
    return applications.manages_call.holds(actor, review.application)


@Rule
def is_office(actor: Actor, review: Review) -> bool:
    return applications.office_of_call.holds(actor, review.application)


VIEW = Permission(
    "reviews.view",
    "Only the reviewer and the office that runs the call may see this review.",
    ((is_reviewer & is_open_to_reviewer) | is_office) & ~is_applicant,
)
WRITE = Permission(
    "reviews.write",
    "Only its reviewer may write this review.",
    is_reviewer & is_open_to_reviewer & ~is_applicant,
)
REOPEN = Permission(
    "reviews.reopen",
    "Only the office that decides on this application may reopen a review.",
    manages_call & ~is_applicant,
)
TAKE_BACK = Permission(
    "reviews.take back",
    "Only the office that decides on this application may take a review back.",
    manages_call & ~is_applicant,
)
ASSIGN = Permission(
    "reviews.assign",
    "Only the office that decides on the applications may assign reviewers.",
    opportunities.decides_on & opportunities.takes_applications,
)
ASSIGN_TO = Permission(
    "reviews.assign to",
    "Only the office that decides may assign reviewers, and nobody for their own application.",
    applications.manages_call & applications.was_submitted & ~applications.is_applicant,
)
NAME_REVIEWER = Permission(
    "reviews.name reviewer",
    "Only the office that decides on the applications may name reviewers.",
    opportunities.decides_on & opportunities.takes_applications,
)
RANK = Permission(
    "reviews.rank",
    "Only the office that runs this call may see the ranked list.",
    opportunities.works_on,
)
