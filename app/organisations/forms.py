"""Forms of the secretariat's list of organisations."""

from collections.abc import Iterable, Sequence
from typing import Any

from wtforms import BooleanField, Field, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional, ValidationError

from app.foundation import languages
from app.foundation.forms import (
    DayField,
    Form,
    Longest,
    OneOf,
    PlainText,
    RequestKeyField,
    Required,
    VersionField,
    tidy,
)
from app.foundation.languages import gettext as _
from app.foundation.languages import lazy
from app.organisations.facts import (
    KIND_NAMES,
    LONGEST_NAME,
    CentreFacts,
    NameFacts,
    OrganisationFacts,
    is_mail_domain,
    is_ror_id,
    is_web_address,
)
from app.organisations.models import Country, Organisation, OrganisationName
from app.organisations.states import NameKind, OrganisationKind

# The official languages of the countries of the cooperation; names may be in any of them.
NAME_LANGUAGES = (
    *("id", "fil", "ja", "km", "lo", "ms", "ms-Arab", "my", "pt", "ta", "tet", "th", "vi"),
    "zh-Hans",
)


def lines_of(text: str | None) -> list[str]:
    """One thing a line, each once, in order."""
    return list(dict.fromkeys(line.strip() for line in (text or "").splitlines() if line.strip()))


def choices_of(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in pairs]


def language_of_mails() -> OneOf:
    """In which language somebody without an account is written to; unsaid, their country's."""
    return OneOf(
        lazy("Language of the mail"),
        choices=lambda: choices_of(
            [
                ("", _("That of the country, where it is offered; else English")),
                *languages.LANGUAGES.items(),
            ]
        ),
        default="",
    )


class OrganisationForm(Form):
    """What is said of a body. `offer` gives the choices, which depend on the countries kept."""

    name = StringField(
        lazy("Name in English"),
        [Required(lazy("Write the name of the organisation.")), Longest(LONGEST_NAME)],
    )
    kind = SelectField(
        lazy("What it is"), choices=choices_of((k.value, n) for k, n in KIND_NAMES.items())
    )
    country_code = SelectField(lazy("Country"))
    zone = SelectField(lazy("Time zone"))
    city = StringField(lazy("City"), [Longest(120)])
    region = StringField(lazy("Province or region"), [Longest(120)])
    local_name = StringField(lazy("Name in its own language"), [Longest(LONGEST_NAME)])
    local_name_lang = SelectField(lazy("Language of that name"))
    acronym = StringField(lazy("Short name"), [Longest(60)])
    other_names = TextAreaField(lazy("Other names, one a line"), [Longest(6000)])
    website = StringField(lazy("Website"), [Optional(), Longest(500)])
    ror_id = StringField(lazy("ROR identifier"), [Optional(), Longest(60)])
    domains = TextAreaField(lazy("Mail domains, one a line"), [Longest(4000)])
    is_centre = BooleanField(lazy("It is one of the AI centres of the cooperation"))
    centre_kind = StringField(lazy("What kind of centre"), [Longest(120)])
    focus = TextAreaField(lazy("What it works on, one subject a line"), [Longest(1200)])
    source = StringField(lazy("Where this is known from"), [Longest(500)])
    version = VersionField()
    request_key = RequestKeyField()

    def offer(self, countries: Iterable[Country]) -> None:
        """Fill in the choices; a zone belongs to its country."""
        self.zones = {c.code: c.zones for c in countries}
        every = sorted({zone for zones in self.zones.values() for zone in zones})
        self.country_code.choices = choices_of(languages.country_names(self.zones))
        self.zone.choices = choices_of((z, f"{languages.city(z)} ({z})") for z in every)
        named = [(tag, languages.own_language_name(tag)) for tag in NAME_LANGUAGES]
        self.local_name_lang.choices = choices_of([("", _("another, or not known")), *named])

    def validate_zone(self, field: SelectField) -> None:
        zones = self.zones.get(self.country_code.data or "", [])
        if zones and field.data not in zones:
            said = _("Choose a time zone of that country: %(zones)s.", zones=", ".join(zones))
            raise ValidationError(said)

    def validate_website(self, field: StringField) -> None:
        if field.data and not is_web_address(field.data):
            raise ValidationError(_("Write the whole address, such as https://www.example.org."))

    def validate_ror_id(self, field: StringField) -> None:
        if field.data and not is_ror_id(field.data):
            raise ValidationError(_("Write it as https://ror.org/ and nine characters."))

    def validate_other_names(self, field: TextAreaField) -> None:
        if any(len(name) > LONGEST_NAME for name in lines_of(field.data)):
            raise ValidationError(
                _("A name has at most %(most)s characters.", most=languages.number(LONGEST_NAME))
            )

    def validate_domains(self, field: TextAreaField) -> None:
        for domain in lines_of(field.data):
            if not is_mail_domain(domain.casefold()):
                said = _("“%(domain)s” is not a mail domain. Write it as example.org.")
                raise ValidationError(said % {"domain": domain[:80]})

    def validate_focus(self, field: TextAreaField) -> None:
        if any(len(subject) > 60 for subject in lines_of(field.data)):
            raise ValidationError(_("A subject is a word or two: 60 characters at most."))

    def show(self, organisation: Organisation) -> None:
        """Fill in what is kept, for a form that is opened."""
        for column in ("name", "kind", "country_code", "zone", "city", "region", "website"):
            self[column].data = getattr(organisation, column)
        self.ror_id.data = organisation.ror_id or ""
        self.local_name.data = organisation.local_name or ""
        self.local_name_lang.data = organisation.local_name_lang or ""
        self.acronym.data = organisation.acronym or ""
        apart = {organisation.local_name, organisation.acronym}
        others = [n.name for n in organisation.names if n.name not in apart]
        self.other_names.data = "\n".join(others)
        self.domains.data = "\n".join(d.domain for d in organisation.domains)
        self.is_centre.data = organisation.is_centre
        self.focus.data = "\n".join(organisation.focus)
        self.centre_kind.data = organisation.facts.get("centre_kind", "")
        self.source.data = organisation.facts.get("source", "")
        self.version.data = organisation.version

    def facts(self, ref: str, known: Iterable[OrganisationName] = ()) -> OrganisationFacts:
        """What the form says; other names keep what is `known` of their language."""
        before = {n.name: n for n in known}
        names = []
        if self.local_name.data:
            lang = self.local_name_lang.data or ""
            names.append(NameFacts(self.local_name.data, NameKind.LOCAL, lang))
        if self.acronym.data:
            names.append(NameFacts(self.acronym.data, NameKind.ACRONYM))
        for name in lines_of(self.other_names.data):
            kept = before.get(name)
            kind = kept.kind if kept and kept.kind is NameKind.FORMER else NameKind.ALIAS
            names.append(NameFacts(name, kind, kept.locale if kept else ""))
        return OrganisationFacts(
            ref=ref,
            kind=OrganisationKind(self.kind.data),
            name=self.name.data or "",
            country_code=self.country_code.data or "",
            zone=self.zone.data or "",
            names=tuple(names),
            city=self.city.data or "",
            region=self.region.data or "",
            website=self.website.data or "",
            ror_id=self.ror_id.data or None,
            domains=tuple(d.casefold() for d in lines_of(self.domains.data)),
            others={"source": self.source.data or ""},
        )

    def centre(self, organisation: Organisation | None = None) -> CentreFacts | None:
        """What the form says of the centre that it is; how sure that is stays as it was."""
        if not self.is_centre.data:
            return None
        before = organisation.facts if organisation is not None else {}
        return CentreFacts(
            self.centre_kind.data or "",
            tuple(lines_of(self.focus.data)),
            before.get("centre_source", self.source.data or ""),
            before.get("centre_confidence", ""),
        )

    def shown(self) -> list[tuple[str, str, str]]:
        """(field, label, what a reader sees in it), to lay two versions side by side."""
        said = []
        for field in self:
            if isinstance(field, VersionField | RequestKeyField) or field.name == "csrf_token":
                continue
            value = field.data
            if isinstance(field, SelectField):
                value = {c.value: c.label for c in field.choices or ()}.get(value, value)
            elif isinstance(value, bool):
                value = _("yes") if value else _("no")
            said.append((field.name, str(field.label.text), str(value or "")))
        return said


