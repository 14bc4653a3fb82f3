"""A course in public: read by a second person, sent back or published, archived, shown again."""

from app.accounts.models import User
from app.accounts.queries import recipient
from app.audit.record import record
from app.courses import policy, queries, readiness
from app.courses.messages import CoursePublished, CourseSentBack, CourseToCheck
from app.courses.models import Course, CourseVersion
from app.courses.operations.listing import close_listing, list_elsewhere, reopen_listing
from app.courses.states import CourseFlow, CourseState, VersionFlow, VersionState
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.stamps import stamp_catalogue
from app.foundation.work import Work
from app.notifications.notify import notify, notify_each
from app.notifications.tasks import close_tasks, open_task

TO_CHECK = "course to check"


def send_course(work: Work, course: Course, *, version: int | None = None) -> None:
    """Let a second person of the centre read this version before it is published."""
    policy.EDIT.require(work.actor, course)
    written = _open(work, course)
    if written.state is VersionState.IN_REVIEW:
        raise RuleBroken(_("A second person is reading this version already."))
    _refuse_unready(written)
    wrote = sorted({*written.shaped_by, work.actor.user_id or 0})
    others = work.session.scalars(queries.others_of_centre(course.organisation_id, wrote)).all()
    if not others:
        raise RuleBroken(
            _("Everybody of the centre wrote this version: nobody is left to read it.")
        )
    work.edit(written, version)

    VersionFlow.send(written)
    written.sent_by_id, written.sent_at = work.actor.user_id, work.now
    written.sent_back_because = ""
    for other in others:
        open_task(work, TO_CHECK, written, holder_id=other.id, title=course.title, course=course.id)

    record(work, "course.sent", course, number=written.number)
    said = CourseToCheck(
        course_id=course.id, title=course.title, number=written.number, sender=work.actor.name
    )
    letters = [(recipient(other), said) for other in others]
    notify_each(work, letters, once=f"{written.id}:{work.now.isoformat()}")


def take_course_back(work: Work, course: Course) -> None:
    """Go on writing: the second person need not read it now."""
    policy.EDIT.require(work.actor, course)
    written = _in_review(work, course)

    VersionFlow.send_back(written)
    written.version += 1
    close_tasks(work, TO_CHECK, written)

    record(work, "course.taken back", course, number=written.number)


def send_course_back(work: Work, course: Course, *, reason: str) -> None:
    """The second person asks for changes before this version is published."""
    written = _in_review(work, course)
    policy.CHECK.require(work.actor, written)
    if not reason.strip():
        raise RuleBroken(_("Say what has to change."))

    VersionFlow.send_back(written)
    written.sent_back_because = reason
    written.version += 1
    close_tasks(work, TO_CHECK, written)

    record(work, "course.sent back", course, number=written.number, reason=reason)
    sender = work.session.get_one(User, written.sent_by_id)
    said = CourseSentBack(
        course_id=course.id, title=course.title, reader=work.actor.name, reason=reason
    )
    notify(work, recipient(sender), said, once=f"{written.id}:{work.now.isoformat()}")


def publish_course(work: Work, course: Course, *, version: int | None = None) -> None:
    """Let everybody read this version; it never changes again."""
    policy.EDIT.require(work.actor, course)
    if course.state is CourseState.ARCHIVED:
        raise RuleBroken(_("This course is archived. Show it again first."))
    written = _open(work, course)
    read_by_second = written.state is VersionState.IN_REVIEW
    if read_by_second:
        policy.CHECK.require(work.actor, written)
    elif queries.wants_second_person(work.session, course.organisation_id):
        raise RuleBroken(_("Your centre wants a second person to read it. Send it to them first."))
    _refuse_unready(written)
    work.edit(written, version)

    let_all_read(
        work, course, written, checked_by_id=work.actor.user_id if read_by_second else None
    )

    record(work, "course.published", course, number=written.number)
    if read_by_second:
        sender = work.session.get_one(User, written.sent_by_id)
        said = CoursePublished(course_id=course.id, title=course.title, reader=work.actor.name)
        notify(work, recipient(sender), said, once=str(written.id))


def let_all_read(
    work: Work, course: Course, written: CourseVersion, *, checked_by_id: int | None
) -> None:
    """Make this version the one that readers read. Needs the course's organisation loaded."""
    # All in one statement: once the row says "published", the database lets nothing change.
    written.published_at = work.now
    written.checked_by_id = checked_by_id
    VersionFlow.publish(written)
    if course.state is CourseState.DRAFT:
        CourseFlow.publish(course)
    course.published_number = written.number
    close_tasks(work, TO_CHECK, written)
    list_elsewhere(work, [(course, written)])
    stamp_catalogue(work)


def archive_course(work: Work, course: Course) -> None:
    """Offer this course no more; what was published of it can still be read by its address."""
    policy.EDIT.require(work.actor, course)
    if course.state is not CourseState.PUBLISHED:
        raise RuleBroken(_("Only a published course can be archived."))

    CourseFlow.archive(course)
    close_listing(work, course)
    stamp_catalogue(work)

    record(work, "course.archived", course)


def restore_course(work: Work, course: Course) -> None:
    """Offer an archived course again."""
    policy.EDIT.require(work.actor, course)
    if course.state is not CourseState.ARCHIVED:
        raise RuleBroken(_("Only an archived course can be shown again."))

    CourseFlow.restore(course)
    reopen_listing(work, course)
    stamp_catalogue(work)

    record(work, "course.restored", course)


def _open(work: Work, course: Course) -> CourseVersion:
    version = work.session.scalar(queries.open_version(course.id))
    if version is None:
        raise RuleBroken(_("Everything of this course is published; no version is being written."))
    return version


def _in_review(work: Work, course: Course) -> CourseVersion:
    version = work.session.scalar(queries.open_version(course.id))
    if version is None or version.state is not VersionState.IN_REVIEW:
        raise RuleBroken(_("Nobody is reading a version of this course now."))
    return version


def _refuse_unready(version: CourseVersion) -> None:
    missing = readiness.preventing(readiness.check(readiness.facts_of(version), version.texts))
    if missing:
        raise RuleBroken(missing[0].sentence)
