"""What calls ask again and again: answers and documents that a person carries along. Pure.

A question says which of these it is ("core": "study"); rows meet by the keys of their columns,
so that a call may ask fewer columns, or further ones, than another.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from app.foundation.languages import gettext as _
from app.foundation.languages import reader
from app.opportunities.form_definitions.shape import (
    FormDefinition,
    Option,
    Question,
    Section,
)

# The kinds that a question of each may have.
CORE: dict[str, frozenset[str]] = {
    "degree": frozenset({"choice"}),
    "degree_on": frozenset({"day", "month"}),
    "field_of_study": frozenset({"short text"}),
    "institution": frozenset({"organisation", "short text"}),
    "position": frozenset({"short text"}),
    "service_years": frozenset({"number"}),
    "languages": frozenset({"rows"}),
    "study": frozenset({"rows"}),
    "work": frozenset({"rows"}),
    "publications": frozenset({"long text"}),
    "about": frozenset({"long text"}),
    "statement": frozenset({"long text"}),
    "curriculum_vitae": frozenset({"document"}),
    "transcript": frozenset({"document"}),
    "degree_certificate": frozenset({"document"}),
    "language_certificate": frozenset({"document"}),
    "employer_permission": frozenset({"document"}),
    "passport": frozenset({"document"}),
    "photograph": frozenset({"document"}),
}
# What the profile says itself; it is written there and nowhere else.
OF_PROFILE = frozenset({"institution", "languages"})
SECTION = "core"


@dataclass(frozen=True, slots=True)
class _Column:
    key: str
    kind: str
    label: str


def core_in_words() -> dict[str, str]:
    """What each is called by those who build forms and by those who fill them in."""
    return {
        "degree": _("Highest degree"),
        "degree_on": _("Day on which it was awarded"),
        "field_of_study": _("Field of study"),
        "institution": _("Home institution"),
        "position": _("Position or year of study"),
        "service_years": _("Years of service"),
        "languages": _("Languages"),
        "study": _("Where you studied"),
        "work": _("Where you worked"),
        "publications": _("Publications"),
        "about": _("About you"),
        "statement": _("Statement of purpose"),
        "curriculum_vitae": _("Curriculum vitae"),
        "transcript": _("Transcript of records"),
        "degree_certificate": _("Degree certificate"),
        "language_certificate": _("Language certificate"),
        "employer_permission": _("Permission of the employer"),
        "passport": _("Passport"),
        "photograph": _("Photograph"),
    }


def core_form(degrees: Mapping[str, str]) -> FormDefinition:
    """What a person may write once for every application, as one section of a form.

    `degrees` are those that rules know, in words.
    """
    asked = tuple(
        _question(key, next(iter(kinds)), degrees)
        for key, kinds in CORE.items()
        if key not in OF_PROFILE and "document" not in kinds
    )
    title = {reader().locale: _("Answers for every application")}
    return FormDefinition((Section(SECTION, "questions", title, {}, asked),))


def core_columns(key: str) -> tuple[Question, ...]:
    """The columns by which rows of this kind are kept, in the reader's language."""
    here = reader().locale
    return tuple(Question(c.key, c.kind, {here: c.label}, {}) for c in _columns(key))


def _question(key: str, kind: str, degrees: Mapping[str, str]) -> Question:
    here = reader().locale
    options: tuple[Option, ...] = ()
    if key == "degree":
        options = tuple(Option(degree, {here: said}) for degree, said in degrees.items())
    return Question(
        key,
        "day" if key == "degree_on" else kind,
        {here: core_in_words()[key]},
        {},
        options=options,
        low=0 if key == "service_years" else None,
        high=80 if key == "service_years" else None,
        columns=core_columns(key),
        core=key,
    )


def _columns(key: str) -> tuple[_Column, ...]:
    begun, ended = (
        _Column("begun", "month", _("First month")),
        _Column("ended", "month", _("Last month")),
    )
    country = _Column("country", "country", _("Country"))
    if key == "languages":
        return (
            _Column("language", "language", _("Language")),
            _Column("level", "language level", _("Level")),
        )
    if key == "study":
        return (
            _Column("institution", "organisation", _("Institution")),
            country,
            _Column("field", "short text", _("Field of study")),
            begun,
            ended,
        )
    if key == "work":
        return (
            _Column("employer", "organisation", _("Employer")),
            country,
            _Column("role", "short text", _("What you did there")),
            begun,
            ended,
        )
    return ()
