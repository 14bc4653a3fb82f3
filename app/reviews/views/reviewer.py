"""The reviewer's own pages: what there is to read, one review, a conflict, the documents."""

import json
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache, partial
from typing import Any, NamedTuple

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy import Row

from app.applications.dossier import dossier
from app.applications.models import Application, Document, Letter
from app.applications.operations import open_document, open_letter
from app.applications.queries.casework import notes_for_reviewers
from app.applications.queries.slots import decided_slots, said_of_slots
from app.applications.views.bound import bound, head_of, open_each
from app.files.sending import sent_file
from app.foundation import clock, languages
from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile, NotFound, Refusal, RuleBroken
from app.foundation.languages import Reader
from app.foundation.languages import gettext as _
from app.foundation.permissions import SIGNED_IN
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work, unit_of_work
from app.opportunities.form_definitions import text_in
from app.opportunities.rubrics import kept_rubric, parse_rubric
from app.reviews import policy, queries
from app.reviews.forms import ConflictForm, ReviewForm, review_form
from app.reviews.models import Review
from app.reviews.operations import declare_conflict, save_review, submit_review, take_up
from app.reviews.states import ReviewState

bp = Blueprint("reviews", __name__, url_prefix="/reviews")


@bp.get("")
@needs(SIGNED_IN)
def index() -> ResponseReturnValue:
    """Everything one has to read, call by call, what is due first first."""
    calls: dict[int, list[Row[Any]]] = {}
    for row in queries.queue_of(db.session(), current_actor(), languages.reader().locale):
        calls.setdefault(row.opportunity_id, []).append(row)
    unread_first = sorted(
        calls.values(), key=lambda rows: all(row.state != ReviewState.ASSIGNED for row in rows)
    )
    return render_template("reviews/index.html", calls=unread_first, at=clock.now())


@bp.get("/<int:review_id>")
@needs(policy.VIEW)
def review(review_id: int) -> ResponseReturnValue:
    """The application on the left, the rubric on the right; the office reads in its own page."""
    found = queries.review_to_read(db.session(), current_actor(), review_id)
    if found is None:
        return _to_the_office(review_id)
    return _page(found)


@bp.post("/<int:review_id>")
@needs(policy.WRITE)
def save(review_id: int) -> ResponseReturnValue:
    """Keep what there is so far; by script, as one writes, or with the button."""
    try:
        with unit_of_work(current_actor()) as work:
            found, form = _sent(work, review_id)
            valid = form.validate()
            if valid:
                save_review(
                    work,
                    found,
                    scores=form.given(),
                    comment=form.comment.data or "",
                    version=form.version.data,
                )
            told = _told(form, found, work.now)
    except (ChangedMeanwhile, RuleBroken) as refusal:
        return _refused(review_id, refusal)
    if _wants_json():
        return jsonify(told) if valid else (jsonify({**told, "problem": _first(form)}), 422)
    if not valid:
        return _page_again(review_id, form), 422
    flash(_("Your draft is saved. Only you see it."), "success")
    return redirect(url_for(".review", review_id=review_id))


@bp.post("/<int:review_id>/submit")
@needs(policy.WRITE)
def submit(review_id: int) -> ResponseReturnValue:
    """Give the review, and go on to the next application of the same call."""
    try:
        with unit_of_work(current_actor()) as work:
            found, form = _sent(work, review_id)
            valid = form.validate_complete()
            if valid:
                submit_review(
                    work,
                    found,
                    scores=form.given(),
                    comment=form.comment.data or "",
                    version=form.version.data,
                )
            opportunity_id = found.opportunity_id
    except (ChangedMeanwhile, RuleBroken) as refusal:
        return _refused(review_id, refusal)
    if not valid:
        return _page_again(review_id, form), 422
    following = _next(queries.readings_of(db.session(), current_actor(), opportunity_id), review_id)
    if following is None:
        flash(_("Your review is in. You have read everything for this call. Thank you."), "success")
        return redirect(url_for(".index"))
    flash(_("Your review is in. Here is the next application."), "success")
    return redirect(url_for(".review", review_id=following))


