"""What was found out before applying, and by which rules."""

from sqlalchemy import Select, select

from app.applications.models import Application, EligibilityCheck, Submission
from app.opportunities.models import RuleSet


def check_of(opportunity_id: int, person_id: int | None) -> Select[EligibilityCheck]:
    """The newest check of this person for this opportunity."""
    return select(EligibilityCheck).where(
        EligibilityCheck.opportunity_id == opportunity_id,
        EligibilityCheck.person_id == person_id,
    )


def judged_by(application_id: int) -> Select[RuleSet]:
    """The version of the rules that the newest submission was held against."""
    newest = (
        select(Submission.content["eligibility"]["number"].as_integer())
        .where(Submission.application_id == application_id)
        .order_by(Submission.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    of = select(Application.opportunity_id).where(Application.id == application_id)
    return select(RuleSet).where(
        RuleSet.opportunity_id == of.scalar_subquery(), RuleSet.number == newest
    )


def rule_sets(opportunity_id: int) -> Select[RuleSet]:
    """The versions of its rules, the newest first."""
    return (
        select(RuleSet)
        .where(RuleSet.opportunity_id == opportunity_id)
        .order_by(RuleSet.number.desc())
        .limit(100)
    )
