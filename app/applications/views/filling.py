"""Filling in: one page a section, the check of everything, and submitting."""

import secrets
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from app.applications import policy, queries
from app.applications.forms import (
    SectionForm,
    SubmitForm,
    UploadForm,
    asked_if,
    section_form,
)
from app.applications.models import Application, SectionAnswers
from app.applications.operations import (
    NotComplete,
    rank_places,
    save_section,
    submit_application,
)
from app.applications.progress import StepState
from app.applications.states import ApplicationState
from app.applications.views.desk import Desk, Refused, desk
from app.applications.views.institutions import looks_for_institution, offer_institutions
from app.applications.views.meanwhile import saved_elsewhere
from app.applications.views.reuse import carried_of
from app.files.kinds import ACCEPT
from app.foundation import languages
from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile, NotFound, RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work, unit_of_work
from app.opportunities.form_definitions import Question, Section, in_words
from app.opportunities.models import Place

bp = Blueprint("filling", __name__, url_prefix="/applications/<int:application_id>")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One section on the desk, with its form. `meanwhile` is what another page saved."""

    desk: Desk
    section: Section
    form: SectionForm
    places: list[Place]
    meanwhile: dict[str, str]

    @property
    def saved(self) -> SectionAnswers | None:
        return _row(self.desk, self.section)


@bp.get("/<section_key>")
@needs(policy.FILL_IN)
def section(application_id: int, section_key: str) -> ResponseReturnValue:
    query = queries.applications_to_fill_in(current_actor())
    found = desk(db.session(), one_or_404(query.where(Application.id == application_id)))
    if found.application.state is not ApplicationState.DRAFT:
        _section_or_404(found, section_key)
        return redirect(url_for("applications.application", application_id=application_id))
    sheet = _sheet(found, _section_or_404(found, section_key))
    if not found.asks(sheet.section):
        return _not_asked(found, _("By what you answered, this section is not for you to fill in."))
    if found.step(sheet.section).state is StepState.IN_PROGRESS or "missing" in request.args:
        _say_what_is_missing(sheet)
    return _page(sheet)


@bp.post("/<section_key>")
@needs(policy.FILL_IN)
def save(application_id: int, section_key: str) -> ResponseReturnValue:
    with unit_of_work(current_actor()) as work:
        query = queries.applications_to_fill_in(work.actor)
        found = desk(work.session, work.find(query.where(Application.id == application_id)))
        sheet = _sheet(found, _section_or_404(found, section_key), sent=True)
        if wants_json():
            return _autosave(work, sheet)
        if not sheet.form.validate():
            return _page(sheet), 422
        asked_before = {q.key for q in sheet.section.questions} - found.not_asked
        try:
            kept = _keep(work, sheet, looked=not {"more", "find"} & set(request.form))
        except ChangedMeanwhile:
            return _page(_with_both(sheet)), 409
        if looks_for_institution(sheet.form.asked):
            sheet.form.version.data = kept.version
            return _page(sheet)
        following = found.after(sheet.section, sheet.form.answers)
    return _onwards(sheet, asked_before, following)


def _onwards(sheet: Sheet, asked_before: set[str], following: Section | None) -> Response:
    """From a section that is saved to what there is to do next."""
    found, section_key = sheet.desk, sheet.section.key
    application_id = found.application.id
    more = str(request.form.get("more", ""))
    if sheet.section.question(more):
        here = url_for(
            ".section", application_id=application_id, section_key=section_key, more=more
        )
        return redirect(f"{here}#answer_{more}")
    if not found.asks(sheet.section):
        return _not_asked(
            found,
            _("What you wrote is kept, but by what you answered, this section is not sent."),
        )
    flash(_("Saved."), "success")
    if _asks_more(sheet, asked_before):
        flash(_("By what you answered there is more to answer here."), "info")
        return redirect(url_for(".section", application_id=application_id, section_key=section_key))
    if following is None:
        return redirect(url_for(".check", application_id=application_id))
    return redirect(url_for(".section", application_id=application_id, section_key=following.key))


def _not_asked(found: Desk, sentence: str) -> Response:
    """From a section that other answers leave out to what there is to do."""
    flash(sentence, "info")
    return redirect(url_for("applications.application", application_id=found.application.id))


def _asks_more(sheet: Sheet, asked_before: set[str]) -> bool:
    """Whether a question has come up that the page did not show (with a script it did)."""
    if "live" in request.form:
        return False
    return any(
        field.shown and field.data is None and field.question.key not in asked_before
        for field in sheet.form.asked
    )


def _section_or_404(found: Desk, key: str) -> Section:
    section = found.form.section(key)
    if section is None:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    return section


def _row(found: Desk, section: Section) -> SectionAnswers | None:
    return next((r for r in found.application.sections if r.section == section.key), None)


def _sheet(
    found: Desk, section: Section, *, sent: bool = False, meanwhile: dict[str, str] | None = None
) -> Sheet:
    row = _row(found, section)
    places: list[Place] = []
    if section.kind == "preferences":
        places = _by_name(queries.places_offered(found.application.opportunity_id))
    form = section_form(
        section,
        languages.reader().locale,
        formdata=request.form if sent else None,
        answers=row.answers if row else {},
        version=row.version if row else 0,
        places={place.id: name_of(place) for place in places},
        ranked=[p.place_id for p in found.application.preferences],
        most=queries.most_preferences(section.most, found.opportunity),
        whole=found.form,
        elsewhere=found.answers_but(section),
    )
    for field in form.asked:
        field.more = int(request.args.get("more") == field.question.key)
    return Sheet(found, section, form, places, meanwhile or {})


def _by_name(query: Any) -> list[Place]:
    return sorted(
        db.session.scalars(query), key=lambda p: (p.host.country_code, p.host.sort_key, p.id)
    )


def name_of(place: Place) -> str:
    """A place as it is chosen from a list: host, what exactly, country."""
    name = place.host.name + (f", {place.label}" if place.label else "")
    return f"{name} ({languages.country_name(place.host.country_code)})"


def refused_beside(
    found: Desk, question: Question, refused: Refused, *, typed: Sheet | None = None
) -> str:
    """The section again, with the refusal beside the field of the document that it is about."""
    sheet = typed or _sheet(found, found.section_of(question))
    return _page(sheet, {question.key: refused})


def keep_beside(work: Work, found: Desk, section: Section) -> Sheet | None:
    """Keep the answers that a button for something else sent along: without a script it has to.

    Returns them as they were typed, with what is wrong in them; None where none came along.
    """
    if "version" not in request.form:
        return None
    sheet = _sheet(found, section, sent=True)
    if not sheet.form.validate() and "csrf_token" in sheet.form.errors:
        return sheet
    try:
        kept, _left_out = _keep_what_can_be(work, sheet)
    except ChangedMeanwhile:
        return _with_both(sheet)
    work.session.flush()
    sheet.form.version.data = kept.version
    return sheet


def sent_about(question_key: str) -> MultiDict[str, str]:
    """What was sent about one document: among answers its fields are named after it."""
    sent, ending = request.form.items(multi=True), f"-{question_key}"
    return MultiDict((name.removesuffix(ending), value) for name, value in sent)


def wrong_beside(found: Desk, typed: Sheet | None) -> ResponseReturnValue | None:
    """The section again, where not all that was sent along could be kept."""
    if typed is None or not (typed.form.errors or typed.meanwhile):
        return None
    return _page(replace(typed, desk=found)), 409 if typed.meanwhile else 422


def _page(sheet: Sheet, refused: dict[str, Refused] | None = None) -> str:
    offer_institutions(db.session(), sheet.form.asked)
    return render_template(
        "applications/section.html",
        desk=sheet.desk,
        sheet=sheet,
        section=sheet.section,
        form=sheet.form,
        upload=UploadForm(formdata=None),
        accept=ACCEPT,
        refused=refused or {},
        asked_if=_asked_if(sheet),
        carried=carried_of(db.session(), current_actor(), sheet.saved),
        answered=request.method == "POST",
    )


def _asked_if(sheet: Sheet) -> dict[str, str]:
    """For each document of the section, by which answers on this page it is asked for."""
    elsewhere = sheet.desk.answers_but(sheet.section)
    here = {question.key for question in sheet.section.questions}
    return {q.key: asked_if(q, here, elsewhere) for q in sheet.section.documents}


def _keep(work: Work, sheet: Sheet, *, looked: bool = False) -> SectionAnswers:
    form, application = sheet.form, sheet.desk.application
    version = form.version.data
    if form.places is not None:
        return rank_places(
            work,
            application,
            sheet.section,
            place_ids=form.places.data,
            answers=form.answers,
            version=version,
            looked=looked,
        )
    return save_section(
        work, application, sheet.section, answers=form.answers, version=version, looked=looked
    )


def _say_what_is_missing(sheet: Sheet) -> None:
    """Put each gap beside its question, as a refusal would."""
    for gap in sheet.desk.step(sheet.section).gaps:
        name = "places_" if gap.question == "places" else f"answer_{gap.question}"
        if name in sheet.form:
            sheet.form[name].errors = [gap.sentence]


def _with_both(sheet: Sheet) -> Sheet:
    """What was typed stays in the fields; what was saved meanwhile is shown below each."""
    row = sheet.saved
    meanwhile = saved_elsewhere(sheet.form.asked, row.answers if row else {})
    if sheet.form.places is not None:
        names = {place.id: name_of(place) for place in sheet.places}
        saved = [names.get(p.place_id, "") for p in sheet.desk.application.preferences]
        meanwhile["places_"] = languages.listed([name for name in saved if name])
    sheet.form.version.data = row.version if row else 0
    return Sheet(sheet.desk, sheet.section, sheet.form, sheet.places, meanwhile)


# --- Saving while somebody types: small answers for the page's script ---------------------------


def wants_json() -> bool:
    """Whether the page's script asks, rather than the browser for a page."""
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == (
        "application/json"
    )


