"""Pages of international offices: whom to send, whom to take, and each nomination."""

from collections.abc import Callable

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.exchanges import queries as exchanges
from app.exchanges import wording as exchange_words
from app.exchanges.states import ENDED
from app.files.kinds import ACCEPT
from app.files.sending import sent_file
from app.foundation import clock
from app.foundation.database import db
from app.foundation.errors import NotFound
from app.foundation.languages import gettext as _
from app.foundation.permissions import Permission
from app.foundation.settling import settle
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work, unit_of_work
from app.mobility import policy, queries, wording
from app.mobility.forms import (
    AnswerForm,
    AskPartnerForm,
    CancelForm,
    CorrectForm,
    RecordAnswerForm,
    RecordCorrectionForm,
)
from app.mobility.models import ExchangeNomination
from app.mobility.operations import (
    ask_partner,
    cancel_nomination,
    correct_nomination,
    open_scan,
    record_answer,
    record_correction,
    refuse_nomination,
    verify_nomination,
)
from app.mobility.operations.reporting import open_report
from app.mobility.states import NominationState
from app.mobility.views import bp
from app.mobility.views.printed import acceptance_pdf, nomination_pdf


@bp.get("/office")
@needs(policy.SEE_OFFICE)
def office() -> ResponseReturnValue:
    actor = current_actor()
    policy.SEE_OFFICE.require(actor, None)
    return render_template(
        "mobility/office.html",
        students=db.session.scalars(queries.students_to_send(actor)).all(),
        incoming=db.session.scalars(queries.nominations_to(actor)).all(),
        wording=wording,
        exchange_words=exchange_words,
    )


@bp.get("/nominations/<int:nomination_id>")
@needs(policy.VIEW_NOMINATION)
def nomination(nomination_id: int) -> ResponseReturnValue:
    return _page(nomination_id)


@bp.get("/nominations/<int:nomination_id>/letter.pdf")
@needs(policy.VIEW_NOMINATION)
def letter(nomination_id: int) -> ResponseReturnValue:
    found = one_or_404(queries.nomination_with_all(current_actor(), nomination_id))
    policy.VIEW_NOMINATION.require(current_actor(), found)
    return nomination_pdf(found)


@bp.get("/nominations/<int:nomination_id>/acceptance.pdf")
@needs(policy.VIEW_NOMINATION)
def acceptance(nomination_id: int) -> ResponseReturnValue:
    """There is none before the host has verified, nor after it was called off."""
    found = one_or_404(queries.nomination_with_all(current_actor(), nomination_id))
    policy.VIEW_NOMINATION.require(current_actor(), found)
    if found.state is not NominationState.VERIFIED:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    return acceptance_pdf(found)


@bp.get("/nominations/<int:nomination_id>/scores/<int:score_id>/report")
@needs(policy.VIEW_NOMINATION)
def report(nomination_id: int, score_id: int) -> ResponseReturnValue:
    """The report of a language test, for the two universities; the student reads who opened it."""
    with unit_of_work(current_actor()) as work:
        found = work.find(queries.nomination_with_all(work.actor, nomination_id))
        score, stream = open_report(work, found, score_id)
        file = score.file
    if file is None:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    return sent_file(file, stream)


@bp.post("/nominations/<int:nomination_id>/verify")
@needs(policy.ANSWER_NOMINATION)
def verify(nomination_id: int) -> ResponseReturnValue:
    return _answer(nomination_id, verify_nomination, _("The place is theirs."))


@bp.post("/nominations/<int:nomination_id>/refuse")
@needs(policy.ANSWER_NOMINATION)
def refuse(nomination_id: int) -> ResponseReturnValue:
    return _answer(
        nomination_id, refuse_nomination, _("The university at home reads why, and may correct it.")
    )


