"""What an office writes about a case."""

from typing import Any

from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from app.applications.states import NOTE_LEVELS, TAG_COLOURS, NoteLevel, TagColour
from app.foundation.forms import DayField, Form, Longest, Required
from app.foundation.languages import lazy


class OfficerForm(Form):
    officer = SelectField(lazy("Who has this case"), validate_choice=True)


class TagForm(Form):
    name = StringField(lazy("Tag"), [Required(lazy("Write a word or two.")), Longest(60)])
    colour = SelectField(
        lazy("Colour, if the tag is new"),
        choices=[SelectChoice(c.value, said) for c, said in TAG_COLOURS.items()],
        default=TagColour.GREY.value,
    )


class NoteForm(Form):
    body = TextAreaField(lazy("Note"), [Required(lazy("Write the note.")), Longest(5000)])
    level = RadioField(
        lazy("Who reads it"),
        choices=[SelectChoice(level.value, said) for level, said in NOTE_LEVELS.items()],
        default=NoteLevel.OFFICE.value,
    )


class TaskForm(Form):
    what = StringField(
        lazy("What is to be done"), [Required(lazy("Write what is to be done.")), Longest(300)]
    )
    holder = SelectField(lazy("By whom"), validate_choice=True)
    due = DayField(lazy("By the end of"), [Required(lazy("Write a day, for example 27 3 2026."))])


def offer(field: Any, people: list[tuple[int, str]], *, nobody: str = "") -> None:
    """Fill a choice of people; `nobody` names the choice of no one."""
    first = [SelectChoice("", nobody)] if nobody else []
    field.choices = first + [SelectChoice(str(i), name) for i, name in people]
