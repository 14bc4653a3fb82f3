"""The page on which the next version is written: all three tables in one form."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.exchanges.models import HostCourse
from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile, NotFound, RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import unit_of_work
from app.learning import policy, queries, wording
from app.learning.forms import TablesForm
from app.learning.models import LearningAgreement
from app.learning.operations import write_agreement
from app.learning.tables import Row, Table, Tables, next_key
from app.learning.views import bp
from app.learning.views.reading import found_to_speak
from app.mobility.states import NominationState

ADD = {f"add {table.value}": table for table in Table}


@bp.get("/<int:agreement_id>/write")
@needs(policy.SPEAK)
def write(agreement_id: int) -> ResponseReturnValue:
    """The newest version, to be changed; `course` puts in courses of the host's list."""
    found = _to_write(agreement_id)
    courses = db.session.scalars(queries.courses_to_choose(found)).all()
    content = _newest_content(found)
    form = TablesForm.filled(content, _chosen(content, courses))
    form.side.data = policy.sides_of(current_actor(), found)[0].value
    form.seen.data = found.latest_number
    return _page(found, form, courses)


@bp.post("/<int:agreement_id>/write")
@needs(policy.SPEAK)
def write_it(agreement_id: int) -> ResponseReturnValue:
    form = TablesForm(request.form)
    form.tie()
    table = ADD.get(request.form.get("do", ""))
    refusal, status = "", 422
    try:
        with unit_of_work(current_actor()) as work:
            found = found_to_speak(work, agreement_id)
            if table is None and form.validate():
                write_agreement(
                    work,
                    found,
                    form.content(queries.number_of(found)),
                    side=form.for_side,
                    seen=form.seen.data,
                    why=form.reason,
                    note=form.note.data or "",
                )
                status = 302
    except (ChangedMeanwhile, RuleBroken) as broken:
        refusal, status = str(broken), broken.http_status
    if status == 302:
        flash(
            _("Saved as the next version. Sign it when it is ready: then the others are asked."),
            "success",
        )
        return redirect(url_for(".agreement", agreement_id=agreement_id))
    found = _to_write(agreement_id)
    courses = db.session.scalars(queries.courses_to_choose(found)).all()
    if table is not None:
        form.add(table)
        form.tie()
        return _page(found, form, courses)
    # What clashed may be saved again: the page says so, and leads to the newest version.
    form.seen.data = found.latest_number
    return _page(found, form, courses, refusal), status


def _to_write(agreement_id: int) -> LearningAgreement:
    actor = current_actor()
    found = one_or_404(queries.agreement_with_all(actor, agreement_id))
    policy.SPEAK.require(actor, found)
    if found.nomination.state is not NominationState.VERIFIED:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    return found


def _newest_content(found: LearningAgreement) -> Tables:
    newest = queries.newest(found)
    return queries.content_of(newest) if newest else queries.blank_content(found)


def _chosen(content: Tables, courses: Sequence[HostCourse]) -> list[Row]:
    """The courses that the address names, as rows after those of table A."""
    asked = set(request.args.getlist("course"))
    keys = [row.key for row in content.rows]
    rows = []
    for course in courses:
        if str(course.id) in asked:
            keys.append(next_key(Table.STUDIED, keys))
            rows.append(queries.row_of_course(keys[-1], course))
    return rows


def _page(
    found: LearningAgreement, form: TablesForm, courses: Sequence[HostCourse], refusal: str = ""
) -> str:
    written = {row.code for row in _newest_content(found).of_table(Table.STUDIED)}
    return render_template(
        "learning/write.html",
        agreement=found,
        form=form,
        courses=[course for course in courses if course.code not in written],
        refusals=[refusal] if refusal else [],
        tables=wording.tables(),
    )