@bp.get("/<int:review_id>/conflict")
@needs(policy.WRITE)
def conflict(review_id: int) -> ResponseReturnValue:
    found = one_or_404(queries.reviews_visible_to(current_actor()).where(Review.id == review_id))
    policy.WRITE.require(current_actor(), found)
    return render_template("reviews/conflict.html", review=found, form=ConflictForm(formdata=None))


@bp.post("/<int:review_id>/conflict")
@needs(policy.WRITE)
def declare(review_id: int) -> ResponseReturnValue:
    form = ConflictForm(request.form)
    with unit_of_work(current_actor()) as work:
        found = take_up(work, queries.reviews_visible_to(work.actor).where(Review.id == review_id))
        policy.WRITE.require(work.actor, found)
        if not form.validate():
            return render_template("reviews/conflict.html", review=found, form=form), 422
        declare_conflict(work, found, reason=form.reason.data or "")
    flash(_("Thank you for telling us. Somebody else reads this application."), "success")
    return redirect(url_for(".index"))


@bp.get("/<int:review_id>/documents/<int:document_id>")
@needs(policy.WRITE)
def document(review_id: int, document_id: int) -> ResponseReturnValue:
    """A document of the application; the applicant can see later who opened it."""
    with unit_of_work(current_actor()) as work:
        query = queries.documents_to_read(work.actor, review_id).where(Document.id == document_id)
        found = work.find(query)
        application = work.session.get_one(Application, found.application_id)
        stream = open_document(work, found, person_id=application.applicant_id)
    return sent_file(found.file, stream)


@bp.get("/<int:review_id>/papers.pdf")
@needs(policy.WRITE)
def papers(review_id: int) -> ResponseReturnValue:
    """What there is to read as one PDF, for a desk or a journey; documents count as opened."""
    found = _readable(review_id)
    content = json.loads(found.content) if found.content else None
    read = dossier(found.form, content, decided=dict(_decided(found)))
    if read is None:
        raise NotFound(_("There are no answers to read in this application."))
    with unit_of_work(current_actor()) as work:
        application = work.session.get_one(Application, found.application_id)
        head, person_id = head_of(application, found.title), application.applicant_id
        documents = work.session.scalars(queries.documents_to_read(work.actor, review_id)).all()
        opened = open_each(read, documents, lambda d: open_document(work, d, person_id=person_id))
    return bound(head, read, opened)


@bp.get("/<int:review_id>/letters/<int:letter_id>")
@needs(policy.WRITE)
def letter(review_id: int, letter_id: int) -> ResponseReturnValue:
    """The file of a letter of recommendation; who opened it is written down."""
    with unit_of_work(current_actor()) as work:
        query = queries.letters_to_read(work.actor, review_id).where(Letter.id == letter_id)
        found = work.find(query)
        if found.file is None:
            raise NotFound(_("There is no such page, or it is not yours to see."))
        stream = open_letter(work, found)
    return sent_file(found.file, stream)


def _to_the_office(review_id: int) -> ResponseReturnValue:
    """Who sees a review without having to write it reads it on the application's page."""
    actor = current_actor()
    found = one_or_404(queries.reviews_visible_to(actor).where(Review.id == review_id))
    policy.VIEW.require(actor, found)
    return redirect(f"/tracking/{found.opportunity_id}/{found.application_id}#review-{review_id}")


def _sent(work: Work, review_id: int) -> tuple[Review, ReviewForm]:
    """The review of this unit, and the form that was sent for it."""
    found = take_up(work, queries.reviews_to_write(work.actor).where(Review.id == review_id))
    policy.WRITE.require(work.actor, found)
    rubric = parse_rubric(found.rubric_version.definition)
    return found, review_form(rubric, languages.reader().locale, formdata=request.form)


def _page(found: Row[Any], form: ReviewForm | None = None, **values: Any) -> str:
    locale = languages.reader().locale
    reviews = queries.given_scores(db.session(), found)
    mine = reviews.pop(found.id)
    rubric = kept_rubric(found.rubric)
    readings = queries.readings_of(db.session(), current_actor(), found.opportunity_id)
    return render_template(
        "reviews/review.html",
        review=found,
        rubric=rubric,
        form=form
        or review_form(
            rubric, locale, scores=mine.scores, comment=found.comment, version=found.version
        ),
        mine=mine,
        others=list(reviews.values()),
        sent=_sent_once(languages.reader(), found.id, found.form, found.content, _decided(found)),
        notes=notes_for_reviewers(db.session(), found.application_id) if found.has_notes else (),
        letters=(
            queries.letters_shown(db.session(), current_actor(), found.id)
            if found.has_letters
            else ()
        ),
        position=1 + [r.id for r in readings].index(found.id),
        number=len(readings),
        read=sum(r.state is ReviewState.SUBMITTED for r in readings),
        following=_next(readings, found.id),
        at=clock.now(),
        text_in=lambda texts: text_in(texts, locale),
        scale=partial(_scale, languages.reader(), found.rubric),
        **{"meanwhile": None, "refusal": "", **values},
    )


