"""Pages on which bodies join a project, and on which things come to belong to it."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.foundation.database import db
from app.foundation.errors import NotFound, RuleBroken
from app.foundation.forms import Button
from app.foundation.languages import gettext as _
from app.foundation.languages import reader
from app.foundation.settling import settle
from app.foundation.texts import for_reader
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work
from app.opportunities import wording as opportunities
from app.opportunities.models import Opportunity
from app.organisations.queries import organisations_named
from app.organisations.views.lists import tidy_words
from app.projects import policy, queries, wording
from app.projects.forms import AskForm, FillForm, TakeOutForm
from app.projects.models import Project, ProjectPartner
from app.projects.operations import (
    answer_as_partner,
    ask_partner,
    attach_opportunity,
    detach_opportunity,
    remove_partner,
)
from app.projects.views import bp


@bp.get("/office/<int:project_id>/partners")
@needs(policy.EDIT)
def partners(project_id: int) -> ResponseReturnValue:
    found = one_or_404(queries.project_to_change(current_actor(), project_id))
    policy.EDIT.require(current_actor(), found)
    words = tidy_words(request.args.get("q", ""))
    named = {found.organisation_id, *(one.organisation_id for one in found.partners)}
    bodies = organisations_named(db.session(), words, limit=12) if words else []
    return render_template(
        "projects/office/partners.html",
        project=found,
        text=for_reader(found.texts),
        words=words,
        found=[body for body in bodies if body.id not in named],
        wording=wording,
    )


@bp.post("/office/<int:project_id>/partners")
@needs(policy.EDIT)
def ask(project_id: int) -> ResponseReturnValue:
    form = AskForm()

    def do(work: Work, project: Project) -> ProjectPartner:
        body = work.session.scalar(queries.body_named(form.body.data or ""))
        if body is None:
            raise RuleBroken(_("Look for the body and choose it."))
        return ask_partner(work, project, body)

    return settle(
        form,
        find=lambda work: work.find(queries.project_to_change(work.actor, project_id)),
        do=do,
        said=_("It is asked. The world reads its name once it has said that it takes part."),
        to=url_for(".partners", project_id=project_id),
    )


@bp.post("/office/<int:project_id>/partners/<int:partner_id>/remove")
@needs(policy.EDIT)
def remove(project_id: int, partner_id: int) -> ResponseReturnValue:
    def do(work: Work, project: Project) -> None:
        partner = next((one for one in project.partners if one.id == partner_id), None)
        if partner is None:
            raise NotFound(_("There is no such page, or it is not yours to see."))
        remove_partner(work, project, partner)

    return settle(
        Button(),
        find=lambda work: work.find(queries.project_to_change(work.actor, project_id)),
        do=do,
        said=_("It is not named in the project any more."),
        to=url_for(".partners", project_id=project_id),
    )


@bp.post("/partners/<int:partner_id>/confirm")
@needs(policy.ANSWER)
def confirm(partner_id: int) -> ResponseReturnValue:
    return _answer(partner_id, True, _("Your body is named in the project now."))


@bp.post("/partners/<int:partner_id>/decline")
@needs(policy.ANSWER)
def decline(partner_id: int) -> ResponseReturnValue:
    return _answer(partner_id, False, _("Your body is not named. Who leads the project is told."))


def _answer(partner_id: int, confirms: bool, said: str) -> ResponseReturnValue:
    return settle(
        Button(),
        find=lambda work: work.find(queries.partner_to_answer(work.actor, partner_id)),
        do=lambda work, partner: answer_as_partner(work, partner, confirms=confirms),
        said=said,
        to=url_for(".office"),
    )


@bp.get("/office/<int:project_id>/belongs")
@needs(policy.FILL)
def belongs(project_id: int) -> ResponseReturnValue:
    return _belongs_page(project_id, FillForm(formdata=None))


def _belongs_page(project_id: int, form: FillForm, *refusals: str) -> str:
    actor, locale, session = current_actor(), reader().locale, db.session()
    found = one_or_404(queries.project_to_fill(actor, project_id))
    policy.FILL.require(actor, found)
    form.offer(session.execute(queries.free_to_belong(actor, locale)))
    leads = policy.EDIT.allows(actor, found)
    return render_template(
        "projects/office/belongs.html",
        project=found,
        text=for_reader(found.texts),
        rows=session.execute(queries.belonging_seen_by(actor, found.id, locale)).all(),
        may_take_out=lambda row: leads or policy.ATTACH.allows(actor, row),
        kinds=opportunities.kind_names(),
        leads=leads,
        form=form,
        refusals=refusals,
        wording=wording,
    )


@bp.post("/office/<int:project_id>/attach")
@needs(policy.FILL)
def attach(project_id: int) -> ResponseReturnValue:
    form = FillForm()

    def find(work: Work) -> Project:
        form.offer(work.session.execute(queries.free_to_belong(work.actor, reader().locale)))
        return work.find(queries.project_to_fill(work.actor, project_id))

    return settle(
        form,
        find=find,
        do=lambda work, project: attach_opportunity(
            work, project, work.session.get_one(Opportunity, int(form.opportunity.data))
        ),
        said=_("It belongs to the project now."),
        to=url_for(".belongs", project_id=project_id),
        again=lambda refusal: _belongs_page(project_id, form, *([refusal] if refusal else [])),
    )


@bp.post("/office/<int:project_id>/detach")
@needs(policy.FILL)
def detach(project_id: int) -> ResponseReturnValue:
    form = TakeOutForm()
    return settle(
        form,
        find=lambda work: work.find(queries.project_to_fill(work.actor, project_id)),
        do=lambda work, project: detach_opportunity(
            work, project, _opportunity(work, form.opportunity.data or 0)
        ),
        said=_("It belongs to the project no longer."),
        to=url_for(".belongs", project_id=project_id),
    )


def _opportunity(work: Work, opportunity_id: int) -> Opportunity:
    found = work.session.scalar(queries.opportunity_by_id(work.actor, opportunity_id))
    if found is None:
        raise RuleBroken(_("This does not belong to the project."))
    return found
