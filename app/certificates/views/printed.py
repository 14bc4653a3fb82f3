"""A certificate on paper: one A4 sheet across, from what was frozen when it was issued."""

import base64
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.certificates.credential import NAMED
from app.certificates.facts import (
    Achievement,
    Centre,
    Facts,
    Names,
    Texts,
    competencies_in,
    said_in,
)
from app.certificates.keyring import keyring
from app.certificates.models import Certificate, IssuerSettings
from app.certificates.numbering import printed_code, serial
from app.certificates.operations.issuing import centre_of
from app.certificates.states import CertificateKind
from app.files.models import StoredFile
from app.files.operations import open_file
from app.files.states import FileState
from app.foundation import languages
from app.foundation.languages import gettext as _
from app.foundation.languages import ngettext
from app.foundation.printing import pdf
from app.foundation.qr import qr_svg
from app.organisations.models import Organisation


def certificate_pdf(session: Session, certificate: Certificate) -> bytes:
    """The sheet, in the language it was issued in; `certificate.settings` must be loaded."""
    with languages.speaking(certificate.language):
        return pdf(
            "certificate",
            on_paper(certificate, _pictures(session, certificate)),
            locale=certificate.language,
            title=f"{heading(certificate.kind)}: {certificate.facts.names.latin}",
            at=certificate.issued_at,
        )


def sample_pdf(
    session: Session, issuer: Organisation, settings: IssuerSettings, at: datetime
) -> bytes:
    """How a certificate of this issuer looks now, in the reader's language; marked as a sample."""
    locale, today = languages.reader().locale, at.date()
    achievement = Achievement(
        ref="sample",
        titles={locale: _("An example of a course")},
        original=locale,
        criteria={locale: _("What somebody had to do to complete it stands here.")},
        starts_on=today - timedelta(days=30),
        ends_on=today,
        hours=24,
    )
    names = Names("SOMEBODY Example", _("Name in its own script"), locale)
    certificate = Certificate(
        kind=CertificateKind.COMPLETION,
        language=locale,
        snapshot=Facts(names, achievement, centre_of(issuer)).as_json(),
        serial=serial(settings.pattern, year=at.year, number=42),
        token="sample",  # noqa: S106 - opens nothing
        code="SAMPLE00",
        issued_at=at,
        settings=settings,
    )
    words = on_paper(certificate, _pictures(session, certificate), sample=_("Sample"))
    return pdf("certificate", words, locale=locale, title=_("Sample"), at=at)


def heading(kind: CertificateKind) -> str:
    return {
        CertificateKind.COMPLETION: _("Certificate of completion"),
        CertificateKind.ATTENDANCE: _("Certificate of attendance"),
    }[kind]


def on_paper(
    certificate: Certificate, pictures: Mapping[int, str], *, sample: str = ""
) -> dict[str, Any]:
    """Every word on the sheet; `pictures` are the stored ones as SVG, by file."""
    facts, settings, locale = certificate.facts, certificate.settings, certificate.language
    achievement, centre = facts.achievement, facts.centre
    title, title_lang = said_in(achievement.titles, locale, achievement.original)
    second, second_lang = _second_title(achievement.titles, title_lang, achievement.original)
    criteria, criteria_lang = said_in(achievement.criteria, locale, achievement.original)
    result, _lang = said_in(facts.result, locale, achievement.original)
    competencies = competencies_in(achievement, locale)
    local_name = "" if centre.local_name == centre.name else centre.local_name
    page = keyring().page(certificate.token)
    completed = certificate.kind is CertificateKind.COMPLETION
    return {
        "sample": sample,
        "heading": heading(certificate.kind),
        "heading_en": "" if locale == "en" else NAMED[certificate.kind],
        "spaced": locale == "en",
        "certifies": _("This is to certify that"),
        "name": {"text": facts.names.latin, "lang": "en"},
        "native": _said(facts.names.native, facts.names.native_lang),
        "has": _("has successfully completed") if completed else _("has attended"),
        "title": {"text": title, "lang": title_lang},
        "second": _said(second, second_lang),
        "when": when(certificate),
        "criteria": _said(criteria, criteria_lang),
        "competencies": " · ".join(competencies),
        "result": _("Result: %(result)s", result=result) if result else "",
        "centre": {
            "name": centre.name,
            "local": _said(local_name, centre.local_lang),
            "place": place_of(centre),
        },
        "logos": [
            {"name": logo["name"], "svg": pictures[logo["file_id"]]}
            for logo in settings.logos
            if logo.get("file_id") in pictures
        ],
        "signatories": [
            {
                "name": one["name"],
                "native": _said(one.get("native_name", ""), ""),
                "function": one["function"],
                "svg": pictures.get(one.get("file_id") or 0, ""),
                "alt": _("Signature of %(name)s", name=one["name"]),
            }
            for one in settings.signatories
        ],
        "marks": [
            (_("Number"), certificate.serial),
            (_("Code"), printed_code(certificate.code)),
            (_("Issued on"), languages.day(issued_on(certificate))),
        ],
        "check": _("Check it by scanning, or with number and code at"),
        "address": keyring().site.split("://", 1)[-1] + "/verify",
        "qr": qr_svg(page),
        "qr_says": _("Leads to the page where this certificate is checked: %(page)s", page=page),
    }


