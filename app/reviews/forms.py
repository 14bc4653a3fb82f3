"""What reviewers and the office type about reviews; a review's form is made from its rubric."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from app.foundation.forms import DayField, Form, Longest, Required, VersionField, WholeNumber
from app.foundation.languages import gettext as _
from app.foundation.languages import lazy
from app.opportunities.form_definitions import text_in
from app.opportunities.rubrics import Criterion, Rubric
from app.reviews.operations import Given


class ReviewForm(Form):
    """`score_<criterion>` and `why_<criterion>` are added by `review_form`."""

    comment = TextAreaField(lazy("Overall comment"), [Longest(5000)])
    version = VersionField()

    rubric: Rubric

    def given(self) -> dict[str, Given]:
        """What was given for each criterion; a score that makes no sense is none."""
        return {c.key: self._given(c) for c in self.rubric.criteria}

    def score_of(self, criterion: Criterion) -> Any:
        return self[f"score_{criterion.key}"]

    def why_of(self, criterion: Criterion) -> Any:
        return self[f"why_{criterion.key}"]

    def validate_complete(self) -> bool:
        """Whether it may be submitted; otherwise each field says what it still needs."""
        valid = bool(self.validate())
        for criterion in self.rubric.criteria:
            given = self._given(criterion)
            if given.value is None:
                _add_error(self.score_of(criterion), _("Choose a score."))
            if not given.justification:
                _add_error(self.why_of(criterion), _("Write why, in a sentence or two."))
            valid = valid and given.value is not None and bool(given.justification)
        return valid

    def _given(self, criterion: Criterion) -> Given:
        value = read_score(self.rubric, self.score_of(criterion).data)
        return Given(value, self.why_of(criterion).data or "")


def _add_error(field: Any, said: str) -> None:
    if not field.errors:
        field.errors = [said]


def read_score(rubric: Rubric, text: object) -> int | None:
    """A value of the rubric's scale, or None."""
    return next((v for v in rubric.values if str(v) == str(text)), None)


def review_form(
    rubric: Rubric,
    locale: str,
    *,
    formdata: Any = None,
    scores: Mapping[str, tuple[int | None, str]] | None = None,
    comment: str = "",
    version: int = 1,
) -> ReviewForm:
    """The form of one review: filled from what was sent, else from what is kept."""
    kept: dict[str, Any] = {"comment": comment, "version": version}
    for criterion in rubric.criteria:
        value, why = (scores or {}).get(criterion.key, (None, ""))
        kept[f"score_{criterion.key}"] = None if value is None else str(value)
        kept[f"why_{criterion.key}"] = why
    made = _form_of(tuple(c.key for c in rubric.criteria), rubric.values)
    form = made(formdata=formdata, data=kept)
    form.rubric = rubric
    for criterion in rubric.criteria:
        form.score_of(criterion).label.text = text_in(criterion.title, locale)[0]
    return form


@lru_cache(maxsize=200)
def _form_of(criteria: tuple[str, ...], values: range) -> type[ReviewForm]:
    """The form's class, made once for all reviews by these criteria on this scale."""
    fields: dict[str, Any] = {}
    for key in criteria:
        fields[f"score_{key}"] = RadioField(
            choices=[SelectChoice(str(v)) for v in values], validate_choice=False
        )
        fields[f"why_{key}"] = TextAreaField(lazy("Why, in a sentence or two"), [Longest(2000)])
    return type("ReviewFormOfRubric", (ReviewForm,), fields)


class ConflictForm(Form):
    reason = TextAreaField(
        lazy("What is the conflict?"),
        [Required(lazy("Write in a few words what the conflict is.")), Longest(500)],
    )


class ReasonForm(Form):
    """Why a review is taken back or reopened."""

    reason = TextAreaField(
        lazy("The reason, for the reviewer to read"),
        [Required(lazy("Write the reason for the reviewer to read.")), Longest(500)],
    )


class ReviewerForm(Form):
    """One more reviewer for one application."""

    reviewer = SelectField(lazy("Reviewer"), coerce=str, validate_choice=False)
    due = DayField(
        lazy("Review due by the end of"), [Required(lazy("Write a day, for example 27 3 2026."))]
    )

    def validate_reviewer(self, field: Any) -> None:
        if row_number(field.data) is None:
            raise ValidationError(_("Choose a reviewer."))


class AssignForm(Form):
    """Who shall read, how many reviews each application gets, and by when."""

    per = WholeNumber(
        lazy("Reviews for each application"),
        [Required(lazy("Write how many, in digits."))],
        low=1,
        high=10,
    )
    due = DayField(
        lazy("Reviews due by the end of"), [Required(lazy("Write a day, for example 27 3 2026."))]
    )


class PublishForm(AssignForm):
    """The plan that was looked at, by its digest."""

    plan = HiddenField()


def row_number(text: object) -> int | None:
    """A row's id as it is sent by a list; None for anything else."""
    if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 10:
        return int(text)
    return None


class NameReviewerForm(Form):
    email = StringField(
        lazy("E-mail address with which they sign in"),
        [Required(lazy("Write the e-mail address.")), Longest(320)],
    )
