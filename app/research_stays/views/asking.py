"""The page on which somebody says what an application asks for, and on which it is read."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.applications import policy as applications
from app.applications.models import Application
from app.applications.states import ApplicationState
from app.foundation.database import db
from app.foundation.languages import gettext as _
from app.foundation.settling import settle
from app.foundation.texts import for_reader
from app.foundation.web import current_actor, needs, one_or_404
from app.research_stays import policy, queries, wording
from app.research_stays.forms import RequestForm
from app.research_stays.models import ResearchStayCall, StayRequest
from app.research_stays.operations import ask_for_stay, find_application
from app.research_stays.views import bp
from app.research_stays.views.homes import chosen_home, offer_homes


@bp.get("/requests/<int:application_id>")
@needs(applications.VIEW)
def of_application(application_id: int) -> ResponseReturnValue:
    """What an application asks for; while it is a draft, the form for it."""
    actor = current_actor()
    seen = queries.stay_applications(actor).where(Application.id == application_id)
    found = one_or_404(seen)
    applications.VIEW.require(actor, found)
    own = policy.ASK.allows(actor, found)
    if own and found.state is ApplicationState.DRAFT:
        return _form_page(found, _form(found, bound=False))
    call, asked = _call(found), db.session.scalar(queries.request_of(found.id))
    return render_template(
        "research_stays/request.html",
        application=found,
        call=call,
        text=for_reader(call.texts),
        asked=asked,
        own=own,
        wording=wording,
    )


@bp.post("/requests/<int:application_id>")
@needs(policy.ASK)
def ask(application_id: int) -> ResponseReturnValue:
    found = one_or_404(queries.own_application(current_actor(), application_id))
    form = _form(found, bound=True)
    if form.home.asked(request.form):
        return _form_page(found, form)

    def again(refusal: str) -> str:
        anew = one_or_404(queries.own_application(current_actor(), application_id))
        return _form_page(anew, form, refusal)

    return settle(
        form,
        find=lambda work: find_application(work, application_id),
        do=lambda work, application: ask_for_stay(
            work, application, form.wanted(chosen_home(work, form)), version=form.version.data
        ),
        said=_("Saved. Go on with the form, and submit all of it."),
        to=url_for("applications.application", application_id=application_id),
        again=again,
    )


def _call(found: Application) -> ResearchStayCall:
    return one_or_404(queries.call_by_id(current_actor(), found.opportunity_id))


def _form(found: Application, *, bound: bool) -> RequestForm:
    call = _call(found)
    kept = None if bound else db.session.scalar(queries.request_of(found.id))
    shown = {} if bound else _kept(kept) if kept is not None else _from_profile(found)
    form = RequestForm(formdata=request.form if bound else None, data=shown)
    if not bound:
        form.home.body = shown.get("body")
    else:
        offer_homes(form)
    form.among(call.purposes, db.session.scalars(queries.projects_of([call.organisation_id])).all())
    return form


def _kept(asked: StayRequest) -> dict[str, Any]:
    return {
        "first_on": asked.starts_on,
        "last_on": asked.ends_on,
        "purpose_kind": asked.purpose_kind.value,
        "purpose": asked.purpose,
        "brings": asked.brings,
        "project": str(asked.project_id or ""),
        "home": asked.home.name if asked.home else asked.home_name,
        "home_country": "" if asked.home else asked.home_country,
        "function": asked.function,
        "body": asked.home_id,
        "version": asked.version,
    }


def _from_profile(found: Application) -> dict[str, Any]:
    """Where somebody works, as their profile says it."""
    person = db.session.scalars(queries.person_with_home(found.applicant_id)).one()
    home = person.home_institution
    return {
        "home": home.name if home else person.home_institution_text,
        "home_country": "" if home else person.residence_code or "",
        "body": home.id if home else None,
    }


def _form_page(found: Application, form: RequestForm, refusal: str = "") -> str:
    call = _call(found)
    return render_template(
        "research_stays/ask.html",
        application=found,
        call=call,
        text=for_reader(call.texts),
        form=form,
        refusals=[refusal] if refusal else [],
        wording=wording,
    )
