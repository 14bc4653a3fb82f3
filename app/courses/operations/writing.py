"""Writing a course: begun, from nothing or like another; its texts, its facts, its next version."""

import re
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import select

from app.audit.record import record
from app.courses import policy, queries
from app.courses.levels import ADAPTED_UNDER, LEVELS, LICENCES
from app.courses.models import CentrePractice, Course, CourseText, CourseVersion
from app.courses.states import CourseState, VersionState
from app.foundation.errors import ChangedMeanwhile, RuleBroken
from app.foundation.languages import LANGUAGES
from app.foundation.languages import gettext as _
from app.foundation.once import earlier_result, remember_result
from app.foundation.work import Work
from app.opportunities.competencies import is_offered
from app.opportunities.fields import known_fields
from app.opportunities.states import Difficulty, Track
from app.organisations.models import Organisation
from app.organisations.states import OrganisationState

CODE = re.compile(r"[A-Z][A-Z0-9]{0,9}(-[A-Z0-9]{1,9}){0,2}")
MOST_MINUTES = 5000 * 60
LINK_ELSEWHERE = re.compile(r"https?://[^\s<>\"\\]{3,1990}")


@dataclass(frozen=True, slots=True)
class CourseWords:
    """What readers of one language read about a course."""

    title: str
    summary: str = ""
    objectives: str = ""
    prerequisites: str = ""


@dataclass(frozen=True, slots=True)
class CourseFacts:
    """What a course says besides its texts. The fee: the currency's smallest unit; 0 is free.

    A course that another body gives is `taken_at` a link, and says the rest in that body's words.
    """

    level: int | None = None
    field_code: str | None = None
    minutes: int | None = None
    languages: tuple[str, ...] = ()
    tracks: tuple[str, ...] = ()
    competencies: tuple[str, ...] = ()
    fee_amount: int | None = None
    fee_currency: str | None = None
    licence: str = ""
    taken_at: str = ""
    given_by: str = ""
    difficulty: str = ""
    length: str = ""
    costs_something: bool = False
    starts_on: date | None = None
    ends_on: date | None = None


def begin_course(
    work: Work,
    centre: Organisation,
    *,
    code: str,
    title: str,
    original_locale: str = "en",
    like: Course | None = None,
    request_key: str = "",
) -> Course:
    """Begin a course of this centre, with nothing in it or with what another one says."""
    policy.BEGIN.require(work.actor, centre)
    earlier = earlier_result(work, "begin course", request_key)
    if earlier is not None:
        return work.session.get_one(Course, earlier)
    if like is not None:
        policy.VIEW.require(work.actor, like)
        original_locale = like.original_locale
    course = start_course(
        work,
        centre,
        code=code,
        title=title,
        original_locale=original_locale,
        like=_newest(work, like) if like else None,
    )
    remember_result(work, "begin course", request_key, course.id)

    record(work, "course.begun", course, title=title, like=like.code if like else None)
    return course


def start_course(
    work: Work,
    centre: Organisation,
    *,
    code: str,
    title: str,
    original_locale: str,
    like: CourseVersion | None,
) -> Course:
    """A course whose first version says what `like` does, under this title. Not recorded yet."""
    _refuse_odd_beginning(work, centre, code, original_locale)
    course = Course(
        organisation_id=centre.id,
        code=code,
        title=title,
        original_locale=original_locale,
        begun_at=work.now,
        begun_by_id=work.actor.user_id or 0,
    )
    work.session.add(course)
    work.session.flush()
    version = _next_version(work, course, 1, like)
    original = next((text for text in version.texts if text.is_original), None)
    if original is None:
        version.texts.append(CourseText(locale=original_locale, is_original=True, title=title))
    else:
        original.title = title
    work.session.flush()
    return course


def _refuse_odd_beginning(work: Work, centre: Organisation, code: str, locale: str) -> None:
    if not centre.is_centre or centre.state is not OrganisationState.ACTIVE:
        raise RuleBroken(_("Only AI centres that are active publish courses."))
    if locale not in LANGUAGES:
        raise RuleBroken(_("Choose one of the languages of this site."))
    if not CODE.fullmatch(code):
        raise RuleBroken(
            _("Write the code in capital Latin letters, digits and hyphens, for example LLM-101.")
        )
    twin = select(Course.id).where(Course.organisation_id == centre.id, Course.code == code)
    if work.session.scalar(twin) is not None:
        raise RuleBroken(_("This centre has a course with this code already."))


def _newest(work: Work, course: Course) -> CourseVersion | None:
    """What the course says now: as it is being written, else as it is published."""
    being_written = work.session.scalar(queries.open_version(course.id))
    return being_written or work.session.scalar(queries.published_version(course))


def _next_version(
    work: Work, course: Course, number: int, like: CourseVersion | None
) -> CourseVersion:
    """A version to be written, with the facts and the texts of an earlier one."""
    facts = {name: getattr(like, name) for name in CourseFacts.__slots__} if like else {}
    version = CourseVersion(course_id=course.id, number=number, shaped_by=_writer(work), **facts)
    names = ("locale", "is_original", *CourseWords.__slots__)
    version.texts = [
        CourseText(**{name: getattr(text, name) for name in names})
        for text in (like.texts if like else [])
    ]
    work.session.add(version)
    work.session.flush()
    return version


def _writer(work: Work) -> list[int]:
    """Who writes: nobody in person, where it is the console."""
    return [] if work.actor.user_id is None else [work.actor.user_id]


