"""For employers, without an account: a link opens one release, or one question about a post."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.throttle import at_most
from app.courses import policy, queries, wording
from app.courses.forms.posts import EmployerStandForm, RefuseForm, SignForm
from app.courses.models import PostQuestion, Release
from app.courses.operations import (
    confirm_release,
    employer_as_guest,
    refuse_release,
    statement_of,
    take_up_post_key,
    tell_post_as_employer,
)
from app.courses.operations.releasing import hash_of_post_key
from app.courses.posts import fingerprint
from app.foundation import keys
from app.foundation.database import db
from app.foundation.errors import NotFound, RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.web import current_actor, keep_private, public
from app.foundation.work import Work, unit_of_work

bp = Blueprint("employers", __name__, url_prefix="/employers")
at_most("120 per minute", bp)


bp.after_request(keep_private)


@bp.get("/<token>")
@public
def asked(token: str) -> ResponseReturnValue:
    """Reading changes nothing: a mail scanner that follows the link uses nothing up."""
    return _page(token)


@bp.post("/<token>")
@public
def sign(token: str) -> ResponseReturnValue:
    """Sign the release, or say where the person works: what the link opens decides which."""
    if isinstance(_opened(token), Release):
        form = SignForm()
        return _do(token, form, lambda work, found: _sign(work, found, form), "sign")
    told = EmployerStandForm()
    return _do(token, told, lambda work, found: _tell(work, found, told), "tell")


def _sign(work: Work, found: Any, form: SignForm) -> None:
    confirm_release(
        work,
        found,
        name=form.name.data or "",
        function=form.function.data or "",
        read=form.read.data or "",
    )


def _tell(work: Work, found: Any, form: EmployerStandForm) -> None:
    tell_post_as_employer(
        work,
        found,
        form.stand(),
        name=form.name.data or "",
        function=form.function.data or "",
    )


@bp.post("/<token>/refuse")
@public
def refuse(token: str) -> ResponseReturnValue:
    form = RefuseForm()
    if not isinstance(_opened(token), Release):
        raise NotFound(_("There is no such page, or it is not yours to see."))
    return _do(
        token,
        form,
        lambda work, found: refuse_release(work, found, reason=form.reason.data or ""),
        "refuse",
    )


def _opened(token: str) -> Release | PostQuestion:
    """What this link opens now, for reading. Raises NotFound and NoLonger."""
    key = db.session.scalar(queries.post_key(hash_of_post_key(token)))
    if key is None:
        keys.refuse_unknown()
    if key.ended_at is not None:
        keys.refuse_ended()
    found: Release | PostQuestion
    if key.release_id is not None:
        found = db.session.scalars(queries.release_whole(key.release_id)).unique().one()
        person_id = found.application.applicant_id
    else:
        found = db.session.scalars(queries.question_whole(key.question_id)).unique().one()
        person_id = found.enrolment.person_id
    # The person's own browser is no place to open it, however the link came there.
    if current_actor().user_id == person_id:
        keys.refuse_unknown()
    return found


def _do(
    token: str, form: Any, write: Callable[[Work, Any], None], which: str
) -> ResponseReturnValue:
    """One unit for what a button of the page says."""
    try:
        actor = employer_as_guest(_opened(token))
        db.session.rollback()
        with unit_of_work(actor) as work:
            found = take_up_post_key(work, token)
            valid = form.validate()
            if valid:
                write(work, found)
    except RuleBroken as broken:
        return _page(token, refusal=str(broken), **{which: form}), broken.http_status
    if valid:
        return redirect(url_for(".asked", token=token))
    return _page(token, **{which: form}), 422


def _page(token: str, *, refusal: str = "", **forms: Any) -> str:
    db.session.rollback()
    found = _opened(token)
    if isinstance(found, PostQuestion):
        policy.TELL_POST.require(employer_as_guest(found), found)
        return render_template(
            "courses/employers/post.html",
            question=found,
            run=found.enrolment.run,
            token=token,
            answers=wording.post_answers(),
            form=forms.get("tell") or EmployerStandForm(formdata=None),
            refusal=refusal,
        )
    policy.ANSWER_RELEASE.require(employer_as_guest(found), found)
    application = found.application
    terms = db.session.scalar(queries.post_terms_of(application.opportunity_id))
    statement = found.statement or statement_of(found, terms)
    sign_form = forms.get("sign") or SignForm(formdata=None, name=found.contact)
    sign_form.read.data = fingerprint(statement)
    return render_template(
        "courses/employers/release.html",
        release=found,
        a=application,
        run=application.opportunity,
        statement=statement,
        token=token,
        sign=sign_form,
        refuse=forms.get("refuse") or RefuseForm(formdata=None),
        refusing="refuse" in forms,
        refusal=refusal,
    )
