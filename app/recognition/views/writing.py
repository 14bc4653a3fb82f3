"""Pages on which hosts write transcripts, and on which everybody concerned reads them."""

from datetime import date, timedelta

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.exchanges import wording as exchange_words
from app.exchanges.models import HostCourse, PartnerFacts
from app.foundation import clock
from app.foundation.database import db
from app.foundation.errors import NotFound
from app.foundation.forms import Button
from app.foundation.languages import gettext as _
from app.foundation.permissions import Permission
from app.foundation.settling import settle
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work
from app.interchange.reading import LARGEST
from app.mobility.models import ExchangeNomination
from app.mobility.states import NominationState
from app.recognition import policy, queries, wording
from app.recognition.contents import median_days
from app.recognition.forms import (
    CorrectForm,
    CourseForm,
    FileForm,
    LineForm,
    NoteForm,
    SeenForm,
    row_of,
)
from app.recognition.models import Transcript, TranscriptLine
from app.recognition.operations import (
    add_course,
    begin_transcript,
    correct_transcript,
    discard_transcript,
    issue_transcript,
    note_on_transcript,
    remove_line,
    save_line,
    take_file,
)
from app.recognition.states import RecognitionState, TranscriptState
from app.recognition.views import bp
from app.recognition.views.papers import transcript_pdf, transcript_xml


@bp.get("/office")
@needs(policy.SEE_OFFICE)
def office() -> ResponseReturnValue:
    """Which transcripts one owes, which wait for a decision, and how long decisions take."""
    actor = current_actor()
    policy.SEE_OFFICE.require(actor, None)
    today = clock.now().date()
    owed = db.session.execute(queries.stays_to_report(actor)).unique().all()
    waiting = queries.recognitions_of(actor, RecognitionState.WAITING)
    decided = queries.recognitions_of(actor, RecognitionState.DECIDED)
    return render_template(
        "recognition/office.html",
        owed=[(stay, _due(stay, facts), _is_over(stay, today)) for stay, facts in owed],
        written=db.session.scalars(queries.transcripts_written(actor)).all(),
        waiting=db.session.scalars(waiting).all(),
        decided=db.session.scalars(decided).all(),
        median=median_days(queries.times_to_decide(db.session(), actor)),
        today=today,
        wording=wording,
        exchange_words=exchange_words,
    )


def _due(stay: ExchangeNomination, facts: PartnerFacts | None) -> date | None:
    weeks = facts.transcript_weeks if facts else None
    return None if weeks is None else stay.posting.term.ends_on + timedelta(weeks=weeks)


def _is_over(stay: ExchangeNomination, today: date) -> bool:
    return stay.posting.term.ends_on < today


@bp.get("/stays/<int:nomination_id>")
@needs(policy.VIEW_STAY)
def stay(nomination_id: int) -> ResponseReturnValue:
    return _stay_page(nomination_id)


@bp.post("/stays/<int:nomination_id>/begin")
@needs(policy.WRITE)
def begin(nomination_id: int) -> ResponseReturnValue:
    return settle(
        Button(),
        find=lambda work: _stay_found(work, nomination_id, policy.WRITE),
        do=begin_transcript,
        said=_("The transcript is begun: write its lines."),
        to=_page_of_stay(nomination_id),
        again=lambda refusal: _stay_page(nomination_id, refusal=refusal),
    )


@bp.post("/stays/<int:nomination_id>/file")
@needs(policy.TAKE_FILE)
def file(nomination_id: int) -> ResponseReturnValue:
    form = FileForm()
    return settle(
        form,
        find=lambda work: _stay_found(work, nomination_id, policy.TAKE_FILE),
        do=lambda work, found: take_file(
            work,
            found,
            form.file.data.stream.read(LARGEST + 1),
            name=form.file.data.filename or "",
        ),
        said=_("The file was read: its lines wait for the university at home."),
        to=_page_of_stay(nomination_id),
        again=lambda refusal: _stay_page(nomination_id, sending=form, refusal=refusal),
    )


@bp.get("/transcripts/<int:transcript_id>")
@needs(policy.VIEW_TRANSCRIPT)
def transcript(transcript_id: int) -> ResponseReturnValue:
    return _page(transcript_id)


@bp.get("/transcripts/<int:transcript_id>/transcript.pdf")
@needs(policy.VIEW_TRANSCRIPT)
def printed(transcript_id: int) -> ResponseReturnValue:
    return transcript_pdf(_issued(transcript_id))


@bp.get("/transcripts/<int:transcript_id>/transcript.xml")
@needs(policy.VIEW_TRANSCRIPT)
def exported(transcript_id: int) -> ResponseReturnValue:
    return transcript_xml(_issued(transcript_id))


