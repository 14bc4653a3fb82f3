"""The office's pages of what was asked about a call."""

from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Select

from app.fellowships import policy
from app.fellowships.forms.answering import AnswerForm, ReplyForm
from app.fellowships.models import Call, Enquiry
from app.fellowships.operations import answer_alone, answer_for_all
from app.fellowships.queries.answers import enquiries_about
from app.fellowships.views import bp
from app.fellowships.views.editing import call_to_change, edit_call, office_call, office_page
from app.foundation.database import db
from app.foundation.languages import LANGUAGES
from app.foundation.languages import gettext as _
from app.foundation.web import needs, one_or_404
from app.foundation.work import Work


@bp.get("/office/<int:call_id>/questions")
@needs(policy.VIEW_QUESTIONS)
def asked(call_id: int) -> ResponseReturnValue:
    """All that was asked, those that wait first."""
    call = office_call(call_id)
    return office_page("asked", call, enquiries=db.session.scalars(enquiries_about(call.id)).all())


@bp.get("/office/<int:call_id>/questions/<int:enquiry_id>")
@needs(policy.ANSWER_QUESTION)
def question(call_id: int, enquiry_id: int) -> ResponseReturnValue:
    call = call_to_change(call_id)
    one = _Question(enquiry_id)
    return one.page(call, one.form(call, bound=False))


@bp.post("/office/<int:call_id>/questions/<int:enquiry_id>/publish")
@needs(policy.ANSWER_QUESTION)
def publish_answer(call_id: int, enquiry_id: int) -> ResponseReturnValue:
    one = _Question(enquiry_id)

    def save(work: Work, call: Call, form: AnswerForm) -> None:
        enquiry = work.find(one.found(call))
        answer_for_all(work, call, enquiry, said=form.said(), version=form.version.data)

    return edit_call.settle(
        call_id,
        one.form,
        save,
        one.page,
        said=_("The answer is published, and who asked is told."),
        to=url_for(".asked", call_id=call_id),
    )


@bp.post("/office/<int:call_id>/questions/<int:enquiry_id>/reply")
@needs(policy.ANSWER_QUESTION)
def reply(call_id: int, enquiry_id: int) -> ResponseReturnValue:
    one = _Question(enquiry_id)

    def save(work: Work, call: Call, form: ReplyForm) -> None:
        enquiry = work.find(one.found(call))
        answer_alone(work, call, enquiry, reply=form.reply.data or "", version=form.version.data)

    return edit_call.settle(
        call_id,
        one.reply_form,
        save,
        one.page_with_reply,
        said=_("The answer is sent to who asked."),
        to=url_for(".asked", call_id=call_id),
    )


class _Question:
    """The page of one question, with its two forms: for everybody, or for who asked."""

    def __init__(self, enquiry_id: int) -> None:
        self.enquiry_id = enquiry_id

    def found(self, call: Call) -> Select[Enquiry]:
        return enquiries_about(call.id).where(Enquiry.id == self.enquiry_id)

    def form(self, call: Call, *, bound: bool) -> AnswerForm:
        enquiry = one_or_404(self.found(call))
        kept = {text.locale: text for text in enquiry.texts}
        asked_in = {enquiry.locale: enquiry.text} if not kept else {}
        return AnswerForm(
            formdata=request.form if bound else None,
            data={
                "question": {
                    code: kept[code].question if code in kept else asked_in.get(code, "")
                    for code in LANGUAGES
                },
                "answer": {code: kept[code].answer if code in kept else "" for code in LANGUAGES},
                "version": enquiry.version,
            },
        )

    def reply_form(self, call: Call, *, bound: bool) -> ReplyForm:
        enquiry = one_or_404(self.found(call))
        return ReplyForm(
            formdata=request.form if bound else None, data={"version": enquiry.version}
        )

    def page(self, call: Call, form: AnswerForm, **values: Any) -> str:
        return self._shown(call, form, self.reply_form(call, bound=False), form, **values)

    def page_with_reply(self, call: Call, form: ReplyForm, **values: Any) -> str:
        return self._shown(call, self.form(call, bound=False), form, form, **values)

    def _shown(
        self, call: Call, answer: AnswerForm, alone: ReplyForm, wrong: Any, **values: Any
    ) -> str:
        return office_page(
            "question",
            call,
            enquiry=one_or_404(self.found(call)),
            form=answer,
            reply=alone,
            wrong=wrong,
            **values,
        )
