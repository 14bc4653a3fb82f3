"""A call for research stays, people who asked for one, and invitations that answer them."""

from datetime import timedelta
from typing import Any

from app.accounts.models import User
from app.applications.models import Application
from app.applications.states import ApplicationState
from app.foundation.actors import Actor, Role
from app.foundation.database import db
from app.foundation.work import unit_of_work
from app.invitations import operations as verbs
from app.invitations import queries
from app.opportunities.models import FormVersion, OpportunityText
from app.opportunities.money import Period
from app.opportunities.states import OpportunityState
from app.placements import operations as placements
from app.research_stays.models import ResearchStayCall, ResearchStayPaid, StayRequest
from app.research_stays.states import Paid, Payer, Purpose
from tests import make
from tests.exchanges.agreeing import University
from tests.invitations.inviting import FIRST, invitation


def call_of(host: University, **values: Any) -> int:
    """The id of a published call of this host, for one stay unless told otherwise."""
    given: dict[str, Any] = {
        "ref": f"RST-{host.id}-{make.person().id}",
        "title": "Come and align our corpora",
        "state": OpportunityState.PUBLISHED,
        "published_at": make.NOW,
        "closes_sort": make.NOW,
        "languages": ["ja", "en"],
        "office": Role.COORDINATOR,
        "laboratory": "Natural language processing",
        "received_by": "Professor Yamada Hanako",
        "starts_on": FIRST,
        "ends_on": FIRST + timedelta(days=300),
        "fewest_days": 7,
        "most_days": 90,
        "stays": 1,
        "purposes": [Purpose.JOINT_RESEARCH.value],
        "funder": "Foundation of Fuji",
    }
    call: ResearchStayCall = make.add(ResearchStayCall(organisation_id=host.id, **(given | values)))
    for locale, title in ((call.original_locale, call.title), ("ja", "コーパスを共に整える")):
        text = {"locale": locale, "title": title, "is_original": locale != "ja"}
        make.add(OpportunityText(opportunity_id=call.id, **text))
    make.add(FormVersion(opportunity_id=call.id, number=1, definition={"sections": []}))
    for line in (
        {"kind": Paid.TRAVEL, "payer": Payer.PROGRAMME},
        {"kind": Paid.ALLOWANCE, "payer": Payer.HOST, "amount": 6000, "currency": "JPY"},
    ):
        make.add(ResearchStayPaid(call_id=call.id, per=Period.ONCE, **line))
    return call.id


def asked(
    call_id: int,
    who: Actor | None = None,
    home: University | None = None,
    *,
    state: ApplicationState = ApplicationState.SHORTLISTED,
    **values: Any,
) -> int:
    """The id of somebody's application with what it asks for, on the shortlist unless told."""
    call = db.session.get_one(ResearchStayCall, call_id)
    person = make.person() if who is None else db.session.get_one(User, who.user_id)
    made = make.application(call, person, state=state)  # type: ignore[arg-type]
    given: dict[str, Any] = {
        "application_id": made.id,
        "call_id": call_id,
        "host_id": call.organisation_id,
        "home_id": home.id if home else None,
        "home_name": "" if home else "Institute of Hue",
        "home_country": "TH" if home else "VN",
        "function": "Lecturer",
        "purpose_kind": Purpose.JOINT_RESEARCH,
        "purpose": "To align our corpora of court rulings.",
        "starts_on": FIRST,
        "ends_on": FIRST + timedelta(days=29),
    }
    make.add(StayRequest(**(given | values)))
    return made.id


def begun(host: University, application_id: int, now: Any = make.NOW) -> int:
    """The id of the invitation that the host began from a request."""
    with unit_of_work(host.actor, now=now) as work:
        return verbs.begin_from_request(work, verbs.find_request(work, application_id))


def sending(host: University, invitation_id: int, now: Any = make.NOW) -> None:
    having(host.actor, invitation_id, verbs.send_invitation, now=now)


def having(actor: Actor, invitation_id: int, do: Any, *values: Any, **named: Any) -> Any:
    """Do something with an invitation as its pages do: what it answers is held before it."""
    with unit_of_work(actor, now=named.pop("now", make.NOW)) as work:
        query = queries.invitation_with_all(work.actor, invitation_id)
        return do(work, verbs.find_invitation(work, query), *values, **named)


def sent(host: University, application_id: int) -> int:
    made = begun(host, application_id)
    sending(host, made)
    return made


def leaving(who: Actor, application_id: int, reason: str = "", now: Any = make.NOW) -> None:
    """The applicant withdraws the application."""
    with unit_of_work(who, now=now) as work:
        application = placements.find_application(work, application_id)
        placements.withdraw_application(work, application, reason=reason)


def undoing(who: Actor, application_id: int, now: Any = make.NOW) -> None:
    """The applicant has thought better of it."""
    with unit_of_work(who, now=now) as work:
        placements.undo_withdrawal(work, placements.find_application(work, application_id))


def stands(invitation_id: int) -> tuple[Any, Any]:
    """The states of an invitation and of the application that it answers."""
    found = invitation(invitation_id)
    application = db.session.get_one(Application, found.application_id)
    return found.state, application.state
