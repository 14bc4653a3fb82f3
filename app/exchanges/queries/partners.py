"""What universities tell their partners: public to read, kept by their own offices."""

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import Session, joinedload

from app.exchanges.models import AcademicTerm, HostCourse, PartnerFacts
from app.exchanges.queries.agreements import universities_of
from app.foundation.actors import Actor
from app.organisations.models import Organisation


def facts_of(university_id: int) -> Select[PartnerFacts]:
    return select(PartnerFacts).where(PartnerFacts.organisation_id == university_id)


def terms_of_university(university_id: int) -> Select[AcademicTerm]:
    """Its academic calendar, in order of days."""
    return (
        select(AcademicTerm)
        .where(AcademicTerm.organisation_id == university_id)
        .order_by(AcademicTerm.first_on, AcademicTerm.id)
    )


def courses_of_term(term_id: int) -> Select[HostCourse]:
    return select(HostCourse).where(HostCourse.term_id == term_id).order_by(HostCourse.code)


def courses_of_university(university_id: int) -> Select[HostCourse]:
    """Of all its terms, to be put under each."""
    return (
        select(HostCourse)
        .join(HostCourse.term)
        .where(AcademicTerm.organisation_id == university_id)
        .order_by(HostCourse.code, HostCourse.id)
    )


def own_university(actor: Actor, university_id: int) -> Select[Organisation]:
    """One whose international office the actor is."""
    return select(Organisation).where(
        Organisation.id == university_id, Organisation.id.in_(universities_of(actor))
    )


def own_term(actor: Actor, term_id: int) -> Select[AcademicTerm]:
    """A term of one of the actor's universities, with its university."""
    return (
        select(AcademicTerm)
        .where(AcademicTerm.id == term_id, AcademicTerm.organisation_id.in_(universities_of(actor)))
        .options(joinedload(AcademicTerm.organisation, innerjoin=True))
    )


def own_host_course(actor: Actor, course_id: int) -> Select[HostCourse]:
    """A course on the list of one of the actor's universities."""
    return (
        select(HostCourse)
        .join(HostCourse.term)
        .where(HostCourse.id == course_id, AcademicTerm.organisation_id.in_(universities_of(actor)))
        .options(
            joinedload(HostCourse.term, innerjoin=True).joinedload(
                AcademicTerm.organisation, innerjoin=True
            )
        )
    )


def universities_with_facts(*, named: str | None = None) -> Select[Organisation]:
    """Those that have written anything for partners: what the world may read."""
    written = or_(
        exists().where(PartnerFacts.organisation_id == Organisation.id),
        exists().where(AcademicTerm.organisation_id == Organisation.id),
    )
    query = select(Organisation).where(written)
    return query if named is None else query.where(Organisation.ref == named)


def tells_partners(session: Session, university_id: int) -> bool:
    """Whether there is anything on its page for partners."""
    return session.scalar(partners_are_told(university_id)) is not None


def partners_are_told(university_id: int) -> Select[int]:
    """A row where there is anything on a university's page for partners."""
    told = universities_with_facts().where(Organisation.id == university_id)
    return told.with_only_columns(Organisation.id).order_by(None)
