"""How a project is led: begun, written, published, ended; who is asked, and what belongs to it."""

import secrets
from datetime import date

from sqlalchemy import select

from app.accounts.models import User
from app.accounts.queries import people_with, recipient
from app.audit.record import record
from app.foundation.actors import Role, Scope
from app.foundation.errors import RuleBroken
from app.foundation.languages import LANGUAGES
from app.foundation.languages import gettext as _
from app.foundation.once import earlier_result, remember_result
from app.foundation.stamps import stamp_catalogue
from app.foundation.work import Work
from app.notifications.notify import Message, notify_each
from app.notifications.tasks import close_tasks, open_task
from app.opportunities.models import Opportunity
from app.organisations.facts import is_web_address
from app.organisations.models import Organisation
from app.organisations.operations import sort_key
from app.organisations.states import OrganisationState
from app.projects import policy
from app.projects.messages import PartnerAnswered, PartnerAsked
from app.projects.models import Project, ProjectOpportunity, ProjectPartner, ProjectText
from app.projects.queries import STAFF
from app.projects.states import PartnerFlow, ProjectFlow, ProjectState

BEGIN = "projects.begin"
TO_ANSWER = "project to join"
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
    request_key: str = "",
) -> Project:
    """Begin a draft in the language that it is first written in."""
    policy.BEGIN.require(work.actor, lead)
    earlier = earlier_result(work, BEGIN, request_key)
    if earlier is not None:
        return work.session.get_one(Project, earlier)
    if lead.state is not OrganisationState.ACTIVE:
        raise RuleBroken(_("This body is closed or has joined another."))
    _refuse_impossible(starts_on, ends_on, website)
    original = ProjectText(locale=_known(locale), is_original=True, name=name, summary=summary)
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
    work.session.flush()
    remember_result(work, BEGIN, request_key, project.id)

    record(work, "project.begun", project, name=name)
    return project


def plan_project(
    work: Work,
    project: Project,
    *,
    starts_on: date | None,
    ends_on: date | None,
    website: str,
    version: int | None = None,
) -> None:
    """Say from when until when it goes on, and where it has pages of its own."""
    policy.EDIT.require(work.actor, project)
    work.edit(project, version)
    _refuse_impossible(starts_on, ends_on, website)
    project.starts_on, project.ends_on, project.website = starts_on, ends_on, website

    record(work, "project.planned", project)
    stamp_catalogue(work)


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
    text = next((text for text in project.texts if text.locale == _known(locale)), None)
    if (text is not None and text.is_original) and not summary and _is_published(project):
        raise RuleBroken(_("Write first what the project is about."))
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
    original = _original(project)
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
    people = _staff_of(work, body.id)
    if not people:
        raise RuleBroken(_("Nobody signs in for this body, so nobody could answer."))
    project.partners.append(partner)
    name = _original(project).name
    lead = project.organisation.name
    work.session.flush()
    open_task(
        work,
        TO_ANSWER,
        partner,
        role=next(role for role, _person in people),
        scope=Scope.ORGANISATION,
        scope_id=body.id,
        project=project.ref,
        about=name,
    )
    asked = PartnerAsked(ref=project.ref, project=name, lead=lead, body=body.name)
    _tell(work, people, asked, once=f"{partner.id}")

    record(work, "project.partner asked", project, name=body.name)
    return partner


def remove_partner(work: Work, project: Project, partner: ProjectPartner) -> None:
    """Name a body no longer, or take the question back. The partners must be loaded."""
    policy.EDIT.require(work.actor, project)
    _refuse_ended(project)
    if partner not in project.partners:
        raise RuleBroken(_("This body is not named in the project."))
    close_tasks(work, TO_ANSWER, partner)
    project.partners.remove(partner)
    work.session.delete(partner)

    record(work, "project.partner removed", project, name=partner.organisation.name)
    stamp_catalogue(work)


def answer_as_partner(work: Work, partner: ProjectPartner, *, confirms: bool) -> None:
    """Say for a body whether it is named.

    The organisation and the project with its texts must be loaded.
    """
    policy.ANSWER.require(work.actor, partner)
    _refuse_ended(partner.project)
    (PartnerFlow.confirm if confirms else PartnerFlow.decline)(partner)
    partner.answered_by_id, partner.answered_at = work.actor.user_id, work.now
    close_tasks(work, TO_ANSWER, partner)
    project, body = partner.project, partner.organisation
    answered = PartnerAnswered(
        project_id=project.id,
        project=_original(project).name,
        body=body.name,
        confirms=confirms,
    )
    leaders = _staff_of(work, project.organisation_id)
    _tell(work, leaders, answered, once=f"{partner.id}:{confirms}")

    if confirms:
        record(work, "project.partner confirmed", project, name=body.name)
    else:
        record(work, "project.partner declined", project, name=body.name)
    stamp_catalogue(work)


def attach_opportunity(work: Work, project: Project, opportunity: Opportunity) -> None:
    """Let a course, a call or a posting of one's own belong to a project that one takes part in.

    The partners must be loaded.
    """
    policy.FILL.require(work.actor, project)
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
    """Let it belong to the project no longer: who leads it may, and whose it is.

    The partners must be loaded.
    """
    policy.FILL.require(work.actor, project)
    if not policy.EDIT.allows(work.actor, project):
        policy.ATTACH.require(work.actor, opportunity)
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


def _refuse_impossible(starts_on: date | None, ends_on: date | None, website: str) -> None:
    if starts_on and ends_on and ends_on < starts_on:
        raise RuleBroken(_("The last day cannot be before the first."))
    if website and not is_web_address(website):
        raise RuleBroken(_("Write the whole address, such as https://www.example.org."))


def _known(locale: str) -> str:
    if locale not in LANGUAGES:
        raise RuleBroken(_("Choose one of the answers in the list."))
    return locale


def _is_published(project: Project) -> bool:
    return project.state is not ProjectState.DRAFT


def _original(project: Project) -> ProjectText:
    return next(text for text in project.texts if text.is_original)


def _staff_of(work: Work, organisation_id: int) -> list[tuple[Role, User]]:
    """Who speaks for a body in projects, each once for each role."""
    return [
        (role, person)
        for role in STAFF
        for person in work.session.scalars(people_with(role, Scope.ORGANISATION, organisation_id))
    ]


def _tell(work: Work, people: list[tuple[Role, User]], message: Message, *, once: str) -> None:
    each = {person.id: person for _role, person in people}
    notify_each(work, [(recipient(person), message) for person in each.values()], once=once)
