"""Pages on which a host writes its group: days and senders, the plan, and who comes instead."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.applications import policy as applications
from app.applications.models import Application
from app.foundation.database import db
from app.foundation.errors import NotFound, RuleBroken
from app.foundation.forms import Button
from app.foundation.languages import gettext as _
from app.foundation.settling import settle
from app.foundation.texts import for_reader
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work
from app.organisations.models import Organisation
from app.organisations.queries import country_codes
from app.visits import policy, queries, wording
from app.visits.forms import GroupForm, NewGroupForm, PlanForm, ReplaceForm, plan_form
from app.visits.models import VisitGroup, VisitPerson
from app.visits.operations import (
    begin_group,
    change_until,
    find_application,
    leave_out,
    plan_days,
    replace_person,
    save_group,
    send_link_again,
)
from app.visits.states import PersonFlow
from app.visits.views import bp
from app.visits.views.hosting import page_of, rules_in_words, to_host


@bp.get("/applications/<int:application_id>/group")
@needs(applications.VIEW)
def of_application(application_id: int) -> ResponseReturnValue:
    """The group of an application; to begin with, the form for it."""
    actor = current_actor()
    applications.VIEW.require(actor, one_or_404(queries.visit_application(actor, application_id)))
    group_id = db.session.scalar(queries.group_of_application(application_id))
    if group_id is not None:
        return redirect(page_of(group_id))
    one_or_404(queries.own_application(actor, application_id))
    return _begin_page(application_id, NewGroupForm(formdata=None))


@bp.post("/applications/<int:application_id>/group")
@needs(policy.WRITE_GROUP)
def write_first(application_id: int) -> ResponseReturnValue:
    form = NewGroupForm()
    _choose_host(form)

    def do(work: Work, application: Application) -> None:
        host = work.session.get(Organisation, int(form.host.data))
        if host is None:
            raise RuleBroken(_("Choose an institution for which you work."))
        begin_group(
            work,
            application,
            host,
            first_on=form.first_on.data,
            last_on=form.last_on.data,
            laboratory=form.laboratory.data or "",
            senders=form.named(),
        )

    return settle(
        form,
        find=lambda work: find_application(work, application_id),
        do=do,
        said=_("The group is begun. Plan its days, and name its people."),
        to=url_for(".of_application", application_id=application_id),
        again=lambda refusal: _begin_page(application_id, form, refusal),
    )


def _choose_host(form: NewGroupForm) -> None:
    hosts = db.session.scalars(queries.own_hosts(current_actor())).all()
    form.among([(one.id, one.name) for one in hosts])


def _begin_page(application_id: int, form: NewGroupForm, refusal: str = "") -> str:
    found = one_or_404(queries.own_application(current_actor(), application_id))
    _choose_host(form)
    call = one_or_404(queries.call_by_id(current_actor(), found.opportunity_id))
    return render_template(
        "visits/group_begin.html",
        application=found,
        call=call,
        text=for_reader(call.texts),
        form=form,
        refusals=[refusal] if refusal else [],
        wording=wording,
    )


@bp.get("/groups/<int:group_id>/days")
@needs(policy.HOST_GROUP)
def days(group_id: int) -> ResponseReturnValue:
    found = _hosted(group_id)
    return _days_page(found, _days_form(found))


@bp.post("/groups/<int:group_id>/days")
@needs(policy.HOST_GROUP)
def save_days(group_id: int) -> ResponseReturnValue:
    form = GroupForm()
    return settle(
        form,
        find=lambda work: to_host(work, group_id),
        do=lambda work, found: save_group(
            work,
            found,
            first_on=form.first_on.data,
            last_on=form.last_on.data,
            laboratory=form.laboratory.data or "",
            senders=form.named(),
            version=form.version.data,
        ),
        said=_("Saved. Look whether every day has a plan."),
        to=page_of(group_id),
        again=lambda refusal: _days_page(_hosted(group_id), form, refusal),
    )


def _days_form(found: VisitGroup) -> GroupForm:
    names = ("laboratory", "first_on", "last_on", "version")
    kept = {name: getattr(found, name) for name in names}
    return GroupForm(formdata=None, data=kept | {"senders": "\n".join(found.senders)})


def _days_page(found: VisitGroup, form: GroupForm, refusal: str = "") -> str:
    return _shown("visits/group_days", found, form, refusal)


@bp.get("/groups/<int:group_id>/plan")
@needs(policy.HOST_GROUP)
def plan(group_id: int) -> ResponseReturnValue:
    found = _hosted(group_id)
    form = _plan_form(found, None)
    form.version.data = found.version
    return _shown("visits/group_plan", found, form)


@bp.post("/groups/<int:group_id>/plan")
@needs(policy.HOST_GROUP)
def save_plan(group_id: int) -> ResponseReturnValue:
    form = _plan_form(_hosted(group_id), request.form)
    return settle(
        form,
        find=lambda work: to_host(work, group_id),
        do=lambda work, found: plan_days(work, found, form.plan(), version=form.version.data),
        said=_("The plan is saved."),
        to=page_of(group_id),
        again=lambda refusal: _shown("visits/group_plan", _hosted(group_id), form, refusal),
    )


def _plan_form(found: VisitGroup, formdata: Any) -> PlanForm:
    kept = {one.day: one.what for one in found.plan}
    return plan_form(days_of(found), kept, formdata)


def days_of(found: VisitGroup) -> list[date]:
    number = (found.last_on - found.first_on).days + 1
    return [found.first_on + timedelta(days=n) for n in range(number)]


@bp.get("/groups/<int:group_id>/people/<int:person_id>/replace")
@needs(policy.HOST_GROUP)
def replace(group_id: int, person_id: int) -> ResponseReturnValue:
    found = _hosted(group_id)
    person = _of(found, person_id)
    form = ReplaceForm(
        formdata=None, data={"part": person.part.value, "institution": person.institution}
    )
    return _replace_page(found, person, form)


@bp.post("/groups/<int:group_id>/people/<int:person_id>/replace")
@needs(policy.HOST_GROUP)
def name_instead(group_id: int, person_id: int) -> ResponseReturnValue:
    form = ReplaceForm()

    def find(work: Work) -> VisitGroup:
        found = to_host(work, group_id)
        _of(found, person_id)
        form.among(found.senders, work.session.scalars(country_codes()).all())
        return found

    def again(refusal: str) -> str:
        found = _hosted(group_id)
        return _replace_page(found, _of(found, person_id), form, refusal)

    return settle(
        form,
        find=find,
        do=lambda work, found: replace_person(
            work, found, _of(found, person_id), form.person(), reason=form.reason.data or ""
        ),
        said=_("Replaced. A mail asks the new person to confirm."),
        to=page_of(group_id),
        again=again,
    )


def _replace_page(
    found: VisitGroup, person: VisitPerson, form: ReplaceForm, refusal: str = ""
) -> str:
    form.among(found.senders, db.session.scalars(country_codes()).all())
    return _shown(
        "visits/group_replace",
        found,
        form,
        refusal,
        person=person,
        possible=person.state in PersonFlow.replace.sources,
        rules=rules_in_words(found),
    )


@bp.post("/groups/<int:group_id>/people/<int:person_id>/leave-out")
@needs(policy.HOST_GROUP)
def go_without(group_id: int, person_id: int) -> ResponseReturnValue:
    return _press(group_id, person_id, leave_out, _("The group goes on without this person."))


@bp.post("/groups/<int:group_id>/people/<int:person_id>/link")
@needs(policy.HOST_GROUP)
def link(group_id: int, person_id: int) -> ResponseReturnValue:
    said = _("A new link is on its way. The one before opens nothing any more.")
    return _press(group_id, person_id, send_link_again, said)


def _press(
    group_id: int,
    person_id: int,
    do: Callable[[Work, VisitGroup, VisitPerson], object],
    said: str,
) -> ResponseReturnValue:
    def find(work: Work) -> VisitGroup:
        found = to_host(work, group_id)
        _of(found, person_id)
        return found

    return settle(
        Button(),
        find=find,
        do=lambda work, found: do(work, found, _of(found, person_id)),
        said=said,
        to=page_of(group_id),
    )


def _of(found: VisitGroup, person_id: int) -> VisitPerson:
    for one in found.people:
        if one.id == person_id:
            return one
    raise NotFound(_("There is no such page, or it is not yours to see."))


def _hosted(group_id: int) -> VisitGroup:
    found = one_or_404(queries.group_with_all(current_actor(), group_id))
    policy.HOST_GROUP.require(current_actor(), found)
    return found


def _shown(template: str, found: VisitGroup, form: Any, refusal: str = "", **values: Any) -> str:
    return render_template(
        f"{template}.html",
        group=found,
        call=found.call,
        text=for_reader(found.call.texts),
        form=form,
        refusals=[refusal] if refusal else [],
        change_until=change_until(found),
        wording=wording,
        **values,
    )
