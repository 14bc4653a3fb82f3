"""The shape of what hosts write of research stays."""

from collections.abc import Iterable
from typing import Any

from wtforms import StringField
from wtforms.fields.choices import SelectChoice

from app.foundation.errors import RuleBroken
from app.foundation.forms import Form, Longest, OneOf
from app.foundation.languages import gettext as _
from app.foundation.languages import lazy
from app.opportunities.forms import currency_choices
from app.opportunities.money import Period, read_amount, written
from app.research_stays.operations import Line
from app.research_stays.states import Paid, Payer
from app.research_stays.wording import paid_kinds, payers, periods

PARTS = ("payer", "amount", "currency", "per")


class PaidForm(Form):
    """What is paid: for each thing the same four fields."""

    programme = StringField(lazy("Programme that pays, if one does"), [Longest(300)])

    def validate(self, *args: Any, **named: Any) -> bool:
        """Amounts are read with their currencies."""
        good = bool(super().validate(*args, **named))
        for kind in Paid:
            field, payer = self[f"{_key(kind)}_amount"], self[f"{_key(kind)}_payer"].data
            wrong = self._amount_wrong(kind) if payer and field.data else ""
            if wrong:
                field.errors = [*field.errors, wrong]
                good = False
        return good

    def _amount_wrong(self, kind: Paid) -> str:
        currency = self[f"{_key(kind)}_currency"].data
        if not currency:
            return _("Choose the currency of the amount.")
        try:
            amount = read_amount(self[f"{_key(kind)}_amount"].data, currency)
        except RuleBroken as refusal:
            return str(refusal)
        return "" if amount else _("Leave the amount empty if it is not known.")

    @property
    def lines(self) -> list[tuple[str, list[Any]]]:
        """Each thing that may be paid, with its fields."""
        return [
            (said, [self[f"{_key(kind)}_{part}"] for part in PARTS])
            for kind, said in paid_kinds().items()
        ]

    def paid(self) -> tuple[Line, ...]:
        return tuple(self._line(kind) for kind in Paid if self[f"{_key(kind)}_payer"].data)

    def _line(self, kind: Paid) -> Line:
        payer, amount, currency, per = (self[f"{_key(kind)}_{part}"].data for part in PARTS)
        return Line(
            kind,
            Payer(payer),
            read_amount(amount, currency) if amount else None,
            currency if amount else None,
            Period(per),
        )


def _key(kind: Paid) -> str:
    return kind.name.lower()


for _kind in Paid:  # each thing that may be paid has the same four fields
    setattr(
        PaidForm,
        f"{_key(_kind)}_payer",
        OneOf(
            lazy("Paid by"),
            choices=lambda: [
                SelectChoice("", _("Not paid")),
                *(SelectChoice(one.value, said) for one, said in payers().items()),
            ],
        ),
    )
    setattr(PaidForm, f"{_key(_kind)}_amount", StringField(lazy("Amount"), [Longest(40)]))
    setattr(
        PaidForm,
        f"{_key(_kind)}_currency",
        OneOf(lazy("Currency"), choices=currency_choices),
    )
    setattr(
        PaidForm,
        f"{_key(_kind)}_per",
        OneOf(
            lazy("How often"),
            choices=lambda: [SelectChoice(one.value, said) for one, said in periods().items()],
        ),
    )


def shown_paid(lines: Iterable[Any]) -> dict[str, Any]:
    """What a form shows of what is paid."""
    shown: dict[str, Any] = {}
    for line in lines:
        key = _key(line.kind)
        shown |= {
            f"{key}_payer": line.payer.value,
            f"{key}_amount": written(line.amount, line.currency),
            f"{key}_currency": line.currency or "",
            f"{key}_per": line.per.value,
        }
    return shown
