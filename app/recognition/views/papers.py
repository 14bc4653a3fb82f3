"""A transcript on paper, in two languages, and as a file that other systems read (ELMO)."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from flask import Response

from app.exchanges import wording as exchange_words
from app.foundation import languages
from app.foundation.languages import LANGUAGES, pgettext
from app.foundation.languages import gettext as _
from app.foundation.printing import pdf
from app.interchange import elmo
from app.mobility.views.printed import WRITES
from app.opportunities.fields import study_levels
from app.recognition import wording
from app.recognition.models import Transcript, TranscriptLine
from app.recognition.states import Origin, Result

NO_STORE = {"Cache-Control": "no-store"}


def transcript_pdf(transcript: Transcript) -> Response:
    """What was issued; every label in English and in the language of the host's office."""
    writer = transcript.host
    second = WRITES.get(writer.country_code, "")
    locales = list(
        dict.fromkeys(["en", second if second in LANGUAGES else languages.reader().locale])
    )
    title = _said_in(["en"], lambda: _("Transcript of records"), writer.zone)
    made = pdf(
        "transcript",
        {
            "heading": _said_in(locales, lambda: _("Transcript of records"), writer.zone),
            "facts": _facts(transcript, locales),
            "columns": [
                _said_in(locales, said, writer.zone)
                for said in (
                    lambda: pgettext("of a term", "Course"),
                    lambda: _("Credits"),
                    lambda: _("Hours of work"),
                    lambda: _("Grade"),
                    lambda: _("Result"),
                )
            ],
            "lines": [_row(line, locales, writer.zone) for line in transcript.lines],
            "note": transcript.note,
            "closing": _closing(transcript, locales),
            "foot": f"{transcript.serial} · {transcript.host_name}",
        },
        locale="en",
        title=f"{title}: {transcript.student_name}",
        at=transcript.issued_at,
    )
    headers = {"Content-Disposition": f'attachment; filename="{transcript.serial}.pdf"'}
    return Response(made, mimetype="application/pdf", headers=headers | NO_STORE)


def _said_in(locales: Iterable[str], say: Callable[[], str], zone: str) -> str:
    """The same in each language, once where they agree."""
    said = []
    for locale in locales:
        with languages.speaking(locale, zone):
            said.append(say())
    return " / ".join(dict.fromkeys(said))


def _facts(transcript: Transcript, locales: list[str]) -> list[tuple[str, str]]:
    zone, at = transcript.host.zone, transcript.issued_at
    born, native = transcript.born_on, transcript.student_native_name
    local = transcript.host.local_name if transcript.host.name == transcript.host_name else ""
    rows: list[tuple[Callable[[], str], Callable[[], str]]] = [
        (
            lambda: _("Student"),
            lambda: " · ".join(filter(None, (transcript.student_name, native))),
        ),
        (lambda: _("Born on"), lambda: languages.day(born) if born else "–"),
        (
            lambda: _("The host"),
            lambda: " · ".join(filter(None, (transcript.host_name, local))),
        ),
        (lambda: _("The university at home"), lambda: transcript.home_name),
        (
            lambda: _("Term"),
            lambda: f"{transcript.term_name} {exchange_words.academic_year(transcript.year)}",
        ),
        (
            lambda: _("Period"),
            lambda: _(
                "%(first)s to %(last)s",
                first=languages.day(transcript.first_on),
                last=languages.day(transcript.last_on),
            ),
        ),
        (
            lambda: _("Level of study"),
            lambda: study_levels()[transcript.study_level],
        ),
        (lambda: _("Number"), lambda: transcript.serial),
        (
            lambda: _("Issued on"),
            lambda: languages.day(at.astimezone(ZoneInfo(zone)).date()) if at else "–",
        ),
        (lambda: _("Issued by"), lambda: transcript.issued_by_name),
    ]
    return [(_said_in(locales, name, zone), _said_in(locales, say, zone)) for name, say in rows]


