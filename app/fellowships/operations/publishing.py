"""A call in public: published, extended, closed, opened again, cancelled; everybody is told."""

from collections.abc import Callable

from app.applications.models import Application
from app.applications.operations.applying import titles
from app.applications.operations.telling import tell_applicants, tell_it_is_cancelled
from app.audit.record import record
from app.fellowships import policy, queries, readiness
from app.fellowships.messages import CallClosed, CallExtended, CallReopened
from app.fellowships.models import Call
from app.fellowships.operations.rules import number_rules
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.stamps import stamp_catalogue
from app.foundation.work import Work
from app.notifications.notify import Message
from app.opportunities.deadlines import accepts_until, instant_of, wall_of
from app.opportunities.models import Extension
from app.opportunities.operations import cancel, close, publish, reopen
from app.opportunities.states import OpportunityFlow, OpportunityState


def publish_call(work: Work, call: Call, *, version: int | None = None) -> None:
    """Let everybody see the call, and apply from its opening on."""
    policy.PUBLISH.require(work.actor, call)
    if call.state is not OpportunityState.DRAFT:
        raise RuleBroken(_("Only a call in preparation can be published."))
    preparation = queries.preparations(work.session, [call.id])[call.id]
    missing = readiness.preventing(readiness.check(preparation, work.now))
    if missing:
        raise RuleBroken(missing[0].sentence)
    work.edit(call, version)

    publish(work, call)
    number_rules(work, call)

    record(work, "call.published", call, closes=call.closes_wall, zone=call.closes_zone)


def extend_call(work: Work, call: Call, *, closes_wall: str, reason: str) -> Extension:
    """Set a later deadline, dated and with its reason; a closed call is open again with it."""
    policy.EXTEND.require(work.actor, call)
    if call.state not in {OpportunityState.PUBLISHED, OpportunityState.CLOSED}:
        raise RuleBroken(_("Only a published call can be extended."))
    before, zone = call.closes_at, call.closes_zone
    if before is None or zone is None:
        raise RuleBroken(_("This call has no deadline that could be extended."))
    later = instant_of(closes_wall, zone)
    if later <= before or later <= work.now:
        raise RuleBroken(_("Choose a deadline that is later than the present one and than now."))
    refuse_after_results(work, call)
    require_reason(reason)

    if call.state is OpportunityState.CLOSED:
        OpportunityFlow.reopen(call)
        call.closed_at = None
    call.closes_at = call.closes_sort = later
    call.closes_wall = wall_of(later, zone)
    call.version += 1
    extension = Extension(
        opportunity_id=call.id,
        closed_at_before=before,
        closes_at=later,
        reason=reason,
        extended_by_id=work.actor.user_id or 0,
        extended_at=work.now,
    )
    work.session.add(extension)
    stamp_catalogue(work)

    record(work, "call.extended", call, closes=call.closes_wall, zone=zone, reason=reason)
    named = titles(work, call)
    _tell(
        work,
        call,
        lambda application: CallExtended(
            application_id=application.id,
            ref=call.ref,
            titles=named,
            before_at=before,
            closes_at=later,
            zone=zone,
            reason=reason,
            is_draft=application.submitted_at is None,
        ),
        once=f"{call.id}:{later.isoformat()}",
    )
    return extension


def close_call(work: Work, call: Call, *, reason: str = "") -> None:
    """Take no applications any more; before the announced deadline, that needs a reason."""
    policy.CLOSE.require(work.actor, call)
    if call.state is not OpportunityState.PUBLISHED:
        raise RuleBroken(_("Only a published call can be closed."))
    early = call.closes_at is None or work.now <= accepts_until(call.closes_at, call.grace_minutes)
    if early:
        require_reason(reason)

    close(work, call)

    record(work, "call.closed", call, reason=reason, early=early)
    if early:
        named = titles(work, call)
        _tell(
            work,
            call,
            lambda application: (
                CallClosed(application_id=application.id, ref=call.ref, titles=named, reason=reason)
                if application.submitted_at is None
                else None
            ),
            once=f"{call.id}:{work.now.isoformat()}",
        )


def reopen_call(work: Work, call: Call) -> None:
    """Take applications again until the announced deadline; later ones need an extension."""
    policy.CLOSE.require(work.actor, call)
    if call.state is not OpportunityState.CLOSED:
        raise RuleBroken(_("Only a closed call can be opened again."))
    closes_at, zone = call.closes_at, call.closes_zone
    if closes_at is None or zone is None or closes_at <= work.now:
        raise RuleBroken(_("The deadline has passed. Extend it to open the call again."))
    refuse_after_results(work, call)

    reopen(work, call)

    record(work, "call.reopened", call)
    named = titles(work, call)
    _tell(
        work,
        call,
        lambda application: (
            CallReopened(
                application_id=application.id,
                ref=call.ref,
                titles=named,
                closes_at=closes_at,
                zone=zone,
            )
            if application.submitted_at is None
            else None
        ),
        once=f"{call.id}:{work.now.isoformat()}",
    )


def cancel_call(work: Work, call: Call, *, reason: str) -> None:
    """The call does not take place; everybody who counts on it is told why."""
    policy.CANCEL.require(work.actor, call)
    if call.state is OpportunityState.CANCELLED:
        raise RuleBroken(_("This call is cancelled already."))
    if queries.offers_are_under_way(work.session, call.id):
        raise RuleBroken(_("Seats of this call are given out. Withdraw these offers first."))
    require_reason(reason)

    cancel(work, call, reason=reason)

    record(work, "call.cancelled", call, reason=reason)
    tell_it_is_cancelled(work, call, reason=reason)


def require_reason(reason: str) -> None:
    if not reason.strip():
        raise RuleBroken(_("Give the reason: it is published and sent to everybody concerned."))


def refuse_after_results(work: Work, call: Call) -> None:
    if queries.results_are_out(work.session, call.id):
        raise RuleBroken(
            _("Results were announced already; taking more applications would not be fair.")
        )


def _tell(
    work: Work, call: Call, message: Callable[[Application], Message | None], *, once: str
) -> None:
    """Tell everyone who counts on the call, each about their own application."""
    tell_applicants(work, call, queries.LIVE, message, once=once)
