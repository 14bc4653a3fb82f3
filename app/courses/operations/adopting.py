"""A centre takes over what another one teaches, to translate and adapt it, and says whose it is."""

from app.audit.record import record
from app.courses import policy, queries
from app.courses.levels import LICENCES
from app.courses.models import Course, CourseAdoption, CourseVersion
from app.courses.operations.writing import start_course
from app.courses.states import CourseState
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.once import earlier_result, remember_result
from app.foundation.work import Work
from app.organisations.models import Organisation


def adopt_course(
    work: Work, centre: Organisation, original: Course, *, code: str, request_key: str = ""
) -> Course:
    """Begin a course of this centre as the published version of another centre's course.

    Its licence must let others adapt it, and `may_be_under` says which licences the adaptation
    may have. Both courses remember it; readers of each see the other.
    """
    policy.BEGIN.require(work.actor, centre)
    earlier = earlier_result(work, "adopt course", request_key)
    if earlier is not None:
        return work.session.get_one(Course, earlier)
    if original.state is not CourseState.PUBLISHED:
        raise RuleBroken(_("This course is not offered any more."))
    version = work.session.scalars(queries.published_version(original)).one()
    _refuse_unless_free(centre, original, version)

    title = next(text.title for text in version.texts if text.is_original)
    course = start_course(
        work,
        centre,
        code=code,
        title=title,
        original_locale=original.original_locale,
        like=version,
    )
    work.session.add(
        CourseAdoption(
            course_id=course.id,
            original_id=version.id,
            adopted_at=work.now,
            adopted_by_id=work.actor.user_id or 0,
        )
    )
    work.session.flush()
    remember_result(work, "adopt course", request_key, course.id)

    number, theirs = version.number, original.organisation.name
    record(work, "course.adopted", course, title=title, number=number, centre=theirs)
    record(work, "course.adopted elsewhere", original, number=number, centre=centre.name)
    return course


def _refuse_unless_free(centre: Organisation, original: Course, version: CourseVersion) -> None:
    if original.organisation_id == centre.id:
        raise RuleBroken(_("It is a course of this centre. Begin another one like it instead."))
    if version.taken_at:
        raise RuleBroken(_("This course is taken elsewhere: its centre only lists it."))
    if version.licence not in LICENCES:
        raise RuleBroken(
            _("All rights in this course are reserved. Ask its centre to put it under a licence.")
        )
