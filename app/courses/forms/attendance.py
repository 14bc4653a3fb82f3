"""The shape of what is said of people with a seat: who was there, results, when it is completed."""

from collections.abc import Collection, Mapping
from typing import Any

from flask import request
from flask_wtf.file import FileField
from wtforms import BooleanField, Field, HiddenField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation, ValidationError

from app.courses.completion import Excused, Rule
from app.courses.marking import MOST_NUMBERS, NotANumber, numbers_in
from app.courses.operations import Mark, Reached
from app.courses.states import Presence
from app.courses.wording import excuses
from app.foundation.forms import (
    Form,
    Longest,
    OneOf,
    OptionalAnswer,
    Required,
    VersionField,
    WholeNumber,
)
from app.foundation.languages import gettext as _
from app.foundation.languages import lazy

LONGEST_REASON = 500


class WrongPart(ValueError):
    """A sentence, and the part of what was said of a person that it stands beside."""

    def __init__(self, part: str, sentence: str) -> None:
        super().__init__(sentence)
        self.part = part


class PeopleField(Field):
    """Something for each of some people, as `name-12` for the enrolment 12; `typed` keeps it.

    What was wrong is said person by person (`wrong`), beside the part that it is about.
    """

    parts: tuple[str, ...] = ()

    def __init__(self, people: Collection[int], kept: Mapping[int, Any], **kwargs: Any) -> None:
        self.people, self.kept = people, kept
        self.typed: dict[int, dict[str, str]] = {}
        self.wrong: dict[int, WrongPart] = {}
        super().__init__(**kwargs)

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        self.process_errors: list[str] = []
        self.object_data: dict[int, Any] = {}
        self.data: dict[int, Any] = {}
        if formdata is None:
            self.typed = {person: self.shown(self.kept.get(person)) for person in self.people}
            return
        for person in self.people:
            given = {part: formdata.get(f"{part}-{person}", "").strip() for part in self.parts}
            self.typed[person] = given
            try:
                self.data[person] = self.read_of(person, given)
            except WrongPart as wrong:
                self.wrong[person] = wrong

    def shown(self, kept: Any) -> dict[str, str]:
        raise NotImplementedError

    def read_of(self, _person: int, given: dict[str, str]) -> Any:
        return self.read(given)

    def read(self, given: dict[str, str]) -> Any:
        raise NotImplementedError

    def pre_validate(self, form: object) -> None:
        if self.wrong:
            raise StopValidation(_("Look at the people that are marked below."))


class MarksField(PeopleField):
    parts = ("presence", "reason")

    def shown(self, kept: Any) -> dict[str, str]:
        return {"presence": kept.presence.value, "reason": kept.reason} if kept else {}

    def read(self, given: dict[str, str]) -> Mark:
        known = {one.value for one in Presence}
        presence = Presence(given["presence"]) if given["presence"] in known else None
        if len(given["reason"]) > LONGEST_REASON:
            said = _("Write at most %(most)s characters.", most=LONGEST_REASON)
            raise WrongPart("reason", said)
        if presence is Presence.EXCUSED and not given["reason"]:
            raise WrongPart("reason", _("Say why this person is excused."))
        if given["presence"] and presence is None:
            raise WrongPart("presence", _("Choose one of the answers in the list."))
        return Mark(presence, reason=given["reason"])


class MarksWithoutReasons(MarksField):
    """For those who teach and are not of the centre: why somebody is excused is not theirs to read.

    A reason that is kept stays when they leave the person excused and write none.
    """

    def shown(self, kept: Any) -> dict[str, str]:
        return {**super().shown(kept), "reason": ""}

    def read_of(self, person: int, given: dict[str, str]) -> Mark:
        kept = self.kept.get(person)
        stays = given["presence"] == Presence.EXCUSED and not given["reason"]
        if kept is not None and kept.presence is Presence.EXCUSED and stays:
            return self.read({**given, "reason": kept.reason})
        return self.read(given)


