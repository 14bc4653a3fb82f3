"""What pages and letters say about research stays, in the reader's words. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.foundation import languages
from app.foundation.languages import gettext as _
from app.foundation.languages import ngettext, number
from app.opportunities.fields import field_name
from app.opportunities.money import Period
from app.opportunities.states import OpportunityState
from app.research_stays.states import Paid, Payer, Purpose

STATE_CHIPS = {
    OpportunityState.DRAFT: "warn",
    OpportunityState.PUBLISHED: "good",
    OpportunityState.CLOSED: "",
    OpportunityState.CANCELLED: "bad",
}


def states() -> dict[OpportunityState, str]:
    return {
        OpportunityState.DRAFT: _("In preparation"),
        OpportunityState.PUBLISHED: _("Takes applications"),
        OpportunityState.CLOSED: _("Closed"),
        OpportunityState.CANCELLED: _("Cancelled"),
    }


def length(fewest: int, most: int) -> str:
    if fewest == most:
        return ngettext("%(num)s day", "%(num)s days", most)
    return _("%(fewest)s to %(most)s days", fewest=number(fewest), most=number(most))


def stays(count: int) -> str:
    return ngettext("%(num)s place", "%(num)s places", count)


def fields(codes: list[str]) -> list[str]:
    return [field_name(code) for code in codes]


def paid_lines(call: Any) -> list[str]:
    """Each thing that a call pays for, as a sentence; its lines must be loaded."""
    names = ("kind", "payer", "amount", "currency", "per")
    return [
        paid_line({name: getattr(line, name) for name in names}, call.funder) for line in call.paid
    ]


def purposes() -> dict[Purpose, str]:
    return {
        Purpose.JOINT_RESEARCH: _("Joint research"),
        Purpose.TEACHING: _("Supervision and teaching"),
        Purpose.FACILITIES: _("Use of facilities"),
        Purpose.DATA: _("Data collection"),
        Purpose.TRAINING: _("Training"),
    }


def said_purpose(kind: str) -> str:
    return purposes()[Purpose(kind)]


def parts_of_request() -> tuple[str, ...]:
    """What the parts of a request are called, for whoever reads it without knowing who asks."""
    return (
        _("Days"),
        _("How long"),
        _("Kind of stay"),
        _("What for"),
        _("What the person would bring"),
    )


def said_of_request(facts: Mapping[str, Any]) -> tuple[str, ...]:
    """These parts of what was frozen (`queries.stay_asked_for`)."""
    first, last = (date.fromisoformat(facts[day]) for day in ("starts_on", "ends_on"))
    days = (last - first).days + 1
    return (
        _("%(first)s to %(last)s", first=languages.day(first), last=languages.day(last)),
        ngettext("%(num)s day", "%(num)s days", days),
        said_purpose(facts["purpose_kind"]),
        facts["purpose"],
        facts["brings"],
    )


def home_of_request() -> tuple[str, ...]:
    """The columns that say from where somebody asks, which readers must not know."""
    return _("Home institution, as asked"), _("Function there")


def said_of_home(facts: Mapping[str, Any]) -> tuple[str, ...]:
    country = languages.country_name(facts["home_country"])
    return f"{facts['home']}, {country}", facts["function"]


def paid_kinds() -> dict[Paid, str]:
    return {
        Paid.TRAVEL: _("Travel"),
        Paid.LODGING: _("Lodging"),
        Paid.ALLOWANCE: _("Daily allowance"),
        Paid.INSURANCE: _("Insurance"),
    }


def payers() -> dict[Payer, str]:
    return {
        Payer.HOST: _("The host institution"),
        Payer.HOME: _("The home institution"),
        Payer.PROGRAMME: _("A programme"),
    }


def periods() -> dict[Period, str]:
    return {
        Period.ONCE: _("once"),
        Period.DAY: _("for each day"),
        Period.MONTH: _("for each month"),
    }


def paid_line(line: Mapping[str, Any], programme: str = "") -> str:
    """Daily allowance, paid by the host institution: 6,000 Japanese yen for each day."""
    payer = payers()[Payer(line["payer"])]
    if line["payer"] == Payer.PROGRAMME and programme:
        payer = programme
    what = paid_kinds()[Paid(line["kind"])]
    if line["amount"] is None:
        return _("%(what)s, paid by: %(payer)s", what=what, payer=payer)
    return _(
        "%(what)s, paid by: %(payer)s (%(amount)s, %(per)s)",
        what=what,
        payer=payer,
        amount=languages.money(line["amount"], line["currency"]),
        per=periods()[Period(line["per"])],
    )
