"""What one answers again and again: written once, marked where it is carried, taken by drafts."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.applications import queries
from app.applications.forms import SectionForm, section_form
from app.applications.forms.reuse import TakeForm
from app.applications.models import Application, SectionAnswers
from app.applications.operations import save_core, take_core
from app.applications.operations.core import differing
from app.applications.queries import reuse
from app.applications.reuse import Difference, core_sheet
from app.applications.views.institutions import looks_for_institution, offer_institutions
from app.applications.views.meanwhile import saved_elsewhere
from app.foundation import clock, languages
from app.foundation.actors import Actor
from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile, RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.languages import ngettext
from app.foundation.permissions import SIGNED_IN
from app.foundation.web import current_actor, needs
from app.foundation.work import unit_of_work
from app.opportunities.form_definitions import (
    core_columns,
    core_in_words,
    in_words,
    text_in,
)
from app.opportunities.form_definitions.shape import Question

bp = Blueprint("reuse", __name__, url_prefix="/applications/answers")


# --- what was carried into a section, and from where


def carried_of(session: Session, actor: Actor, row: SectionAnswers | None) -> dict[str, Any]:
    """{question: mark}, with the title of where each came from; {} once it is confirmed."""
    if row is None or not row.to_look_at:
        return {}
    marks = row.carried or []
    ids = [mark["from"] for mark in marks if mark["from"]]
    titles = {a.id: a for a in session.scalars(reuse.applications_named(actor, ids))} if ids else {}
    return {mark["question"]: {**mark, **_source(titles.get(mark["from"]))} for mark in marks}


def _source(application: Application | None) -> dict[str, Any]:
    if application is None:
        return {"title": "", "lang": "", "at": None}
    title, lang = queries.title_in(application.opportunity, languages.reader().locale)
    return {"title": title, "lang": lang, "at": application.submitted_at}


# --- the answers themselves


@bp.get("")
@needs(SIGNED_IN)
def core() -> ResponseReturnValue:
    return _page(None)


@bp.post("")
@needs(SIGNED_IN)
def save() -> ResponseReturnValue:
    form = _form(request.form)
    more = str(request.form.get("more", ""))
    if not form.validate():
        return _page(form), 422
    try:
        with unit_of_work(current_actor()) as work:
            save_core(work, answers=form.answers, version=form.version.data)
    except ChangedMeanwhile as changed:
        return _page(form, str(changed), clash=True), 409
    except RuleBroken as broken:
        return _page(form, str(broken)), broken.http_status
    if looks_for_institution(form.asked):
        return _page(form)
    if more in form.answers:
        return redirect(url_for(".core", more=more) + f"#answer_{more}")
    flash(_("Your answers for every application are saved."), "success")
    differ = any(_drafts(db.session(), current_actor()).values())
    return redirect(url_for(".drafts" if differ else ".core"))


def _form(formdata: Any, answers: dict[str, Any] | None = None, version: int = 0) -> SectionForm:
    section = core_sheet().sections[0]
    locale = languages.reader().locale
    form = section_form(section, locale, formdata=formdata, answers=answers or {}, version=version)
    for field in form.asked:
        field.more = int(request.args.get("more") == field.question.key)
    return form


def _page(form: SectionForm | None, refusal: str = "", *, clash: bool = False) -> str:
    db.session.rollback()
    actor = current_actor()
    kept = db.session.scalar(reuse.core_answers(actor.user_id))
    answers, sources = reuse.core_of(db.session(), actor.user_id)
    version = kept.version if kept else 0
    if form is None:
        form = _form(None, answers, version)
    elif refusal or looks_for_institution(form.asked):
        form.version.data = version
    offer_institutions(db.session(), form.asked)
    named = db.session.scalars(reuse.applications_named(actor, sources.values()))
    titles = {a.id: _source(a) for a in named}
    locale = languages.reader().locale
    return render_template(
        "applications/core.html",
        form=form,
        refusal=refusal,
        meanwhile=saved_elsewhere(form.asked, answers) if clash else {},
        sources={key: titles[i] for key, i in sources.items() if i in titles},
        languages_said=in_words(_asked("languages", "rows"), answers.get("languages"), locale),
        institution=in_words(
            _asked("institution", "organisation"), answers.get("institution"), locale
        ),
    )


def _asked(key: str, kind: str) -> Question:
    label = {languages.reader().locale: core_in_words()[key]}
    return Question(key, kind, label, {}, columns=core_columns(key))


# --- the drafts that may take them


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft that says something else, question by question, in words."""

    application: Application
    title: str
    lang: str
    rows: list[dict[str, Any]]


@bp.get("/drafts")
@needs(SIGNED_IN)
def drafts() -> ResponseReturnValue:
    found = _drafts(db.session(), current_actor())
    if not any(found.values()):
        return redirect(url_for("accounts.profile"))
    return _drafts_page(found)


@bp.post("/drafts")
@needs(SIGNED_IN)
def take() -> ResponseReturnValue:
    form = TakeForm()
    try:
        with unit_of_work(current_actor()) as work:
            found = _drafts(work.session, work.actor, locked=True)
            form.offer(list(request.form.getlist("take"))[:500])
            if not form.validate():
                return _drafts_page(found, form.first_error()), 422
            taken = take_core(work, list(found), wanted=set(form.take.data or []))
    except (RuleBroken, ChangedMeanwhile) as broken:
        db.session.rollback()
        return _drafts_page(_drafts(db.session(), current_actor()), str(broken)), broken.http_status
    number = sum(len(questions) for questions in taken.values())
    flash(
        ngettext(
            "%(num)s answer of your drafts is changed.",
            "%(num)s answers of your drafts are changed.",
            number,
        ),
        "success",
    )
    return redirect(url_for("applications.mine"))


def _drafts(
    session: Session, actor: Actor, *, locked: bool = False
) -> dict[Application, list[Difference]]:
    core, _sources = reuse.core_of(session, actor.user_id)
    found = reuse.open_drafts(session, actor, clock.now(), locked=locked)
    return {draft: differing(draft, core) for draft in found}


def _drafts_page(found: dict[Application, list[Difference]], refusal: str = "") -> str:
    locale = languages.reader().locale
    shown = []
    for application, differences in found.items():
        title, lang = queries.title_in(application.opportunity, locale)
        rows = [_row(d, locale) for d in differences]
        if rows:
            shown.append(Draft(application, title, lang, rows))
    return render_template(
        "applications/core_drafts.html",
        drafts=shown,
        form=TakeForm(formdata=None),
        refusal=refusal,
    )


def _row(difference: Difference, locale: str) -> dict[str, Any]:
    label, lang = text_in(difference.question.label, locale)
    return {
        "name": difference.name,
        "label": label,
        "lang": lang,
        "old": in_words(difference.question, difference.old, locale),
        "new": in_words(difference.question, difference.fits.value, locale),
        "fits": difference.fits.value is not None,
        "whole": difference.fits.whole,
    }
