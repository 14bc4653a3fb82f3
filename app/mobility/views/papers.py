"""Letters on paper: the page on which a host records a nomination."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.exchanges.models import Posting
from app.files.kinds import ACCEPT
from app.foundation.database import db
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.web import current_actor, needs
from app.foundation.work import unit_of_work
from app.mobility import policy, queries
from app.mobility.forms import RecordNominationForm
from app.mobility.operations import record_nomination
from app.mobility.views import bp


@bp.get("/office/paper")
@needs(policy.SEE_OFFICE)
def on_paper() -> ResponseReturnValue:
    """Where a host enters what a home without anybody here nominates by letter."""
    policy.SEE_OFFICE.require(current_actor(), None)
    return _page(_form())


@bp.post("/office/paper")
@needs(policy.SEE_OFFICE)
def record_on_paper() -> ResponseReturnValue:
    policy.SEE_OFFICE.require(current_actor(), None)
    form = _form()
    checked = form.checked()
    if not form.validate():
        return _page(form), 422
    try:
        with unit_of_work(current_actor()) as work:
            mine = queries.open_postings_of(work.actor)
            nomination = record_nomination(
                work,
                work.find(mine.where(Posting.id == int(form.posting.data))),
                checked,
                form.signature(),
                email=form.email.data or "",
                note=form.note.data or "",
            )
    except RuleBroken as refusal:
        return _page(form, str(refusal)), refusal.http_status
    flash(_("The nomination is recorded, with the letter. Verify or refuse it now."), "success")
    return redirect(url_for(".nomination", nomination_id=nomination.id))


def _form() -> RecordNominationForm:
    form = RecordNominationForm()
    form.among(db.session.scalars(queries.open_postings_of(current_actor())))
    return form


def _page(form: RecordNominationForm, *refusals: str) -> str:
    return render_template("mobility/paper.html", form=form, refusals=list(refusals), accept=ACCEPT)
