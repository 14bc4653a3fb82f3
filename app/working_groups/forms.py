"""The shape of what people write about and in working groups."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from wtforms import StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from app.foundation.forms import (
    DayField,
    Form,
    Longest,
    OneOf,
    RequestKeyField,
    Required,
    VersionField,
    WallTimeField,
    WholeNumber,
)
from app.foundation.languages import LANGUAGES, language_name, lazy, reader
from app.foundation.languages import gettext as _
from app.opportunities.forms import require_clear, wall
from app.organisations.models import Organisation
from app.working_groups import wording
from app.working_groups.clauses import Clause
from app.working_groups.models import GroupDocument
from app.working_groups.operations import MeetingTerms
from app.working_groups.operations.commenting import Said
from app.working_groups.states import Audience, CommentKind, Disposition, Joining, MemberRole

LONGEST_TEXT = 200_000


class CharterForm(Form):
    name = StringField(
        lazy("Title of the group"), [Required(lazy("Write what it is called.")), Longest(300)]
    )
    mandate = TextAreaField(lazy("Mandate"), [Longest(10_000)])
    version = VersionField()


class PlanForm(Form):
    acronym = StringField(
        lazy("Acronym"), [Required(lazy("Write an acronym, such as KLE.")), Longest(12)]
    )
    joining = OneOf(
        lazy("How people join"),
        choices=lambda: [SelectChoice(way.value, s) for way, s in wording.joining_ways().items()],
    )
    starts_on = DayField(lazy("First day"))
    ends_on = DayField(lazy("Last day"))
    version = VersionField()

    def validate_ends_on(self, field: Any) -> None:
        if field.data and self.starts_on.data and field.data < self.starts_on.data:
            raise ValidationError(_("The last day cannot be before the first."))

    def plan(self) -> dict[str, Any]:
        return {
            "acronym": (self.acronym.data or "").upper(),
            "joining": Joining(self.joining.data),
            "starts_on": self.starts_on.data,
            "ends_on": self.ends_on.data,
        }


def _locales() -> list[SelectChoice]:
    return [SelectChoice(code, language_name(code)) for code in LANGUAGES]


class ConveneForm(CharterForm, PlanForm):
    """All of it at once, in the language that it is first written in."""

    centre = OneOf(lazy("Centre"))
    locale = OneOf(lazy("You write in"), choices=_locales, default=lambda: reader().locale)
    request_key = RequestKeyField()

    def offer(self, centres: Iterable[Organisation]) -> None:
        self.centre.choices = [SelectChoice(str(one.id), one.name) for one in centres]


class SpeakingForm(Form):
    """On whose behalf somebody speaks: a body of their own, or nobody's."""

    speaks_for = OneOf(lazy("You speak for"), default="")

    def offer(self, bodies: Iterable[Organisation]) -> None:
        named = [SelectChoice(str(one.id), one.name) for one in bodies]
        self.speaks_for.choices = [*named, SelectChoice("", _("Nobody but myself"))]

    def body(self) -> int | None:
        return int(self.speaks_for.data) if self.speaks_for.data else None


class AskForm(SpeakingForm):
    note = TextAreaField(lazy("Why you want to join"), [Longest(2_000)])


class InviteForm(Form):
    email = StringField(
        lazy("E-mail address with which they sign in"),
        [Required(lazy("Write the e-mail address.")), Longest(320)],
    )
    role = OneOf(
        lazy("What they do in the group"),
        choices=lambda: [SelectChoice(role.value, said) for role, said in wording.roles().items()],
        default=MemberRole.MEMBER.value,
    )
    note = TextAreaField(lazy("Your words to them"), [Longest(2_000)])


class RoleForm(Form):
    role = OneOf(
        lazy("What they do in the group"),
        choices=lambda: [SelectChoice(role.value, said) for role, said in wording.roles().items()],
    )


class WhyForm(Form):
    reason = TextAreaField(
        lazy("Reason"), [Required(lazy("Say why: whom it concerns reads it.")), Longest(2_000)]
    )


