"""What pages say about facilities and grants, in the reader's words. Pure."""

from app.facilities.states import FacilityType, GrantState, Per, Unit
from app.foundation.languages import gettext as _
from app.foundation.languages import ngettext, number
from app.opportunities.states import OpportunityState

STATE_CHIPS = {
    OpportunityState.DRAFT: "warn",
    OpportunityState.PUBLISHED: "good",
    OpportunityState.CLOSED: "",
    OpportunityState.CANCELLED: "bad",
}
GRANT_CHIPS = {
    GrantState.OFFERED: "warn",
    GrantState.ACCEPTED: "now",
    GrantState.DECLINED: "",
    GrantState.LAPSED: "",
    GrantState.RUNNING: "good",
    GrantState.ENDED: "",
    GrantState.WITHDRAWN: "bad",
}


def states() -> dict[OpportunityState, str]:
    return {
        OpportunityState.DRAFT: _("In preparation"),
        OpportunityState.PUBLISHED: _("Takes applications"),
        OpportunityState.CLOSED: _("Closed"),
        OpportunityState.CANCELLED: _("Not offered any more"),
    }


def grant_states() -> dict[GrantState, str]:
    return {
        GrantState.OFFERED: _("Offered, not answered yet"),
        GrantState.ACCEPTED: _("Accepted, not begun yet"),
        GrantState.DECLINED: _("Declined"),
        GrantState.LAPSED: _("Offer lapsed"),
        GrantState.RUNNING: _("In use"),
        GrantState.ENDED: _("Ended"),
        GrantState.WITHDRAWN: _("Withdrawn"),
    }


def types() -> dict[FacilityType, str]:
    return {
        FacilityType.LABORATORY: _("Laboratory"),
        FacilityType.COMPUTE: _("Compute"),
        FacilityType.DATA_SET: _("Data set"),
    }


def units() -> dict[Unit, str]:
    return {
        Unit.GPU_HOURS: _("GPU-hours"),
        Unit.BENCH_DAYS: _("Bench days"),
        Unit.COPIES: _("Copies"),
        Unit.ACCOUNTS: _("Accounts"),
    }


def periods() -> dict[Per, str]:
    return {
        Per.WEEK: _("Each week"),
        Per.MONTH: _("Each month"),
        Per.AT_ONCE: _("At the same time"),
    }


def amount(count: int, unit: Unit, per: Per) -> str:
    """So much, and for how long it is there: 400 GPU-hours a month."""
    counted = {
        Unit.GPU_HOURS: lambda: ngettext("%(num)s GPU-hour", "%(num)s GPU-hours", count),
        Unit.BENCH_DAYS: lambda: ngettext("%(num)s bench day", "%(num)s bench days", count),
        Unit.COPIES: lambda: ngettext("%(num)s copy", "%(num)s copies", count),
        Unit.ACCOUNTS: lambda: ngettext("%(num)s account", "%(num)s accounts", count),
    }[unit]()
    return {
        Per.WEEK: lambda: _("%(amount)s a week", amount=counted),
        Per.MONTH: lambda: _("%(amount)s a month", amount=counted),
        Per.AT_ONCE: lambda: _("%(amount)s at the same time", amount=counted),
    }[per]()


def in_use(taken: int, available: int) -> str:
    return _("%(taken)s of %(all)s in use", taken=number(taken), all=number(available))