def _autosave(work: Work, sheet: Sheet) -> ResponseReturnValue:
    form = sheet.form
    valid = form.validate()
    if not valid and "csrf_token" in form.errors:
        return jsonify(problem=_("This page has been open for too long. Load it again.")), 422
    try:
        row, left_out = _keep_what_can_be(work, sheet)
    except ChangedMeanwhile as changed:
        return jsonify(problem=str(changed), changed=True), 409
    except RuleBroken as broken:
        return jsonify(problem=str(broken)), broken.http_status
    work.session.flush()
    return jsonify(
        saved=saved_line(sheet.desk.application),
        but=_("What is marked in red is not saved yet.") if left_out else "",
        version=row.version,
        problems={name: str(said[0]) for name, said in form.errors.items()},
    )


def _keep_what_can_be(work: Work, sheet: Sheet) -> tuple[SectionAnswers, bool]:
    """Keep every answer that can be kept; one that cannot leaves what was kept before it.

    Returns also whether one was left out.
    """
    form = sheet.form
    kept = sheet.saved.answers if sheet.saved else {}
    left_out = False
    for field in form.asked:
        if field.errors and (field.data is None or field.rows):
            left_out = True
        if field.errors and field.data is None:
            field.data = kept.get(field.question.key)
    if form.places is not None and form.places.errors:
        left_out = True
        form.places.data = [p.place_id for p in sheet.desk.application.preferences]
    return _keep(work, sheet), left_out


