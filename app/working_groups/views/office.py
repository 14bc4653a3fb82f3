"""Pages on which a group is conducted: convened, planned, written, set to work, closed."""

from collections.abc import Callable
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.foundation.database import db
from app.foundation.forms import Button
from app.foundation.languages import LANGUAGES
from app.foundation.languages import gettext as _
from app.foundation.permissions import SIGNED_IN
from app.foundation.settling import Editing, settle
from app.foundation.text_pages import TextPage
from app.foundation.texts import for_reader
from app.foundation.web import current_actor, needs
from app.foundation.work import Work
from app.organisations.models import Organisation
from app.working_groups import policy, queries, wording
from app.working_groups.forms import CharterForm, ConveneForm, PlanForm
from app.working_groups.models import GroupMembership, WorkingGroup, WorkingGroupText
from app.working_groups.operations import (
    begin_group,
    close_group,
    convene_group,
    plan_group,
    write_group,
)
from app.working_groups.states import MembershipState
from app.working_groups.views import bp
from app.working_groups.views.finding import group_for, group_to

edit: Editing[WorkingGroup] = Editing(
    of=lambda actor, group_id: queries.group_with_all(actor, group_id=group_id),
    may=policy.CONDUCT,
)


@bp.get("/office")
@needs(SIGNED_IN)
def office() -> ResponseReturnValue:
    """The groups that one belongs to, is asked to join, or convenes."""
    actor = current_actor()
    found = db.session.scalars(queries.groups_of(actor)).all()
    return render_template(
        "working_groups/office/groups.html",
        groups=[(one, for_reader(one.texts), _place_in(one)) for one in found],
        may_write=lambda group: policy.WRITE.allows(actor, group),
        may_convene=policy.CONVENE_SOME.allows(actor, None),
        wording=wording,
    )


def _place_in(group: WorkingGroup) -> GroupMembership | None:
    person_id = current_actor().user_id
    mine = [one for one in group.memberships if one.person_id == person_id]
    living = (MembershipState.INVITED, MembershipState.REQUESTED, MembershipState.MEMBER)
    return next((one for one in mine if one.state in living), None)


@bp.get("/office/new")
@needs(policy.CONVENE_SOME)
def new() -> ResponseReturnValue:
    policy.CONVENE_SOME.require(current_actor(), None)
    form = ConveneForm(formdata=None)
    form.offer(_centres())
    return _new_page(form)


def _centres() -> list[Organisation]:
    return list(db.session.scalars(queries.centres_to_convene_at(current_actor())))


def _new_page(form: ConveneForm, refusal: str = "") -> str:
    return render_template(
        "working_groups/office/new.html", form=form, refusals=[refusal] if refusal else []
    )


@bp.post("/office/new")
@needs(policy.CONVENE_SOME)
def convene() -> ResponseReturnValue:
    policy.CONVENE_SOME.require(current_actor(), None)
    form = ConveneForm()
    form.offer(_centres())

    def do(work: Work, _nothing: None) -> WorkingGroup:
        return convene_group(
            work,
            work.session.get_one(Organisation, int(form.centre.data)),
            locale=form.locale.data,
            name=form.name.data or "",
            mandate=form.mandate.data or "",
            request_key=form.request_key.data or "",
            **form.plan(),
        )

    return settle(
        form,
        find=lambda _work: None,
        do=do,
        said=_("The group is convened. Ask people to join, then set it to work."),
        to=url_for(".office"),
        again=lambda refusal: _new_page(form, refusal),
    )


@bp.get("/office/<int:group_id>")
@needs(policy.WRITE)
def led(group_id: int) -> ResponseReturnValue:
    found = group_for(group_id, policy.WRITE)
    return shown(
        "group",
        found,
        all_languages=LANGUAGES,
        meetings=db.session.scalars(queries.meetings_of(group_id)).all(),
        documents=db.session.scalars(queries.documents_of(current_actor(), group_id)).all(),
    )


def shown(template: str, group: WorkingGroup, **values: Any) -> str:
    """A page of the group's office."""
    return render_template(
        f"working_groups/office/{template}.html",
        group=group,
        text=for_reader(group.texts),
        original=next(text for text in group.texts if text.is_original),
        members=[one for one in group.memberships if one.state is MembershipState.MEMBER],
        conducts=policy.CONDUCT.allows(current_actor(), group),
        wording=wording,
        **values,
    )


@bp.get("/office/<int:group_id>/plan")
@needs(policy.CONDUCT)
def plan(group_id: int) -> ResponseReturnValue:
    found = group_for(group_id, policy.CONDUCT)
    return _plan_page(found, _plan_form(found, bound=False))


@bp.post("/office/<int:group_id>/plan")
@needs(policy.CONDUCT)
def save_plan(group_id: int) -> ResponseReturnValue:
    def save(work: Work, group: WorkingGroup, form: PlanForm) -> None:
        plan_group(work, group, version=form.version.data, **form.plan())

    return edit.settle(
        group_id,
        _plan_form,
        save,
        _plan_page,
        said=_("Saved."),
        to=url_for(".led", group_id=group_id),
    )


def _plan_form(group: WorkingGroup, *, bound: bool) -> PlanForm:
    return PlanForm(formdata=request.form if bound else None, obj=group)


def _plan_page(group: WorkingGroup, form: PlanForm, **values: Any) -> str:
    return shown("plan", group, form=form, **values)


class _TextPage(TextPage[WorkingGroup, CharterForm]):
    """What a group says of itself in one language."""

    edit, asks = edit, CharterForm

    def version(self, group: WorkingGroup, _kept: WorkingGroupText | None) -> int:
        return group.version

    def save(self, work: Work, group: WorkingGroup, form: CharterForm) -> None:
        write_group(
            work,
            group,
            locale=self.locale,
            name=form.name.data or "",
            mandate=form.mandate.data or "",
            version=form.version.data,
        )

    def page(self, group: WorkingGroup, form: CharterForm, **values: Any) -> str:
        return shown("text", group, form=form, locale_of_text=self.locale, **values)


@bp.get("/office/<int:group_id>/texts/<locale>")
@needs(policy.CONDUCT)
def charter(group_id: int, locale: str) -> ResponseReturnValue:
    return _TextPage(locale).show(group_id)


@bp.post("/office/<int:group_id>/texts/<locale>")
@needs(policy.CONDUCT)
def write_charter(group_id: int, locale: str) -> ResponseReturnValue:
    return _TextPage(locale).write(group_id, to=url_for(".led", group_id=group_id))


@bp.post("/office/<int:group_id>/begin")
@needs(policy.CONDUCT)
def begin(group_id: int) -> ResponseReturnValue:
    return _press(group_id, begin_group, _("The group is at work. Everybody can read of it now."))


@bp.post("/office/<int:group_id>/close")
@needs(policy.CONDUCT)
def close(group_id: int) -> ResponseReturnValue:
    return _press(group_id, close_group, _("The group is closed. Its page and results stay."))


def _press(
    group_id: int, do: Callable[[Work, WorkingGroup], object], said: str
) -> ResponseReturnValue:
    return settle(
        Button(),
        find=lambda work: group_to(work, group_id, policy.CONDUCT),
        do=do,
        said=said,
        to=url_for(".led", group_id=group_id),
    )
