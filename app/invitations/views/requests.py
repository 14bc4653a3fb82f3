"""From a request to an invitation: for the host what was asked, for who asked the way to it."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.applications import policy as applications
from app.applications.models import Application
from app.applications.queries import applications_visible_to
from app.applications.states import ApplicationState
from app.foundation import clock
from app.foundation.database import db
from app.foundation.forms import Button
from app.foundation.languages import gettext as _
from app.foundation.settling import settle
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work
from app.invitations import policy, queries, wording
from app.invitations.models import Invitation
from app.invitations.operations import begin_from_request, find_request
from app.invitations.operations.telling import home_of
from app.invitations.states import LIVING
from app.invitations.views import bp
from app.research_stays.models import StayRequest


@bp.get("/office/requests/<int:application_id>")
@needs(policy.INVITE)
def request_(application_id: int) -> ResponseReturnValue:
    """What was asked, what invitations answered it, and how many places are left."""
    return _page(application_id)


@bp.post("/office/requests/<int:application_id>")
@needs(policy.INVITE)
def invite(application_id: int) -> ResponseReturnValue:
    """Begin an invitation that says what was asked for; its office looks it over and sends it."""
    made: list[int] = []

    def find(work: Work) -> StayRequest:
        found = find_request(work, application_id)
        policy.INVITE.require(work.actor, found.application)
        return found

    answer = settle(
        Button(),
        find=find,
        do=lambda work, found: made.append(begin_from_request(work, found)),
        said=_("The invitation is written. Nobody else reads it before it is sent."),
        to="",
        again=lambda refusal: _page(application_id, refusal),
    )
    return redirect(url_for(".invitation", invitation_id=made[0])) if made else answer


def _page(application_id: int, refusal: str = "") -> str:
    found = one_or_404(queries.request_with_all(current_actor(), application_id))
    policy.INVITE.require(current_actor(), found.application)
    invitations = db.session.scalars(queries.invitations_of_request(application_id)).all()
    on_the_list = found.application.state is ApplicationState.SHORTLISTED
    return render_template(
        "invitations/request.html",
        found=found,
        call=found.call,
        invitations=invitations,
        may_invite=on_the_list and not any(one.state in LIVING for one in invitations),
        left=queries.stays_left(db.session(), found.call),
        refusals=[refusal] if refusal else [],
        wording=wording,
        home_of=home_of,
        now=clock.now(),
    )


@bp.get("/of/<int:application_id>")
@needs(applications.VIEW)
def of_application(application_id: int) -> ResponseReturnValue:
    """The newest invitation that answers one's own request."""
    actor = current_actor()
    visible = applications_visible_to(actor).where(Application.id == application_id)
    applications.VIEW.require(actor, one_or_404(visible))
    sent = queries.invitations_visible_to(actor).where(Invitation.application_id == application_id)
    newest = one_or_404(sent.order_by(Invitation.id.desc()).limit(1))
    return redirect(url_for(".invitation", invitation_id=newest.id))
