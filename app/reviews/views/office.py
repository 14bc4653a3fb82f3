"""One application as the office reads it: what was sent, what reviewers said, what is decided."""

from types import SimpleNamespace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.models import User
from app.applications import policy as applications_policy
from app.applications.dossier import dossier
from app.applications.forms.tracking import ScreeningForm, as_arguments, read_filters
from app.applications.models import Application, Document
from app.applications.operations import (
    Decision,
    fail_screening,
    open_document,
    pass_over,
    pass_screening,
    shortlist,
    unlist,
)
from app.applications.operations.screening import MOVES
from app.applications.queries import (
    casework,
    documents_visible_to,
    erased_documents,
    newest_rubric,
)
from app.applications.queries.appeals import appeal_of
from app.applications.queries.changes import open_change
from app.applications.queries.checks import check_of
from app.applications.queries.grace import graces_with_slots
from app.applications.queries.letters import letters, letters_as_office
from app.applications.queries.likeness import alike_to
from app.applications.queries.slots import decided_slots, said_of_slots, slots_of
from app.applications.queries.tracking import neighbours
from app.applications.states import (
    IN_PROGRESS,
    REASONS,
    STATE_NAMES,
    TAG_TONES,
    ApplicationState,
    ScreeningReason,
)
from app.applications.views.bound import bound, head_of, open_each
from app.applications.views.tracking import TONES
from app.audit.queries import history_of_application
from app.foundation import clock, languages
from app.foundation.database import db
from app.foundation.errors import NotFound, RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work, unit_of_work
from app.opportunities import deadlines
from app.opportunities.eligibility import results_of
from app.opportunities.form_definitions import text_in
from app.opportunities.rubrics import parse_rubric
from app.reviews import policy, queries
from app.reviews.conflicts import conflict_between
from app.reviews.forms import ReasonForm, ReviewerForm, row_number
from app.reviews.models import Review
from app.reviews.operations import (
    assign_pairs,
    reopen_review,
    take_back_review,
    take_up,
)
from app.reviews.queries import office as office_queries
from app.reviews.scoring import is_large
from app.reviews.states import ASSIGNED_IN, ReviewState

bp = Blueprint("dossier", __name__, url_prefix="/tracking/<int:call_id>/<int:application_id>")

S = ApplicationState


@bp.get("")
@needs(applications_policy.READ_AS_OFFICE)
def application(call_id: int, application_id: int) -> ResponseReturnValue:
    found = one_or_404(
        office_queries.application_as_office(current_actor(), call_id, application_id)
    )
    return _page(found)


@bp.post("/decide")
@needs(applications_policy.SCREEN, applications_policy.DECIDE)
def decide(call_id: int, application_id: int) -> ResponseReturnValue:
    """Screen, shortlist, unlist or pass over this application."""
    form = ScreeningForm(request.form)
    verb = request.form.get("verb", "")
    try:
        with unit_of_work(current_actor()) as work:
            found = _find(work, call_id, application_id)
            applications_policy.DECIDE.require(work.actor, found)
            valid = form.validate()
            if valid:
                _decide(work, found, verb, form)
    except RuleBroken as refusal:
        return _again(call_id, application_id, refusal, screening=form)
    if not valid:
        return _again(call_id, application_id, None, screening=form)
    flash(_decided(verb), "success")
    return redirect(_here(call_id, application_id))


@bp.post("/reviewers")
@needs(policy.ASSIGN_TO)
def assign(call_id: int, application_id: int) -> ResponseReturnValue:
    """Ask one more reviewer to read this application."""
    form = ReviewerForm(request.form)
    try:
        with unit_of_work(current_actor()) as work:
            found = _find(work, call_id, application_id)
            policy.ASSIGN_TO.require(work.actor, found)
            valid = form.validate()
            if valid:
                reviewer = _reviewer(work, found, form.reviewer.data)
                zone = found.opportunity.closes_zone
                assign_pairs(
                    work,
                    found.opportunity,
                    [(found, reviewer)],
                    due_at=deadlines.end_of_day(form.due.data, zone),
                )
    except RuleBroken as refusal:
        return _again(call_id, application_id, refusal, reviewer=form)
    if not valid:
        return _again(call_id, application_id, None, reviewer=form)
    flash(_("%(name)s is asked to read this application.", name=reviewer.full_name), "success")
    return redirect(_here(call_id, application_id) + "#reviews")


