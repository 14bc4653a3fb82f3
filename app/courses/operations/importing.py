"""Looking into a file of courses before anything is brought in, and bringing in what was seen."""

from datetime import timedelta

from sqlalchemy import update

from app.audit.record import record
from app.courses import policy, queries
from app.courses.comparing import Judged, as_told, counted, seal
from app.courses.incoming import Incoming, read_file
from app.courses.models import CourseImport
from app.courses.operations.bringing import bring_courses
from app.files.kinds import clean_name
from app.foundation.errors import ChangedMeanwhile, RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.organisations.models import Organisation

# A file that was looked into and left is not kept longer.
KEPT = timedelta(days=30)


def look_into_file(
    work: Work, centre: Organisation, *, content: bytes, file_name: str
) -> CourseImport:
    """Keep the file, so that what is shown of it can be brought in. No course is touched.

    Raises FileRefused where nothing of it can be used.
    """
    policy.BEGIN.require(work.actor, centre)
    read_file(content, file_name, today=work.now.date())
    work.session.execute(
        update(CourseImport)
        .where(
            CourseImport.organisation_id == centre.id,
            CourseImport.done_at.is_(None),
            CourseImport.looked_at < work.now - KEPT,
        )
        .values(content=b"")
    )

    looked = CourseImport(
        organisation_id=centre.id,
        file_name=clean_name(file_name),
        content=content,
        looked_at=work.now,
        looked_by_id=work.actor.user_id or 0,
    )
    work.session.add(looked)
    work.session.flush()

    record(work, "import.looked into", looked, file=looked.file_name)
    return looked


def rows_of(looked: CourseImport) -> Incoming:
    """What its file says, as of the day when it was given."""
    return read_file(looked.content, looked.file_name, today=looked.looked_at.date())


def bring_what_was_seen(
    work: Work, looked: CourseImport, *, seen: str, publish: bool
) -> list[Judged]:
    """Bring the courses in, if that would do what the person saw (`comparing.seal`) and no more.

    The file goes; what was done with each of its rows stays.
    """
    policy.BRING_IN.require(work.actor, looked)
    if looked.done_at is not None:
        raise RuleBroken(_("This file was brought in already."))
    if not looked.content:
        raise RuleBroken(_("The file is not kept any more. Give it again."))
    incoming = rows_of(looked)
    now = queries.all_of(queries.judged(work.session, looked.organisation_id, incoming))
    if seal(now) != seen:
        raise ChangedMeanwhile(
            _("A course of this file was changed since you looked. See what would be done now.")
        )

    judged = bring_courses(work, looked.organisation, incoming, publish=publish)
    looked.told, looked.counts, looked.content = as_told(judged), counted(judged), b""
    looked.done_at, looked.done_by_id = work.now, work.actor.user_id or 0

    counts = looked.counts
    record(work, "import.brought in", looked, new=counts["new"], changed=counts["changed"])
    return judged