class ReachedField(PeopleField):
    parts = ("before", "result")

    def shown(self, kept: Any) -> dict[str, str]:
        if kept is None:
            return {}
        said = {"before": kept.before_course, "result": kept.result}
        return {part: "" if value is None else str(value) for part, value in said.items()}

    def read(self, given: dict[str, str]) -> Reached:
        return Reached(*(_percent(part, given[part]) for part in self.parts))


def _percent(part: str, typed: str) -> int | None:
    if not typed:
        return None
    digits = typed.removesuffix("%").strip()
    if not digits.isdecimal() or len(digits) > 3 or int(digits) > 100:
        raise WrongPart(part, _("Write percent, from 0 to 100."))
    return int(digits)


class AttendanceForm(Form):
    version = VersionField()
    marks: MarksField


class CheckInForm(Form):
    late_after = WholeNumber(
        lazy("Minutes after the beginning from which one is late"), [Required()], low=0, high=240
    )


class NumbersForm(Form):
    """The numbers of who signed a sheet: typed, ticked, or both."""

    version = VersionField()
    numbers = TextAreaField(lazy("Numbers"), [Longest(2000)])
    others_absent = BooleanField(lazy("Whoever did not sign was not there"))

    def ticked(self) -> set[int]:
        """Of the boxes beside people."""
        sent = request.form.getlist("ticks")[:MOST_NUMBERS]
        return {int(one) for one in sent if one.isdecimal() and len(one) <= 5}

    def wanted(self) -> set[int]:
        return numbers_in(self.numbers.data or "") | self.ticked()

    def validate_numbers(self, field: Any) -> None:
        try:
            wanted = self.wanted()
        except NotANumber as wrong:
            said = _("“%(piece)s” is no number. Write 1-5, 8, 12.", piece=wrong.piece)
            raise ValidationError(said) from wrong
        if not wanted and not self.others_absent.data:
            raise ValidationError(_("Write the numbers beside the signatures, or tick the people."))


class ReportForm(Form):
    """A meeting tool's report; `read` is what was read from it when the page was shown before."""

    version = VersionField()
    file = FileField(lazy("File of who joined"))
    read = HiddenField(validators=[Longest(400_000)])
    share = WholeNumber(
        lazy("Share of the meeting from which one was present, in percent"),
        [Required()],
        low=1,
        high=100,
    )
    others_absent = BooleanField(lazy("Whoever is not in the file was not there"))
    over_hand = BooleanField(lazy("Where a person entered something else, the file is right"))

    def confirmed(self) -> set[tuple[int, int]]:
        """(line, enrolment) of the proposals that somebody ticked."""
        pairs = (one.split(":") for one in request.form.getlist("confirm")[:2000])
        return {
            (int(pair[0]), int(pair[1]))
            for pair in pairs
            if len(pair) == 2 and all(part.isdecimal() and len(part) <= 9 for part in pair)
        }

    def validate_file(self, field: Any) -> None:
        sent = field.data is not None and field.data.filename
        if not sent and not self.read.data:
            raise ValidationError(_("Choose the file that the meeting tool made."))


class ResultsForm(Form):
    reached: ReachedField


class RuleForm(Form):
    share = WholeNumber(
        lazy("Meetings that one has to be at, in percent"), [Required()], low=0, high=100
    )
    excused = OneOf(
        lazy("Excused absences"),
        choices=lambda: [SelectChoice(one.value, said) for one, said in excuses().items()],
    )
    result = WholeNumber(
        lazy("Result that one has to reach, in percent"), [OptionalAnswer()], low=0, high=100
    )

    def rule(self) -> Rule:
        return Rule(int(self.share.data or 0), Excused(self.excused.data), self.result.data)


class OtherwiseForm(Form):
    completed = OneOf(
        lazy("Decision"),
        choices=lambda: [
            SelectChoice("yes", _("Has completed the course")),
            SelectChoice("no", _("Has not completed the course")),
        ],
    )
    reason = TextAreaField(
        lazy("Reason"), [Required(lazy("Say why; the person reads it.")), Longest(2000)]
    )