def _second_title(titles: Texts, shown: str, original: str) -> tuple[str, str]:
    """Below the title, the original; below an original, its English."""
    second = "en" if shown == original else original
    text = titles.get(second, "")
    return ("", second) if text == titles.get(shown) else (text, second)


def place_of(centre: Centre) -> str:
    """Its city and country; of a city that is a country, once."""
    with languages.speaking("en"):
        is_country = centre.city == languages.country_name(centre.country)
    country = languages.country_name(centre.country) if centre.country else ""
    return ", ".join(filter(None, ("" if is_country else centre.city, country)))


def issued_on(certificate: Certificate) -> date:
    """The day of issue where the centre is."""
    return certificate.issued_at.astimezone(ZoneInfo(certificate.facts.centre.zone)).date()


def revoked_on(certificate: Certificate) -> date | None:
    """The day on which it was taken back where the centre is."""
    moment = certificate.revoked_at
    return moment and moment.astimezone(ZoneInfo(certificate.facts.centre.zone)).date()


def when(certificate: Certificate) -> str:
    """The days and hours in one line, as far as they are known."""
    achievement = certificate.facts.achievement
    first, last = achievement.starts_on, achievement.ends_on
    said = []
    if first and last and first != last:
        said.append(
            _("%(first)s to %(last)s", first=languages.day(first), last=languages.day(last))
        )
    elif first or last:
        said.append(languages.day(first or last))  # type: ignore[arg-type]
    if achievement.hours:
        said.append(hours(achievement.hours))
    return " · ".join(said)


def hours(number: float) -> str:
    if number == int(number):
        return ngettext("%(num)s hour", "%(num)s hours", int(number))
    return _("%(number)s hours", number=languages.number(number))


def _said(text: str, lang: str) -> dict[str, str]:
    return {"text": text, "lang": (lang or languages.language_of(text) or "en").split("-")[0]}


def _pictures(session: Session, certificate: Certificate) -> dict[int, str]:
    """Logos and signatures as SVG, for typst is given words and not files."""
    settings = certificate.settings
    ids = {p["file_id"] for p in [*settings.logos, *settings.signatories] if p.get("file_id")}
    if not ids:
        return {}
    query = select(StoredFile).where(StoredFile.id.in_(ids), StoredFile.state == FileState.KEPT)
    found = {}
    for file in session.scalars(query):
        with open_file(file) as stream:
            found[file.id] = picture_as_svg(stream.read(), file.media_type)
    return found


def picture_as_svg(content: bytes, media_type: str) -> str:
    """A picture wrapped in SVG of its own size."""
    from PIL import Image  # only who prints carries it

    with Image.open(BytesIO(content)) as picture:
        width, height = picture.size
    inside = base64.b64encode(content).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}"><image width="{width}" height="{height}" '
        f'href="data:{media_type};base64,{inside}"/></svg>'
    )
