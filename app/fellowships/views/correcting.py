"""The page on which an office corrects what a published call says."""

from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from app.applications.states import ApplicationState
from app.fellowships import policy, queries
from app.fellowships.forms.answering import CorrectForm
from app.fellowships.models import Call
from app.fellowships.operations import correct_call
from app.fellowships.queries.answers import corrections
from app.fellowships.views import bp
from app.fellowships.views.editing import call_to_change, edit_call, office_page
from app.foundation.database import db
from app.foundation.languages import gettext as _
from app.foundation.web import needs
from app.foundation.work import Work


@bp.get("/office/<int:call_id>/corrections")
@needs(policy.CORRECT)
def corrected(call_id: int) -> ResponseReturnValue:
    call = call_to_change(call_id)
    return _page(call, _form(call, bound=False))


@bp.post("/office/<int:call_id>/corrections")
@needs(policy.CORRECT)
def correct(call_id: int) -> ResponseReturnValue:
    def save(work: Work, call: Call, form: CorrectForm) -> None:
        correct_call(work, call, said=form.said(), key=form.request_key.data or "")

    return edit_call.settle(
        call_id,
        _form,
        save,
        _page,
        said=_("The correction is published. Everybody concerned is told."),
        to=url_for(".corrected", call_id=call_id),
    )


def _form(_call: Call, *, bound: bool) -> CorrectForm:
    return CorrectForm(formdata=request.form if bound else None)


def _page(call: Call, form: CorrectForm, **values: Any) -> str:
    counts = queries.application_counts(db.session(), [call.id]).get(call.id, {})
    drafts = counts.get(ApplicationState.DRAFT.value, 0)
    return office_page(
        "corrected",
        call,
        form=form,
        corrections=db.session.scalars(corrections(call.id)).all(),
        drafts=drafts,
        sent=sum(counts.get(state.value, 0) for state in queries.LIVE) - drafts,
        **values,
    )