def _issued(transcript_id: int) -> Transcript:
    """A draft is nothing to show to others."""
    actor = current_actor()
    found = one_or_404(queries.transcript_with_all(actor, transcript_id))
    policy.VIEW_TRANSCRIPT.require(actor, found)
    if found.state is TranscriptState.DRAFT:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    return found


@bp.post("/transcripts/<int:transcript_id>/note")
@needs(policy.EDIT_TRANSCRIPT)
def note(transcript_id: int) -> ResponseReturnValue:
    form = NoteForm()
    return settle(
        form,
        find=lambda work: _found(work, transcript_id),
        do=lambda work, found: note_on_transcript(
            work, found, form.note.data or "", version=form.version.data
        ),
        said=_("Saved."),
        to=_page_of(transcript_id),
        again=lambda refusal: _page(transcript_id, noting=form, refusal=refusal),
    )


@bp.post("/transcripts/<int:transcript_id>/courses")
@needs(policy.EDIT_TRANSCRIPT)
def course(transcript_id: int) -> ResponseReturnValue:
    form = CourseForm()

    def find(work: Work) -> Transcript:
        found = _found(work, transcript_id)
        form.among(work.session.scalars(queries.courses_of_stay(found.nomination_id)))
        return found

    def add(work: Work, found: Transcript) -> TranscriptLine:
        chosen = work.session.get_one(HostCourse, int(form.course.data))
        return add_course(work, found, chosen)

    return settle(
        form,
        find=find,
        do=add,
        said=_("The course is on the transcript: write its grade."),
        to=_page_of(transcript_id),
        again=lambda refusal: _page(transcript_id, choosing=form, refusal=refusal),
    )


@bp.route("/transcripts/<int:transcript_id>/lines/new", methods=["GET", "POST"])
@needs(policy.EDIT_TRANSCRIPT)
def new_line(transcript_id: int) -> ResponseReturnValue:
    return _line(transcript_id, None)


@bp.route("/transcripts/<int:transcript_id>/lines/<int:line_id>", methods=["GET", "POST"])
@needs(policy.EDIT_TRANSCRIPT)
def line(transcript_id: int, line_id: int) -> ResponseReturnValue:
    return _line(transcript_id, line_id)


def _line(transcript_id: int, line_id: int | None) -> ResponseReturnValue:
    if request.method == "GET":
        return _line_page(transcript_id, line_id)
    form = LineForm()

    def save(work: Work, found: Transcript) -> None:
        kept = None if line_id is None else _one_line(found, line_id)
        save_line(work, found, form.said(), line=kept, version=form.version.data)

    return settle(
        form,
        find=lambda work: _found(work, transcript_id, line_id=line_id),
        do=save,
        said=_("Saved."),
        to=_page_of(transcript_id),
        again=lambda refusal: _line_page(transcript_id, line_id, form=form, refusal=refusal),
    )


def _line_page(
    transcript_id: int, line_id: int | None, *, form: LineForm | None = None, refusal: str = ""
) -> str:
    actor = current_actor()
    found = one_or_404(queries.transcript_with_all(actor, transcript_id))
    policy.EDIT_TRANSCRIPT.require(actor, found)
    if found.state is not TranscriptState.DRAFT:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    kept = None if line_id is None else _one_line(found, line_id)
    if form is None:
        last = found.lines[-1] if found.lines else None
        usual = {"credit_system": last.credit_system, "language": last.language} if last else {}
        form = LineForm(formdata=None, data=row_of(kept) if kept else usual)
    form.version.data = found.version
    return render_template(
        "recognition/line.html",
        found=found,
        line=kept,
        form=form,
        refusals=[refusal] if refusal else [],
    )


@bp.post("/transcripts/<int:transcript_id>/lines/<int:line_id>/remove")
@needs(policy.EDIT_TRANSCRIPT)
def remove(transcript_id: int, line_id: int) -> ResponseReturnValue:
    return settle(
        Button(),
        find=lambda work: _found(work, transcript_id, line_id=line_id),
        do=lambda work, found: remove_line(work, found, _one_line(found, line_id)),
        said=_("The line is off the transcript."),
        to=_page_of(transcript_id),
    )


@bp.post("/transcripts/<int:transcript_id>/issue")
@needs(policy.EDIT_TRANSCRIPT)
def issue(transcript_id: int) -> ResponseReturnValue:
    form = SeenForm()

    def find(work: Work) -> tuple[ExchangeNomination, Transcript]:
        found = one_or_404(queries.transcript_with_all(work.actor, transcript_id))
        nomination = work.find(queries.stay_with_all(work.actor, found.nomination_id))
        return nomination, _found(work, transcript_id)

    return settle(
        form,
        find=find,
        do=lambda work, both: issue_transcript(work, *both, seen=form.seen.data),
        said=_("The transcript is issued. The student and the university at home are told."),
        to=_page_of(transcript_id),
        again=lambda refusal: _page(transcript_id, refusal=refusal),
    )