class MeetingForm(Form):
    title = StringField(
        lazy("What it is about"), [Required(lazy("Write what it is about.")), Longest(300)]
    )
    starts = WallTimeField(lazy("Begins"), [Required(lazy("Write when it begins."))])
    minutes = WholeNumber(
        lazy("Minutes"), [Required(lazy("Write how long it lasts."))], low=5, high=1440, default=90
    )
    zone = OneOf(lazy("The clock that counts"))
    venue = StringField(lazy("Where people meet"), [Longest(500)])
    join_url = StringField(lazy("Link to join"), [Longest(500)])
    agenda = TextAreaField(lazy("Agenda"), [Longest(10_000)])

    def validate_starts(self, field: Any) -> None:
        require_clear(field.data, self.zone.data)

    def terms(self) -> MeetingTerms:
        starts = self.starts.data
        return MeetingTerms(
            title=self.title.data or "",
            starts_wall=wall(starts) or "",
            ends_wall=wall(starts + timedelta(minutes=int(self.minutes.data or 0))) or "",
            zone=self.zone.data,
            venue=self.venue.data or "",
            join_url=self.join_url.data or "",
            agenda=self.agenda.data or "",
        )


class ChangeMeetingForm(MeetingForm):
    reason = TextAreaField(lazy("Why it changes"), [Longest(1_000)])
    version = VersionField()


class MinutesForm(Form):
    minutes = TextAreaField(lazy("Minutes"), [Longest(50_000)])
    audience = OneOf(
        lazy("Who reads them"),
        choices=lambda: [
            SelectChoice("", _("Only chairs and editors for now")),
            *(SelectChoice(one.value, said) for one, said in wording.audiences().items()),
        ],
        default="",
    )
    version = VersionField()

    def for_whom(self) -> Audience | None:
        return Audience(self.audience.data) if self.audience.data else None


class DraftForm(Form):
    title = StringField(
        lazy("Title of the document"), [Required(lazy("Write what it is called.")), Longest(300)]
    )
    text = TextAreaField(lazy("Text"), [Longest(LONGEST_TEXT)])
    version = VersionField()


class NewDraftForm(DraftForm):
    locale = OneOf(lazy("You write in"), choices=_locales, default=lambda: reader().locale)
    request_key = RequestKeyField()


class ForwardForm(Form):
    changes = TextAreaField(lazy("What is new in this version"), [Longest(5_000)])


class PeriodForm(Form):
    closes = WallTimeField(
        lazy("Comments until"), [Required(lazy("Write until when people may comment."))]
    )
    zone = OneOf(lazy("The clock that counts"))

    def validate_closes(self, field: Any) -> None:
        require_clear(field.data, self.zone.data)

    def until(self) -> dict[str, str]:
        return {"closes_wall": wall(self.closes.data) or "", "zone": self.zone.data}


class PublishForm(Form):
    replaces = OneOf(lazy("It replaces"), default="")

    def offer(self, results: Iterable[GroupDocument]) -> None:
        self.replaces.choices = [
            SelectChoice("", _("Nothing that was published before")),
            *(SelectChoice(str(one.id), f"{one.number} {one.title}") for one in results),
        ]


class CommentForm(SpeakingForm):
    clause = OneOf(lazy("About"))
    kind = OneOf(
        lazy("Kind of comment"),
        choices=lambda: [
            SelectChoice(k.value, said) for k, said in wording.comment_kinds().items()
        ],
    )
    comment = TextAreaField(
        lazy("Comment"), [Required(lazy("Write what you have to say.")), Longest(5_000)]
    )
    proposal = TextAreaField(lazy("What it should say instead"), [Longest(5_000)])

    def about(self, parts: Sequence[Clause]) -> None:
        """The paragraphs of the version that is open."""
        self.clause.choices = [
            SelectChoice("0", _("The whole document")),
            *(SelectChoice(str(one.number), _short(one)) for one in parts),
        ]

    def said(self) -> Said:
        return Said(
            clause=int(self.clause.data),
            kind=CommentKind(self.kind.data),
            comment=self.comment.data or "",
            proposal=self.proposal.data or "",
            speaks_for=self.body(),
        )


def _short(one: Clause) -> str:
    line = " ".join(one.text.split())
    begins = line if len(line) <= 60 else f"{line[:60].rstrip()}…"
    return f"{one.number}. {begins}"


class AnswerForm(Form):
    disposition = OneOf(
        lazy("What the group does with it"),
        choices=lambda: [SelectChoice(d.value, said) for d, said in wording.dispositions().items()],
    )
    answer = TextAreaField(lazy("Answer of the group"), [Longest(5_000)])

    def validate_answer(self, field: Any) -> None:
        if not field.data and self.disposition.data != Disposition.ACCEPTED.value:
            raise ValidationError(_("Say why it is not taken, or not as a whole."))