@bp.post("/reviews/<int:review_id>/take-back")
@needs(policy.TAKE_BACK)
def take_back(call_id: int, application_id: int, review_id: int) -> ResponseReturnValue:
    """Ask this reviewer no longer."""
    form = ReasonForm(request.form)
    try:
        with unit_of_work(current_actor()) as work:
            review = _review(work, call_id, application_id, review_id)
            policy.TAKE_BACK.require(work.actor, review)
            valid = form.validate()
            if valid:
                take_back_review(work, review, reason=form.reason.data or "")
    except RuleBroken as refusal:
        return _again(call_id, application_id, refusal, reasons={review_id: form})
    if not valid:
        return _again(call_id, application_id, None, reasons={review_id: form})
    flash(_("The review is taken back; the reviewer is told."), "success")
    return redirect(_here(call_id, application_id) + "#reviews")


@bp.post("/reviews/<int:review_id>/reopen")
@needs(policy.REOPEN)
def reopen(call_id: int, application_id: int, review_id: int) -> ResponseReturnValue:
    """Give a submitted review back to its reviewer to be changed."""
    form = ReasonForm(request.form)
    try:
        with unit_of_work(current_actor()) as work:
            review = _review(work, call_id, application_id, review_id)
            policy.REOPEN.require(work.actor, review)
            valid = form.validate()
            if valid:
                reopen_review(work, review, reason=form.reason.data or "")
    except RuleBroken as refusal:
        return _again(call_id, application_id, refusal, reasons={review_id: form})
    if not valid:
        return _again(call_id, application_id, None, reasons={review_id: form})
    flash(_("The review is open again; the reviewer is told why."), "success")
    return redirect(_here(call_id, application_id) + "#reviews")


def _find(work: Work, call_id: int, application_id: int) -> Application:
    return work.find(office_queries.application_as_office(work.actor, call_id, application_id))


def _review(work: Work, call_id: int, application_id: int, review_id: int) -> Review:
    query = queries.reviews_visible_to(work.actor).where(
        Review.id == review_id,
        Review.application_id == application_id,
        Review.opportunity_id == call_id,
    )
    return take_up(work, query)


def _reviewer(work: Work, found: Application, text: object) -> User:
    """One of the pool; somebody who is not in it is not found here."""
    pool = queries.reviewers_of(found.opportunity_id, found.opportunity.programme_id)
    reviewer = work.session.scalar(pool.where(User.id == row_number(text)))
    if reviewer is None:
        raise RuleBroken(_("Choose a reviewer from the list."))
    return reviewer


def _decide(work: Work, found: Application, verb: str, form: ScreeningForm) -> None:
    note = form.note.data or ""
    match verb:
        case Decision.ELIGIBLE:
            pass_screening(work, found, note=note)
        case Decision.NOT_ELIGIBLE:
            reason = form.screening_reason
            if reason is None:
                raise RuleBroken(_("Choose the reason for the applicant to read."))
            fail_screening(work, found, reason=reason, note=note)
        case Decision.SHORTLIST:
            shortlist(work, found)
        case Decision.UNLIST:
            unlist(work, found)
        case Decision.NOT_SELECTED:
            pass_over(work, found, note=note)
        case _:
            raise NotFound(_("There is no such page, or it is not yours to see."))


@bp.get("/papers.pdf")
@needs(applications_policy.READ_AS_OFFICE)
def papers(call_id: int, application_id: int) -> ResponseReturnValue:
    """The application and its documents as one PDF; each document counts as opened."""
    query = office_queries.application_as_office(current_actor(), call_id, application_id)
    with unit_of_work(current_actor()) as work:
        found = work.find(query)
        said = said_of_slots(decided_slots(work.session, found.id))
        read = dossier(*office_queries.sent_last(work.session, found), decided=said)
        if read is None:
            raise NotFound(_("There are no answers to read in this application."))
        head, person_id = head_of(found, found.opportunity.title), found.applicant_id
        theirs = documents_visible_to(work.actor).where(Document.application_id == found.id)
        documents = work.session.scalars(theirs).all()
        opened = open_each(read, documents, lambda d: open_document(work, d, person_id=person_id))
    return bound(head, read, opened)


def _decided(verb: str) -> str:
    return {
        Decision.ELIGIBLE.value: _("The application is eligible."),
        Decision.NOT_ELIGIBLE.value: _(
            "The application is not eligible; the applicant is told why."
        ),
        Decision.SHORTLIST.value: _("The application is on the shortlist."),
        Decision.UNLIST.value: _("The application is off the shortlist."),
        Decision.NOT_SELECTED.value: _("The application is not selected; the applicant is told."),
    }[verb]


def _here(call_id: int, application_id: int) -> str:
    """The page, in the list that one came from."""
    address = url_for("dossier.application", call_id=call_id, application_id=application_id)
    return address + as_arguments(read_filters(request.args))


def _again(
    call_id: int, application_id: int, refusal: RuleBroken | None, **forms: Any
) -> ResponseReturnValue:
    """The page once more, with what was typed and what stood against it."""
    db.session.rollback()
    query = office_queries.application_as_office(current_actor(), call_id, application_id)
    page = _page(one_or_404(query), refusal=str(refusal or ""), **forms)
    return page, 422 if refusal is None else refusal.http_status


