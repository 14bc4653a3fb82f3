"""Materials of some dates: given by the centre, opened by those whom they are for."""

from typing import Any, cast

from flask import request, url_for
from flask.typing import ResponseReturnValue

from app.courses import policy, queries
from app.courses.forms.materials import MaterialForm, NewMaterialForm
from app.courses.models import CourseRun, Material
from app.courses.operations import (
    add_material,
    change_material,
    move_material_up,
    remove_material,
)
from app.courses.views import bp
from app.courses.views.running import press_run, run_office_page, run_to_change
from app.files import kinds
from app.files.kinds import MEGABYTE, FileRefused
from app.files.operations import CheckedFile, check_file, open_file
from app.files.sending import sent_file
from app.foundation.database import db
from app.foundation.errors import NotFound
from app.foundation.languages import gettext as _
from app.foundation.settling import settle
from app.foundation.web import current_actor, needs, one_or_404, public
from app.foundation.work import Work


@bp.get("/materials/<int:material_id>")
@public
def open_material(material_id: int) -> ResponseReturnValue:
    """A file, for whom it is; a link is on the page itself."""
    found = one_or_404(queries.material_to_open(current_actor(), material_id))
    if found.file is None or found.file.state != "kept":
        raise NotFound(_("There is no such page, or it is not yours to see."))
    return sent_file(found.file, open_file(found.file))


@bp.get("/office/dates/<int:run_id>/materials")
@needs(policy.EDIT_RUN)
def materials(run_id: int) -> ResponseReturnValue:
    page: ResponseReturnValue = _list_page(run_to_change(run_id))
    return page


def _list_page(run: CourseRun, form: NewMaterialForm | None = None, refusal: str = "") -> Any:
    return run_office_page(
        "materials",
        run,
        materials=queries.materials_of(db.session(), run.id),
        form=form or NewMaterialForm(formdata=None).about(run.meetings),
        accept=kinds.ACCEPT,
        most=kinds.LARGEST // MEGABYTE,
        refusals=[refusal] if refusal else [],
    )


@bp.post("/office/dates/<int:run_id>/materials")
@needs(policy.EDIT_RUN)
def give_material(run_id: int) -> ResponseReturnValue:
    form = NewMaterialForm().about(run_to_change(run_id).meetings)
    # A file is read and checked before the transaction begins: a picture takes its time.
    file: CheckedFile | None = None
    if form.has_file:
        sent = form.file.data
        try:
            file = check_file(sent.stream, file_name=sent.filename, declared=sent.mimetype or "")
        except FileRefused as refusal:
            form.validate()
            form.file.errors = [str(refusal)]
            return cast("ResponseReturnValue", (_list_page(run_to_change(run_id), form), 422))
    return settle(
        form,
        find=lambda work: _find(work, run_id),
        do=lambda work, run: add_material(
            work,
            run,
            form.terms(),
            url=form.url.data or "",
            file=file,
            request_key=form.request_key.data or "",
        ),
        said=_("“%(name)s” is added.", name=form.title.data or ""),
        to=url_for(".materials", run_id=run_id),
        again=lambda refusal: _list_page(run_to_change(run_id), form, refusal),
    )


def _find(work: Work, run_id: int) -> CourseRun:
    run = work.find(queries.run_to_open(work.actor, run_id))
    policy.EDIT_RUN.require(work.actor, run)
    return run


def _material_of(run: CourseRun, material_id: int) -> Material:
    known = queries.materials_of(db.session(), run.id)
    found = next((one for one in known if one.id == material_id), None)
    if found is None:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    return found


@bp.get("/office/dates/<int:run_id>/materials/<int:material_id>")
@needs(policy.EDIT_RUN)
def material(run_id: int, material_id: int) -> ResponseReturnValue:
    page: ResponseReturnValue = _material_page(run_to_change(run_id), material_id)
    return page


def _material_page(
    run: CourseRun, material_id: int, form: MaterialForm | None = None, refusal: str = ""
) -> Any:
    found = _material_of(run, material_id)
    if form is not None and refusal:  # what is saved now was seen: saving again is a choice
        form.version.data = found.version
    kept = {
        "title": found.title,
        "meeting": str(found.meeting_id or ""),
        "for_everybody": found.for_everybody,
        "version": found.version,
    }
    return run_office_page(
        "material",
        run,
        material=found,
        form=form or MaterialForm(formdata=None, data=kept).about(run.meetings),
        refusals=[refusal] if refusal else [],
    )


@bp.post("/office/dates/<int:run_id>/materials/<int:material_id>")
@needs(policy.EDIT_RUN)
def save_material(run_id: int, material_id: int) -> ResponseReturnValue:
    run = run_to_change(run_id)
    _material_of(run, material_id)
    form = MaterialForm(formdata=request.form).about(run.meetings)
    return settle(
        form,
        find=lambda work: _find(work, run_id),
        do=lambda work, held: change_material(
            work, held, material_id, form.terms(), version=form.version.data
        ),
        said=_("Saved."),
        to=url_for(".materials", run_id=run_id),
        again=lambda refusal: _material_page(run_to_change(run_id), material_id, form, refusal),
    )


@bp.post("/office/dates/<int:run_id>/materials/<int:material_id>/up")
@needs(policy.EDIT_RUN)
def lift_material(run_id: int, material_id: int) -> ResponseReturnValue:
    return press_run(
        run_id,
        lambda work, run: move_material_up(work, run, material_id),
        _("The order is changed."),
        "materials",
    )


@bp.post("/office/dates/<int:run_id>/materials/<int:material_id>/remove")
@needs(policy.EDIT_RUN)
def drop_material(run_id: int, material_id: int) -> ResponseReturnValue:
    return press_run(
        run_id,
        lambda work, run: remove_material(work, run, material_id),
        _("It is taken away."),
        "materials",
    )
