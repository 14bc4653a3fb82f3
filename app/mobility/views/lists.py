"""A list of nominations: looked into row by row, then sent as it was seen."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.exchanges import wording as exchange_words
from app.exchanges.queries import own_universities
from app.foundation import clock, dry_runs
from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile, NotFound, RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.sheets import Sheet, let_choose, write_csv, write_workbook
from app.foundation.tables import LARGEST, FileRefused
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import unit_of_work
from app.mobility import policy, queries, wording
from app.mobility.comparing import as_told
from app.mobility.forms import BringListForm, ListForm
from app.mobility.incoming import COLUMNS, MOST_ROWS, reason
from app.mobility.models import NominationList
from app.mobility.operations import look_into_list, nominate_as_seen
from app.mobility.operations.bringing import rows_of
from app.mobility.views import bp
from app.organisations.models import Organisation

MOST_LISTED = 50
AT_A_TIME = 100
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/office/lists")
@needs(policy.SEE_OFFICE)
def lists() -> ResponseReturnValue:
    """Where a list is given, and what was given before."""
    policy.SEE_OFFICE.require(current_actor(), None)
    return _lists_page(_form())


def _form() -> ListForm:
    form = ListForm()
    form.among(db.session.scalars(own_universities(current_actor())))
    return form


def _lists_page(form: ListForm, *refusals: str) -> str:
    found = db.session.scalars(queries.lists_visible_to(current_actor()).limit(MOST_LISTED))
    return render_template(
        "mobility/lists.html",
        form=form,
        refusals=list(refusals),
        lists=found.all(),
        most_rows=MOST_ROWS,
        several=len(form.home.choices) > 1,
    )


@bp.post("/office/lists")
@needs(policy.SEE_OFFICE)
def look() -> ResponseReturnValue:
    policy.SEE_OFFICE.require(current_actor(), None)
    form = _form()
    if not form.validate():
        return _lists_page(form), 422
    given = form.file.data
    try:
        with unit_of_work(current_actor()) as work:
            mine = own_universities(work.actor)
            looked = look_into_list(
                work,
                work.find(mine.where(Organisation.id == int(form.home.data))),
                content=given.stream.read(LARGEST + 1),
                file_name=given.filename,
            )
    except FileRefused as refusal:
        form.file.errors = [str(refusal)]
        return _lists_page(form), 422
    return redirect(url_for(".looked_into", list_id=looked.id))


@bp.get("/office/lists/template.<kind>")
@needs(policy.SEE_OFFICE)
def list_template(kind: str) -> ResponseReturnValue:
    """A table to fill in: csv with its headings, xlsx with places and students to choose from."""
    policy.SEE_OFFICE.require(current_actor(), None)
    if kind not in {"csv", "xlsx"}:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    home_id = request.args.get("home", 0, type=int)
    mine = db.session.scalars(own_universities(current_actor())).all()
    home = next((one for one in mine if one.id == home_id), mine[0])
    with TemporaryDirectory(prefix="lontar-template-") as folder:
        path = Path(folder) / f"nominations.{kind}"
        if kind == "csv":
            write_csv(path, COLUMNS, ())
        else:
            _write_workbook(path, home)
        content = path.read_bytes()
    return Response(
        content,
        mimetype="text/csv" if kind == "csv" else WORKBOOK,
        headers={
            "Content-Disposition": f'attachment; filename="nominations.{kind}"',
            "Cache-Control": "no-store",
        },
    )


def _write_workbook(path: Path, home: Organisation) -> None:
    """The table, how to fill it in, and what may be chosen, all in the reader's language."""
    places = db.session.scalars(queries.places_for(home.id, clock.now())).all()
    held = queries.places_held(db.session(), [one.id for one in places])
    given = queries.gives(db.session(), home.id)
    words = wording.columns_of_list(MOST_ROWS)
    open_here = [one for one in places if given.may_send_to(one)]
    sheets = [
        Sheet(_("Nominations"), COLUMNS, ()),
        Sheet(_("How to fill it in"), (_("Column"), _("What it says")), list(words.items())),
        Sheet(
            _("Places"),
            ("place", _("Term"), _("Level of study"), _("Field of study"), _("Free places")),
            [
                (
                    f"{one.ref} {one.organisation.name}",
                    f"{one.term.name} {exchange_words.academic_year(one.term.year)}",
                    ", ".join(str(n) for n in one.levels),
                    ", ".join(one.fields),
                    max(0, one.capacity - held.get(one.id, 0)),
                )
                for one in open_here
            ],
        ),
        Sheet(
            _("Students"),
            ("student", _("Name"), _("Level of study"), _("Field of study"), _("Ranked")),
            [
                (
                    one.person.email,
                    one.person.full_name,
                    one.study_level,
                    one.field,
                    ", ".join(choice.posting.ref for choice in one.choices),
                )
                for one in db.session.scalars(queries.students_of(home.id)).unique()
            ],
        ),
    ]
    names = write_workbook(path, sheets)
    let_choose(path, {1: names[3], 2: names[2]}, rows=MOST_ROWS)


@bp.get("/office/lists/<int:list_id>")
@needs(policy.BRING_LIST)
def looked_into(list_id: int) -> ResponseReturnValue:
    """What would be done with each row, or what was."""
    looked = one_or_404(queries.list_to_open(current_actor(), list_id))
    policy.BRING_LIST.require(current_actor(), looked)
    return _list_page(looked, BringListForm(formdata=None))


def _list_page(
    looked: NominationList, form: BringListForm, status: int = 200, **values: Any
) -> ResponseReturnValue:
    unknown: list[str] = []
    told, counts = looked.told, looked.counts
    if looked.content:
        listed = rows_of(looked)
        unknown = listed.unknown
        found = queries.judged(db.session(), looked.home_id, listed.rows, clock.now())
        judged = [one for one, _row in found]
        told, counts = as_told(judged), dry_runs.counted(one.fate for one in judged)
        form.seen.data = dry_runs.seal(told)
    rows, next_after, show = dry_runs.page_of(
        told,
        show=request.args.get("show", ""),
        after=request.args.get("after", 0, type=int),
        at_a_time=AT_A_TIME,
    )
    page = render_template(
        "mobility/list.html",
        looked=looked,
        form=form,
        rows=rows,
        next_after=next_after,
        counts=counts,
        number=sum(counts.values()),
        show=show,
        dry_runs=dry_runs,
        wording=wording,
        why=reason,
        unknown=unknown,
        **values,
    )
    return page, status


@bp.post("/office/lists/<int:list_id>")
@needs(policy.BRING_LIST)
def bring(list_id: int) -> ResponseReturnValue:
    form = BringListForm()
    try:
        with unit_of_work(current_actor()) as work:
            looked = work.find(queries.list_to_open(work.actor, list_id))
            policy.BRING_LIST.require(work.actor, looked)
            if not form.validate():
                return _list_page(looked, form, 422)
            nominate_as_seen(work, looked, seen=form.seen.data or "")
    except (RuleBroken, ChangedMeanwhile) as refusal:
        looked = one_or_404(queries.list_to_open(current_actor(), list_id))
        return _list_page(looked, form, 409, refusals=[str(refusal)])
    flash(_("The nominations are with the hosts. Here is what was done with each row."), "success")
    return redirect(url_for(".looked_into", list_id=list_id))