def _answer(nomination_id: int, do: Callable[..., None], said: str) -> ResponseReturnValue:
    form = AnswerForm()
    return settle(
        form,
        find=lambda work: _found(work, nomination_id, policy.ANSWER_NOMINATION),
        do=lambda work, found: do(
            work, found, seen=form.seen.data, comment=form.comment.data or ""
        ),
        said=said,
        to=_page_of(nomination_id),
        again=lambda refusal: _page(nomination_id, answering=form, refusal=refusal),
    )


@bp.post("/nominations/<int:nomination_id>/correct")
@needs(policy.CORRECT_NOMINATION)
def correct(nomination_id: int) -> ResponseReturnValue:
    form = CorrectForm(request.form)
    return settle(
        form,
        find=lambda work: _found(work, nomination_id, policy.CORRECT_NOMINATION),
        do=lambda work, found: correct_nomination(
            work,
            found,
            study_level=int(form.study_level.data),
            field=form.field.data or "",
            note=form.note.data or "",
            version=form.version.data,
        ),
        said=_("The corrected nomination is with the host."),
        to=_page_of(nomination_id),
        again=lambda refusal: _page(nomination_id, correcting=form, refusal=refusal),
    )


@bp.post("/nominations/<int:nomination_id>/cancel")
@needs(policy.CANCEL_NOMINATION)
def cancel(nomination_id: int) -> ResponseReturnValue:
    form = CancelForm()
    return settle(
        form,
        find=lambda work: _found(work, nomination_id, policy.CANCEL_NOMINATION),
        do=lambda work, found: cancel_nomination(work, found, reason=form.reason.data or ""),
        said=_("The nomination is cancelled, and its place is free again."),
        to=_page_of(nomination_id),
        again=lambda refusal: _page(nomination_id, cancelling=form, refusal=refusal),
    )


@bp.post("/nominations/<int:nomination_id>/ask")
@needs(policy.ASK_PARTNER)
def ask(nomination_id: int) -> ResponseReturnValue:
    """Send somebody of the host, who has nobody who signs in here, a link."""
    form = AskPartnerForm()
    found = one_or_404(queries.nomination_with_all(current_actor(), nomination_id))
    form.among(queries.contacts_of_host(db.session(), found))
    return settle(
        form,
        find=lambda work: _found(work, nomination_id, policy.ASK_PARTNER),
        do=lambda work, found: ask_partner(
            work, found, email=form.email.data, locale=form.locale.data or ""
        ),
        said=_("A new link is on its way. Links that were sent before do not work any more."),
        to=_page_of(nomination_id),
        again=lambda refusal: _page(nomination_id, asking=form, refusal=refusal),
    )


@bp.post("/nominations/<int:nomination_id>/record")
@needs(policy.RECORD_ANSWER)
def record(nomination_id: int) -> ResponseReturnValue:
    """Record what the host wrote on paper, with its scan."""
    form = RecordAnswerForm()
    checked = form.checked()
    return settle(
        form,
        find=lambda work: _found(work, nomination_id, policy.RECORD_ANSWER),
        do=lambda work, found: record_answer(
            work,
            found,
            checked,
            form.signature(),
            verified=form.said.data == "verified",
            seen=form.seen.data,
            comment=form.words.data or "",
        ),
        said=_("The answer is recorded, with the letter."),
        to=_page_of(nomination_id),
        again=lambda refusal: _page(nomination_id, recording=form, refusal=refusal),
    )


@bp.get("/nominations/<int:nomination_id>/letters/<int:number>/scan/<side>")
@needs(policy.VIEW_NOMINATION)
def scan(nomination_id: int, number: int, side: str) -> ResponseReturnValue:
    """The letter on paper that a side wrote; the student reads who opened it."""
    with unit_of_work(current_actor()) as work:
        found = work.find(queries.nomination_with_all(work.actor, nomination_id))
        file, stream = open_scan(work, found, number, side)
    return sent_file(file, stream)


