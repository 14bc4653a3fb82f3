"""The page on which the office that decides names who reviews for one opportunity."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.models import RoleGrant, User
from app.accounts.queries import person_with_address
from app.foundation.database import db
from app.foundation.errors import RuleBroken
from app.foundation.forms import Button
from app.foundation.languages import gettext as _
from app.foundation.settling import settle
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work
from app.opportunities.models import Opportunity
from app.opportunities.queries import opportunities_visible_to
from app.reviews import policy, queries
from app.reviews.forms import NameReviewerForm
from app.reviews.operations import dismiss_reviewer, name_reviewer

bp = Blueprint("naming", __name__, url_prefix="/reviews")


@bp.get("/reviewers/<int:opportunity_id>")
@needs(policy.NAME_REVIEWER)
def reviewers(opportunity_id: int) -> ResponseReturnValue:
    return _page(opportunity_id)


@bp.post("/reviewers/<int:opportunity_id>")
@needs(policy.NAME_REVIEWER)
def name(opportunity_id: int) -> ResponseReturnValue:
    form = NameReviewerForm()
    return settle(
        form,
        find=lambda work: _find(work, opportunity_id),
        do=lambda work, found: name_reviewer(work, found, _person(work, form.email.data or "")),
        said=_("They may review now, and are told."),
        to=url_for(".reviewers", opportunity_id=opportunity_id),
        again=lambda refusal: _page(opportunity_id, form=form, refusal=refusal),
    )


@bp.post("/reviewers/<int:opportunity_id>/<int:grant_id>/dismiss")
@needs(policy.NAME_REVIEWER)
def dismiss(opportunity_id: int, grant_id: int) -> ResponseReturnValue:
    def find(work: Work) -> RoleGrant:
        return work.find(queries.reviewer_to_dismiss(work.actor, opportunity_id, grant_id))

    def do(work: Work, grant: RoleGrant) -> None:
        dismiss_reviewer(work, _find(work, opportunity_id), grant)

    return settle(
        Button(),
        find=find,
        do=do,
        said=_("They review nothing more here."),
        to=url_for(".reviewers", opportunity_id=opportunity_id),
    )


def _find(work: Work, opportunity_id: int) -> Opportunity:
    query = opportunities_visible_to(work.actor).where(Opportunity.id == opportunity_id)
    found = work.find(query)
    policy.NAME_REVIEWER.require(work.actor, found)
    return found


def _person(work: Work, address: str) -> User:
    found = work.session.scalar(person_with_address(address))
    if found is None:
        raise RuleBroken(_("Nobody signs in with this address. Ask them to sign up first."))
    return found


def _page(opportunity_id: int, *, form: NameReviewerForm | None = None, refusal: str = "") -> str:
    query = opportunities_visible_to(current_actor()).where(Opportunity.id == opportunity_id)
    found = one_or_404(query)
    policy.NAME_REVIEWER.require(current_actor(), found)
    return render_template(
        "reviews/reviewers.html",
        opportunity=found,
        named=db.session.scalars(queries.named_reviewers(found.id)).all(),
        burdens=queries.burdens_of(db.session(), found.id),
        form=form or NameReviewerForm(formdata=None),
        pressing=Button(formdata=None),
        refusals=[refusal] if refusal else [],
    )
