"""Pages on which a university writes what its partners read: facts, terms, courses."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.exchanges import policy, queries, wording
from app.exchanges.forms import FactsForm, HostCourseForm, TermForm
from app.exchanges.models import AcademicTerm, HostCourse
from app.exchanges.operations import (
    remove_host_course,
    remove_term,
    save_host_course,
    save_partner_facts,
    save_term,
)
from app.exchanges.views import bp
from app.foundation import clock
from app.foundation.database import db
from app.foundation.forms import Button
from app.foundation.languages import gettext as _
from app.foundation.settling import Editing, settle
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work
from app.organisations.models import Organisation

edit_facts: Editing[Organisation] = Editing(of=queries.own_university, may=policy.KEEP_FACTS)
edit_term: Editing[AcademicTerm] = Editing(of=queries.own_term, may=policy.KEEP_TERM)
edit_course: Editing[HostCourse] = Editing(of=queries.own_host_course, may=policy.KEEP_COURSE)


def _sent(*, bound: bool) -> Any:
    return request.form if bound else None


@bp.get("/facts")
@needs(policy.KEEP_SOME_FACTS)
def facts_of_all() -> ResponseReturnValue:
    """The universities that one writes for; most people have one, and go on to it."""
    policy.KEEP_SOME_FACTS.require(current_actor(), None)
    own = db.session.scalars(queries.own_universities(current_actor())).all()
    if len(own) == 1:
        return redirect(url_for(".facts", university_id=own[0].id))
    return render_template("exchanges/office/universities.html", universities=own)


@bp.get("/facts/<int:university_id>")
@needs(policy.KEEP_FACTS)
def facts(university_id: int) -> ResponseReturnValue:
    found = one_or_404(queries.own_university(current_actor(), university_id))
    return _facts_page(found, _facts_form(found, bound=False))


@bp.post("/facts/<int:university_id>")
@needs(policy.KEEP_FACTS)
def save_facts(university_id: int) -> ResponseReturnValue:
    def save(work: Work, found: Organisation, form: FactsForm) -> None:
        save_partner_facts(work, found, form.sheet(), version=form.version.data)

    return edit_facts.settle(
        university_id,
        _facts_form,
        save,
        _facts_page,
        said=_("Partners read this now."),
        to=url_for(".facts", university_id=university_id),
    )


def _facts_form(found: Organisation, *, bound: bool) -> FactsForm:
    kept = db.session.scalar(queries.facts_of(found.id))
    form = FactsForm(formdata=_sent(bound=bound), obj=kept)
    if kept is None and not bound:
        form.version.data = 0
        form.contact.data = ""
    return form


def _facts_page(found: Organisation, form: FactsForm, **values: Any) -> str:
    return render_template(
        "exchanges/office/facts.html",
        university=found,
        form=form,
        terms=db.session.scalars(queries.terms_of_university(found.id)).all(),
        mailbox=db.session.scalar(queries.mailbox_of(found.id)),
        contacts=db.session.scalars(queries.contacts_of(found.id)).all(),
        wording=wording,
        **values,
    )


@bp.get("/facts/<int:university_id>/terms/new")
@needs(policy.KEEP_FACTS)
def new_term(university_id: int) -> ResponseReturnValue:
    found = one_or_404(queries.own_university(current_actor(), university_id))
    return _new_term_page(found, _new_term_form(found, bound=False))


@bp.post("/facts/<int:university_id>/terms/new")
@needs(policy.KEEP_FACTS)
def add_term(university_id: int) -> ResponseReturnValue:
    def save(work: Work, found: Organisation, form: TermForm) -> None:
        save_term(work, found, form.dates())

    return edit_facts.settle(
        university_id,
        _new_term_form,
        save,
        _new_term_page,
        said=_("The term is in the calendar."),
        to=url_for(".facts", university_id=university_id),
    )


def _new_term_form(_found: Organisation, *, bound: bool) -> TermForm:
    return TermForm(formdata=_sent(bound=bound), data={"year": clock.now().year})


def _new_term_page(found: Organisation, form: TermForm, **values: Any) -> str:
    return render_template(
        "exchanges/office/term.html",
        university=found,
        term=None,
        form=form,
        wording=wording,
        **values,
    )


@bp.get("/terms/<int:term_id>")
@needs(policy.KEEP_TERM)
def term(term_id: int) -> ResponseReturnValue:
    found = one_or_404(queries.own_term(current_actor(), term_id))
    return _term_page(found, _term_form(found, bound=False))


@bp.post("/terms/<int:term_id>")
@needs(policy.KEEP_TERM)
def change_term(term_id: int) -> ResponseReturnValue:
    def save(work: Work, found: AcademicTerm, form: TermForm) -> None:
        save_term(work, found.organisation, form.dates(), term=found, version=form.version.data)

    return edit_term.settle(
        term_id,
        _term_form,
        save,
        _term_page,
        said=_("The term is saved."),
        to=url_for(".term", term_id=term_id),
    )


def _term_form(found: AcademicTerm, *, bound: bool) -> TermForm:
    return TermForm(formdata=_sent(bound=bound), obj=found)


def _term_page(found: AcademicTerm, form: TermForm, **values: Any) -> str:
    return render_template(
        "exchanges/office/term.html",
        university=found.organisation,
        term=found,
        form=form,
        courses=db.session.scalars(queries.courses_of_term(found.id)).all(),
        removing=Button(formdata=None),
        wording=wording,
        **values,
    )


@bp.post("/terms/<int:term_id>/remove")
@needs(policy.KEEP_TERM)
def drop_term(term_id: int) -> ResponseReturnValue:
    found = one_or_404(queries.own_term(current_actor(), term_id))
    return settle(
        Button(),
        find=lambda work: work.find(queries.own_term(work.actor, term_id)),
        do=remove_term,
        said=_("The term is out of the calendar."),
        to=url_for(".facts", university_id=found.organisation_id),
    )


@bp.get("/terms/<int:term_id>/courses/new")
@needs(policy.KEEP_TERM)
def new_host_course(term_id: int) -> ResponseReturnValue:
    found = one_or_404(queries.own_term(current_actor(), term_id))
    return _new_course_page(found, _new_course_form(found, bound=False))


@bp.post("/terms/<int:term_id>/courses/new")
@needs(policy.KEEP_TERM)
def add_host_course(term_id: int) -> ResponseReturnValue:
    def save(work: Work, found: AcademicTerm, form: HostCourseForm) -> None:
        save_host_course(work, found, form.facts())

    return edit_term.settle(
        term_id,
        _new_course_form,
        save,
        _new_course_page,
        said=_("The course is on the list."),
        to=url_for(".term", term_id=term_id),
    )


def _new_course_form(_found: AcademicTerm, *, bound: bool) -> HostCourseForm:
    return HostCourseForm(formdata=_sent(bound=bound))


def _new_course_page(found: AcademicTerm, form: HostCourseForm, **values: Any) -> str:
    return render_template(
        "exchanges/office/host_course.html", term=found, course=None, form=form, **values
    )


@bp.get("/host-courses/<int:host_course_id>")
@needs(policy.KEEP_COURSE)
def host_course(host_course_id: int) -> ResponseReturnValue:
    found = one_or_404(queries.own_host_course(current_actor(), host_course_id))
    return _course_page(found, _course_form(found, bound=False))


@bp.post("/host-courses/<int:host_course_id>")
@needs(policy.KEEP_COURSE)
def change_host_course(host_course_id: int) -> ResponseReturnValue:
    def save(work: Work, found: HostCourse, form: HostCourseForm) -> None:
        version = form.version.data
        save_host_course(work, found.term, form.facts(), course=found, version=version)

    found = one_or_404(queries.own_host_course(current_actor(), host_course_id))
    return edit_course.settle(
        host_course_id,
        _course_form,
        save,
        _course_page,
        said=_("The course is saved."),
        to=url_for(".term", term_id=found.term_id),
    )


def _course_form(found: HostCourse, *, bound: bool) -> HostCourseForm:
    names = ("code", "title", "own_title", "own_title_lang", "credit_system", "language", "version")
    shown: dict[str, Any] = {name: getattr(found, name) for name in names}
    shown |= {"level": str(found.level), "credits": f"{found.credit_hundredths / 100:g}"}
    return HostCourseForm(formdata=_sent(bound=bound), data=shown)


def _course_page(found: HostCourse, form: HostCourseForm, **values: Any) -> str:
    return render_template(
        "exchanges/office/host_course.html",
        term=found.term,
        course=found,
        form=form,
        removing=Button(formdata=None),
        **values,
    )


@bp.post("/host-courses/<int:host_course_id>/remove")
@needs(policy.KEEP_COURSE)
def drop_host_course(host_course_id: int) -> ResponseReturnValue:
    found = one_or_404(queries.own_host_course(current_actor(), host_course_id))
    return settle(
        Button(),
        find=lambda work: work.find(queries.own_host_course(work.actor, host_course_id)),
        do=remove_host_course,
        said=_("The course is off the list."),
        to=url_for(".term", term_id=found.term_id),
    )
