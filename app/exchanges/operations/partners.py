"""What a university tells its partners: the fact sheet, its terms, and courses of each term."""

import re
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import select

from app.audit.record import record
from app.exchanges import policy, queries
from app.exchanges.incoming import hundredths
from app.exchanges.models import AcademicTerm, HostCourse, PartnerFacts
from app.exchanges.terms import STUDY_LEVELS
from app.exchanges.wording import credit_systems
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.stamps import stamp_catalogue
from app.foundation.work import Work
from app.opportunities.operations import keep_facets
from app.organisations.models import Organisation

MOST_TERMS = 60
MOST_COURSES = 1000
_LINK = re.compile(r"https?://[^\s<>\"]{3,490}")


@dataclass(frozen=True, slots=True)
class FactSheet:
    """What is the same in every term."""

    locale: str = "en"
    contact: str = ""
    website: str = ""
    decision_weeks: int | None = None
    transcript_weeks: int | None = None
    recognition_weeks: int | None = None
    housing: str = ""
    housing_link: str = ""
    visa: str = ""
    visa_link: str = ""
    insurance: str = ""
    insurance_link: str = ""
    access: str = ""
    access_contact: str = ""


@dataclass(frozen=True, slots=True)
class TermDates:
    """A term as the university's calendar says it."""

    name: str
    year: int
    first_on: date
    last_on: date
    exams_from: date | None = None
    exams_until: date | None = None
    nominate_by: date | None = None
    apply_by: date | None = None


@dataclass(frozen=True, slots=True)
class CourseFacts:
    """A course that students of partners may choose."""

    code: str
    title: str
    credit_hundredths: int
    credit_system: str
    level: int
    language: str
    own_title: str = ""
    own_title_lang: str = ""


def is_link(text: str) -> bool:
    return _LINK.fullmatch(text) is not None


def read_credits(text: str) -> int:
    """What was typed, in hundredths of a credit. Raises RuleBroken."""
    value = hundredths(text)
    if value is None:
        raise RuleBroken(_("Write a number of credits, for example 7.5."))
    return value


def save_partner_facts(
    work: Work, university: Organisation, sheet: FactSheet, *, version: int | None = None
) -> PartnerFacts:
    """Write the fact sheet of one's university. The university must be locked."""
    policy.KEEP_FACTS.require(work.actor, university)
    links = (sheet.website, sheet.housing_link, sheet.visa_link, sheet.insurance_link)
    if any(link and not is_link(link) for link in links):
        raise RuleBroken(_("Write the whole address, from https:// on."))
    kept = work.session.scalar(queries.facts_of(university.id))
    if kept is None:
        kept = PartnerFacts(organisation_id=university.id, version=0)
        work.session.add(kept)
    work.edit(kept, version)
    for name, value in asdict(sheet).items():
        setattr(kept, name, value)
    kept.changed_at = work.now
    stamp_catalogue(work)

    record(work, "partner.facts_saved", university)
    return kept


def save_term(
    work: Work,
    university: Organisation,
    dates: TermDates,
    *,
    term: AcademicTerm | None = None,
    version: int | None = None,
) -> AcademicTerm:
    """Write a term of one's university, a new one without `term`. The university must be locked."""
    policy.KEEP_FACTS.require(work.actor, university)
    _refuse_odd_dates(dates)
    terms = list(work.session.scalars(queries.terms_of_university(university.id)))
    if any(one is not term and (one.year, one.name) == (dates.year, dates.name) for one in terms):
        raise RuleBroken(_("This academic year has a term of this name already."))
    if term is None:
        if len(terms) >= MOST_TERMS:
            raise RuleBroken(_("A university keeps at most %(most)s terms.", most=MOST_TERMS))
        term = AcademicTerm(organisation_id=university.id, version=0)
        work.session.add(term)
        version = None
    work.edit(term, version)
    for name, value in asdict(dates).items():
        setattr(term, name, value)
    for posting in work.session.scalars(queries.postings_of_term(term.id)):
        posting.starts_on, posting.ends_on = term.first_on, term.ends_on
        if posting.published_at is not None:
            keep_facets(work, posting)
    stamp_catalogue(work)

    record(work, "partner.term_saved", university, name=term.name, year=term.year)
    return term


def _refuse_odd_dates(dates: TermDates) -> None:
    exams = (dates.exams_from, dates.exams_until)
    if dates.last_on < dates.first_on:
        raise RuleBroken(_("The term must end after it begins."))
    if (exams[0] is None) != (exams[1] is None):
        raise RuleBroken(_("Write both days of the exams, or neither."))
    if exams[0] is not None and exams[1] is not None:
        if exams[1] < exams[0]:
            raise RuleBroken(_("Exams must end after they begin."))
        if exams[0] < dates.first_on:
            raise RuleBroken(_("Exams are after the first day of teaching."))
    if dates.nominate_by and dates.apply_by and dates.apply_by < dates.nominate_by:
        raise RuleBroken(_("Students send their papers after they were nominated."))


def remove_term(work: Work, term: AcademicTerm) -> None:
    """Take a term out of the calendar, with its courses. Needs its organisation loaded."""
    policy.KEEP_TERM.require(work.actor, term)
    if work.session.scalars(queries.postings_of_term(term.id)).first() is not None:
        raise RuleBroken(_("Places were posted for this term: it stays in the calendar."))
    record(work, "partner.term_removed", term.organisation, name=term.name, year=term.year)
    for course in work.session.scalars(select(HostCourse).where(HostCourse.term_id == term.id)):
        work.session.delete(course)
    work.session.flush()
    work.session.delete(term)
    stamp_catalogue(work)


def save_host_course(
    work: Work,
    term: AcademicTerm,
    facts: CourseFacts,
    *,
    course: HostCourse | None = None,
    version: int | None = None,
) -> HostCourse:
    """Write a course of a term, a new one without `course`. The term must be locked."""
    policy.KEEP_TERM.require(work.actor, term)
    if facts.level not in STUDY_LEVELS:
        raise RuleBroken(_("Choose levels of study among those in the list."))
    if facts.credit_system not in credit_systems():
        raise RuleBroken(_("Choose one of the answers in the list."))
    others = list(work.session.scalars(queries.courses_of_term(term.id)))
    if any(one is not course and one.code == facts.code for one in others):
        raise RuleBroken(_("This term has a course with this code already."))
    if course is None:
        if len(others) >= MOST_COURSES:
            raise RuleBroken(_("A term has at most %(most)s courses here.", most=MOST_COURSES))
        course = HostCourse(term_id=term.id, version=0)
        work.session.add(course)
        version = None
    work.edit(course, version)
    for name, value in asdict(facts).items():
        setattr(course, name, value)
    stamp_catalogue(work)

    record(work, "partner.course_saved", term.organisation, code=facts.code, name=term.name)
    return course


def remove_host_course(work: Work, course: HostCourse) -> None:
    """Take a course off the list. Needs its term and the term's organisation loaded."""
    policy.KEEP_COURSE.require(work.actor, course)
    university = course.term.organisation
    record(work, "partner.course_removed", university, code=course.code, name=course.term.name)
    work.session.delete(course)
    stamp_catalogue(work)
