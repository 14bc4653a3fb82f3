"""How a project is led: begun, written, published, ended; who is asked, and what belongs to it."""

import secrets
from datetime import date

from sqlalchemy import select

from app.audit.record import record
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.stamps import stamp_catalogue
from app.foundation.work import Work
from app.opportunities.models import Opportunity
from app.organisations.models import Organisation
from app.organisations.operations import sort_key
from app.organisations.states import OrganisationState
from app.projects import policy
from app.projects.models import Project, ProjectOpportunity, ProjectPartner, ProjectText
from app.projects.states import PartnerFlow, ProjectFlow, ProjectState

MOST_PARTNERS = 50


def begin_project(
    work: Work,
    lead: Organisation,
    *,
    locale: str,
    name: str,
    summary: str = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
    website: str = "",
) -> Project:
    """Begin a draft in the language that it is first written in."""
    policy.BEGIN.require(work.actor, lead)
    if lead.state is not OrganisationState.ACTIVE:
        raise RuleBroken(_("This body is closed or has joined another."))
    if starts_on and ends_on and ends_on < starts_on:
        raise RuleBroken(_("The last day cannot be before the first."))
    original = ProjectText(locale=locale, is_original=True, name=name, summary=summary)
    project = Project(
        ref=f"project-{secrets.token_hex(5)}",
        organisation=lead,
        sort_key=sort_key(name),
        starts_on=starts_on,
        ends_on=ends_on,
        website=website,
        texts=[original],
        partners=[],
    )
    work.session.add(project)
    record(work, "project.begun", project, name=name)
    return project


def write_project(
    work: Work,
    project: Project,
    *,
    locale: str,
    name: str,
    summary: str,
    version: int | None = None,
) -> ProjectText:
    """Say in one language what the project is. The texts must be loaded."""
    policy.EDIT.require(work.actor, project)
    work.edit(project, version)
    text = next((text for text in project.texts if text.locale == locale), None)
    if text is None:
        text = ProjectText(locale=locale, is_original=False, name=name)
        project.texts.append(text)
    text.name, text.summary = name, summary
    if text.is_original:
        project.sort_key = sort_key(name)
    record(work, "project.written", project, name=name, locale=locale)
    stamp_catalogue(work)
    return text


def publish_project(work: Work, project: Project) -> None:
    """Show it to the world. The texts must be loaded."""
    policy.EDIT.require(work.actor, project)
    original = next(text for text in project.texts if text.is_original)
    if not original.summary:
        raise RuleBroken(_("Write first what the project is about."))
    ProjectFlow.publish(project)
    record(work, "project.published", project, name=original.name)
    stamp_catalogue(work)


def end_project(work: Work, project: Project) -> None:
    """Say that it is over; its page stays."""
    policy.EDIT.require(work.actor, project)
    ProjectFlow.end(project)
    record(work, "project.ended", project)
    stamp_catalogue(work)


def ask_partner(work: Work, project: Project, body: Organisation) -> ProjectPartner:
    """Ask a body whether it may be named. The partners must be loaded."""
    policy.EDIT.require(work.actor, project)
    _refuse_ended(project)
    if body.state is not OrganisationState.ACTIVE:
        raise RuleBroken(_("This body is closed or has joined another."))
    if body.id == project.organisation_id:
        raise RuleBroken(_("This body leads the project already."))
    if any(partner.organisation_id == body.id for partner in project.partners):
        raise RuleBroken(_("This body was asked already."))
    if len(project.partners) >= MOST_PARTNERS:
        raise RuleBroken(_("At most %(most)s bodies are named in a project.", most=MOST_PARTNERS))
    partner = ProjectPartner(organisation=body)
    project.partners.append(partner)
    record(work, "project.partner asked", project, name=body.name)
    return partner


def answer_as_partner(work: Work, partner: ProjectPartner, *, confirms: bool) -> None:
    """Say for a body whether it is named. The project and the organisation must be loaded."""
    policy.ANSWER.require(work.actor, partner)
    _refuse_ended(partner.project)
    (PartnerFlow.confirm if confirms else PartnerFlow.decline)(partner)
    partner.answered_by_id, partner.answered_at = work.actor.user_id, work.now
    verb = "project.partner confirmed" if confirms else "project.partner declined"
    record(work, verb, partner.project, name=partner.organisation.name)
    stamp_catalogue(work)


def attach_opportunity(work: Work, project: Project, opportunity: Opportunity) -> None:
    """Let a course, a call or a posting of one's own belong to one's project."""
    policy.EDIT.require(work.actor, project)
    policy.ATTACH.require(work.actor, opportunity)
    _refuse_ended(project)
    if work.session.get(ProjectOpportunity, opportunity.id) is not None:
        raise RuleBroken(_("This belongs to a project already."))
    work.session.add(ProjectOpportunity(opportunity_id=opportunity.id, project_id=project.id))
    record(
        work,
        "project.attached",
        project,
        opportunity_id=opportunity.id,
        title=opportunity.title,
    )
    stamp_catalogue(work)


def detach_opportunity(work: Work, project: Project, opportunity: Opportunity) -> None:
    """Let it belong to the project no longer."""
    policy.EDIT.require(work.actor, project)
    found = work.session.scalar(
        select(ProjectOpportunity).where(
            ProjectOpportunity.opportunity_id == opportunity.id,
            ProjectOpportunity.project_id == project.id,
        )
    )
    if found is None:
        raise RuleBroken(_("This does not belong to the project."))
    work.session.delete(found)
    record(
        work,
        "project.detached",
        project,
        opportunity_id=opportunity.id,
        title=opportunity.title,
    )
    stamp_catalogue(work)


def _refuse_ended(project: Project) -> None:
    if project.state is ProjectState.ENDED:
        raise RuleBroken(_("This project has ended."))
