"""The courses of a term from a table: seen row by row, then brought as they were seen."""

import csv
import io
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Response, render_template, url_for
from flask.typing import ResponseReturnValue

from app.exchanges import policy, queries, wording
from app.exchanges.comparing import as_told, judged
from app.exchanges.forms import BringCoursesForm, CourseListForm
from app.exchanges.incoming import COLUMNS, MOST_ROWS, Listed, Usual, read_courses, reason
from app.exchanges.models import AcademicTerm, HostCourse
from app.exchanges.operations import bring_host_courses
from app.exchanges.operations.partners import MOST_COURSES
from app.exchanges.views import bp
from app.foundation import dry_runs, tables
from app.foundation.database import db
from app.foundation.errors import NotFound
from app.foundation.languages import gettext as _
from app.foundation.languages import language_name
from app.foundation.settling import settle
from app.foundation.sheets import Sheet, write_csv, write_workbook
from app.foundation.tables import LARGEST, FileRefused
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work
from app.opportunities.forms import WORKING_LANGUAGES

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What is looked at comes back with the button that brings it.
LONGEST_TABLE = 500_000


@bp.get("/terms/<int:term_id>/courses/table")
@needs(policy.KEEP_TERM)
def course_list(term_id: int) -> ResponseReturnValue:
    """Where the table is given, as a file or pasted."""
    return _give_page(_term(term_id), CourseListForm(formdata=None))


@bp.post("/terms/<int:term_id>/courses/table")
@needs(policy.KEEP_TERM)
def look_into_courses(term_id: int) -> ResponseReturnValue:
    """What would be done with each row. Nothing is written."""
    term, form = _term(term_id), CourseListForm()
    if not form.validate():
        return _give_page(term, form), 422
    given = form.file.data
    pasted = (form.table.data or "").encode()
    content = given.stream.read(LARGEST + 1) if form.has_file else pasted
    name = given.filename if form.has_file else "table.csv"
    try:
        told = _as_text(tables.read_table(content, name, most_rows=MOST_ROWS))
        listed = _read(term, told)
    except FileRefused as refusal:
        (form.file if form.has_file else form.table).errors = [str(refusal)]
        return _give_page(term, form), 422
    return _looked_page(term, listed, told)


@bp.post("/terms/<int:term_id>/courses/table/bring")
@needs(policy.KEEP_TERM)
def bring_courses(term_id: int) -> ResponseReturnValue:
    form = BringCoursesForm()

    def do(work: Work, term: AcademicTerm) -> None:
        rows = _read(term, form.table.data or "").rows
        bring_host_courses(work, term, rows, seen=form.seen.data or "")

    def again(refusal: str) -> str:
        term = _term(term_id)
        return _looked_page(term, _read(term, form.table.data or ""), form.table.data, refusal)

    try:
        return settle(
            form,
            find=lambda work: work.find(queries.own_term(work.actor, term_id)),
            do=do,
            said=_("The courses are on the list."),
            to=url_for(".term", term_id=term_id),
            again=again,
        )
    except FileRefused as refusal:
        given = CourseListForm(formdata=None, data={"table": form.table.data})
        given.table.errors = [str(refusal)]
        return _give_page(_term(term_id), given), 422


@bp.get("/terms/<int:term_id>/courses/template.<kind>")
@needs(policy.KEEP_TERM)
def course_template(term_id: int, kind: str) -> ResponseReturnValue:
    """A table to fill in, with the courses that the term has so far."""
    term = _term(term_id)
    if kind not in {"csv", "xlsx"}:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    rows = [_cells(one) for one in db.session.scalars(queries.courses_of_term(term.id))]
    with TemporaryDirectory(prefix="lontar-template-") as folder:
        path = Path(folder) / f"courses.{kind}"
        if kind == "csv":
            write_csv(path, COLUMNS, rows)
        else:
            write_workbook(path, [Sheet(_("Courses"), COLUMNS, rows), *_explained()])
        content = path.read_bytes()
    return Response(
        content,
        mimetype="text/csv" if kind == "csv" else WORKBOOK,
        headers={
            "Content-Disposition": f'attachment; filename="courses.{kind}"',
            "Cache-Control": "no-store",
        },
    )


def _term(term_id: int) -> AcademicTerm:
    found = one_or_404(queries.own_term(current_actor(), term_id))
    policy.KEEP_TERM.require(current_actor(), found)
    return found


def _read(term: AcademicTerm, told: str) -> Listed:
    """The table as text. What a cell stands for that is empty, the courses so far say."""
    courses = db.session.scalars(queries.courses_of_university(term.organisation_id)).all()
    systems = Counter(one.credit_system for one in courses)
    usual = Usual(
        systems=wording.credit_systems(),
        languages=WORKING_LANGUAGES,
        system=systems.most_common(1)[0][0] if systems else "",
    )
    return read_courses(told.encode(), "table.csv", usual)


def _as_text(lines: list[tables.Line]) -> str:
    """The same table as CSV, each line where it was. Raises FileRefused."""
    text, last = io.StringIO(), 0
    writer = csv.writer(text, lineterminator="\n")
    for number, cells in lines:
        text.write("\n" * (number - last - 1))
        writer.writerow(cells)
        last = number
    if text.tell() > LONGEST_TABLE:
        raise FileRefused(tables.Fault.TOO_MANY_ROWS, most=MOST_ROWS)
    return text.getvalue()


def _cells(one: HostCourse) -> tuple[str | int, ...]:
    credit = f"{one.credit_hundredths / 100:g}"
    own = (one.own_title, one.own_title_lang)
    return (one.code, one.title, credit, one.credit_system, one.level, one.language, *own)


def _explained() -> list[Sheet]:
    words = wording.columns_of_courses(MOST_ROWS)
    return [
        Sheet(_("How to fill it in"), (_("Column"), _("What it says")), list(words.items())),
        Sheet(_("Systems of credits"), ("system", " "), list(wording.credit_systems().items())),
        Sheet(
            _("Languages"), ("language", " "), [(c, language_name(c)) for c in WORKING_LANGUAGES]
        ),
    ]


def _give_page(term: AcademicTerm, form: CourseListForm) -> str:
    return render_template(
        "exchanges/office/course_list.html", term=term, form=form, most_rows=MOST_ROWS
    )


def _looked_page(term: AcademicTerm, listed: Listed, told: str | None, refusal: str = "") -> str:
    courses = {one.code: one for one in db.session.scalars(queries.courses_of_term(term.id))}
    found = judged(listed.rows, courses, MOST_COURSES)
    rows = as_told(found)
    form = BringCoursesForm(formdata=None, data={"table": told, "seen": dry_runs.seal(rows)})
    named = {one.code for one in found}
    return render_template(
        "exchanges/office/course_list_seen.html",
        term=term,
        form=form,
        rows=rows,
        counts=dry_runs.counted(one.fate for one in found),
        stay=sum(code not in named for code in courses),
        unknown=listed.unknown,
        refusals=[refusal] if refusal else [],
        dry_runs=dry_runs,
        why=reason,
        said=wording.course_facts_said,
        wording=wording,
    )
