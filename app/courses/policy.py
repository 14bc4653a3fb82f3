"""Who may do what with courses: one line a permission, read it aloud."""

from typing import Any

from app.applications import policy as applications
from app.courses.models import (
    Course,
    CourseImport,
    CourseRun,
    CourseVersion,
    Enrolment,
    Feedback,
    PostQuestion,
    Release,
)
from app.foundation.actors import SYSTEM, Actor, Role, Scope
from app.foundation.permissions import Permission, Rule
from app.organisations.models import Organisation


@Rule
def is_secretariat(actor: Actor, _subject: Any) -> bool:
    return actor.is_a(Role.SECRETARIAT)


@Rule
def is_at_some_centre(actor: Actor, _subject: object) -> bool:
    return actor.is_a(Role.CENTRE)


@Rule
def is_at_this_centre(actor: Actor, centre: Organisation) -> bool:
    return actor.holds(Role.CENTRE, Scope.ORGANISATION, centre.id)


@Rule
def is_of_its_centre(actor: Actor, course: Course) -> bool:
    return actor.holds(Role.CENTRE, Scope.ORGANISATION, course.organisation_id)


@Rule
def reads_for_its_centre(actor: Actor, version: CourseVersion) -> bool:
    """The course must be loaded."""
    return is_of_its_centre.holds(actor, version.course)


@Rule
def wrote_it(actor: Actor, version: CourseVersion) -> bool:
    return actor.user_id in version.shaped_by or actor.user_id == version.sent_by_id


SEE_OFFICE: Permission[object] = Permission(
    "courses.see office", "Only AI centres have this page.", is_at_some_centre | is_secretariat
)
BEGIN_SOME: Permission[object] = Permission(
    "courses.begin some", "Only staff of AI centres begin courses.", is_at_some_centre
)
BEGIN = Permission(
    "courses.begin", "Only staff of this centre may begin courses for it.", is_at_this_centre
)
VIEW = Permission(
    "courses.view", "You may not see the office of this course.", is_of_its_centre | is_secretariat
)
EDIT = Permission(
    "courses.edit", "Only staff of this centre may change its courses.", is_of_its_centre
)


@Rule
def looked_for_its_centre(actor: Actor, looked: CourseImport) -> bool:
    return actor.holds(Role.CENTRE, Scope.ORGANISATION, looked.organisation_id)


BRING_IN = Permission(
    "courses.bring in", "Only staff of this centre may bring courses in.", looked_for_its_centre
)
CHECK = Permission(
    "courses.check",
    "Somebody of the centre who did not write this version has to read it.",
    reads_for_its_centre & ~wrote_it,
)


@Rule
def gives_it(actor: Actor, run: CourseRun) -> bool:
    """Is staff of the centre whose dates these are."""
    return actor.holds(Role.CENTRE, Scope.ORGANISATION, run.organisation_id)


@Rule
def is_the_clock(actor: Actor, _run: CourseRun) -> bool:
    """Nobody in person: what happens because its time has come."""
    return actor == SYSTEM


VIEW_RUN = Permission(
    "courses.view dates", "You may not see the office of these dates.", gives_it | is_secretariat
)
EDIT_RUN = Permission(
    "courses.edit dates", "Only staff of this centre may change its dates.", gives_it
)
CLOSE_RUN = Permission(
    "courses.close dates",
    "Only staff of this centre may close enrolment.",
    gives_it | is_the_clock,
)


@Rule
def is_somebody(actor: Actor, _run: CourseRun) -> bool:
    return actor.user_id is not None


@Rule
def is_published(_actor: Actor, run: CourseRun) -> bool:
    return run.published_at is not None


@Rule
def is_own(actor: Actor, enrolment: Enrolment) -> bool:
    return actor.user_id is not None and enrolment.person_id == actor.user_id


@Rule
def gives_its_dates(actor: Actor, enrolment: Enrolment) -> bool:
    """The run must be loaded."""
    return gives_it.holds(actor, enrolment.run)


