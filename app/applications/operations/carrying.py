"""Carrying along: what a person wrote and uploaded before goes into the application that begins."""

from collections.abc import Iterable
from typing import Any

from app.accounts.models import User
from app.applications.models import Application, CoreAnswers, Document, DocumentSlot, SectionAnswers
from app.applications.queries.reuse import core_answers, core_of, sent_documents
from app.applications.reuse import Fitted, asked_again, carried_into, core_said
from app.applications.states import SlotFlow
from app.audit.record import record
from app.files.operations import keep_again
from app.files.states import Sensitivity
from app.foundation.work import Work
from app.opportunities.form_definitions import OF_PROFILE, FormDefinition, Question

Marks = dict[str, list[dict[str, Any]]]


def carry_along(
    work: Work,
    application: Application,
    person: User,
    form: FormDefinition,
    slots: Iterable[DocumentSlot],
) -> None:
    """Put into a new draft what fits of earlier answers and documents, marked to be looked at."""
    if not asked_again(form):
        return
    core, sources = core_of(work.session, person.id)
    marks: Marks = {}
    answers: dict[str, dict[str, Any]] = {}
    for section, fits in carried_into(form, core).items():
        marks[section] = [_mark(f, sources.get(f.question.core or "")) for f in fits]
        answers[section] = {f.question.key: f.value for f in fits if f.value is not None}
    for section, mark in _documents(work, application, form, {s.kind: s for s in slots}):
        marks.setdefault(section, []).append(mark)
    if not marks:
        return
    work.session.add_all(
        SectionAnswers(
            application_id=application.id,
            section=section,
            answers=answers.get(section, {}),
            saved_at=work.now,
            carried=carried,
        )
        for section, carried in marks.items()
    )

    record(
        work,
        "application.carried along",
        application,
        opportunity_id=application.opportunity_id,
        questions=sorted(mark["question"] for carried in marks.values() for mark in carried),
    )


def _mark(fits: Fitted, source: int | None) -> dict[str, Any]:
    return {
        "question": fits.question.key,
        "from": source,
        "whole": fits.whole,
        "taken": fits.value is not None,
    }


def _documents(
    work: Work, application: Application, form: FormDefinition, slots: dict[str, DocumentSlot]
) -> list[tuple[str, dict[str, Any]]]:
    """Keep the newest documents of each kind once more, in the slots that ask for such."""
    wanted = {
        question.core: (section.key, question)
        for section, question in asked_again(form)
        if question.kind == "document" and not question.show_if and not section.show_if
    }
    if not wanted:
        return []
    newest: dict[str, tuple[Application, list[Document]]] = {}
    for core, sent_in, document in sent_documents(work.session, application.applicant_id):
        of, documents = newest.setdefault(core, (sent_in, []))
        if of is sent_in:
            documents.append(document)
    found = []
    for core, (source, documents) in newest.items():
        if core not in wanted:
            continue
        section, question = wanted[core]
        most = question.most or 1
        slot = slots[question.key]
        kept = [_again(work, application, slot, question, d) for d in documents[:most]]
        if any(kept):
            SlotFlow.upload(slot)
            whole = all(kept) and len(documents) <= most
            mark = {"question": question.key, "from": source.id, "whole": whole, "taken": True}
            found.append((section, mark))
    return found


def _again(
    work: Work,
    application: Application,
    slot: DocumentSlot,
    question: Question,
    document: Document,
) -> bool:
    file = keep_again(work, document.file_id, sensitivity=Sensitivity(question.sensitivity))
    if file is None:
        return False
    work.session.flush()
    work.session.add(
        Document(
            slot_id=slot.id,
            application_id=application.id,
            file_id=file.id,
            uploaded_by_id=application.applicant_id,
            uploaded_at=work.now,
        )
    )
    return True


def keep_core(
    work: Work, application: Application, form: FormDefinition, answers: dict[str, Any]
) -> None:
    """Remember what was sent of what every call asks, so that the next application begins with it.

    What the profile holds is not kept a second time.
    """
    said = {k: v for k, v in core_said(form, answers).items() if k not in OF_PROFILE}
    if not said:
        return
    kept = work.session.scalar(core_answers(application.applicant_id).with_for_update())
    if kept is None:
        kept = CoreAnswers(
            person_id=application.applicant_id, answers={}, sources={}, saved_at=work.now, version=0
        )
        work.session.add(kept)
    kept.answers = {**kept.answers, **said}
    kept.sources = {**kept.sources, **dict.fromkeys(said, application.id)}
    kept.saved_at = work.now
    kept.version += 1
