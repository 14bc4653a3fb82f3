"""What is paid of a stay: a line for each thing, in calls and in invitations alike."""

from dataclasses import dataclass
from typing import Any

from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.opportunities.money import Period
from app.research_stays.states import Paid, Payer


@dataclass(frozen=True, slots=True)
class Line:
    """Something that is paid; no amount means "as it costs"."""

    kind: Paid
    payer: Payer
    amount: int | None = None
    currency: str | None = None
    per: Period = Period.ONCE


def pay(work: Work, payable: Any, row: type[Any], lines: tuple[Line, ...]) -> None:
    """Let a call or an invitation pay for these things and no others; `row` is its line's model."""
    if payable.id is not None:
        payable.paid.clear()
        work.session.flush()  # the lines before go first: each kind is there once
    payable.paid.extend(
        row(
            kind=one.kind,
            payer=one.payer,
            amount=one.amount,
            currency=one.currency if one.amount is not None else None,
            per=one.per,
        )
        for one in lines
    )


def name_of_payer(lines: tuple[Line, ...], programme: str) -> str:
    """The programme that pays, where one does. Raises RuleBroken where it is not named."""
    if not any(line.payer is Payer.PROGRAMME for line in lines):
        return ""
    if not programme.strip():
        raise RuleBroken(_("Name the programme that pays."))
    return programme