@Rule
def comes_round(actor: Actor, _subject: object) -> bool:
    return actor == SYSTEM


ENROL = Permission("courses.enrol", "Sign in to enrol.", is_somebody & is_published)
ANSWER_SEAT = Permission(
    "courses.answer seat", "Only the person whose seat it is may answer.", is_own
)
CHECK_IN = Permission(
    "courses.check in", "Only the person whose seat it is may say to be there.", is_own
)
SEE_PEOPLE = Permission(
    "courses.see people", "Only staff of this centre may see who comes.", gives_it
)
RECORD = Permission(
    "courses.record", "Only staff of this centre may say who was there and who completed.", gives_it
)


@Rule
def teaches_at_it(actor: Actor, run: CourseRun) -> bool:
    """The run must be loaded with its meetings and who teaches at them."""
    teachings = (one for meeting in run.meetings for one in meeting.teachings)
    return actor.user_id is not None and any(one.person_id == actor.user_id for one in teachings)


ENTER = Permission(
    "courses.enter",
    "Only staff of this centre and those who teach may say who was there and what people reached.",
    gives_it | teaches_at_it,
)
WRITE_TO_GROUP = Permission(
    "courses.write to group", "Only staff of this centre may write to participants.", gives_it
)


@Rule
def gives_or_teaches_what_is_spoken_of(actor: Actor, feedback: Feedback) -> bool:
    """The run must be loaded, with its meetings and who teaches at them."""
    return gives_it.holds(actor, feedback.run) or teaches_at_it.holds(actor, feedback.run)


READ_FEEDBACK = Permission(
    "courses.read feedback",
    "Only staff of this centre and those who teach may read what participants think.",
    gives_or_teaches_what_is_spoken_of,
)
DECIDE = Permission(
    "courses.decide", "Only staff of this centre may decide who comes.", gives_its_dates
)
ADMIT = Permission(
    "courses.admit",
    "Only staff of this centre may give seats to those who applied, and nobody to themselves.",
    applications.manages_call & applications.was_submitted & ~applications.is_applicant,
)
LAPSE: Permission[object] = Permission(
    "courses.lapse seats", "Seats lapse by themselves.", comes_round
)


@Rule
def opened_by_link(actor: Actor, release: Release) -> bool:
    """Came by an employer's link to this release, which opens nothing else."""
    return actor.guest_of == (release.__tablename__, release.id)


@Rule
def asked_by_link(actor: Actor, question: PostQuestion) -> bool:
    """The same, to this question."""
    return actor.guest_of == (question.__tablename__, question.id)


@Rule
def is_asked_about_oneself(actor: Actor, question: PostQuestion) -> bool:
    """The enrolment must be loaded, here and below with its run."""
    return is_own.holds(actor, question.enrolment)


@Rule
def gave_the_course(actor: Actor, question: PostQuestion) -> bool:
    return gives_its_dates.holds(actor, question.enrolment)


@Rule
def nominated_this_person(actor: Actor, question: PostQuestion) -> bool:
    """The nominator must be loaded with its route."""
    body = question.nominator
    return body is not None and applications.answers_for_nominator.holds(actor, body)


ASK_EMPLOYER = Permission(
    "courses.ask employer",
    "Only the applicant may ask the own employer.",
    applications.is_applicant,
)
ANSWER_RELEASE = Permission(
    "courses.answer release", "This link opens one request, and not this one.", opened_by_link
)
SEE_POSTS = Permission(
    "courses.see posts", "Only staff of this centre may see who is back in the post.", gives_it
)
VIEW_POST = Permission(
    "courses.view post",
    "Only the person, the centre and the body that nominated the person may see this.",
    is_asked_about_oneself | gave_the_course | nominated_this_person,
)
TELL_POST = Permission(
    "courses.tell post",
    "Only the person and the employer may say whether the person is back.",
    is_asked_about_oneself | asked_by_link,
)
