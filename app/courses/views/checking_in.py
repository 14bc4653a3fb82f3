"""Checking in at a meeting: the centre's pages and screen, and the page of who is there."""

from datetime import datetime
from typing import Any

from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.accounts import throttle
from app.courses import codes, policy, queries
from app.courses.forms import ButtonForm
from app.courses.forms.attendance import CheckInForm
from app.courses.forms.people import HereForm
from app.courses.models import Meeting
from app.courses.operations import check_in, close_check_in, find_seat_by_code, open_check_in
from app.courses.operations.attending import AHEAD
from app.courses.queries.runs import meeting_to_change
from app.courses.views import bp
from app.courses.views.attendance import meeting_of, run_to_record
from app.courses.views.running import run_office_page
from app.foundation import clock
from app.foundation.database import db
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.languages import ngettext
from app.foundation.permissions import SIGNED_IN
from app.foundation.qr import qr_svg
from app.foundation.settling import settle
from app.foundation.web import current_actor, needs, public
from app.foundation.work import Work, unit_of_work

LATE_AFTER = 15
_SCANNED = "scanned"


@bp.get("/office/dates/<int:run_id>/check-in/<int:meeting_id>")
@needs(policy.RECORD)
def meeting_check_in(run_id: int, meeting_id: int) -> ResponseReturnValue:
    """Where the centre opens and closes the check-in, and sees who came."""
    page: ResponseReturnValue = _desk(run_id, meeting_id)
    return page


def _desk(run_id: int, meeting_id: int, form: CheckInForm | None = None, refusal: str = "") -> Any:
    run = run_to_record(run_id)
    meeting = meeting_of(run, meeting_id)
    opened = db.session.scalar(queries.check_in_of(meeting.id))
    late_after = opened.late_after if opened else LATE_AFTER
    return run_office_page(
        "check_in",
        run,
        meeting=meeting,
        opened=opened,
        is_open=opened is not None and opened.closed_at is None and clock.now() <= meeting.ends_at,
        has_begun=meeting.starts_at - AHEAD <= clock.now(),
        late_after=late_after,
        form=form or CheckInForm(formdata=None, data={"late_after": late_after}),
        refusals=[refusal] if refusal else [],
        present=queries.number_present(db.session(), meeting.id),
        seats=queries.number_with_seats(db.session(), run.id),
        came=queries.last_to_come(db.session(), meeting.id),
        is_late=codes.is_late,
    )


def _find(work: Work, run_id: int, meeting_id: int) -> Meeting:
    meeting = work.find(meeting_to_change(work.actor, run_id, meeting_id))
    policy.RECORD.require(work.actor, meeting.run)
    return meeting


@bp.post("/office/dates/<int:run_id>/check-in/<int:meeting_id>")
@needs(policy.RECORD)
def open_meeting_check_in(run_id: int, meeting_id: int) -> ResponseReturnValue:
    form = CheckInForm()
    return settle(
        form,
        find=lambda work: _find(work, run_id, meeting_id),
        do=lambda work, meeting: open_check_in(
            work, meeting, late_after=int(form.late_after.data or 0)
        ),
        said=_("The check-in is open."),
        to=url_for(".meeting_check_in", run_id=run_id, meeting_id=meeting_id),
        again=lambda refusal: _desk(run_id, meeting_id, form, refusal),
    )


@bp.post("/office/dates/<int:run_id>/check-in/<int:meeting_id>/close")
@needs(policy.RECORD)
def close_meeting_check_in(run_id: int, meeting_id: int) -> ResponseReturnValue:
    others_absent = request.form.get("others") == "absent"

    def said(number: int) -> str:
        if not number:
            return _("The check-in is closed.")
        return ngettext(
            "The check-in is closed; %(num)s person was not there.",
            "The check-in is closed; %(num)s people were not there.",
            number,
        )

    return settle(
        ButtonForm(),
        find=lambda work: _find(work, run_id, meeting_id),
        do=lambda work, meeting: close_check_in(work, meeting, others_absent=others_absent),
        said=said,
        to=url_for(".meeting_check_in", run_id=run_id, meeting_id=meeting_id),
    )