def _decided(found: Row[Any]) -> tuple[tuple[str, str], ...]:
    """What the office said of documents, in the reader's language, to be drawn once."""
    if not found.has_decisions:
        return ()
    return tuple(said_of_slots(decided_slots(db.session(), found.application_id)).items())


class Sent(NamedTuple):
    """The application as it was sent, drawn; and how many documents came with it."""

    drawn: Markup
    documents: int


@lru_cache(maxsize=200)
def _sent_once(
    _reader: Reader,
    review_id: int,
    form: str,
    content: str | None,
    decided: tuple[tuple[str, str], ...],
) -> Sent | None:
    """What was sent does not change while one reads: drawn once in a reader's language and zone."""
    read = dossier(form, json.loads(content) if content else None, decided=dict(decided))
    if read is None:
        return None
    html = render_template("reviews/sent.html", dossier=read, review_id=review_id)
    return Sent(Markup(html), read.all_documents)  # noqa: S704 - escaped there


@lru_cache(maxsize=1000)
def _scale(reader: Reader, rubric: str, key: str, chosen: str | None) -> Markup:
    """The values of a criterion and what they mean, drawn once for each that may be chosen."""
    scored = kept_rubric(rubric)
    criterion = next(c for c in scored.criteria if c.key == key)
    html = render_template(
        "reviews/scale.html",
        key=key,
        values=scored.values,
        meanings=[text_in(anchor, reader.locale) for anchor in criterion.anchors],
        chosen=chosen,
    )
    return Markup(html)  # noqa: S704 - escaped there


def _page_again(review_id: int, form: ReviewForm) -> str:
    """The page with what was typed, after the unit that refused it."""
    return _page(_readable(review_id), form)


def _readable(review_id: int) -> Row[Any]:
    found = queries.review_to_read(db.session(), current_actor(), review_id)
    if found is None:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    return found


def _refused(review_id: int, refusal: Refusal) -> ResponseReturnValue:
    """Nothing was kept. Of two versions both are shown: the fields hold what was typed here."""
    db.session.rollback()
    changed = isinstance(refusal, ChangedMeanwhile)
    if _wants_json():
        return jsonify({"changed": changed, "problem": str(refusal)}), refusal.http_status
    found = _readable(review_id)
    locale = languages.reader().locale
    form = review_form(kept_rubric(found.rubric), locale, formdata=request.form)
    form.version.data = found.version
    if not changed or found.state is not ReviewState.ASSIGNED:
        return _page(found, form, refusal=str(refusal)), refusal.http_status
    kept = queries.given_scores(db.session(), found)[found.id]
    return _page(found, form, meanwhile=kept), refusal.http_status


def _told(form: ReviewForm, found: Review, now: datetime) -> dict[str, Any]:
    """What the page's script is told after a save."""
    zone = languages.reader().zone or "UTC"
    return {
        "version": found.version,
        "problems": {name: errors[0] for name, errors in form.errors.items() if name},
        "saved": _(
            "Saved at %(time)s, %(place)s time.",
            time=languages.clock_time(now, zone),
            place=languages.city(zone),
        ),
    }


def _first(form: ReviewForm) -> str:
    return next((str(errors[0]) for errors in form.errors.values()), "")


def _wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _next(readings: Sequence[Row[Any]], review_id: int) -> int | None:
    """The next one to write after this, in the order of the queue, beginning again at its start."""
    ids = [r.id for r in readings]
    at = ids.index(review_id) if review_id in ids else -1
    waiting = (r for r in [*readings[at + 1 :], *readings[: max(at, 0)]])
    return next((r.id for r in waiting if r.state is ReviewState.ASSIGNED), None)
