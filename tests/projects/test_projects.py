"""Projects: who leads them, who is named in them, and what belongs to one."""

import pytest
from sqlalchemy import select

from app.foundation.actors import VISITOR, Actor, Role, Scope
from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile, IllegalMove, NotPermitted, RuleBroken
from app.foundation.work import unit_of_work
from app.opportunities.models import Opportunity
from app.organisations.models import Organisation
from app.projects import operations as office
from app.projects.models import Project, ProjectOpportunity
from app.projects.queries import project_with_all, projects_visible_to
from app.projects.states import PartnerState, ProjectState
from tests import make


def body(code: str, role: Role = Role.CENTRE) -> tuple[int, Actor]:
    found = make.organisation(code=code)
    person = make.person(f"STAFF {found.ref}", nationality=code)
    make.grant(person, role, Scope.ORGANISATION, found.id)
    return found.id, make.actor(person)


@pytest.fixture
def kh(app, session):
    return body("KH")


@pytest.fixture
def jp(app, session):
    return body("JP", Role.COORDINATOR)


def begun(lead: tuple[int, Actor], **values: object) -> str:
    with unit_of_work(lead[1], now=make.NOW) as work:
        organisation = work.session.get_one(Organisation, lead[0])
        said = {"locale": "en", "name": "A Khmer language model", "summary": "Words.", **values}
        return office.begin_project(work, organisation, **said).ref


def doing(actor: Actor, ref: str, deed, as_lead: Actor | None = None):
    with unit_of_work(actor, now=make.NOW) as work:
        project = work.session.scalars(project_with_all(as_lead or actor, ref)).one()
        return deed(work, project)


def seen_by(actor: Actor) -> list[str]:
    db.session.rollback()
    return [project.ref for project in db.session.scalars(projects_visible_to(actor))]


def asking(kh, jp, ref: str) -> None:
    doing(
        kh[1],
        ref,
        lambda work, p: office.ask_partner(work, p, work.session.get_one(Organisation, jp[0])),
    )


def test_a_draft_is_seen_by_who_leads_it_and_who_is_asked(kh, jp) -> None:
    ref = begun(kh)
    assert (seen_by(kh[1]), seen_by(jp[1]), seen_by(VISITOR)) == ([ref], [], [])
    asking(kh, jp, ref)
    assert seen_by(jp[1]) == [ref]
    doing(kh[1], ref, office.publish_project)
    assert seen_by(VISITOR) == [ref]


def test_a_project_is_published_once_and_then_ended(kh) -> None:
    ref = begun(kh)
    with pytest.raises(IllegalMove):
        doing(kh[1], ref, office.end_project)
    doing(kh[1], ref, office.publish_project)
    doing(kh[1], ref, office.end_project)
    assert db.session.scalars(select(Project)).one().state is ProjectState.ENDED


def test_nothing_is_published_that_says_nothing(kh) -> None:
    ref = begun(kh, summary="")
    with pytest.raises(RuleBroken):
        doing(kh[1], ref, office.publish_project)


def test_an_old_form_changes_nothing(kh) -> None:
    ref = begun(kh)

    def written(work, project):
        office.write_project(work, project, locale="km", name="គម្រោង", summary="ពាក្យ", version=1)

    doing(kh[1], ref, written)
    with pytest.raises(ChangedMeanwhile):
        doing(kh[1], ref, written)


@pytest.mark.parametrize("deed", [office.publish_project, office.end_project])
def test_staff_of_another_body_changes_nothing(kh, jp, deed) -> None:
    ref = begun(kh)
    with pytest.raises(NotPermitted):
        doing(jp[1], ref, deed, as_lead=kh[1])


def test_a_body_answers_for_itself_and_once(kh, jp) -> None:
    ref = begun(kh)
    asking(kh, jp, ref)

    def answered(work, project):
        office.answer_as_partner(work, project.partners[0], confirms=True)
        return project.partners[0].state

    with pytest.raises(NotPermitted):
        doing(kh[1], ref, answered)
    assert doing(jp[1], ref, answered) is PartnerState.CONFIRMED
    with pytest.raises(IllegalMove):
        doing(jp[1], ref, answered)
    with pytest.raises(RuleBroken):
        asking(kh, jp, ref)


def test_only_ones_own_belongs_to_ones_project_and_to_one_only(kh, jp) -> None:
    own = make.call(programme=make.programme(organisation_id=kh[0])).id
    ref, other = begun(kh), begun(kh)
    foreign = begun(jp)

    def attaching(work, project):
        office.attach_opportunity(work, project, work.session.get_one(Opportunity, own))

    def detaching(work, project):
        office.detach_opportunity(work, project, work.session.get_one(Opportunity, own))

    with pytest.raises(NotPermitted):
        doing(jp[1], foreign, attaching)
    doing(kh[1], ref, attaching)
    with pytest.raises(RuleBroken):
        doing(kh[1], other, attaching)
    with pytest.raises(RuleBroken):
        doing(kh[1], other, detaching)
    doing(kh[1], ref, detaching)
    assert db.session.scalars(select(ProjectOpportunity)).all() == []
