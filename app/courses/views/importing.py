"""A file of courses: looked into row by row, then brought in as it was seen."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from app.courses import policy, queries, wording
from app.courses.comparing import as_told, counted, seal
from app.courses.forms import BringForm, ImportForm
from app.courses.incoming import FIELDS, LARGEST, FileRefused, reason
from app.courses.incoming.tables import TEMPLATE
from app.courses.models import CourseImport
from app.courses.operations import bring_what_was_seen, look_into_file
from app.courses.operations.importing import rows_of
from app.courses.views import bp
from app.courses.views.editing import my_centres
from app.foundation import dry_runs
from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile, NotFound, RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.sheets import Sheet, write_csv, write_workbook
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import unit_of_work
from app.organisations.models import Organisation

MOST_LISTED = 50
AT_A_TIME = 100
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/office/imports")
@needs(policy.BEGIN_SOME)
def imports() -> ResponseReturnValue:
    """Where a file is given, and what was brought in before."""
    policy.BEGIN_SOME.require(current_actor(), None)
    return _list_page(_form())


def _form() -> ImportForm:
    form = ImportForm()
    form.centre.choices = [
        SelectChoice(str(centre.id), centre.name)
        for centre in db.session.scalars(queries.centres_with(my_centres()))
    ]
    return form


def _list_page(form: ImportForm, *refusals: str) -> str:
    found = db.session.scalars(queries.imports_visible_to(current_actor()).limit(MOST_LISTED))
    return render_template(
        "courses/office/imports.html",
        form=form,
        refusals=list(refusals),
        imports=found.all(),
        columns=TEMPLATE,
        several=len(form.centre.choices) > 1,
    )


@bp.post("/office/imports")
@needs(policy.BEGIN_SOME)
def look() -> ResponseReturnValue:
    policy.BEGIN_SOME.require(current_actor(), None)
    form = _form()
    if not form.validate():
        return _list_page(form), 422
    sent = form.file.data
    try:
        with unit_of_work(current_actor()) as work:
            mine = queries.centres_with(my_centres())
            looked = look_into_file(
                work,
                work.find(mine.where(Organisation.id == int(form.centre.data))),
                content=sent.stream.read(LARGEST + 1),
                file_name=sent.filename,
            )
    except FileRefused as refusal:
        form.file.errors = [str(refusal)]
        return _list_page(form), 422
    except RuleBroken as refusal:
        return _list_page(form, str(refusal)), 409
    return redirect(url_for(".looked_into", import_id=looked.id))


@bp.get("/office/imports/template.<kind>")
@needs(policy.BEGIN_SOME)
def import_template(kind: str) -> ResponseReturnValue:
    """An empty table with the headings that are read: csv or xlsx."""
    policy.BEGIN_SOME.require(current_actor(), None)
    if kind not in {"csv", "xlsx"}:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    with TemporaryDirectory(prefix="lontar-template-") as folder:
        path = Path(folder) / f"courses.{kind}"
        if kind == "csv":
            write_csv(path, TEMPLATE, ())
        else:
            write_workbook(path, [Sheet(_("Courses"), TEMPLATE, ())])
        content = path.read_bytes()
    return Response(
        content,
        mimetype="text/csv" if kind == "csv" else WORKBOOK,
        headers={"Content-Disposition": f'attachment; filename="courses.{kind}"'},
    )


@bp.get("/office/imports/<int:import_id>")
@needs(policy.BRING_IN)
def looked_into(import_id: int) -> ResponseReturnValue:
    """What would be done with each row, or what was."""
    looked = one_or_404(queries.import_to_open(current_actor(), import_id))
    policy.BRING_IN.require(current_actor(), looked)
    return _look_page(looked, BringForm(formdata=None))


def _look_page(
    looked: CourseImport, form: BringForm, status: int = 200, **values: Any
) -> ResponseReturnValue:
    unknown: list[str] = []
    if not looked.content:
        told, counts = looked.told, looked.counts
    else:
        incoming = rows_of(looked)
        unknown = list(incoming.unknown)
        found = queries.judged(db.session(), looked.organisation_id, incoming)
        judged = queries.all_of(found)
        told, counts, form.seen.data = as_told(judged), counted(judged), seal(judged)
    rows, next_after, show = dry_runs.page_of(
        told,
        show=request.args.get("show", ""),
        after=request.args.get("after", 0, type=int),
        at_a_time=AT_A_TIME,
    )
    page = render_template(
        "courses/office/import.html",
        looked=looked,
        form=form,
        next_after=next_after,
        rows=rows,
        counts=counts,
        number=len(told),
        show=show,
        dry_runs=dry_runs,
        fields=FIELDS,
        in_words=wording.value_in_words,
        why=reason,
        unknown=unknown,
        wants_second=queries.wants_second_person(db.session(), looked.organisation_id),
        **values,
    )
    return page, status


@bp.post("/office/imports/<int:import_id>")
@needs(policy.BRING_IN)
def bring(import_id: int) -> ResponseReturnValue:
    form = BringForm()
    try:
        with unit_of_work(current_actor()) as work:
            looked = work.find(queries.import_to_open(work.actor, import_id))
            policy.BRING_IN.require(work.actor, looked)
            if not form.validate():
                return _look_page(looked, form, 422)
            bring_what_was_seen(
                work, looked, seen=form.seen.data or "", publish=bool(form.publish.data)
            )
    except (RuleBroken, ChangedMeanwhile) as refusal:
        looked = one_or_404(queries.import_to_open(current_actor(), import_id))
        return _look_page(looked, form, 409, refusals=[str(refusal)])
    flash(_("The courses are brought in. Here is what was done with each row."), "success")
    return redirect(url_for(".looked_into", import_id=import_id))