@bp.post("/transcripts/<int:transcript_id>/correct")
@needs(policy.EDIT_TRANSCRIPT)
def correct(transcript_id: int) -> ResponseReturnValue:
    form = CorrectForm()

    def find(work: Work) -> tuple[ExchangeNomination, Transcript]:
        found = _found(work, transcript_id)
        query = queries.stay_with_all(work.actor, found.nomination_id)
        return work.session.scalars(query).unique().one(), found

    return settle(
        form,
        find=find,
        do=lambda work, both: correct_transcript(work, *both, reason=form.reason.data or ""),
        said=_("Correct the lines, then issue it: until then the first one holds."),
        to=url_for(".office"),
        again=lambda refusal: _page(transcript_id, correcting=form, refusal=refusal),
    )


@bp.post("/transcripts/<int:transcript_id>/discard")
@needs(policy.EDIT_TRANSCRIPT)
def discard(transcript_id: int) -> ResponseReturnValue:
    return settle(
        Button(),
        find=lambda work: _found(work, transcript_id),
        do=discard_transcript,
        said=_("The draft is thrown away."),
        to=url_for(".office"),
        again=lambda refusal: _page(transcript_id, refusal=refusal),
    )


# --- what is found, and the pages that are shown again


def _stay_found(
    work: Work, nomination_id: int, may: Permission[ExchangeNomination]
) -> ExchangeNomination:
    found = work.find(queries.stay_with_all(work.actor, nomination_id))
    may.require(work.actor, found)
    return found


def _found(work: Work, transcript_id: int, *, line_id: int | None = None) -> Transcript:
    found = work.find(queries.transcript_with_all(work.actor, transcript_id))
    policy.EDIT_TRANSCRIPT.require(work.actor, found)
    if line_id is not None:
        _one_line(found, line_id)
    return found


def _one_line(found: Transcript, line_id: int) -> TranscriptLine:
    kept = next((one for one in found.lines if one.id == line_id), None)
    if kept is None:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    return kept


def _page_of_stay(nomination_id: int) -> str:
    return url_for(".stay", nomination_id=nomination_id)


def _page_of(transcript_id: int) -> str:
    return url_for(".transcript", transcript_id=transcript_id)


def _stay_page(nomination_id: int, *, sending: FileForm | None = None, refusal: str = "") -> str:
    actor = current_actor()
    found = one_or_404(queries.stay_with_all(actor, nomination_id))
    policy.VIEW_STAY.require(actor, found)
    verified = found.state is NominationState.VERIFIED
    transcripts = db.session.scalars(queries.transcripts_of(actor, nomination_id)).all()
    held = any(one.state is not TranscriptState.SUPERSEDED for one in transcripts)
    return render_template(
        "recognition/stay.html",
        found=found,
        transcripts=transcripts,
        sending=sending or FileForm(formdata=None),
        pressing=Button(formdata=None),
        refusals=[refusal] if refusal else [],
        may_begin=verified and not held and policy.WRITE.allows(actor, found),
        may_send=verified and policy.TAKE_FILE.allows(actor, found),
        sees_recognition=not policy.WRITE.allows(actor, found),
        wording=wording,
        exchange_words=exchange_words,
    )


def _page(
    transcript_id: int,
    *,
    noting: NoteForm | None = None,
    choosing: CourseForm | None = None,
    correcting: CorrectForm | None = None,
    refusal: str = "",
) -> str:
    actor = current_actor()
    found = one_or_404(queries.transcript_with_all(actor, transcript_id))
    policy.VIEW_TRANSCRIPT.require(actor, found)
    writes = policy.EDIT_TRANSCRIPT.allows(actor, found)
    drafting = writes and found.state is TranscriptState.DRAFT
    noting = noting or NoteForm(formdata=None, data={"note": found.note})
    noting.version.data = found.version
    choosing = choosing or CourseForm(formdata=None)
    if drafting:
        choosing.among(db.session.scalars(queries.courses_of_stay(found.nomination_id)))
    recognition = found.recognition
    return render_template(
        "recognition/transcript.html",
        found=found,
        drafting=drafting,
        noting=noting,
        choosing=choosing,
        issuing=SeenForm(formdata=None, data={"seen": found.version}),
        pressing=Button(formdata=None),
        correcting=correcting or CorrectForm(formdata=None),
        refusals=[refusal] if refusal else [],
        may_correct=writes and found.state is TranscriptState.ISSUED,
        recognition=recognition
        if recognition and policy.VIEW_RECOGNITION.allows(actor, recognition)
        else None,
        replacing=db.session.scalar(
            queries.transcripts_visible_to(actor).where(Transcript.replaces_id == found.id)
        ),
        wording=wording,
        exchange_words=exchange_words,
    )
