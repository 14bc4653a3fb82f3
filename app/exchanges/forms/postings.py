"""The shape of what a host writes about places for students of partners."""

from collections.abc import Iterable
from typing import Any

from wtforms import StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from app.accounts.states import LanguageLevel
from app.exchanges.forms.agreements import CEFR
from app.exchanges.models import AcademicTerm
from app.exchanges.operations.postings import MOST_PLACES, PostingTerms, PostingText
from app.exchanges.states import Housing, Tuition
from app.exchanges.terms import is_detailed_field
from app.exchanges.wording import academic_year, housings, tuitions
from app.foundation.forms import (
    DayField,
    Form,
    Longest,
    OneOf,
    RequestKeyField,
    Required,
    SomeOf,
    VersionField,
    WholeNumber,
)
from app.foundation.languages import gettext as _
from app.foundation.languages import lazy
from app.opportunities.fields import study_levels
from app.opportunities.forms import TextForm, language_choices
from app.organisations.models import Organisation


class PostingForm(Form):
    """What a posting offers; `between` says which terms and agreements there are."""

    term = OneOf(lazy("Term"))
    agreement = OneOf(lazy("For whom"))
    capacity = WholeNumber(
        lazy("Places"), [Required(lazy("Write how many."))], low=1, high=MOST_PLACES
    )
    levels = SomeOf(
        lazy("Levels of study"),
        choices=lambda: [SelectChoice(str(n), said) for n, said in study_levels().items()],
    )
    fields = StringField(lazy("Fields, by their codes"), [Longest(200)])
    languages = SomeOf(
        lazy("Taught in"),
        [Required(lazy("Choose at least one language."))],
        choices=language_choices,
    )
    language = OneOf(
        lazy("Language that is needed"),
        choices=lambda: [SelectChoice("", _("No language is needed")), *language_choices()],
        default="",
    )
    language_level = OneOf(
        lazy("At this level or better"),
        choices=lambda: [
            SelectChoice("", _("Any level")),
            *(SelectChoice(one.value, one.value) for one in LanguageLevel if one.value in CEFR),
        ],
        default="",
    )
    tuition = OneOf(
        lazy("Tuition"),
        choices=lambda: [SelectChoice(one.value, said) for one, said in tuitions().items()],
    )
    housing = OneOf(
        lazy("Housing"),
        choices=lambda: [SelectChoice(one.value, said) for one, said in housings().items()],
    )
    nominate_by = DayField(
        lazy("Partners nominate until"), [Required(lazy("Say until when partners nominate."))]
    )
    papers_by = DayField(lazy("Nominated students send their papers until"))
    documents = TextAreaField(lazy("Papers that nominated students send"), [Longest(3_000)])
    contact = StringField(lazy("Questions to"), [Longest(320)])
    version = VersionField()

    def between(
        self, terms: Iterable[AcademicTerm], senders: Iterable[tuple[int, Organisation]]
    ) -> None:
        """The host's terms, and who may send under an agreement that is in force."""
        self.term.choices = [
            SelectChoice(str(term.id), f"{term.name} {academic_year(term.year)}") for term in terms
        ]
        self.agreement.choices = [
            SelectChoice("", _("Students of every university")),
            *(
                SelectChoice(
                    f"{agreement}-{body.id}",
                    _(
                        "Students of %(name)s, under agreement %(number)s",
                        name=body.name,
                        number=agreement,
                    ),
                )
                for agreement, body in senders
            ),
        ]

    def keep(self, under: str, name: str) -> None:
        """The agreement that a posting is under stays a choice when it is not in force any more."""
        if under and all(choice.value != under for choice in self.agreement.choices):
            self.agreement.choices = [*self.agreement.choices, SelectChoice(under, name)]

    def validate_fields(self, field: Any) -> None:
        if not all(map(is_detailed_field, _codes(field.data))):
            raise ValidationError(_("Write fields by their four digits, for example 0613."))

    def validate_language_level(self, field: Any) -> None:
        if field.data and not self.language.data:
            raise ValidationError(_("Choose the language that the level is of."))

    def validate_papers_by(self, field: Any) -> None:
        if field.data and self.nominate_by.data and field.data < self.nominate_by.data:
            raise ValidationError(_("Students send their papers after they were nominated."))

    def terms(self) -> PostingTerms:
        under = self.agreement.data
        level = self.language_level.data
        agreement, _dash, sender = under.partition("-")
        return PostingTerms(
            term_id=int(self.term.data),
            capacity=int(self.capacity.data or 0),
            agreement=(int(agreement), int(sender)) if under else None,
            levels=tuple(int(one) for one in self.levels.data),
            fields=tuple(_codes(self.fields.data)),
            languages=tuple(self.languages.data),
            language=self.language.data or "",
            language_level=LanguageLevel(level) if level else None,
            tuition=Tuition(self.tuition.data),
            housing=Housing(self.housing.data),
            documents=self.documents.data or "",
            nominate_by=self.nominate_by.data,
            papers_by=self.papers_by.data,
            contact=self.contact.data or "",
        )


def _codes(text: str | None) -> list[str]:
    return (text or "").replace(",", " ").split()


class PostingTextForm(TextForm):
    who_may_apply = TextAreaField(lazy("Who may be nominated"), [Longest(5_000)])

    def text(self) -> PostingText:
        return self.read(PostingText)


class NewPostingForm(PostingForm, PostingTextForm):
    """All of it at once, to begin with: the text is in English, and translated later."""

    request_key = RequestKeyField()


class HomeDatesForm(Form):
    tell_by = DayField(
        lazy("Your students tell you until"), [Required(lazy("Write the last day."))]
    )
    note = TextAreaField(lazy("What they should know"), [Longest(1_000)])
    version = VersionField()