def revise_course(work: Work, course: Course) -> CourseVersion:
    """Begin the next version of a published course; readers keep the present one meanwhile."""
    policy.EDIT.require(work.actor, course)
    if course.state is not CourseState.PUBLISHED:
        raise RuleBroken(_("Only a published course has a next version."))
    if work.session.scalar(queries.open_version(course.id)) is not None:
        raise RuleBroken(_("The next version is being written already."))
    present = work.session.scalars(queries.published_version(course)).one()

    version = _next_version(work, course, present.number + 1, present)

    record(work, "course.revised", course, number=version.number)
    return version


def version_to_write(work: Work, course: Course) -> CourseVersion:
    """The version that may be changed now. Raises RuleBroken when none may be."""
    version = work.session.scalar(queries.open_version(course.id))
    if version is None:
        raise RuleBroken(_("What was published stays as it is. Begin the next version instead."))
    if version.state is VersionState.IN_REVIEW:
        raise RuleBroken(
            _("A second person is reading this version. Take it back to change something.")
        )
    return version


def save_course_text(
    work: Work, course: Course, words: CourseWords, *, locale: str, version: int | None
) -> None:
    """Write what a course says in one language; `version` is that of the text, 0 for a new one."""
    policy.EDIT.require(work.actor, course)
    if locale not in {*LANGUAGES, course.original_locale}:
        raise RuleBroken(_("Choose one of the languages of this site."))
    written = version_to_write(work, course)
    text = next((text for text in written.texts if text.locale == locale), None)
    if text is None:
        if version:
            raise ChangedMeanwhile(_("This was changed by somebody else after you opened it."))
        text = CourseText(
            locale=locale, is_original=locale == course.original_locale, title=words.title
        )
        written.texts.append(text)
    else:
        work.edit(text, version)

    for name, value in asdict(words).items():
        setattr(text, name, value)
    if text.is_original:
        course.title = words.title
    _note_writer(work, written)

    record(work, "course.text saved", course, locale=locale)


def save_course_facts(
    work: Work, course: Course, facts: CourseFacts, *, version: int | None
) -> None:
    """Say at which level, in which field, how long, for whom and for how much a course is."""
    policy.EDIT.require(work.actor, course)
    written = version_to_write(work, course)
    _refuse_odd_facts(facts)
    _refuse_other_licence(work, course, facts.licence)
    work.edit(written, version)

    for name, value in asdict(facts).items():
        setattr(written, name, list(value) if isinstance(value, tuple) else value)
    if not facts.fee_amount:
        written.fee_currency = None
    _note_writer(work, written)

    record(work, "course.facts saved", course)


def _refuse_odd_facts(facts: CourseFacts) -> None:
    if facts.level is not None and facts.level not in LEVELS:
        raise RuleBroken(_("Choose one of the eight levels."))
    if facts.field_code is not None and facts.field_code not in known_fields():
        raise RuleBroken(_("Choose one of the fields."))
    if facts.minutes is not None and not 0 < facts.minutes <= MOST_MINUTES:
        raise RuleBroken(_("Write how many hours a participant needs, more than none."))
    if facts.fee_amount and not facts.fee_currency:
        raise RuleBroken(_("Say in which currency the fee is."))
    _refuse_odd_elsewhere(facts)
    if not all(map(is_offered, facts.competencies)):
        raise RuleBroken(_("Choose competencies of the list."))
    if not set(facts.tracks) <= set(Track) or (facts.licence and facts.licence not in LICENCES):
        raise RuleBroken(_("Choose among the answers in the list."))


def _refuse_other_licence(work: Work, course: Course, licence: str) -> None:
    """What is adapted stays as free as its licence asks."""
    adapted = queries.licence_adapted(work.session, course.id)
    if adapted and licence not in ADAPTED_UNDER[adapted]:
        raise RuleBroken(
            _(
                "The course that this one adapts lets it have these licences only: %(licences)s.",
                licences=", ".join(LICENCES[one] for one in ADAPTED_UNDER[adapted] if one),
            )
        )


def _refuse_odd_elsewhere(facts: CourseFacts) -> None:
    if bool(facts.taken_at) != bool(facts.given_by):
        raise RuleBroken(_("Say both where it is taken and who gives it, or neither."))
    if facts.taken_at and not LINK_ELSEWHERE.fullmatch(facts.taken_at):
        raise RuleBroken(_("A link begins with https:// or http://."))
    if facts.starts_on and facts.ends_on and facts.ends_on < facts.starts_on:
        raise RuleBroken(_("It would end before it starts."))
    if facts.difficulty and facts.difficulty not in set(Difficulty):
        raise RuleBroken(_("Choose among the answers in the list."))


def _note_writer(work: Work, version: CourseVersion) -> None:
    writer = work.actor.user_id or 0
    if writer not in version.shaped_by:
        version.shaped_by = [*version.shaped_by, writer]


def keep_practice(
    work: Work, centre: Organisation, *, second_person: bool, version: int | None
) -> None:
    """Say whether a second person of the centre reads each course before it is published."""
    policy.BEGIN.require(work.actor, centre)
    kept = work.session.scalar(queries.practice_of(centre.id).with_for_update())
    if kept is None:
        kept = CentrePractice(organisation_id=centre.id)
        work.session.add(kept)
    else:
        work.edit(kept, version)

    kept.second_person = second_person

    record(work, "centre.practice kept", kept, second=second_person)
