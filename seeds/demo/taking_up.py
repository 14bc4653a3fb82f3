"""Who asked for a research stay is invited: one is there by now, one reads it, one is prepared."""

from datetime import datetime, timedelta

from sqlalchemy import select

from app.accounts.queries import people_with
from app.applications.models import Application
from app.applications.states import ApplicationState
from app.foundation.actors import Scope
from app.foundation.database import db
from app.foundation.languages import LANGUAGES
from app.invitations import operations as office
from app.invitations.operations import Terms
from app.invitations.queries import home_signs_in, invitation_with_all
from app.invitations.states import OFFICE
from app.opportunities.models import Opportunity
from app.opportunities.states import Kind
from app.research_stays.operations import Line
from app.stays import operations as stays
from app.stays.models import Stay
from app.stays.queries import stay_with_all
from seeds.demo.inviting import DEAN, INFORMATICS, STAFF, TOKYO, Stage, letter_of_the_director
from seeds.demo.stage import Company

RECEIVES = "Professor Kanda Shiori"


def invite_who_asked(company: Company, organisations: dict[str, int], now: datetime) -> str:
    """Gives what there is to say of it."""
    stage = Stage(company, organisations, now)
    there, reading = _shortlist(organisations[TOKYO])
    [prepared] = _shortlist(organisations[INFORMATICS])
    _come(stage, there)
    made = _begin(stage, TOKYO, reading, now - timedelta(days=3), first=None)
    stage.do(STAFF[TOKYO], now - timedelta(days=3), made, office.send_invitation)
    _begin(stage, INFORMATICS, prepared, now - timedelta(days=1), first=None)
    return "3 invitations of people who asked"


def _shortlist(host_id: int) -> list[int]:
    """The applications for this host's calls that are on the shortlist."""
    found = db.session.scalars(
        select(Application.id)
        .join(Opportunity, Opportunity.id == Application.opportunity_id)
        .where(
            Opportunity.kind == Kind.RESEARCH_STAY,
            Opportunity.organisation_id == host_id,
            Application.state == ApplicationState.SHORTLISTED,
        )
        .order_by(Application.id)
    ).all()
    db.session.rollback()
    return list(found)


def _begin(
    stage: Stage, host: str, application_id: int, at: datetime, *, first: datetime | None
) -> int:
    """Begin an invitation from a request; what the call leaves open is filled in."""
    with stage.company.acts(STAFF[host], at) as work:
        made = office.begin_from_request(work, office.find_request(work, application_id))
    with stage.company.acts(STAFF[host], at) as work:
        found = work.find(invitation_with_all(work.actor, made))
        days = found.ends_on - found.starts_on
        begins = found.starts_on if first is None else first.date()
        terms = Terms(
            purpose_kind=found.purpose_kind,
            purpose=found.purpose,
            starts_on=begins,
            ends_on=begins + days,
            answer_by=found.answer_by,
            laboratory=found.laboratory,
            received_by=found.received_by or RECEIVES,
            language=found.language if found.language in LANGUAGES else "en",
            programme=found.programme,
            paid=tuple(
                Line(one.kind, one.payer, one.amount, one.currency, one.per) for one in found.paid
            ),
        )
        office.save_invitation(work, found, terms)
    return made


def _come(stage: Stage, application_id: int) -> None:
    """From the request to the first days: invited, accepted, agreed to, arrived."""
    now, company = stage.now, stage.company
    person = db.session.get_one(Application, application_id).applicant_id
    db.session.rollback()
    sent, first = now - timedelta(days=28), now - timedelta(days=4)
    made = _begin(stage, TOKYO, application_id, sent, first=first)
    stage.do(STAFF[TOKYO], sent, made, office.send_invitation)
    stage.do(person, sent + timedelta(days=2), made, office.accept_invitation, seen=1)
    at, said = sent + timedelta(days=6), {"yes": True, "seen": 1}
    with company.acts(STAFF[TOKYO], at) as work:
        found = work.find(invitation_with_all(work.actor, made))
        home = found.home_id if home_signs_in(work.session, found) else None
    if home is None:
        record = office.record_for_home
        stage.do(STAFF[TOKYO], at, made, record, letter_of_the_director(), DEAN, **said)
    else:
        offices = [people_with(role, Scope.ORGANISATION, home) for role in OFFICE]
        staff = next(one.id for query in offices for one in db.session.scalars(query))
        db.session.rollback()
        stage.do(staff, at, made, office.answer_for_home, **said)
    with company.house_acts(sent + timedelta(days=7)) as work:
        stays.plan_stays(work)
    going = db.session.scalars(select(Stay.id).where(Stay.invitation_id == made)).one()
    db.session.rollback()
    with company.acts(STAFF[TOKYO], first + timedelta(days=1)) as work:
        stay = work.find(stay_with_all(work.actor, going))
        stays.confirm_arrival(work, stay, on=stay.starts_on)
