"""More time for the nationals of one country (in public) or for one person (between two)."""

from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from app.accounts.models import Nationality, User
from app.accounts.queries import person_with_address, recipient
from app.applications.operations.applying import titles
from app.audit.record import record
from app.fellowships import policy, queries
from app.fellowships.messages import OwnDeadlineGiven
from app.fellowships.models import Call
from app.fellowships.operations.publishing import refuse_after_results, require_reason
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.stamps import stamp_catalogue
from app.foundation.work import Work
from app.notifications.notify import Recipient, notify_each
from app.opportunities.deadlines import instant_of, wall_of
from app.opportunities.models import LaterDeadline
from app.opportunities.states import OpportunityState


def extend_for_country(
    work: Work, call: Call, country: str, *, closes_wall: str, reason: str
) -> LaterDeadline:
    """Give the nationals of a country a later deadline, published with its reason.

    `countries` of the call must be loaded.
    """
    _refuse_unless_extensible(work, call, reason)
    named = {row.country_code for row in call.countries}
    if named and country not in named:
        raise RuleBroken(_("This call is not for nationals of that country."))
    earlier = LaterDeadline.country_code == country
    made = _later(work, call, earlier, closes_wall=closes_wall, reason=reason)
    made.country_code = country
    work.session.add(made)
    stamp_catalogue(work)

    record(
        work,
        "call.extended for a country",
        call,
        country=country,
        closes=made.closes_wall,
        zone=made.closes_zone,
        reason=reason,
    )
    nationals = select(Nationality.user_id).where(Nationality.country_code == country)
    rows = work.session.execute(queries.live_applicants(call.id).where(User.id.in_(nationals)))
    _tell(work, call, made, [recipient(user) for _application, user in rows])
    return made


def extend_for_person(
    work: Work, call: Call, address: str, *, closes_wall: str, reason: str
) -> LaterDeadline:
    """Give one person a later deadline; only the person and the office see it."""
    _refuse_unless_extensible(work, call, reason)
    person = work.session.scalar(person_with_address(address))
    if person is None:
        raise RuleBroken(_("Nobody has an account with this address. Ask for the one they use."))
    earlier = LaterDeadline.person_id == person.id
    made = _later(work, call, earlier, closes_wall=closes_wall, reason=reason)
    made.person_id = person.id
    work.session.add(made)

    record(
        work,
        "call.extended for a person",
        call,
        closes=made.closes_wall,
        zone=made.closes_zone,
        reason=reason,
    )
    _tell(work, call, made, [recipient(person)])
    return made


def _refuse_unless_extensible(work: Work, call: Call, reason: str) -> None:
    policy.EXTEND.require(work.actor, call)
    if call.state not in {OpportunityState.PUBLISHED, OpportunityState.CLOSED}:
        raise RuleBroken(_("Only a published call can be extended."))
    ends = call.closes_at
    if ends is None or call.closes_zone is None:
        raise RuleBroken(_("This call has no deadline that could be extended."))
    if call.state is OpportunityState.CLOSED and call.closed_at and call.closed_at < ends:
        raise RuleBroken(_("This call was closed before its deadline. Open it again first."))
    refuse_after_results(work, call)
    require_reason(reason)


def _later(
    work: Work, call: Call, earlier: ColumnElement[bool], *, closes_wall: str, reason: str
) -> LaterDeadline:
    zone = call.closes_zone or "UTC"
    later = instant_of(closes_wall, zone)
    given: datetime | None = work.session.scalar(
        select(func.max(LaterDeadline.closes_at)).where(
            LaterDeadline.opportunity_id == call.id, earlier
        )
    )
    if any(moment is not None and later <= moment for moment in (call.closes_at, given, work.now)):
        raise RuleBroken(_("Choose a deadline that is later than the present one and than now."))
    return LaterDeadline(
        opportunity_id=call.id,
        closes_at=later,
        closes_zone=zone,
        closes_wall=wall_of(later, zone),
        reason=reason,
        given_by_id=work.actor.user_id or 0,
        given_at=work.now,
    )


def _tell(work: Work, call: Call, made: LaterDeadline, people: list[Recipient]) -> None:
    message = OwnDeadlineGiven(
        ref=call.ref,
        titles=titles(work, call),
        country=made.country_code,
        closes_at=made.closes_at,
        zone=made.closes_zone,
        reason=made.reason,
    )
    work.session.flush()
    notify_each(work, [(to, message) for to in people], once=str(made.id))