@bp.post("/nominations/<int:nomination_id>/record-correction")
@needs(policy.RECORD_CORRECTION)
def correct_on_paper(nomination_id: int) -> ResponseReturnValue:
    """Record how a home that has nobody here corrects what this host refused."""
    form = RecordCorrectionForm()
    checked = form.checked()
    return settle(
        form,
        find=lambda work: _found(work, nomination_id, policy.RECORD_CORRECTION),
        do=lambda work, found: record_correction(
            work,
            found,
            checked,
            form.signature(),
            study_level=int(form.study_level.data),
            field=form.field.data or "",
            note=form.note.data or "",
        ),
        said=_("The corrected nomination is recorded, with the letter."),
        to=_page_of(nomination_id),
        again=lambda refusal: _page(nomination_id, papering=form, refusal=refusal),
    )


def _found(
    work: Work, nomination_id: int, may: Permission[ExchangeNomination]
) -> ExchangeNomination:
    """Who sees it and may not do this is told so, whatever the form holds."""
    found = work.find(queries.nomination_with_all(work.actor, nomination_id))
    may.require(work.actor, found)
    return found


def _page_of(nomination_id: int) -> str:
    return url_for(".nomination", nomination_id=nomination_id)


def _page(
    nomination_id: int,
    *,
    answering: AnswerForm | None = None,
    correcting: CorrectForm | None = None,
    cancelling: CancelForm | None = None,
    asking: AskPartnerForm | None = None,
    recording: RecordAnswerForm | None = None,
    papering: RecordCorrectionForm | None = None,
    refusal: str = "",
) -> str:
    actor = current_actor()
    found = one_or_404(queries.nomination_with_all(actor, nomination_id))
    policy.VIEW_NOMINATION.require(actor, found)
    last = found.letters[-1]
    # After a clash the page shows what is newest: what is sent again answers that.
    if answering is not None:
        answering.seen.data = last.number
    if correcting is not None:
        correcting.version.data = found.version
    if recording is not None:
        recording.seen.data = last.number
    sent = found.state is NominationState.SENT
    ended = found.posting.stage in ENDED
    open_to_correct = found.state is NominationState.REFUSED and not ended
    off = (
        sent
        and policy.RECORD_ANSWER.allows(actor, found)
        and not queries.signs_in(db.session(), found.host_id)
    )
    if asking is None:
        asking = AskPartnerForm(formdata=None)
        asking.among(queries.contacts_of_host(db.session(), found) if off else [])
    return render_template(
        "mobility/nomination.html",
        found=found,
        last=last,
        answering=answering or AnswerForm(formdata=None, data={"seen": last.number}),
        correcting=correcting
        or CorrectForm(
            formdata=None,
            data={
                "study_level": str(last.study_level),
                "field": last.field,
                "note": last.note,
                "version": found.version,
            },
        ),
        cancelling=cancelling or CancelForm(formdata=None),
        off=off,
        asking=asking,
        key=db.session.scalars(queries.keys_of(found.id).limit(1)).first() if off else None,
        now=clock.now(),
        recording=recording
        or RecordAnswerForm(formdata=None, data={"seen": last.number, "said": "verified"}),
        papering=papering
        or RecordCorrectionForm(
            formdata=None, data={"study_level": str(last.study_level), "field": last.field}
        ),
        posting_ended=ended,
        may_record_correction=open_to_correct
        and policy.RECORD_CORRECTION.allows(actor, found)
        and not queries.signs_in(db.session(), found.home_id),
        accept=ACCEPT,
        refusals=[refusal] if refusal else [],
        may_answer=sent and policy.ANSWER_NOMINATION.allows(actor, found),
        may_correct=open_to_correct and policy.CORRECT_NOMINATION.allows(actor, found),
        may_cancel=found.state is not NominationState.CANCELLED
        and policy.CANCEL_NOMINATION.allows(actor, found),
        is_host=policy.is_the_host.holds(actor, found),
        who=exchanges.answering(db.session(), found.home_id, found.host_id),
        proofs=exchanges.proofs_of(
            db.session(), found.person_id, found.posting.language, found.posting.language_level
        ),
        wording=wording,
        exchange_words=exchange_words,
    )