@bp.get("/office/dates/<int:run_id>/check-in/<int:meeting_id>/screen")
@needs(policy.RECORD)
def screen(run_id: int, meeting_id: int) -> ResponseReturnValue:
    """For a projector: the square, the code and how many are there; it renews itself."""
    run = run_to_record(run_id)
    meeting = meeting_of(run, meeting_id)
    opened = db.session.scalar(queries.check_in_of(meeting.id))
    at = clock.now()
    if opened is None or opened.closed_at is not None or at > meeting.ends_at:
        flash(_("The check-in is not open."), "warning")
        return redirect(url_for(".meeting_check_in", run_id=run_id, meeting_id=meeting_id))
    site = str(current_app.config["SETTINGS"].public_url)
    code = codes.shown(opened.secret, at)
    address = site + url_for(".here", code=code)
    page = render_template(
        "courses/office/screen.html",
        run=run,
        course=run.course_version.course,
        meeting=meeting,
        code=code,
        address=(site + url_for(".here")).partition("://")[2],
        square=Markup(qr_svg(address)),  # noqa: S704 - of numbers alone
        present=queries.number_present(db.session(), meeting.id),
        seats=queries.number_with_seats(db.session(), run.id),
    )
    return page, {"Cache-Control": "no-store"}


@bp.get("/here")
@public
def here() -> ResponseReturnValue:
    """Behind the square on the screen: who is not signed in does so and comes back.

    When a code was scanned is kept in the session, so that signing in takes nobody's time.
    """
    code = codes.tidied(request.args.get("code", "")[:20])
    if code and session.get(_SCANNED, ("", ""))[0] != code:
        session[_SCANNED] = (code, clock.now().isoformat())
    return _here_page(HereForm(formdata=None, data={"code": code}))


def _here_page(form: HereForm, *, refusal: str = "") -> str:
    actor = current_actor()
    now_on = queries.own_check_ins(db.session(), actor, clock.now()) if actor.user_id else []
    meetings = [(enrolment_id, opened.meeting) for enrolment_id, opened in now_on]
    return render_template("courses/mine/here.html", form=form, refusal=refusal, meetings=meetings)


def _seen_at(code: str) -> datetime:
    """When this person scanned the code, if that was a moment ago; else now."""
    scanned, when = session.get(_SCANNED, ("", ""))
    at = clock.now()
    if scanned and scanned == codes.tidied(code):
        seen = datetime.fromisoformat(when)
        if at - seen <= codes.SCAN_HOLDS:
            return seen
    return at


def _say_here() -> ResponseReturnValue:
    form = HereForm()
    try:
        with unit_of_work(current_actor()) as work:
            if not form.validate():
                return _here_page(form), 422
            seen_at = _seen_at(form.code.data or "")
            seat, meeting = find_seat_by_code(work, form.code.data or "", seen_at)
            check_in(work, seat, meeting, came_at=seen_at)
            enrolment_id = seat.id
    except RuleBroken as refusal:
        return _here_page(form, refusal=str(refusal)), 409
    session.pop(_SCANNED, None)
    flash(_("You are entered as present."), "success")
    return redirect(url_for(".my_course", enrolment_id=enrolment_id))


def _wait(seconds: int) -> ResponseReturnValue:
    minutes = max(1, round(seconds / 60))
    said = ngettext(
        "Too many codes that were not right. Try again in %(num)s minute, or speak to who teaches.",
        "Too many codes that were not right. Try again in %(num)s minutes, or speak to who "
        "teaches.",
        minutes,
    )
    return _here_page(HereForm(), refusal=said), 429, {"Retry-After": str(seconds)}


# By account alone: a whole hall has one address on the network.
say_here = throttle.tries(
    "check-in",
    _say_here,
    refuse=_wait,
    of=(throttle.account,),
    counted=lambda answer: answer.status_code == 409,
)
bp.add_url_rule("/here", "say_here", needs(SIGNED_IN)(say_here), methods=["POST"])
