"""The ways to come to a call: how many each may nominate, until when, and in whose words."""

from typing import Any

from wtforms import TextAreaField
from wtforms.fields.choices import SelectChoice

from app.applications.operations import RouteTerms
from app.applications.states import RouteKind
from app.foundation.forms import (
    Form,
    Longest,
    OneOf,
    Required,
    VersionField,
    WallTimeField,
    WholeNumber,
)
from app.foundation.languages import LANGUAGES, lazy, lazy_in
from app.opportunities.forms import require_clear, wall

EVERY, NAMED = "every", "named"


class RouteForm(Form):
    who = OneOf(
        lazy("Which universities may nominate"),
        choices=[
            SelectChoice(EVERY, lazy("The university of each applicant")),
            SelectChoice(NAMED, lazy("Only those that you name")),
        ],
        default=EVERY,
    )
    quota = WholeNumber(lazy("People that each may nominate"), low=1, high=1_000)
    due = WallTimeField(lazy("Nominations until"))
    zone = OneOf(lazy("In which city’s time"))
    version = VersionField()

    def validate_due(self, field: Any) -> None:
        require_clear(field.data, self.zone.data)

    def shape_for(self, kind: RouteKind) -> None:
        """Leave out what this kind does not ask."""
        if kind is not RouteKind.UNIVERSITY:
            del self.who
        if kind is RouteKind.DIRECT:
            del self.quota, self.due, self.zone
        else:
            needed = lazy("Write how many people each may nominate.")
            self.quota.validators = [Required(needed), *self.quota.validators]

    def notes(self) -> list[Any]:
        return [self[f"note_{code}"] for code in LANGUAGES]

    def terms(self) -> RouteTerms:
        note = {code: self[f"note_{code}"].data or "" for code in LANGUAGES}
        if "quota" not in self:
            return RouteTerms(note=note)
        return RouteTerms(
            quota=self.quota.data,
            due_wall=wall(self.due.data),
            zone=self.zone.data,
            named_only="who" not in self or self.who.data == NAMED,
            note=note,
        )


for code in LANGUAGES:
    said = lazy_in("What people should know, in %(language)s", code)
    setattr(RouteForm, f"note_{code}", TextAreaField(said, [Longest(1_000)]))


class NominatorForm(Form):
    quota = WholeNumber(
        lazy("People that it may nominate"),
        [Required(lazy("Write how many people it may nominate."))],
        low=1,
        high=1_000,
    )
    due = WallTimeField(lazy("Nominations until"))
    because = TextAreaField(lazy("Why this changes"), [Longest(1_000)])
    version = VersionField()

    zone = "UTC"  # set by the page: the zone in which this deadline is announced

    def validate_due(self, field: Any) -> None:
        require_clear(field.data, self.zone)
