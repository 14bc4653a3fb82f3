"""What a body's page tells beside its opportunities, of several offices, in one statement."""

from typing import Any, NamedTuple

from sqlalchemy import Select, Text, cast, func, literal, select, union_all
from sqlalchemy.orm import Session

from app.courses.queries import courses_of_centre
from app.exchanges.queries import partners_are_told
from app.organisations.models import Organisation
from app.outcomes.queries import outcomes_at
from app.projects.queries import projects_at
from app.working_groups.queries import groups_at


class Told(NamedTuple):
    """A course by its code, a project or a group by its reference, an outcome by its number.

    `state` is that of a project or a group, and the kind of stay that an outcome is of.
    """

    sort: str
    ref: str
    title: str
    summary: str
    written_in: str
    state: str
    is_listed: bool
    listed: int
    place: int


class Work(NamedTuple):
    courses: list[Told]
    listed: int
    projects: list[Told]
    groups: list[Told]
    outcomes: list[Told]
    for_partners: bool


def work_of(session: Session, body: Organisation, locale: str) -> Work:
    """What a centre teaches or a university tells its partners, and what either works on.

    `listed` is how many courses of others a centre lists.
    """
    others = _courses(body.id, locale) if body.is_centre else _for_partners(body.id)
    told = union_all(
        _projects(body.id, locale), _groups(body.id, locale), _outcomes(body.id), others
    )
    rows = [Told(*row) for row in session.execute(told)]
    of = {
        sort: sorted((row for row in rows if row.sort == sort), key=lambda row: row.place)
        for sort in ("course", "project", "group", "outcome", "partners")
    }
    return Work(
        courses=[row for row in of["course"] if not row.is_listed],
        listed=max((row.listed for row in of["course"]), default=0),
        projects=of["project"],
        groups=of["group"],
        outcomes=of["outcome"],
        for_partners=bool(of["partners"]),
    )


def _row(sort: str, *said: Any) -> Select[*tuple[Any, ...]]:
    columns: list[Any] = [literal(sort), *said]
    return select(*columns)


def _courses(body_id: int, locale: str) -> Select[*tuple[Any, ...]]:
    c = courses_of_centre(body_id, locale).subquery().c
    place = func.row_number().over(order_by=(c.listing_id.is_not(None), c.code))
    said = c.code, c.title, c.summary, c.written_in, literal("")
    return _row("course", *said, c.listing_id.is_not(None), c.listed, place)


def _projects(body_id: int, locale: str) -> Select[*tuple[Any, ...]]:
    p = projects_at(body_id, locale).subquery().c
    place = func.row_number().over(order_by=(p.state, p.name, p.ref))
    said = p.ref, p.name, literal(""), p.written_in, cast(p.state, Text)
    return _row("project", *said, literal(False), literal(0), place)


def _groups(body_id: int, locale: str) -> Select[*tuple[Any, ...]]:
    g = groups_at(body_id, locale).subquery().c
    place = func.row_number().over(order_by=(g.state, g.name, g.ref))
    said = g.ref, g.name, literal(""), g.written_in, cast(g.state, Text)
    return _row("group", *said, literal(False), literal(0), place)


def _outcomes(body_id: int) -> Select[*tuple[Any, ...]]:
    o = outcomes_at(body_id).subquery().c
    said = o.ref, o.title, o.summary, o.written_in, o.state
    return _row("outcome", *said, literal(False), literal(0), o.place)


def _for_partners(body_id: int) -> Select[*tuple[Any, ...]]:
    told = partners_are_told(body_id).subquery()
    nothing = (literal("") for _column in range(5))
    return _row("partners", *nothing, literal(False), literal(0), literal(0)).select_from(told)
