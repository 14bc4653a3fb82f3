"""One thing done with several applications: with all of them, or with none."""

from collections.abc import Callable, Sequence

from app.applications.models import Application
from app.applications.operations.casework import assign_case, tag_application
from app.applications.states import TagColour
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.once import earlier_result, remember_result
from app.foundation.work import Work
from app.opportunities.models import Opportunity

ASSIGN, TAG = "applications.assign together", "applications.tag together"


def assign_together(
    work: Work,
    opportunity: Opportunity,
    applications: Sequence[Application],
    *,
    officer_id: int | None,
    count: int | None,
    key: str = "",
) -> None:
    """Give several cases to one person of the office, or to nobody in particular."""
    if not once(work, ASSIGN, key, opportunity):
        return
    confirm_count(count, len(applications))
    do_with_each(applications, lambda a: assign_case(work, a, officer_id))


def tag_together(
    work: Work,
    opportunity: Opportunity,
    applications: Sequence[Application],
    *,
    name: str,
    colour: TagColour,
    count: int | None,
    key: str = "",
) -> None:
    """Put one tag on several applications."""
    if not once(work, TAG, key, opportunity):
        return
    confirm_count(count, len(applications))
    do_with_each(applications, lambda a: tag_application(work, a, name=name, colour=colour))


def once(work: Work, purpose: str, key: str, opportunity: Opportunity) -> bool:
    """Whether this very request is new: one that was sent twice is done once."""
    if earlier_result(work, purpose, key) is not None:
        return False
    remember_result(work, purpose, key, opportunity.id)
    return True


def confirm_count(typed: int | None, number: int) -> None:
    """The number that the person typed after reading the list must be how many are in it."""
    if typed != number:
        raise RuleBroken(
            _(
                "The list has %(number)s applications. Read it, and type this number.",
                number=number,
            )
        )


def do_with_each(applications: Sequence[Application], verb: Callable[[Application], None]) -> None:
    """Do it with one after another; whichever is refused is named, and nothing is done."""
    for application in applications:
        try:
            verb(application)
        except RuleBroken as refusal:
            why = str(refusal)
            if application.ref not in why:
                why = _("%(ref)s: %(why)s", ref=application.ref, why=why)
            raise RuleBroken(why) from refusal
