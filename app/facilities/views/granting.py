"""The centre's pages of who uses a facility: the shortlist, what is free, and what is granted."""

from datetime import timedelta
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.applications.models import Application
from app.facilities import policy, queries
from app.facilities.capacity import free_from, taken_on
from app.facilities.forms import OfferForm
from app.facilities.models import Facility
from app.facilities.operations import find_application, offer_use, today_at
from app.facilities.states import GrantState
from app.facilities.views import bp
from app.facilities.views.office import edit, shown
from app.foundation import clock
from app.foundation.database import db
from app.foundation.errors import NotFound
from app.foundation.languages import gettext as _
from app.foundation.settling import settle
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work

USUAL_DAYS = 30


@bp.get("/office/<int:facility_id>/use")
@needs(policy.EDIT)
def use(facility_id: int) -> ResponseReturnValue:
    found = edit.found(facility_id)
    grants = db.session.scalars(queries.grants_of_facility(found.id)).all()
    return shown(
        "facilities/office/use",
        found,
        groups=[(state, [one for one in grants if one.state is state]) for state in GrantState],
        shortlist=db.session.scalars(queries.to_grant_use_to(found.id)).all(),
        **_free(found),
    )


def _free(found: Facility) -> dict[str, Any]:
    """What is taken today, and from when on anything is free."""
    taken = queries.taken_of(db.session(), found.id)
    today = today_at(found, clock.now())
    return {
        "today": today,
        "taken": taken_on(taken, today),
        "free_on": free_from(taken, found.available, today),
    }


@bp.get("/office/<int:facility_id>/applications/<int:application_id>/use")
@needs(policy.GRANT)
def offer(facility_id: int, application_id: int) -> ResponseReturnValue:
    found = edit.found(facility_id)
    may_be_offered = queries.to_grant_use_to(found.id).where(Application.id == application_id)
    if db.session.scalar(may_be_offered) is None:
        one_or_404(queries.application_for(current_actor(), facility_id, application_id))
        flash(_("Use is granted to those on the shortlist."), "warning")
        return redirect(url_for(".use", facility_id=facility_id))
    today = today_at(found, clock.now())
    first = max(today, found.starts_on or today)
    last = first + timedelta(days=USUAL_DAYS - 1)
    last = min(last, found.ends_on) if found.ends_on and found.ends_on >= first else last
    usual = {"amount": found.most, "first_on": first, "last_on": last}
    return _offer_page(facility_id, application_id, OfferForm(formdata=None, data=usual))


@bp.post("/office/<int:facility_id>/applications/<int:application_id>/use")
@needs(policy.GRANT)
def grant_use(facility_id: int, application_id: int) -> ResponseReturnValue:
    form = OfferForm(request.form)

    def find(work: Work) -> Application:
        application = find_application(work, application_id)
        policy.GRANT.require(work.actor, application)
        if application.opportunity_id != facility_id:
            raise NotFound(_("There is no such page, or it is not yours to see."))
        return application

    return settle(
        form,
        find=find,
        do=lambda work, application: offer_use(
            work,
            application,
            amount=int(form.amount.data or 0),
            first_on=form.first_on.data,
            last_on=form.last_on.data,
            note=form.note.data or "",
        ),
        said=_("The use is offered. The person is told, and by when to answer."),
        to=url_for(".use", facility_id=facility_id),
        again=lambda refusal: _offer_page(facility_id, application_id, form, refusal),
    )


def _offer_page(facility_id: int, application_id: int, form: OfferForm, refusal: str = "") -> str:
    """The form; where nothing can be offered to this person, back to who uses it, with why."""
    actor = current_actor()
    application = one_or_404(queries.application_for(actor, facility_id, application_id))
    policy.GRANT.require(actor, application)
    found = edit.found(facility_id)
    return shown(
        "facilities/office/offer",
        found,
        application=application,
        form=form,
        refusals=[refusal] if refusal else [],
        **_free(found),
    )