def _page(
    found: Application,
    *,
    refusal: str = "",
    screening: ScreeningForm | None = None,
    reviewer: ReviewerForm | None = None,
    reasons: dict[int, ReasonForm] | None = None,
) -> str:
    actor, session = current_actor(), db.session()
    opportunity = found.opportunity
    filters = read_filters(request.args)
    before, following = neighbours(session, actor, opportunity.id, filters, found.id)
    definition, content = office_queries.sent_last(session, found)
    slots = slots_of(session, found.id)
    checked = (content or {}).get("eligibility") or {}
    early = session.scalar(check_of(found.opportunity_id, found.applicant_id))
    standing = letters(session, found)
    rows = office_queries.reviews_of_application(session, found.id)
    submitted = queries.with_scores(session, office_queries.submitted_reviews_of(found.id))
    version = session.scalar(newest_rubric(opportunity.id))
    rubric = parse_rubric(version.definition) if version else None
    may_assign = policy.ASSIGN_TO.allows(actor, found) and found.state in ASSIGNED_IN
    free, barred = _pool(found, {r.reviewer_id for r in rows if r.state != ReviewState.TAKEN_BACK})
    return render_template(
        "tracking/application.html",
        a=found,
        opportunity=opportunity,
        base=url_for("dossier.application", call_id=opportunity.id, application_id=found.id),
        arguments=as_arguments(filters),
        before=before,
        following=following,
        dossier=dossier(
            definition,
            content,
            apart=applications_policy.READ_APART.allows(actor, found),
            erased=erased_documents(session, found.id),
            decided=said_of_slots(slots.values(), reasons=True),
        ),
        slots=slots,
        conditions=results_of(checked),
        early=early,
        early_conditions=results_of(early.content if early else None),
        rules_version=checked.get("number") or checked.get("version", ""),
        exception=checked.get("exception"),
        appeal=session.scalar(appeal_of(found.id)),
        to_change=session.scalar(open_change(found.id)) if found.state in IN_PROGRESS else None,
        standing=standing,
        tags=casework.tags_of(session, found.id),
        officer=casework.officer_of(session, found.id),
        case_tasks=session.scalars(casework.open_tasks(actor, found.id)).all(),
        case_notes=session.scalars(casework.newest_notes(actor, found.id)).all(),
        alike=session.scalars(alike_to(actor, found.id)).all(),
        tag_tones=TAG_TONES,
        letters=list(session.scalars(letters_as_office(actor, found.id))) if standing else [],
        content=content or {},
        rows=rows,
        submitted=submitted,
        rubric=rubric,
        far_apart=rubric is not None and is_large(found.score_spread, rubric.low, rubric.high),
        given_time=graces_with_slots(session, found.id),
        entries=list(session.scalars(history_of_application(found.id))),
        screening=screening or _screening(found),
        reviewer=reviewer or _reviewer_form(opportunity),
        reasons=reasons or {},
        blank=ReasonForm(formdata=None),
        free=free if may_assign else [],
        barred=barred if may_assign else [],
        may_assign=may_assign,
        may_screen=applications_policy.SCREEN.allows(actor, found),
        may_write=applications_policy.MESSAGE_TOGETHER.allows(actor, opportunity)
        and applications_policy.MESSAGE.allows(actor, found),
        possible=[d.value for d, move in MOVES.items() if found.state in move.sources],
        refusal=refusal,
        names=STATE_NAMES,
        tone=TONES.get(found.state, ""),
        reason=REASONS[ScreeningReason(found.screening_reason)] if found.screening_reason else "",
        at=clock.now(),
        text_in=lambda texts: text_in(texts, languages.reader().locale),
    )


def _screening(found: Application) -> ScreeningForm:
    kept = SimpleNamespace(reason=found.screening_reason, note=found.screening_note)
    return ScreeningForm(formdata=None, obj=kept)


def _reviewer_form(opportunity: Any) -> ReviewerForm:
    due = getattr(opportunity, "reviews_due_at", None)
    return ReviewerForm(formdata=None, due=due.date() if due else None)


def _pool(found: Application, asked: set[int]) -> tuple[list[User], list[User]]:
    """Who may still be asked to read this application, and who may not, by name."""
    session, opportunity = db.session(), found.opportunity
    pool = queries.reviewers_of(opportunity.id, opportunity.programme_id)
    people = [p for p in session.scalars(pool) if p.id not in asked]
    applicant = queries.applicants_of(session, [found])[found.id]
    parties = queries.parties_of(session, [p.id for p in people])
    free = [p for p in people if conflict_between(applicant, parties[p.id]) is None]
    return free, [p for p in people if p not in free]
