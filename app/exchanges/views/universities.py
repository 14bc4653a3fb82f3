"""What the world reads of a university as a partner: facts, calendar, courses to choose from."""

from collections.abc import Sequence
from itertools import groupby

from flask import render_template
from flask.typing import ResponseReturnValue

from app.exchanges import queries, wording
from app.exchanges.models import HostCourse
from app.exchanges.views import bp
from app.foundation.database import db
from app.foundation.page_cache import cacheable
from app.foundation.web import one_or_404, public


@bp.get("/universities/<university>")
@public
@cacheable
def university(university: str) -> ResponseReturnValue:
    found = one_or_404(queries.universities_with_facts(named=university.replace("\0", "")))
    session = db.session()
    courses = session.scalars(queries.courses_of_university(found.id)).all()
    return render_template(
        "exchanges/university.html",
        university=found,
        facts=session.scalar(queries.facts_of(found.id)),
        terms=session.scalars(queries.terms_of_university(found.id)).all(),
        contacts=[one for one in session.scalars(queries.contacts_of(found.id)) if one.listed],
        courses=by_term(courses),
        wording=wording,
    )


def by_term(courses: Sequence[HostCourse]) -> dict[int, list[HostCourse]]:
    """Courses under the id of their term, each list by its codes."""
    in_order = sorted(courses, key=lambda course: (course.term_id, course.code))
    return {term: list(own) for term, own in groupby(in_order, key=lambda course: course.term_id)}