def _row(line: TranscriptLine, locales: list[str], zone: str) -> dict[str, str]:
    hours = line.hours
    return {
        "code": line.code,
        "title": line.title,
        "own": line.own_title,
        "credits": _said_in(
            locales, lambda: wording.credits_of(line.credits, line.credit_system), zone
        ),
        "hours": exchange_words.amount(hours) if hours is not None else "–",
        "grade": line.grade,
        "others": ", ".join(f"{grade}: {n}" for grade, n in line.distribution.items()),
        "result": _said_in(locales, lambda: wording.results()[line.result], zone),
    }


def _closing(transcript: Transcript, locales: list[str]) -> list[str]:
    zone = transcript.host.zone
    said = [
        _said_in([one], lambda: _("Made by Lontar from what the host issued."), zone)
        for one in locales
    ]
    if transcript.origin is Origin.FILE:
        said = [
            _said_in(
                [one],
                lambda: _("Read from a file of another system, whose fingerprint is below."),
                zone,
            )
            for one in locales
        ]
    fingerprints = filter(None, (transcript.fingerprint, transcript.file_sha256))
    return [*said, *(f"SHA-256 {one}" for one in fingerprints)]


def transcript_xml(transcript: Transcript) -> Response:
    """The same as ELMO 1.x, which was held against its schema."""
    headers = {"Content-Disposition": f'attachment; filename="{transcript.serial}.xml"'}
    data = elmo.write_records(records_of(transcript))
    return Response(data, mimetype="application/xml", headers=headers | NO_STORE)


def records_of(transcript: Transcript) -> elmo.Records:
    """An issued transcript, loaded with all, as the values of the format.

    Names here are not divided into given and family names: the whole name is the family name, as
    passports do it with names of one part.
    """
    at = transcript.issued_at
    if at is None:
        raise ValueError("a draft is not given out")
    host = transcript.host
    titles = [elmo.Text(transcript.host_name, "en")]
    if host.local_name:
        titles.append(elmo.Text(host.local_name, host.local_name_lang or ""))
    identifiers = [elmo.Identifier("local", host.ref)]
    if host.ror_id:
        identifiers.append(elmo.Identifier("ror", host.ror_id))
    return elmo.Records(
        generated_at=at,
        learner=elmo.Learner(
            given_names="",
            family_name=transcript.student_name,
            born_on=transcript.born_on,
            identifiers=(elmo.Identifier("local", str(transcript.nomination_id)),),
        ),
        reports=(
            elmo.Report(
                issuer=elmo.Issuer(
                    tuple(titles), tuple(identifiers), host.website, host.country_code
                ),
                issued_at=at,
                opportunities=tuple(_opportunity(transcript, one) for one in transcript.lines),
            ),
        ),
    )


def _opportunity(transcript: Transcript, line: TranscriptLine) -> elmo.Opportunity:
    titles = [elmo.Text(line.title, line.title_lang)]
    if line.own_title:
        titles.append(elmo.Text(line.own_title, line.own_title_lang))
    term = elmo.Term(
        (elmo.Text(f"{transcript.term_name} {transcript.year}"),),
        transcript.first_on,
        transcript.last_on,
    )
    gives = elmo.Credit(line.credit_system, _decimal(line.credits))
    return elmo.Opportunity(
        titles=tuple(titles),
        identifiers=(elmo.Identifier("local", line.code),) if line.code else (),
        kind=elmo.Kind.COURSE,
        instance=elmo.Instance(
            start=transcript.first_on,
            date=transcript.last_on,
            term=term,
            status=elmo.Status.PASSED if line.result is Result.PASSED else elmo.Status.FAILED,
            grade=line.grade,
            distribution=elmo.Distribution(tuple(line.distribution.items()))
            if line.distribution
            else None,
            credits=(gives,) if line.credit_system else (),
            levels=(elmo.Level("ISCED 2011", str(line.level)),) if line.level else (),
            language=line.language,
            hours=_decimal(line.hours) if line.hours is not None else None,
        ),
    )


def _decimal(value: Fraction) -> Decimal:
    """Exactly where decimals can say it, else to six places, which is all the format has."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact if Fraction(exact) == value else round(exact, 6)
