"""Saying something about a version that is open, and the group's answers, one below the other."""

from flask import url_for
from flask.typing import ResponseReturnValue

from app.foundation.database import db
from app.foundation.forms import Button
from app.foundation.languages import gettext as _
from app.foundation.settling import settle
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work
from app.working_groups import policy, queries
from app.working_groups.clauses import clauses
from app.working_groups.forms import AnswerForm, CommentForm
from app.working_groups.models import GroupComment, GroupDocument
from app.working_groups.operations import answer_comment, make_comment, take_comment_back
from app.working_groups.states import Disposition
from app.working_groups.views import bp
from app.working_groups.views.finding import document_for, document_to
from app.working_groups.views.office import shown
from app.working_groups.views.published import document_page, open_period


@bp.post("/documents/<int:document_id>/comment")
@needs(policy.COMMENT)
def comment(document_id: int) -> ResponseReturnValue:
    found = document_for(document_id, policy.COMMENT)
    form = _comment_form(found)
    return settle(
        form,
        find=lambda work: document_to(work, document_id, policy.COMMENT),
        do=lambda work, document: make_comment(work, document, form.said()),
        said=_("Your comment is there for everybody to read."),
        to=url_for(".document", document_ref=found.ref) + "#comments",
        again=lambda refusal: document_page(
            document_for(document_id, policy.COMMENT), form, refusal
        ),
    )


def _comment_form(document: GroupDocument) -> CommentForm:
    form = CommentForm()
    form.offer(db.session.scalars(queries.bodies_named(current_actor())))
    period = open_period(document)
    opened = next((one for one in document.versions if one.period is period), None)
    form.about(clauses(opened.text) if period is not None and opened is not None else [])
    return form


@bp.post("/comments/<int:comment_id>/take-back")
@needs(policy.TAKE_BACK)
def take_comment(comment_id: int) -> ResponseReturnValue:
    found = one_or_404(queries.comment_of_mine(current_actor(), comment_id))
    return settle(
        Button(),
        find=lambda work: work.find(queries.comment_of_mine(work.actor, comment_id)),
        do=take_comment_back,
        said=_("Your comment is taken back. Nobody reads it any more."),
        to=url_for(".document", document_ref=found.document.ref) + "#comments",
    )


@bp.get("/office/documents/<int:document_id>/comments")
@needs(policy.WRITE_DOCUMENT)
def comments(document_id: int) -> ResponseReturnValue:
    return _page(document_for(document_id, policy.WRITE_DOCUMENT))


def _page(
    document: GroupDocument, form: AnswerForm | None = None, about: int = 0, refusal: str = ""
) -> str:
    """What waits first; `about` is the comment whose form was sent."""
    said = db.session.scalars(queries.comments_on(document.id)).all()
    return shown(
        "comments",
        document.group,
        document=document,
        said=sorted(said, key=lambda one: one.disposition is not None),
        waiting=len([one for one in said if one.disposition is None]),
        form=form or AnswerForm(formdata=None),
        about=about,
        choices=AnswerForm(formdata=None).disposition.choices,
        place={
            version.id: {one.number: one.text for one in clauses(version.text)}
            for version in document.versions
        },
        refusals=[refusal] if refusal else [],
    )


@bp.post("/office/comments/<int:comment_id>/answer")
@needs(policy.ANSWER_COMMENT)
def answer(comment_id: int) -> ResponseReturnValue:
    found = one_or_404(queries.comment_to_answer(current_actor(), comment_id))
    document_id = found.document_id
    form = AnswerForm()

    def do(work: Work, one: GroupComment) -> None:
        answer_comment(
            work,
            one,
            disposition=Disposition(form.disposition.data),
            answer=form.answer.data or "",
        )

    return settle(
        form,
        find=lambda work: work.find(queries.comment_to_answer(work.actor, comment_id)),
        do=do,
        said=_("The answer is there for everybody to read."),
        to=url_for(".comments", document_id=document_id),
        again=lambda refusal: _page(
            document_for(document_id, policy.WRITE_DOCUMENT), form, comment_id, refusal
        ),
    )
