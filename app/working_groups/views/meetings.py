"""Pages on which a group's meetings are planned, changed, and written up."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from app.foundation import clock
from app.foundation.database import db
from app.foundation.languages import gettext as _
from app.foundation.languages import reader
from app.foundation.settling import Editing, settle
from app.foundation.texts import for_reader
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work
from app.opportunities.calendar import calendar_file
from app.opportunities.forms import zone_choices
from app.working_groups import policy, queries
from app.working_groups.calendar import entry_of
from app.working_groups.forms import ChangeMeetingForm, MeetingForm, MinutesForm, WhyForm
from app.working_groups.models import GroupMeeting, WorkingGroup
from app.working_groups.operations import (
    cancel_group_meeting,
    change_group_meeting,
    plan_group_meeting,
    write_minutes,
)
from app.working_groups.views import bp
from app.working_groups.views.finding import group_for, group_to
from app.working_groups.views.office import shown

PRIVATE = {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex"}
edit: Editing[GroupMeeting] = Editing(of=queries.meeting_to_change, may=policy.CHANGE_MEETING)


@bp.get("/<int:group_id>/meetings.ics")
@needs(policy.READ_INSIDE)
def calendar(group_id: int) -> ResponseReturnValue:
    """The meetings of a group since a month ago, for a member's calendar."""
    found = group_for(group_id, policy.READ_INSIDE)
    since = clock.now() - timedelta(days=31)
    rows = queries.meetings_of_group(db.session(), group_id, since, reader().locale)
    page = url_for(".group", ref=found.ref, _external=True)
    file = calendar_file([entry_of(row, page) for row in rows], name=for_reader(found.texts).name)
    return Response(file, mimetype="text/calendar", headers=PRIVATE)


@bp.get("/office/<int:group_id>/meetings/new")
@needs(policy.WRITE)
def new_meeting(group_id: int) -> ResponseReturnValue:
    found = group_for(group_id, policy.WRITE)
    return _new_page(found, _new_form(found, bound=False))


def _new_form(group: WorkingGroup, *, bound: bool) -> MeetingForm:
    zone = group.organisation.zone
    form = MeetingForm(formdata=request.form if bound else None, data={"zone": zone})
    form.zone.choices = zone_choices(clock.now(), zone)
    return form


def _new_page(group: WorkingGroup, form: MeetingForm, refusal: str = "") -> str:
    return shown("new_meeting", group, form=form, refusals=[refusal] if refusal else [])


@bp.post("/office/<int:group_id>/meetings/new")
@needs(policy.WRITE)
def plan_meeting(group_id: int) -> ResponseReturnValue:
    form = _new_form(group_for(group_id, policy.WRITE), bound=True)
    return settle(
        form,
        find=lambda work: group_to(work, group_id, policy.WRITE),
        do=lambda work, group: plan_group_meeting(work, group, form.terms()),
        said=_("The meeting is planned. The members are told."),
        to=url_for(".led", group_id=group_id),
        again=lambda refusal: _new_page(group_for(group_id, policy.WRITE), form, refusal),
    )


def _meeting(meeting_id: int) -> GroupMeeting:
    return one_or_404(queries.meeting_to_change(current_actor(), meeting_id))


@bp.get("/office/meetings/<int:meeting_id>")
@needs(policy.CHANGE_MEETING)
def meeting(meeting_id: int) -> ResponseReturnValue:
    found = _meeting(meeting_id)
    return _page(found, _form(found, bound=False))


def _form(one: GroupMeeting, *, bound: bool) -> ChangeMeetingForm:
    starts = one.starts_at.astimezone(ZoneInfo(one.zone)).replace(tzinfo=None)
    form = ChangeMeetingForm(
        formdata=request.form if bound else None,
        data={
            "title": one.title,
            "starts": starts,
            "minutes": int((one.ends_at - one.starts_at).total_seconds()) // 60,
            "zone": one.zone,
            "venue": one.venue,
            "join_url": one.join_url,
            "agenda": one.agenda,
            "version": one.version,
        },
    )
    form.zone.choices = zone_choices(clock.now(), one.zone)
    return form


def _page(
    one: GroupMeeting, form: ChangeMeetingForm, why: WhyForm | None = None, **values: Any
) -> str:
    return shown(
        "meeting",
        one.group,
        meeting=one,
        form=form,
        why=why or WhyForm(formdata=None),
        over=one.ends_at <= clock.now(),
        **values,
    )


@bp.post("/office/meetings/<int:meeting_id>")
@needs(policy.CHANGE_MEETING)
def change_meeting(meeting_id: int) -> ResponseReturnValue:
    def save(work: Work, one: GroupMeeting, form: ChangeMeetingForm) -> None:
        change_group_meeting(
            work,
            one,
            form.terms(),
            reason=form.reason.data or "",
            version=form.version.data,
        )

    return edit.settle(
        meeting_id,
        _form,
        save,
        _page,
        said=_("The meeting is changed."),
        to=url_for(".meeting", meeting_id=meeting_id),
    )


@bp.post("/office/meetings/<int:meeting_id>/cancel")
@needs(policy.CHANGE_MEETING)
def cancel_meeting(meeting_id: int) -> ResponseReturnValue:
    why = WhyForm()

    def again(refusal: str) -> str:
        found = _meeting(meeting_id)
        refusals = [refusal] if refusal else []
        return _page(found, _form(found, bound=False), why, refusals=refusals)

    return settle(
        why,
        find=lambda work: work.find(queries.meeting_to_change(work.actor, meeting_id)),
        do=lambda work, one: cancel_group_meeting(work, one, reason=why.reason.data or ""),
        said=_("The meeting is cancelled. The members are told."),
        to=url_for(".meeting", meeting_id=meeting_id),
        again=again,
    )


@bp.get("/office/meetings/<int:meeting_id>/minutes")
@needs(policy.CHANGE_MEETING)
def minutes(meeting_id: int) -> ResponseReturnValue:
    found = _meeting(meeting_id)
    return _minutes_page(found, _minutes_form(found, bound=False))


def _minutes_form(one: GroupMeeting, *, bound: bool) -> MinutesForm:
    return MinutesForm(
        formdata=request.form if bound else None,
        data={
            "minutes": one.minutes,
            "audience": one.minutes_for.value if one.minutes_for else "",
            "version": one.version,
        },
    )


def _minutes_page(one: GroupMeeting, form: MinutesForm, **values: Any) -> str:
    return shown("minutes", one.group, meeting=one, form=form, **values)


@bp.post("/office/meetings/<int:meeting_id>/minutes")
@needs(policy.CHANGE_MEETING)
def save_minutes(meeting_id: int) -> ResponseReturnValue:
    def save(work: Work, one: GroupMeeting, form: MinutesForm) -> None:
        write_minutes(
            work,
            one,
            minutes=form.minutes.data or "",
            audience=form.for_whom(),
            version=form.version.data,
        )

    return edit.settle(
        meeting_id,
        _minutes_form,
        save,
        _minutes_page,
        said=_("The minutes are saved."),
        to=url_for(".meeting", meeting_id=meeting_id),
    )
