"""Lists of stays, and the page of each."""

from collections.abc import Iterable, Mapping
from datetime import date
from zoneinfo import ZoneInfo

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.foundation import clock
from app.foundation.database import db
from app.foundation.permissions import SIGNED_IN
from app.foundation.web import current_actor, needs, one_or_404
from app.mobility import policy as mobility
from app.stays import policy, queries, wording
from app.stays.models import Preparation, Stay
from app.stays.preparing import Line, Step, endangers_arrival, expected
from app.stays.queries import Show
from app.stays.states import ChangeState, PreparationState, ReportState, StayState
from app.stays.views import bp


@bp.get("")
@needs(SIGNED_IN)
def mine() -> ResponseReturnValue:
    stays = db.session.scalars(queries.own_stays(current_actor())).all()
    return render_template("stays/mine.html", stays=stays, wording=wording)


@bp.get("/office")
@needs(policy.SEE_OFFICE)
def office() -> ResponseReturnValue:
    actor = current_actor()
    policy.SEE_OFFICE.require(actor, None)
    asked = request.args.get("show", "")
    show = Show(asked) if asked in set(Show) else Show.COMING
    stays = db.session.scalars(queries.stays_of_office(actor, show)).all()
    return render_template(
        "stays/office.html",
        stays=stays,
        late={stay.id: _late(stay) for stay in stays},
        today=today_at(stays),
        show=show,
        numbers=queries.numbers_of_office(db.session(), actor),
        of_exchanges=mobility.SEE_OFFICE.allows(actor, None),
        wording=wording,
    )


@bp.get("/<int:stay_id>")
@needs(policy.VIEW_STAY)
def stay(stay_id: int) -> ResponseReturnValue:
    actor = current_actor()
    found = one_or_404(queries.stay_with_all(actor, stay_id))
    policy.VIEW_STAY.require(actor, found)
    today = _today(found)
    when = expected(map(_line, found.preparations), today)
    planned = found.state is StayState.PLANNED
    names = wording.steps()
    return render_template(
        "stays/stay.html",
        found=found,
        today=today,
        expected=when,
        endangered=[names[one] for one in endangers_arrival(when, found.starts_on)]
        if planned
        else [],
        asked=[one for one in found.changes if one.state is ChangeState.ASKED],
        answered=[one for one in found.changes if one.state is not ChangeState.ASKED],
        own=policy.is_the_person.holds(actor, found),
        may=_may(found),
        may_settle=lambda line: policy.SETTLE.allows(actor, line),
        wording=wording,
        back=url_for(".mine") if actor.user_id == found.person_id else url_for(".office"),
    )


def _may(found: Stay) -> Mapping[str, bool]:
    """Which pages of this stay are open to the reader today."""
    actor = current_actor()
    there = found.state in {StayState.THERE, StayState.INTERRUPTED}
    confirms = policy.CONFIRM.allows(actor, found)
    interrupts = policy.INTERRUPT.allows(actor, found)
    under_way = found.state in queries.UNDER_WAY
    wished = any(one.state is ChangeState.ASKED for one in found.changes)
    return {
        "arrive": confirms and found.state is StayState.PLANNED,
        "leave": confirms and there,
        "interrupt": interrupts and found.state is StayState.THERE,
        "resume": interrupts and found.state is StayState.INTERRUPTED,
        "change": policy.ASK_CHANGE.allows(actor, found) and under_way and not wished,
        "add": policy.ADD_PREPARATION.allows(actor, found) and under_way,
    }


def _today(found: Stay) -> date:
    return clock.now().astimezone(ZoneInfo(found.host.zone)).date()


def today_at(stays: Iterable[Stay]) -> Mapping[int, date]:
    """The day where each host is."""
    return {stay.id: _today(stay) for stay in stays}


def _late(found: Stay) -> int:
    """How many lines and reports are over their day."""
    today = _today(found)
    lines = [
        one
        for one in found.preparations
        if one.state is PreparationState.OPEN and one.due_on < today
    ]
    waited = {ReportState.WAITED_FOR, ReportState.RETURNED}
    reports = [one for one in found.reports if one.state in waited and one.due_on < today]
    return (len(lines) if found.state is StayState.PLANNED else 0) + len(reports)


def _line(line: Preparation) -> Line:
    return Line(Step(line.step), line.due_on, line.state is not PreparationState.OPEN)
