"""What records say of a person's earlier awards, and what the office was asked to let pass."""

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, contains_eager

from app.accounts.models import LanguageSkill
from app.applications.models import Application, EligibilityException
from app.applications.states import ApplicationState, ExceptionState
from app.foundation.actors import Actor, Role
from app.opportunities.deadlines import closing_day
from app.opportunities.eligibility import Award, said_by_awards
from app.opportunities.models import Opportunity
from app.opportunities.queries import is_worked_on_by

_OF_AWARDS = ("first_stay", "no_earlier_award", "one_award_per_cycle")


def recorded(
    session: Session, opportunity: Opportunity, person_id: int, rules: dict[str, Any]
) -> dict[str, Any]:
    """What our own records say of a person, read only where a rule is about it."""
    said: dict[str, Any] = {}
    if rules.get("language"):
        skills = select(LanguageSkill).where(LanguageSkill.user_id == person_id)
        said["levels"] = {s.language: s.level.value for s in session.scalars(skills)}
    if any(rules.get(code) for code in _OF_AWARDS):
        said["awards"] = said_by_awards(
            _awards(session, opportunity, person_id),
            programme_id=opportunity.programme_id,
            cycle=cycle_of(opportunity),
            hosts=rules.get("hosts") or [],
        )
    return said


def cycle_of(opportunity: Opportunity) -> int | None:
    """The year in which its stays begin; where that is not said, the one in which it closes."""
    day = opportunity.starts_on or closing_day(opportunity.closes_at, opportunity.closes_zone)
    return day.year if day else None


def _awards(session: Session, opportunity: Opportunity, person_id: int) -> list[Award]:
    query = (
        select(Application)
        .join(Application.opportunity)
        .options(contains_eager(Application.opportunity))
        .where(
            Application.applicant_id == person_id,
            Application.state == ApplicationState.ACCEPTED,
            Application.opportunity_id != opportunity.id,
        )
        .limit(100)
    )
    return [
        Award(a.opportunity.programme_id, cycle_of(a.opportunity), a.award_country)
        for a in session.scalars(query)
    ]


def exception_of(application_id: int) -> Select[EligibilityException]:
    return select(EligibilityException).where(EligibilityException.application_id == application_id)


def codes_let_pass(session: Session, application: Application) -> list[str]:
    """The rules that the office lets pass for this application."""
    query = exception_of(application.id).where(EligibilityException.state == ExceptionState.GRANTED)
    granted = session.scalar(query)
    return granted.codes if granted else []


def exceptions_visible_to(actor: Actor) -> Select[EligibilityException]:
    """One's own, and those that the offices of the calls were asked."""
    query = (
        select(EligibilityException)
        .join(EligibilityException.application)
        .join(Application.opportunity)
        .options(
            contains_eager(EligibilityException.application)
            .contains_eager(Application.opportunity)
            .selectinload(Opportunity.countries)
        )
    )
    if actor.is_a(Role.SECRETARIAT):
        return query
    office = is_worked_on_by(actor)
    return query.where((Application.applicant_id == actor.user_id) | office)