class EndForm(Form):
    """That a body ended: closed for good, or went on as another one."""

    how = RadioField(
        lazy("What happened?"),
        choices=choices_of(
            [
                ("merged", lazy("It goes on as another organisation")),
                ("closed", lazy("It was closed, and nobody goes on in its place")),
            ]
        ),
        validators=[Required(lazy("Say what happened."))],
    )
    find = StringField(lazy("Look for the organisation it goes on as"), [Longest(200)])
    successor = RadioField(lazy("It goes on as"), choices=[], validate_choice=False)
    on = DayField(lazy("Since when (leave empty if it is not known)"))


class BodyField(Field):
    """A body of the list, or another one as it is written: `data` is the text, `body` an id.

    What is written is chosen among those found (`offered`) in `<name>-is`; that holds for the text
    in `<name>-for` only, so whoever writes another name chooses anew. `parts/institution.html`
    draws it, with a script and without.
    """

    def __init__(self, label: Any = None, validators: Sequence[Any] = (), **kwargs: Any) -> None:
        self.typed = ""
        self.body: int | None = None
        self.offered: Sequence[Organisation] = ()
        self.sought = False
        super().__init__(label, [PlainText(), Longest(300), *validators], **kwargs)

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        self.process_errors: list[str] = []
        self.object_data = self.data = self.typed = data if isinstance(data, str) else ""
        if formdata is None:
            return
        self.data = self.typed = tidy(formdata.get(self.name, "")[:600]) or ""
        chosen, meant = formdata.get(f"{self.name}-is", ""), formdata.get(f"{self.name}-for", "")
        known = chosen.isascii() and chosen.isdigit() and len(chosen) < 10
        self.body = int(chosen) if known and meant == self.typed else None

    def asked(self, formdata: Any) -> bool:
        """Whether the button was pressed that only looks for what is written here."""
        return bool(formdata.get("find") == self.name)

    def offer(self, found: Sequence[Organisation]) -> None:
        self.sought, self.offered = True, found