def saved_line(application: Application) -> str:
    """Saved at 14:02, Phnom Penh time."""
    zone = languages.reader().zone or application.opportunity.closes_zone or "UTC"
    return _(
        "Saved at %(time)s, %(place)s time.",
        time=languages.clock_time(application.saved_at, zone),
        place=languages.city(zone),
    )


# --- Everything once more, and sending it -------------------------------------------------------


@bp.get("/check")
@needs(policy.FILL_IN)
def check(application_id: int) -> ResponseReturnValue:
    query = queries.applications_to_fill_in(current_actor())
    found = desk(db.session(), one_or_404(query.where(Application.id == application_id)))
    if found.application.state is not ApplicationState.DRAFT:
        return redirect(url_for("applications.application", application_id=application_id))
    return _check_page(found, SubmitForm(formdata=None, key=secrets.token_urlsafe(16)))


def _check_page(found: Desk, form: SubmitForm, refused: str = "") -> str:
    return render_template(
        "applications/check.html", desk=found, form=form, in_words=in_words, refused=refused
    )


@bp.post("/check")
@needs(policy.FILL_IN)
def submit(application_id: int) -> ResponseReturnValue:
    form = SubmitForm(request.form)
    with unit_of_work(current_actor()) as work:
        query = queries.applications_to_fill_in(work.actor)
        application = work.find(query.where(Application.id == application_id))
        if not form.validate():
            return _check_page(desk(work.session, application), form), 422
        try:
            submit_application(work, application, key=form.key.data or "")
        except NotComplete as incomplete:
            return _check_page(desk(work.session, application), form, str(incomplete)), 422
        except RuleBroken as broken:
            found = desk(work.session, application)
            return _check_page(found, form, str(broken)), broken.http_status
    return redirect(url_for("applications.receipt", application_id=application_id))
