"""The courses of a term, brought from a table as it was seen."""

from collections.abc import Sequence

from app.audit.record import record
from app.exchanges import policy, queries
from app.exchanges.comparing import COMPARED, Judged, as_told, judged
from app.exchanges.incoming import Refused, Row
from app.exchanges.models import AcademicTerm, HostCourse
from app.exchanges.operations.partners import MOST_COURSES
from app.foundation import dry_runs
from app.foundation.dry_runs import Fate
from app.foundation.errors import ChangedMeanwhile
from app.foundation.languages import gettext as _
from app.foundation.stamps import stamp_catalogue
from app.foundation.work import Work


def bring_host_courses(
    work: Work, term: AcademicTerm, rows: Sequence[Row | Refused], *, seen: str
) -> list[Judged]:
    """Write the courses of a table, if that does what the person saw (`dry_runs.seal`) and no more.

    Courses that the table does not name stay. The term must be locked, with its university loaded.
    """
    policy.KEEP_TERM.require(work.actor, term)
    listed = {one.code: one for one in work.session.scalars(queries.courses_of_term(term.id))}
    found = judged(rows, listed, MOST_COURSES)
    if dry_runs.seal(as_told(found)) != seen:
        raise ChangedMeanwhile(
            _("The list of courses changed since you looked. See what the table would do now.")
        )

    for one, row in zip(found, rows, strict=True):
        if one.fate in {Fate.NEW, Fate.CHANGED} and isinstance(row, Row):
            course = listed.get(row.code) or HostCourse(term_id=term.id, code=row.code, version=0)
            for name in COMPARED:
                setattr(course, name, getattr(row, name))
            course.version += 1
            work.session.add(course)
    stamp_catalogue(work)

    counts = dry_runs.counted(one.fate for one in found)
    record(
        work,
        "partner.courses_brought",
        term.organisation,
        name=term.name,
        new=counts[Fate.NEW],
        changed=counts[Fate.CHANGED],
    )
    return found
