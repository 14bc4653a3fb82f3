"""The applicant's own pages: all one's applications, one of them, starting, the receipt."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app.applications import policy, queries
from app.applications.dossier import dossier
from app.applications.forms import StartForm, UploadForm
from app.applications.models import Application, Document, Submission
from app.applications.operations import ProfileWanted, start_application
from app.applications.queries.appeals import appeal_of, may_appeal_until
from app.applications.queries.changes import has_open_change, open_change
from app.applications.reuse import asked_again
from app.applications.standing import standing, timeline, usual_wait
from app.applications.states import (
    IN_PROGRESS,
    UNDECIDED,
    WAITING_FOR,
    ApplicationFlow,
    ApplicationState,
)
from app.applications.views.bound import bound, head_of, open_each
from app.applications.views.desk import Desk, Refused, desk
from app.applications.views.following import still_to_follow
from app.files.kinds import ACCEPT
from app.files.operations import open_file
from app.foundation import clock, languages
from app.foundation.database import db
from app.foundation.errors import NotFound
from app.foundation.languages import gettext as _
from app.foundation.permissions import SIGNED_IN
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import unit_of_work
from app.opportunities import calendar, deadlines
from app.opportunities.eligibility import may_apply
from app.opportunities.form_definitions import in_words, parse_form
from app.opportunities.models import Opportunity
from app.opportunities.queries import (
    later_deadline,
    opportunities_visible_to,
    own_deadline,
)
from app.opportunities.states import Kind, OpportunityState

bp = Blueprint("applications", __name__, url_prefix="/applications")


@bp.get("")
@needs(SIGNED_IN)
def mine() -> ResponseReturnValue:
    actor = current_actor()
    query = queries.listed_applications(actor).add_columns(
        later_deadline(actor).label("own"), has_open_change().label("to_change")
    )
    cards = [_card(*row) for row in db.session.execute(query).unique()]
    return render_template("applications/mine.html", cards=cards)


def _card(application: Application, own: datetime | None, to_change: bool) -> dict[str, Any]:
    opportunity = application.opportunity
    title, lang = queries.title_in(opportunity, languages.reader().locale)
    return {
        "application": application,
        "opportunity": opportunity,
        "title": title,
        "lang": lang,
        "standing": standing(
            application.state,
            office=opportunity.organisation.name,
            kind=opportunity.kind,
            to_change=to_change and application.state in IN_PROGRESS,
            called_off=opportunity.state is OpportunityState.CANCELLED,
        ),
        "takes": deadlines.accepts_for(opportunity, own, clock.now()),
        "closes_at": max(filter(None, (opportunity.closes_at, own)), default=None),
    }


@bp.get("/start/<int:opportunity_id>")
@needs(policy.START)
def before_starting(opportunity_id: int) -> ResponseReturnValue:
    actor = current_actor()
    live = db.session.scalar(queries.live_application(actor, opportunity_id))
    if live is not None:
        return redirect(url_for(".application", application_id=live.id))
    opportunity = one_or_404(
        queries.opportunities_to_start(actor).where(Opportunity.id == opportunity_id)
    )
    policy.START.require(actor, opportunity)
    return _start_page(opportunity, StartForm(key=secrets.token_urlsafe(16)))


def _start_page(opportunity: Opportunity, form: StartForm) -> str:
    person = db.session.execute(queries.person_with_profile(current_actor().user_id)).scalar_one()
    version = db.session.scalar(queries.newest_form(opportunity.id))
    asked = parse_form(version.definition) if version else None
    title, lang = queries.title_in(opportunity, languages.reader().locale)
    conditions = queries.conditions(opportunity, person, session=db.session())
    own = own_deadline(db.session(), current_actor(), opportunity.id)
    return render_template(
        "applications/start.html",
        opportunity=opportunity,
        title=title,
        title_lang=lang,
        form=form,
        conditions=conditions,
        eligible=may_apply(conditions),
        gaps=queries.gaps_of_profile(person),
        asked=asked,
        carries=asked is not None and bool(asked_again(asked)),
        takes=deadlines.accepts_for(opportunity, own, clock.now()),
        closes_at=max(filter(None, (opportunity.closes_at, own)), default=None),
        opened=deadlines.has_opened(opportunity, clock.now()),
    )


@bp.post("/start/<int:opportunity_id>")
@needs(policy.START)
def start(opportunity_id: int) -> ResponseReturnValue:
    form = StartForm(request.form)
    try:
        with unit_of_work(current_actor()) as work:
            opportunity = work.find(
                opportunities_visible_to(work.actor).where(Opportunity.id == opportunity_id)
            )
            if not form.validate():
                flash(_("The page had been open for too long. Please press the button again."))
                return redirect(url_for(".before_starting", opportunity_id=opportunity_id))
            application = start_application(work, opportunity, key=form.key.data or "")
    except ProfileWanted as wanted:
        flash(str(wanted), "warning")
        back = url_for(".before_starting", opportunity_id=opportunity_id)
        return redirect(f"/profile?next={back}")
    return redirect(url_for(".application", application_id=application.id))


@bp.get("/<int:application_id>")
@needs(policy.FILL_IN)
def application(application_id: int) -> ResponseReturnValue:
    query = queries.applications_to_fill_in(current_actor())
    found = desk(db.session(), one_or_404(query.where(Application.id == application_id)))
    if found.application.state is ApplicationState.DRAFT:
        return render_template(
            "applications/draft.html",
            desk=found,
            withdraw_at=_withdraw_address(found.application),
        )
    return status_page(found)


def status_page(found: Desk, refused: dict[str, Refused] | None = None) -> str:
    state, kind = found.application.state, found.opportunity.kind
    appeal = db.session.scalar(appeal_of(found.application.id))
    appeal_until = may_appeal_until(found.application)
    called_off = found.opportunity.state is OpportunityState.CANCELLED and state in UNDECIDED
    to_change = (
        db.session.scalar(open_change(found.application.id))
        if state in IN_PROGRESS and not called_off
        else None
    )
    open_to_appeal = appeal is None and appeal_until is not None and appeal_until >= clock.now()
    return render_template(
        "applications/status.html",
        desk=found,
        standing=standing(
            state,
            office=found.opportunity.organisation.name,
            nominator=_nominator(found),
            may_appeal=open_to_appeal,
            to_change=to_change is not None,
            called_off=called_off,
            kind=kind,
        ),
        stages=timeline(state, nominated=found.nomination is not None)
        if state is not ApplicationState.WITHDRAWN and kind is Kind.FELLOWSHIP and not called_off
        else [],
        called_off=called_off,
        withdraw_at=_withdraw_address(found.application),
        sent=_newest_submission(found.application),
        upload=UploadForm(formdata=None),
        accept=ACCEPT,
        refused=refused or {},
        usually="" if called_off else _usual_wait(found.application),
        appeal=appeal,
        appeal_until=appeal_until,
        to_change=to_change,
        at=clock.now(),
    )


def _nominator(found: Desk) -> str:
    return found.nomination.nominator.organisation.name if found.nomination else ""


def _usual_wait(application: Application) -> str:
    """What past calls of the programme teach of the wait that is on now; "" where nothing does."""
    kind = WAITING_FOR.get(application.state)
    if kind is None:
        return ""
    programme_id = application.opportunity.programme_id
    usual = queries.usual_waits(db.session(), programme_id).get(kind)
    if usual is None:
        return ""
    return usual_wait(usual.days, usual.applications, clock.now() - application.state_since)


def _withdraw_address(application: Application) -> str | None:
    """The page on which one withdraws, or undoes it for a day; None when there is neither.

    It is on a higher floor, where an offer's seat is known.
    """
    page = "placements.withdraw_page"
    since = application.withdrawn_at
    may_undo = since is not None and clock.now() - since < timedelta(days=1)
    if not (may_undo or "withdraw" in ApplicationFlow.available(application.state)):
        return None
    if page not in current_app.view_functions:
        return None
    return url_for(page, application_id=application.id)


@bp.get("/<int:application_id>/receipt")
@needs(policy.FILL_IN)
def receipt(application_id: int) -> ResponseReturnValue:
    query = queries.applications_to_fill_in(current_actor())
    found = desk(db.session(), one_or_404(query.where(Application.id == application_id)))
    sent = _newest_submission(found.application)
    if sent is None:
        raise NotFound(_("There is no receipt yet: this application was not submitted."))
    following = still_to_follow(found)
    return render_template("applications/receipt.html", desk=found, sent=sent, following=following)


@bp.get("/<int:application_id>/sent")
@needs(policy.FILL_IN)
def answers(application_id: int) -> ResponseReturnValue:
    query = queries.applications_to_fill_in(current_actor())
    found = desk(db.session(), one_or_404(query.where(Application.id == application_id)))
    if found.application.submitted_at is None:
        raise NotFound(_("This application was not submitted."))
    return render_template("applications/answers.html", desk=found, in_words=in_words)


@bp.get("/<int:application_id>/sent.pdf")
@needs(policy.FILL_IN)
def answers_on_paper(application_id: int) -> ResponseReturnValue:
    """What one sent, with its documents, to print and to keep."""
    query = queries.applications_to_fill_in(current_actor())
    found = desk(db.session(), one_or_404(query.where(Application.id == application_id)))
    sent = _newest_submission(found.application)
    read = dossier(found.application.form_version.definition, sent.content if sent else None)
    if read is None:
        raise NotFound(_("This application was not submitted."))
    mine = queries.documents_visible_to(current_actor())
    documents = db.session.scalars(mine.where(Document.application_id == application_id))
    opened = open_each(read, documents, lambda d: open_file(d.file))
    return bound(head_of(found.application, found.title), read, opened)


@bp.get("/<int:application_id>/deadline.ics")
@needs(policy.FILL_IN)
def deadline(application_id: int) -> ResponseReturnValue:
    query = queries.applications_to_fill_in(current_actor())
    found = one_or_404(query.where(Application.id == application_id))
    own = own_deadline(db.session(), current_actor(), found.opportunity_id)
    title, _lang = queries.title_in(found.opportunity, languages.reader().locale)
    if found.opportunity.closes_at is None:
        raise NotFound(_("This opportunity has no deadline."))
    entry = calendar.deadline(
        uid=f"{found.ref}@lontar",
        title=_("Deadline: %(title)s", title=title),
        url=url_for(".application", application_id=found.id, _external=True),
        closes_at=max(filter(None, (found.opportunity.closes_at, own))),
        stamped_at=clock.now(),
        sequence=found.opportunity.version,
    )
    return Response(
        calendar.calendar_file([entry]),
        mimetype="text/calendar",
        headers={"Content-Disposition": f'attachment; filename="{found.ref}.ics"'},
    )


def _newest_submission(application: Application) -> Submission | None:
    return db.session.scalar(
        select(Submission)
        .where(Submission.application_id == application.id)
        .order_by(Submission.number.desc())
        .limit(1)
    )
