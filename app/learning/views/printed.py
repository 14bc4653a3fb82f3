"""One version of a learning agreement on paper, with who signed it."""

from typing import Any

from flask import Response

from app.exchanges import wording as exchange_words
from app.foundation import languages
from app.foundation.languages import gettext as _
from app.foundation.languages import pgettext
from app.foundation.printing import pdf
from app.learning import queries, wording
from app.learning.models import LearningAgreement, LearningSignature, LearningWriting
from app.learning.tables import Row, Table, Tables
from app.mobility import wording as mobility_words
from app.mobility.states import Side


def agreement_pdf(agreement: LearningAgreement, writing: LearningWriting) -> Response:
    """In the reader's language; the agreement must be loaded with all."""
    content = queries.content_of(writing)
    number = queries.number_of(agreement)
    student = agreement.nomination.person.passport_name
    title = _("Learning agreement of %(name)s", name=student)
    made = pdf(
        "learning_agreement",
        {
            "heading": title,
            "version": _said_of(agreement, writing),
            "facts": _facts(agreement, content),
            "tables": [_table(content, table) for table in Table if content.of_table(table)],
            "signatures": _signatures(writing),
            "bound": _("Each signature is bound to the fingerprint of what was read (SHA-256):"),
            "fingerprint": writing.fingerprint,
            "valid": _("Made by Lontar from what both universities entered there."),
            "foot": f"{number} · {_version(writing)}",
        },
        locale=languages.reader().locale,
        title=title,
        at=writing.written_at,
    )
    name = f"learning-agreement-{number}-{writing.number}.pdf"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
    }
    return Response(made, mimetype="application/pdf", headers=headers)


def _version(writing: LearningWriting) -> str:
    return _("Version %(number)s", number=languages.number(writing.number))


def _said_of(agreement: LearningAgreement, writing: LearningWriting) -> str:
    """Which version it is, and whether it is the one that counts."""
    if writing.number == agreement.agreed_number:
        stands = _("In force")
    elif writing.number == agreement.first_agreed_number:
        stands = _("Agreed first")
    elif queries.still_to_sign(agreement, writing):
        stands = _("Not signed by all three sides")
    else:
        stands = _("Agreed earlier")
    return f"{_version(writing)} · {stands}"


def _facts(agreement: LearningAgreement, content: Tables) -> list[tuple[str, str]]:
    nomination = agreement.nomination
    person, term = nomination.person, nomination.posting.term
    days = _(
        "%(first)s to %(last)s",
        first=languages.day(content.first_on),
        last=languages.day(content.last_on),
    )
    return [
        (_("Student"), " · ".join(filter(None, (person.passport_name, person.native_name)))),
        (_("The university at home"), nomination.home.name),
        (_("The host"), nomination.host.name),
        (_("Term"), f"{term.name} {exchange_words.academic_year(term.year)}"),
        (_("Days of the stay"), days),
        (_("Number"), content.of),
    ]


def _table(content: Tables, table: Table) -> dict[str, Any]:
    rows = content.of_table(table)
    at_home = table is not Table.RECOGNISED
    names = [_("Row"), _("Code"), pgettext("of a term", "Course"), _("Credits"), _("Term")]
    return {
        "heading": wording.tables()[table],
        "names": [*names, _("At home")] if at_home else names,
        "columns": ["auto", "auto", "1fr", "auto", "auto", *(["auto"] if at_home else [])],
        "rows": [_cells(row) + ([wording.counting(row)] if at_home else []) for row in rows],
        "total": _("Together: %(credits)s", credits=wording.total(rows)),
    }


def _cells(row: Row) -> list[str]:
    given = exchange_words.credits_of(row.credits, row.system)
    return [row.key, row.code, row.title, given, row.term]


def _signatures(writing: LearningWriting) -> dict[str, Any]:
    sides = mobility_words.sides()
    rows = []
    for side in Side:
        signed = [said for said in writing.signatures if said.side is side]
        rows += [_signed_by(sides[side], said) for said in signed]
        if not signed:
            rows.append([sides[side], _("Not signed yet"), "", ""])
    return {
        "heading": _("Signatures under this version"),
        "names": [_("Side"), _("Name"), _("Function"), _("Signed on")],
        "rows": rows,
    }


def _signed_by(side: str, said: LearningSignature) -> list[str]:
    """One line; of what came as a file it says who brought it."""
    one = said.message
    if one is None:
        at = languages.moment_here(said.at)
        return [side, said.person.passport_name, said.function, at]
    brought = _("By file, brought by %(name)s", name=said.person.passport_name)
    at = languages.moment_here(one.signed_at)
    return [side, f"{one.signer} ({brought})", one.function, at]
