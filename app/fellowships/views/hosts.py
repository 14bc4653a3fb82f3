"""Pages of host institutions: the seats they are asked for, and their answers."""

from collections.abc import Callable

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.fellowships import policy, queries
from app.fellowships.forms.places import AnswerForm
from app.fellowships.operations import confirm_place, refuse_place
from app.fellowships.views import bp
from app.foundation import clock
from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile, RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work, unit_of_work
from app.opportunities.models import Place


@bp.get("/places")
@needs(policy.HOST_SOMEWHERE)
def places() -> ResponseReturnValue:
    actor = current_actor()
    policy.HOST_SOMEWHERE.require(actor, None)
    found = db.session.scalars(queries.places_for_hosts(actor)).all()
    return render_template("fellowships/places/list.html", places=found, at=clock.now())


@bp.get("/places/<int:place_id>")
@needs(policy.VIEW_PLACE)
def place(place_id: int) -> ResponseReturnValue:
    return _page(place_id, AnswerForm(formdata=None))


def _page(
    place_id: int, form: AnswerForm, refusals: tuple[str, ...] = (), *, changed: bool = False
) -> str:
    actor = current_actor()
    found = one_or_404(queries.places_visible_to(actor).where(Place.id == place_id))
    form.version.data = found.version
    texts = {t.locale: t for t in db.session.scalars(queries.texts(found.opportunity_id))}
    return render_template(
        "fellowships/places/place.html",
        place=found,
        texts=texts,
        form=form,
        refusals=refusals,
        changed=changed,
        may_answer=policy.ANSWER_PLACE.allows(actor, found),
        is_office=policy.office_sees_place.holds(actor, found),
        at=clock.now(),
    )


@bp.post("/places/<int:place_id>/confirm")
@needs(policy.ANSWER_PLACE)
def confirm(place_id: int) -> ResponseReturnValue:
    return _answer(place_id, confirm_place, _("The seats are confirmed. The office is told."))


@bp.post("/places/<int:place_id>/refuse")
@needs(policy.ANSWER_PLACE)
def refuse(place_id: int) -> ResponseReturnValue:
    return _answer(place_id, refuse_place, _("The office is told that you cannot host."))


def _answer(place_id: int, answer: Callable[..., None], said: str) -> ResponseReturnValue:
    form = AnswerForm()
    try:
        with unit_of_work(current_actor()) as work:
            _give(work, place_id, form, answer)
    except ChangedMeanwhile as clash:
        return _page(place_id, form, (str(clash),), changed=True), 409
    except RuleBroken as refusal:
        return _page(place_id, form, (str(refusal),)), 409
    if form.errors:
        return _page(place_id, form), 422
    flash(said, "success")
    return redirect(url_for(".place", place_id=place_id))


def _give(work: Work, place_id: int, form: AnswerForm, answer: Callable[..., None]) -> None:
    found = work.find(queries.places_visible_to(work.actor).where(Place.id == place_id))
    policy.ANSWER_PLACE.require(work.actor, found)
    if form.validate():
        answer(work, found, note=form.note.data or "", version=form.version.data)
