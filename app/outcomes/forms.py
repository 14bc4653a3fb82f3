"""The shape of what somebody tells of a stay, and of the host's answer."""

from typing import Any

from wtforms import StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice

from app.foundation.forms import Form, Longest, OneOf, VersionField
from app.foundation.languages import gettext as _
from app.foundation.languages import lazy
from app.outcomes.models import Outcome
from app.outcomes.operations import Named
from app.outcomes.states import MOST_RESULTS, ResultKind
from app.outcomes.wording import kinds

ROWS_TO_BEGIN_WITH = 3


class OutcomeForm(Form):
    """The text, and rows of results: `kind_0`, `title_0`, `link_0` and so on."""

    done = TextAreaField(lazy("What was done"), [Longest(10_000)])
    next_steps = TextAreaField(lazy("What comes next"), [Longest(5_000)])
    version = VersionField()

    @property
    def rows(self) -> list[tuple[Any, Any, Any]]:
        """As many as are filled in, and some to write in."""
        filled = [n for n in range(MOST_RESULTS) if self[f"title_{n}"].data]
        shown = min(MOST_RESULTS, max(ROWS_TO_BEGIN_WITH, len(filled) + 2))
        return [self._row(n) for n in range(shown)]

    def _row(self, n: int) -> tuple[Any, Any, Any]:
        return self[f"kind_{n}"], self[f"title_{n}"], self[f"link_{n}"]

    def results(self) -> list[Named]:
        rows = (self._row(n) for n in range(MOST_RESULTS))
        return [
            Named(ResultKind(kind.data), title.data or "", link.data or "")
            for kind, title, link in rows
            if title.data or link.data
        ]


for _n in range(MOST_RESULTS):
    setattr(
        OutcomeForm,
        f"kind_{_n}",
        OneOf(
            lazy("Kind"),
            choices=lambda: [SelectChoice(one.value, said) for one, said in kinds().items()],
            default=ResultKind.PUBLICATION.value,
        ),
    )
    setattr(OutcomeForm, f"title_{_n}", StringField(lazy("Title"), [Longest(500)]))
    setattr(OutcomeForm, f"link_{_n}", StringField(lazy("Link or DOI"), [Longest(500)]))


def shown_in_form(outcome: Outcome) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "done": outcome.done,
        "next_steps": outcome.next_steps,
        "version": outcome.version,
    }
    for n, one in enumerate(outcome.results[:MOST_RESULTS]):
        shown |= {f"kind_{n}": one.kind.value, f"title_{n}": one.title, f"link_{n}": one.link}
    return shown


class AnswerForm(Form):
    answer = TextAreaField(lazy("Your words"), [Longest(3_000)])


class ShowForm(Form):
    """Whether the world reads it: the button says which."""

    wish = OneOf(lazy("Shown"), choices=[SelectChoice("yes", "yes"), SelectChoice("no", "no")])

    def validate_wish(self, field: Any) -> None:
        if field.data not in {"yes", "no"}:
            raise ValidationError(_("Choose one of the answers in the list."))
