"""The shape of what is written about dates of a course, their meetings and who teaches."""

from datetime import timedelta
from typing import Any

from wtforms import StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from app.courses.operations import MeetingTerms, RunTerms
from app.courses.states import EnrolmentMode, Mode
from app.courses.wording import enrolment_modes, modes
from app.foundation.forms import (
    Form,
    Longest,
    OneOf,
    OptionalAnswer,
    RequestKeyField,
    Required,
    VersionField,
    WallTimeField,
    WholeNumber,
)
from app.foundation.languages import gettext as _
from app.foundation.languages import lazy
from app.opportunities.forms import require_clear, wall


class RunForm(Form):
    mode = OneOf(
        lazy("How people take part"),
        choices=lambda: [SelectChoice(mode.value, said) for mode, said in modes().items()],
    )
    zone = OneOf(lazy("The clock that counts"))
    venue = StringField(lazy("Where people meet"), [Longest(500)])
    join_url = StringField(lazy("Link to join online"), [Longest(500)])
    capacity = WholeNumber(lazy("Seats"), [Required(lazy("Write how many."))], low=1, high=5000)
    enrolment_mode = OneOf(
        lazy("How people get a seat"),
        choices=lambda: [
            SelectChoice(mode.value, said) for mode, said in enrolment_modes().items()
        ],
    )
    opens = WallTimeField(lazy("Enrolment opens"))
    closes = WallTimeField(
        lazy("Last moment to enrol"), [Required(lazy("Write the last moment to enrol."))]
    )
    promote_until = WallTimeField(lazy("Seats that fall free are offered until"))
    hours_to_answer = WholeNumber(
        lazy("Hours to answer an offered seat"), [Required()], low=1, high=336, default=48
    )
    contact = StringField(lazy("Questions to"), [Longest(320)])
    note = TextAreaField(lazy("What participants should know"), [Longest(3000)])
    version = VersionField()
    request_key = RequestKeyField()

    def validate_venue(self, field: Any) -> None:
        if self.mode.data != Mode.ONLINE and not field.data:
            raise ValidationError(_("Say where people meet."))

    def validate_opens(self, field: Any) -> None:
        """Said beside both moments: either may be the one that is wrong."""
        require_clear(field.data, self.zone.data)
        opens, closes = self.opens.data, self.closes.data
        if opens and closes and opens >= closes:
            raise ValidationError(_("Enrolment must open before it closes."))

    validate_closes = validate_opens

    def validate_promote_until(self, field: Any) -> None:
        require_clear(field.data, self.zone.data)

    def terms(self) -> RunTerms:
        return RunTerms(
            mode=Mode(self.mode.data),
            zone=self.zone.data,
            capacity=int(self.capacity.data or 0),
            enrolment_mode=EnrolmentMode(self.enrolment_mode.data),
            closes_wall=wall(self.closes.data) or "",
            opens_wall=wall(self.opens.data),
            promote_until_wall=wall(self.promote_until.data),
            hours_to_answer=int(self.hours_to_answer.data or 48),
            venue=self.venue.data or "",
            join_url=self.join_url.data or "",
            contact=self.contact.data or "",
            note=self.note.data or "",
        )


class MeetingForm(Form):
    title = StringField(lazy("What it is about"), [Longest(300)])
    starts = WallTimeField(lazy("Begins"), [Required(lazy("Write when it begins."))])
    minutes = WholeNumber(
        lazy("Minutes"), [Required(lazy("Write how long it lasts."))], low=5, high=1440, default=90
    )
    zone = OneOf(lazy("The clock that counts"))
    venue = StringField(lazy("Somewhere else than the others"), [Longest(500)])
    join_url = StringField(lazy("Another link to join"), [Longest(500)])
    version = VersionField()

    def validate_starts(self, field: Any) -> None:
        require_clear(field.data, self.zone.data)

    def terms(self) -> MeetingTerms:
        starts = self.starts.data
        return MeetingTerms(
            starts_wall=wall(starts) or "",
            ends_wall=wall(starts + timedelta(minutes=int(self.minutes.data or 0))) or "",
            zone=self.zone.data,
            title=self.title.data or "",
            venue=self.venue.data or "",
            join_url=self.join_url.data or "",
        )


class SeriesForm(MeetingForm):
    times = WholeNumber(lazy("How many times"), [Required()], low=1, high=60, default=1)
    days_apart = OneOf(
        lazy("Again"),
        choices=lambda: [
            SelectChoice("7", _("every week")),
            SelectChoice("1", _("every day")),
            SelectChoice("14", _("every two weeks")),
            SelectChoice("28", _("every four weeks")),
        ],
        default="7",
    )


class ChangeMeetingForm(MeetingForm):
    reason = TextAreaField(lazy("Why it changes"), [Longest(1000)])
    override = StringField(lazy("Why an instructor may clash"), [Longest(500)])


class WhyForm(Form):
    reason = TextAreaField(
        lazy("Reason"), [Required(lazy("Say why: everybody concerned is told.")), Longest(2000)]
    )


class InstructorForm(Form):
    email = StringField(
        lazy("E-mail address with which they sign in"),
        [Required(lazy("Write the e-mail address.")), Longest(320)],
    )
    override = StringField(lazy("Why it is all right that they teach elsewhere"), [Longest(500)])


class ReserveForm(Form):
    seats = WholeNumber(lazy("Seats"), [Required(lazy("Write how many."))], low=1, high=5000)
    country = OneOf(lazy("For people of a country"))
    organisation = StringField(
        lazy("Or for people of an institution"), [OptionalAnswer(), Longest(300)]
    )
