"""The office's list of calls, a new call, and the page of one call."""

from datetime import UTC, datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from app.audit.queries import history_of_opportunity
from app.fellowships import policy, queries, readiness
from app.fellowships.forms.calls import PrepareForm
from app.fellowships.models import Call
from app.fellowships.operations import prepare_call
from app.fellowships.views import bp
from app.fellowships.views.editing import office_call, office_page
from app.foundation import clock
from app.foundation.database import db
from app.foundation.languages import gettext as _
from app.foundation.web import current_actor, needs
from app.foundation.work import unit_of_work
from app.opportunities.models import Programme
from app.opportunities.states import OpportunityState

PAGE = 25


@bp.get("/office")
@needs(policy.SEE_OFFICE)
def office() -> ResponseReturnValue:
    actor = current_actor()
    policy.SEE_OFFICE.require(actor, None)
    state = _state_asked()
    query = queries.office_list(actor, state=state, after=_cursor_asked(), limit=PAGE)
    found = list(db.session.scalars(query))
    calls, more = found[:PAGE], len(found) > PAGE
    ids = [call.id for call in calls]
    drafts = [call.id for call in calls if call.state is OpportunityState.DRAFT]
    now = clock.now()
    prepared = queries.preparations(db.session(), drafts) if drafts else {}
    return render_template(
        "fellowships/office/list.html",
        calls=calls,
        by_state=queries.calls_by_state(db.session(), actor),
        counts=queries.application_counts(db.session(), ids) if ids else {},
        missing={
            call_id: len(readiness.preventing(readiness.check(one, now)))
            for call_id, one in prepared.items()
        },
        state=state,
        next_after=_cursor(calls[-1]) if more else None,
        may_prepare=policy.PREPARE_SOME.allows(actor, None),
        may_open=policy.OPEN_PROGRAMME.allows(actor, None),
        at=now,
    )


def _state_asked() -> OpportunityState | None:
    try:
        return OpportunityState(request.args.get("state", ""))
    except ValueError:
        return None


def _cursor(call: Call) -> str:
    return f"{int(call.closes_sort.timestamp())}-{call.id}"


def _cursor_asked() -> tuple[datetime, int] | None:
    """Where the next page begins; nonsense begins at the beginning."""
    moment, _dash, last = request.args.get("after", "").partition("-")
    if not (moment.isascii() and moment.isdigit() and last.isascii() and last.isdigit()):
        return None
    if len(moment) > 12 or len(last) > 9:
        return None
    return datetime.fromtimestamp(min(int(moment), 253_370_764_800), UTC), int(last)


@bp.get("/office/new")
@needs(policy.PREPARE_SOME)
def new() -> ResponseReturnValue:
    policy.PREPARE_SOME.require(current_actor(), None)
    return _new_page(_prepare_form())


@bp.post("/office/new")
@needs(policy.PREPARE_SOME)
def prepare() -> ResponseReturnValue:
    with unit_of_work(current_actor()) as work:
        policy.PREPARE_SOME.require(work.actor, None)
        form = _prepare_form()
        if not form.validate():
            return _new_page(form), 422
        mine = queries.programmes_managed_by(work.actor)
        programme = work.find(mine.where(Programme.id == int(form.programme.data)))
        calls = queries.calls_visible_to(work.actor)
        like = work.find(calls.where(Call.id == int(form.like.data))) if form.like.data else None
        call = prepare_call(
            work,
            programme,
            title=form.title.data or "",
            original_locale=form.original_locale.data,
            like=like,
            request_key=form.request_key.data or "",
        )
    flash(_("The call is begun. The list says what it still needs."), "success")
    return redirect(url_for(".call", call_id=call.id))


def _prepare_form() -> PrepareForm:
    actor = current_actor()
    programmes = list(db.session.scalars(queries.programmes_managed_by(actor)))
    form = PrepareForm()
    form.programme.choices = [SelectChoice(str(one.id), one.name) for one in programmes]
    earlier = db.session.scalars(queries.office_list(actor, limit=50))
    form.like.choices = [
        SelectChoice("", _("A standard form and rubric")),
        *(SelectChoice(str(call.id), f"{call.ref} {call.title}") for call in earlier),
    ]
    return form


def _new_page(form: PrepareForm) -> str:
    return render_template("fellowships/office/new.html", form=form)


@bp.get("/office/<int:call_id>")
@needs(policy.VIEW)
def call(call_id: int) -> ResponseReturnValue:
    found = office_call(call_id)
    return office_page(
        "call",
        found,
        counts=queries.application_counts(db.session(), [found.id]).get(found.id, {}),
        places=db.session.scalars(queries.places_of(found.id)).all(),
        texts=db.session.scalars(queries.texts(found.id)).all(),
        countries=db.session.scalars(queries.countries(found.id)).all(),
        extensions=db.session.scalars(queries.extensions(found.id)).all(),
        history=db.session.scalars(history_of_opportunity(found.id)).all(),
    )
