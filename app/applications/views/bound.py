"""An application as one PDF: what was written, and behind it the documents that came with it."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, NamedTuple

from flask import Response

from app.applications import queries
from app.applications.dossier import Dossier
from app.applications.models import Application, Document
from app.files.binding import Binding, Part
from app.files.states import READABLE
from app.foundation import languages
from app.foundation.database import db
from app.foundation.languages import gettext as _
from app.foundation.printing import pdf
from app.opportunities.form_definitions import Question, Section


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above the answers."""

    ref: str
    call: str
    name: str
    institution: str
    application_id: int


class Opened(NamedTuple):
    """A document that was opened to be bound in: its bytes, and what they are."""

    stream: BinaryIO | None  # None: it waits for the virus scanner
    media_type: str


def open_each(
    read: Dossier, documents: Iterable[Document], opened: Callable[[Document], BinaryIO]
) -> dict[int, Opened]:
    """The documents that were sent and are not kept apart, by id.

    `opened` gives the bytes of one and notes the view. Binding takes its time and comes after the
    unit of work in which the views are noted.
    """
    bound_in = [q for q in read.documents_asked if not q.kept_apart]
    sent = {said.get("document_id") for q in bound_in for said in read.documents(q)}
    return {
        d.id: Opened(opened(d) if d.file.scan in READABLE else None, d.file.media_type)
        for d in documents
        if d.id in sent
    }


def head_of(application: Application, title: str) -> Head:
    """`title` is the call's, in the reader's language."""
    return Head(
        ref=application.ref,
        call=title,
        name=application.applicant_name,
        institution=application.home_institution_name or "",
        application_id=application.id,
    )


def bound(head: Head, read: Dossier, documents: Mapping[int, Opened]) -> Response:
    """The PDF, in the reader's language."""
    binding, files = Binding(), []
    infected = queries.infected_documents(db.session(), head.application_id)
    for question in read.documents_asked:
        if question.kept_apart:
            if read.documents(question) or read.withheld(question):
                files.append({"title": read.text(question.label), "note": _("kept apart")})
            continue
        if question.key in read.decided and not read.documents(question):
            note = read.decided[question.key]
            files.append({"title": read.text(question.label), "note": note})
        for said in read.documents(question):
            document = documents.get(said.get("document_id", 0))
            title = f"{read.text(question.label)}: {said['file_name']}"
            note = _bind(binding, title, document) if document else _missing(said, infected)
            files.append({"title": title, "note": note})
    name = _("Application %(ref)s", ref=head.ref)
    cover = pdf("dossier", _told(head, read, files), locale=languages.reader().locale, title=name)
    return Response(
        binding.behind(cover, title=name),
        mimetype="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{head.ref}.pdf"',
            "Cache-Control": "private, no-store",
        },
    )


def _missing(said: Mapping[str, Any], infected: Collection[int]) -> str:
    """Why a document that was sent is not behind the answers."""
    if said.get("promised"):
        return _("registered in time, has not arrived yet")
    if said.get("document_id") in infected:
        return _("removed, because a virus was found in it")
    return _("not here any more")


def _bind(binding: Binding, title: str, document: Opened) -> str:
    """Bind a document in; otherwise what its line in the list of documents says."""
    if document.stream is None:
        return _("being checked for viruses")
    with document.stream as stream:
        part = Part(title, stream.read(), document.media_type)
    return "" if binding.add(part) else _("not in this PDF: open it on the website")


def _told(head: Head, read: Dossier, files: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "title": head.call,
        "ref": head.ref,
        "name": head.name,
        "institution": head.institution,
        "sections": [*_beside(read), *(_section(read, section) for section in read.sections)],
        "none": _("Not answered"),
        "files_title": _("Documents"),
        "files": files,
    }


def _beside(read: Dossier) -> list[dict[str, Any]]:
    """What was asked for beside the form, as a section before the others."""
    said = [{"label": label, "answer": answer} for label, answer in read.beside]
    return [{"title": _("What was asked for"), "ranked": [], "questions": said}] if said else []


def _section(read: Dossier, section: Section) -> dict[str, Any]:
    return {
        "title": read.text(section.title),
        "ranked": [str(p.get("host", "")) for p in read.preferences]
        if section.kind == "preferences"
        else [],
        "questions": [
            {
                "label": read.text(question.label),
                "answer": read.answer(section, question),
                "columns": [read.text(column.label) for column in question.columns],
                "rows": read.rows(section, question),
            }
            for question in section.questions
            if _is_printed(read, section, question)
        ],
    }


def _is_printed(read: Dossier, section: Section, question: Question) -> bool:
    """Documents follow by themselves; a translation is printed where there is one."""
    if question.kind == "document" or question.key in read.not_asked:
        return False
    return not question.original or bool(read.answer(section, question))
