"""The page on which a call says how many letters of recommendation it asks for."""

from zoneinfo import ZoneInfo

from flask import request, url_for
from flask.typing import ResponseReturnValue

from app.applications.operations import set_letters
from app.applications.queries.letters import terms_of
from app.fellowships import policy
from app.fellowships.forms.letters import LettersForm
from app.fellowships.models import Call
from app.fellowships.views import bp
from app.fellowships.views.editing import call_to_change, edit_call, office_page
from app.foundation.database import db
from app.foundation.languages import gettext as _
from app.foundation.web import needs
from app.foundation.work import Work


@bp.get("/office/<int:call_id>/letters")
@needs(policy.EDIT)
def letters(call_id: int) -> ResponseReturnValue:
    call = call_to_change(call_id)
    return _page(call, _form(call, bound=False))


@bp.post("/office/<int:call_id>/letters")
@needs(policy.EDIT)
def ask_for_letters(call_id: int) -> ResponseReturnValue:
    def save(work: Work, call: Call, form: LettersForm) -> None:
        set_letters(
            work,
            call,
            least=int(form.least.data or 0),
            most=int(form.most.data or 0),
            letters_by=form.letters_by_instant,
            version=form.version.data,
        )

    return edit_call.settle(
        call_id,
        _form,
        save,
        _page,
        said=_("What the call asks for is saved."),
        to=url_for(".letters", call_id=call_id),
    )


def _form(call: Call, *, bound: bool) -> LettersForm:
    zone = call.closes_zone or call.organisation.zone
    terms = db.session.scalar(terms_of(call.id))
    kept = terms.letters_by if terms else None
    there = kept.astimezone(ZoneInfo(zone)).replace(tzinfo=None) if kept else None
    form = LettersForm(
        formdata=request.form if bound else None,
        data={
            "most": terms.most if terms else 0,
            "least": terms.least if terms else 0,
            "letters_by": there,
            "version": terms.version if terms else 0,
        },
    )
    form.zone = zone
    return form


def _page(call: Call, form: LettersForm, **values: object) -> str:
    return office_page("letters", call, form=form, **values)
