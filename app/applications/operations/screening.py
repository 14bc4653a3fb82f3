"""What the office decides on the way from submitted to shortlisted, one by one or together."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any

from app.accounts.models import User
from app.accounts.queries import recipient
from app.applications import policy, queries
from app.applications.messages import (
    ApplicationEligibleAfterAll,
    ApplicationNotEligible,
    ApplicationNotSelected,
)
from app.applications.models import Application
from app.applications.operations.applying import titles
from app.applications.operations.moves import change_state
from app.applications.operations.together import confirm_count, do_with_each, once
from app.applications.queries.appeals import may_appeal_until
from app.applications.queries.changes import open_change
from app.applications.states import (
    STATE_NAMES,
    ApplicationFlow,
    ApplicationState,
    ScreeningReason,
)
from app.audit.record import record
from app.foundation.errors import NotFound, RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.permissions import Permission
from app.foundation.states import Move
from app.foundation.work import Work
from app.notifications.notify import Message, notify
from app.notifications.tasks import close_tasks
from app.opportunities.states import offices_of

DECIDE_TOGETHER = "applications.decide together"


class Decision(StrEnum):
    """What may be decided about several applications at once."""

    ELIGIBLE = "eligible"
    NOT_ELIGIBLE = "not eligible"
    SHORTLIST = "shortlist"
    UNLIST = "unlist"
    NOT_SELECTED = "not selected"


MOVES: dict[Decision, Move[ApplicationState]] = {
    Decision.ELIGIBLE: ApplicationFlow.pass_screening,
    Decision.NOT_ELIGIBLE: ApplicationFlow.fail_screening,
    Decision.SHORTLIST: ApplicationFlow.shortlist,
    Decision.UNLIST: ApplicationFlow.unlist,
    Decision.NOT_SELECTED: ApplicationFlow.pass_over,
}


def pass_screening(work: Work, application: Application, *, note: str = "") -> None:
    """Find an application eligible: it goes on to reviewers."""
    was_refused = application.state is ApplicationState.INELIGIBLE
    _decide(work, application, Decision.ELIGIBLE, policy.SCREEN)
    application.screening_reason, application.screening_note = "", note
    if was_refused:
        after_all = ApplicationEligibleAfterAll(
            **_of(work, application), by_centre=_by_centre(application)
        )
        _tell(work, application, after_all)
    record(work, "application.found eligible", application, **_about(application), note=note)


def fail_screening(
    work: Work, application: Application, *, reason: ScreeningReason, note: str = ""
) -> None:
    """Find an application not eligible, for a listed reason, and tell the applicant."""
    if reason is ScreeningReason.OTHER and not note:
        raise RuleBroken(_("Write the reason for the applicant to read."))
    if work.session.scalar(open_change(application.id)) is not None:
        raise RuleBroken(
            _(
                "The applicant of %(ref)s is asked to change something and has not answered. "
                "Wait for it, or close the request first.",
                ref=application.ref,
            )
        )
    _decide(work, application, Decision.NOT_ELIGIBLE, policy.SCREEN)
    application.screening_reason, application.screening_note = reason.value, note
    _tell(
        work,
        application,
        ApplicationNotEligible(
            **_of(work, application),
            **_appeal(application),
            reason=reason.value,
            note=note,
            by_centre=_by_centre(application),
        ),
    )
    record(
        work,
        "application.found not eligible",
        application,
        **_about(application),
        reason=reason.value,
        note=note,
    )


def shortlist(work: Work, application: Application) -> None:
    """Put an application on the list from which places are given."""
    _decide(work, application, Decision.SHORTLIST, policy.DECIDE)
    record(work, "application.shortlisted", application, **_about(application))


def unlist(work: Work, application: Application) -> None:
    """Take an application off the shortlist again."""
    _decide(work, application, Decision.UNLIST, policy.DECIDE)
    record(work, "application.unlisted", application, **_about(application))


def pass_over(work: Work, application: Application, *, note: str = "") -> None:
    """Do not select an application, and tell the applicant; never while it is being read."""
    if application.reviews_done < application.reviews_assigned:
        raise RuleBroken(
            _(
                "%(ref)s is still being read by a reviewer. Wait for the review, or take it "
                "back first.",
                ref=application.ref,
            )
        )
    _decide(work, application, Decision.NOT_SELECTED, policy.DECIDE)
    told = ApplicationNotSelected(**_of(work, application), **_appeal(application), note=note)
    _tell(work, application, told)
    record(work, "application.passed over", application, **_about(application), note=note)


def find_together(work: Work, opportunity_id: int, ids: Sequence[int]) -> list[Application]:
    """Find all of these applications for this opportunity, locked. Raises NotFound for any."""
    query = (
        queries.applications_visible_to(work.actor)
        .where(Application.id.in_(ids), Application.opportunity_id == opportunity_id)
        .order_by(Application.id)
    )
    found = list(work.session.scalars(query.with_for_update(of=Application)))
    if not found or len(found) != len(set(ids)):
        raise NotFound(_("There is no such page, or it is not yours to see."))
    return found


def decide_together(
    work: Work,
    applications: Sequence[Application],
    decision: Decision,
    *,
    count: int | None,
    reason: ScreeningReason | None = None,
    note: str = "",
    key: str = "",
) -> None:
    """Decide alike about several applications: about all of them, or about none.

    `count` is the number that the person typed after reading the list.
    """
    if not once(work, DECIDE_TOGETHER, key, applications[0].opportunity):
        return
    confirm_count(count, len(applications))
    if decision is Decision.NOT_ELIGIBLE and reason is None:
        raise RuleBroken(_("Choose the reason for the applicants to read."))
    verbs: dict[Decision, Callable[[Application], None]] = {
        Decision.ELIGIBLE: lambda a: pass_screening(work, a, note=note),
        Decision.NOT_ELIGIBLE: lambda a: fail_screening(
            work, a, reason=reason or ScreeningReason.OTHER, note=note
        ),
        Decision.SHORTLIST: lambda a: shortlist(work, a),
        Decision.UNLIST: lambda a: unlist(work, a),
        Decision.NOT_SELECTED: lambda a: pass_over(work, a, note=note),
    }
    do_with_each(applications, verbs[decision])


def _decide(
    work: Work, application: Application, decision: Decision, permission: Permission[Application]
) -> None:
    permission.require(work.actor, application)
    move = MOVES[decision]
    if application.state not in move.sources:
        raise RuleBroken(
            _(
                "%(ref)s is in the state “%(state)s”, where this is not possible.",
                ref=application.ref,
                state=STATE_NAMES[application.state],
            )
        )
    change_state(work, application, move)
    close_tasks(work, "promised document", application)  # somebody has looked at it
    close_tasks(work, "document did not follow", application)
    close_tasks(work, "virus in document", application)


def _of(work: Work, application: Application) -> dict[str, Any]:
    """What every message about an application says of it."""
    return {
        "application_id": application.id,
        "ref": application.ref,
        "titles": titles(work, application.opportunity),
    }


def _by_centre(application: Application) -> bool:
    return bool(offices_of(application.opportunity.kind))


def _appeal(application: Application) -> dict[str, Any]:
    """Until when the decision that was just taken may be appealed, and on which clock."""
    zone = application.opportunity.closes_zone or "UTC"
    return {"appeal_by": may_appeal_until(application), "zone": zone}


def _about(application: Application) -> dict[str, int]:
    return {"opportunity_id": application.opportunity_id}


def _tell(work: Work, application: Application, message: Message) -> None:
    applicant = work.session.get_one(User, application.applicant_id)
    notify(work, recipient(applicant), message, once=f"{application.id}:{work.now.isoformat()}")
