"""Pages on which a body leads its projects: begun, written, planned, published, ended."""

from collections.abc import Callable
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.foundation.database import db
from app.foundation.languages import LANGUAGES
from app.foundation.languages import gettext as _
from app.foundation.settling import Editing
from app.foundation.text_pages import TextPage
from app.foundation.texts import for_reader
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work
from app.organisations.models import Organisation
from app.projects import policy, queries, wording
from app.projects.forms import BeginForm, PlanForm, TextForm
from app.projects.models import Project, ProjectText
from app.projects.operations import (
    begin_project,
    end_project,
    plan_project,
    publish_project,
    write_project,
)
from app.projects.views import bp

begin_at: Editing[Organisation] = Editing(of=queries.own_body, may=policy.BEGIN)
edit: Editing[Project] = Editing(of=queries.project_to_change, may=policy.EDIT)


@bp.get("/office")
@needs(policy.BEGIN_SOME)
def office() -> ResponseReturnValue:
    actor = current_actor()
    policy.BEGIN_SOME.require(actor, None)
    found = db.session.scalars(queries.projects_of_office(actor)).all()
    mine = set(queries.bodies_of(actor))
    return render_template(
        "projects/office/projects.html",
        own=db.session.scalars(queries.own_bodies(actor)).all(),
        led=[(one, for_reader(one.texts)) for one in found if one.organisation_id in mine],
        joined=[
            (one, for_reader(one.texts), [p for p in one.partners if p.organisation_id in mine])
            for one in found
            if one.organisation_id not in mine
        ],
        wording=wording,
    )


@bp.get("/office/new/<int:body_id>")
@needs(policy.BEGIN)
def new(body_id: int) -> ResponseReturnValue:
    found = one_or_404(queries.own_body(current_actor(), body_id))
    return _new_page(found, _new_form(found, bound=False))


@bp.post("/office/new/<int:body_id>")
@needs(policy.BEGIN)
def begin(body_id: int) -> ResponseReturnValue:
    def save(work: Work, body: Organisation, form: BeginForm) -> int:
        return begin_project(
            work,
            body,
            locale=form.locale.data,
            name=form.name.data or "",
            summary=form.summary.data or "",
            request_key=form.request_key.data or "",
            **form.plan(),
        ).id

    return begin_at.settle(
        body_id,
        _new_form,
        save,
        _new_page,
        said=_("The project is begun. The world reads it once you publish it."),
        to=lambda made: url_for(".led", project_id=made),
    )


def _new_form(_body: Organisation, *, bound: bool) -> BeginForm:
    return BeginForm(formdata=request.form if bound else None)


def _new_page(body: Organisation, form: BeginForm, **values: Any) -> str:
    return render_template("projects/office/new.html", body=body, form=form, **values)


@bp.get("/office/<int:project_id>")
@needs(policy.EDIT)
def led(project_id: int) -> ResponseReturnValue:
    return _shown("project", edit.found(project_id), all_languages=LANGUAGES)


def _shown(template: str, project: Project, **values: Any) -> str:
    original = next(text for text in project.texts if text.is_original)
    return render_template(
        f"projects/office/{template}.html",
        project=project,
        text=for_reader(project.texts),
        original=original,
        wording=wording,
        **values,
    )


@bp.get("/office/<int:project_id>/plan")
@needs(policy.EDIT)
def plan(project_id: int) -> ResponseReturnValue:
    found = edit.found(project_id)
    return _plan_page(found, _plan_form(found, bound=False))


@bp.post("/office/<int:project_id>/plan")
@needs(policy.EDIT)
def save_plan(project_id: int) -> ResponseReturnValue:
    def save(work: Work, project: Project, form: PlanForm) -> None:
        plan_project(work, project, version=form.version.data, **form.plan())

    return edit.settle(
        project_id,
        _plan_form,
        save,
        _plan_page,
        said=_("Saved."),
        to=url_for(".led", project_id=project_id),
    )


def _plan_form(project: Project, *, bound: bool) -> PlanForm:
    return PlanForm(formdata=request.form if bound else None, obj=project)


def _plan_page(project: Project, form: PlanForm, **values: Any) -> str:
    return _shown("plan", project, form=form, **values)


class _TextPage(TextPage[Project, TextForm]):
    """What a project says in one language."""

    edit, asks = edit, TextForm

    def version(self, project: Project, _kept: ProjectText | None) -> int:
        return project.version

    def save(self, work: Work, project: Project, form: TextForm) -> None:
        write_project(
            work,
            project,
            locale=self.locale,
            name=form.name.data or "",
            summary=form.summary.data or "",
            version=form.version.data,
        )

    def page(self, project: Project, form: TextForm, **values: Any) -> str:
        return _shown("text", project, form=form, locale_of_text=self.locale, **values)


@bp.get("/office/<int:project_id>/texts/<locale>")
@needs(policy.EDIT)
def text(project_id: int, locale: str) -> ResponseReturnValue:
    return _TextPage(locale).show(project_id)


@bp.post("/office/<int:project_id>/texts/<locale>")
@needs(policy.EDIT)
def write(project_id: int, locale: str) -> ResponseReturnValue:
    return _TextPage(locale).write(project_id, to=url_for(".led", project_id=project_id))


@bp.post("/office/<int:project_id>/publish")
@needs(policy.EDIT)
def publish(project_id: int) -> ResponseReturnValue:
    return _press(project_id, publish_project, _("Everybody can read it now."))


@bp.post("/office/<int:project_id>/end")
@needs(policy.EDIT)
def end(project_id: int) -> ResponseReturnValue:
    return _press(project_id, end_project, _("The project has ended. Its page stays."))


def _press(
    project_id: int, do: Callable[[Work, Project], object], said: str
) -> ResponseReturnValue:
    return edit.press(project_id, do, said=said, to=url_for(".led", project_id=project_id))
