"""For whoever recommends, without an account: a link (or a code) opens one letter, no more."""

from collections.abc import Callable
from typing import Any, BinaryIO, cast

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from app.accounts.throttle import at_most, network, tries
from app.applications import policy
from app.applications.deadlines import letters_count_until
from app.applications.forms.letters import CodeForm, DeclineForm, KnownAsForm, LetterForm
from app.applications.models import Letter, ReferenceKey, ReferenceRequest
from app.applications.operations import (
    correct_relationship,
    decline_to_recommend,
    save_letter,
    send_letter,
    use_code,
)
from app.applications.operations.keys import guest, hash_of, refuse_dead, refuse_unknown, take_up
from app.applications.operations.letters import refuse_unless_wanted
from app.applications.queries import letters as queries
from app.applications.queries.own import title_in
from app.applications.states import AWAITED, KeyKind
from app.files.kinds import ACCEPT
from app.files.operations import CheckedFile, check_file
from app.foundation import clock, languages
from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile, NoLonger, NotFound, RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.web import current_actor, keep_private, public
from app.foundation.work import Work, unit_of_work

bp = Blueprint("recommending", __name__, url_prefix="/letters")
at_most("120 per minute", bp)


bp.after_request(keep_private)


@bp.get("/<token>")
@public
def letter(token: str) -> ResponseReturnValue:
    """Reading changes nothing: a mail scanner that follows the link uses nothing up."""
    found = _opened(token)
    return _page(found, token)


@bp.post("/<token>")
@public
def save(token: str) -> ResponseReturnValue:
    """Keep the letter as it is, or send it: `verb` is the button's."""
    form = LetterForm()
    refusal, checked = checked_letter(form.file.data)
    sends = request.form.get("verb") == "send"

    def write(work: Work, found: ReferenceRequest, key: ReferenceKey) -> None:
        version = form.version.data
        if sends:
            send_letter(work, found, form.written(checked), key=key, version=version)
        else:
            save_letter(work, found, form.written(checked), version=version)

    answer = _do(token, form, write, refusal, "letter")
    if answer is not None:
        return answer
    if not sends:
        flash(_("Your draft is saved. Nobody but you can read it yet."), "success")
    return redirect(url_for(".letter", token=token))


@bp.post("/<token>/decline")
@public
def decline(token: str) -> ResponseReturnValue:
    form = DeclineForm()

    def write(work: Work, found: ReferenceRequest, _key: ReferenceKey) -> None:
        decline_to_recommend(work, found, reason=form.reason.data or "")

    answer = _do(token, form, write, "", "decline")
    return answer or redirect(url_for(".letter", token=token))


@bp.post("/<token>/known-as")
@public
def correct(token: str) -> ResponseReturnValue:
    form = KnownAsForm()

    def write(work: Work, found: ReferenceRequest, _key: ReferenceKey) -> None:
        correct_relationship(work, found, known_as=form.known_as.data or "")

    answer = _do(token, form, write, "", "correct")
    if answer is not None:
        return answer
    flash(_("Thank you, this is corrected."), "success")
    found, unsaved = _opened(token), _typed()
    was = found.letter.body if found.letter else ""
    if unsaved and unsaved["letter"].body.data != was:
        return _page(found, token, **unsaved)
    return redirect(url_for(".letter", token=token))


@bp.get("/code")
@public
def code() -> ResponseReturnValue:
    """Where the printed form leads to; the code is used by pressing the button, not by looking."""
    form = CodeForm(formdata=None, code=request.args.get("code", "")[:40])
    return render_template("applications/letter_code.html", form=form, refusal="")


def _use_code() -> ResponseReturnValue:
    form = CodeForm()
    if not form.validate():
        return render_template("applications/letter_code.html", form=form, refusal=""), 422
    typed = form.code.data or ""
    try:
        found = db.session.scalar(
            queries.request_opened_with(hash_of(typed, KeyKind.CODE), KeyKind.CODE)
        )
        if found is None:
            refuse_dead(KeyKind.CODE)
        with unit_of_work(guest(found)) as work:
            taken, key = take_up(work, typed, KeyKind.CODE)
            path = use_code(work, taken, key)
    except NotFound as refusal:
        page = render_template("applications/letter_code.html", form=form, refusal=str(refusal))
        return page, 404
    except RuleBroken as refusal:
        page = render_template("applications/letter_code.html", form=form, refusal=str(refusal))
        return page, refusal.http_status
    return redirect(path)


def _wait(_seconds: int) -> ResponseReturnValue:
    said = _("There were many tries in a short time. Please wait some minutes.")
    form = CodeForm(formdata=None)
    return render_template("applications/letter_code.html", form=form, refusal=said), 429


enter = public(
    tries(
        "letter code",
        _use_code,
        refuse=_wait,
        of=(network,),
        counted=lambda answer: answer.status_code == 404,
    )
)
bp.add_url_rule("/code", "enter", enter, methods=["POST"])


# --- What a link opens ---------------------------------------------------------------------------


def _opened(token: str) -> ReferenceRequest:
    """What this link opens now, for reading. Raises NotFound and NoLonger."""
    key_hash = hash_of(token, KeyKind.LINK)
    found = db.session.scalar(queries.request_opened_with(key_hash, KeyKind.LINK))
    key = db.session.scalar(queries.key_with(key_hash, KeyKind.LINK))
    # The applicant's own browser is no place to open it, however the link came there.
    if found is None or key is None or found.application.applicant_id == current_actor().user_id:
        refuse_unknown(KeyKind.LINK)
    if key.ended_at is not None:
        refuse_dead(KeyKind.LINK)
    return found


def _do(
    token: str,
    form: Any,
    write: Callable[[Work, ReferenceRequest, ReferenceKey], None],
    refusal: str,
    which: str,
) -> ResponseReturnValue | None:
    """One unit for what a button of the page says; None when it is done, else the page again."""
    try:
        actor = guest(_opened(token))
        with unit_of_work(actor) as work:
            found, key = take_up(work, token, KeyKind.LINK)
            valid = form.validate()
            if refusal:
                refuse_file(form, refusal)
            elif valid:
                write(work, found, key)
    except NoLonger as dead:
        # Whoever wrote while the link was replaced gets the text back, to take it along.
        typed = request.form.get("body", "")[:20_000]
        return render_template("applications/letter_dead.html", said=str(dead), typed=typed), 410
    except (RuleBroken, ChangedMeanwhile) as broken:
        clash = isinstance(broken, ChangedMeanwhile)
        return _again(token, form, str(broken), which, clash=clash), broken.http_status
    if valid and not refusal:
        return None
    return _again(token, form, "", which), 422


def _again(token: str, form: Any, refusal: str, which: str, *, clash: bool = False) -> str:
    db.session.rollback()
    found = _opened(token)
    if which == "letter":
        form.version.data = found.letter.version if found.letter else 0
    return _page(found, token, refusal=refusal, clash=clash, **_typed() | {which: form})


def _typed() -> dict[str, Any]:
    """The letter as it stands on the page, when another of its buttons was pressed."""
    return {"letter": LetterForm()} if "body" in request.form else {}


def checked_letter(sent: object) -> tuple[str, CheckedFile | None]:
    """The file that came along, checked before the transaction begins; or why it is refused."""
    if not isinstance(sent, FileStorage) or not sent.filename:
        return "", None
    stream = cast("BinaryIO", sent.stream)
    try:
        return "", check_file(stream, file_name=sent.filename, declared=sent.mimetype or "")
    except RuleBroken as refused:
        return str(refused), None


def refuse_file(form: Any, refusal: str) -> None:
    """Say beside the file that came along why it is not taken."""
    form.file.errors = [*form.file.errors, refusal]


def _kept_form(kept: Letter | None) -> LetterForm:
    return LetterForm(
        formdata=None,
        body=kept.body if kept else "",
        may_read=kept is not None and not kept.confidential,
        version=kept.version if kept else 0,
    )


def _page(
    found: ReferenceRequest,
    token: str,
    *,
    refusal: str = "",
    clash: bool = False,
    **forms: Any,
) -> str:
    application = found.application
    policy.RECOMMEND.require(guest(found), found)
    opportunity = application.opportunity
    terms = db.session.scalar(queries.terms_of(opportunity.id))
    title, lang = title_in(opportunity, languages.reader().locale)
    kept = found.letter
    known_as = found.corrected or found.known_as
    return render_template(
        "applications/recommend.html",
        person=found,
        application=application,
        opportunity=opportunity,
        title=title,
        title_lang=lang,
        kept=kept,
        token=token,
        until=letters_count_until(
            terms.letters_by if terms else None, opportunity.closes_at, found.open_until
        ),
        closed=_why_closed(found, terms),
        awaited=found.state in AWAITED,
        letter=forms.get("letter") or _kept_form(kept),
        newest=_kept_form(kept) if clash else None,
        decline=forms.get("decline") or DeclineForm(formdata=None),
        correct=forms.get("correct") or KnownAsForm(formdata=None, known_as=known_as),
        opened=[name for name in ("decline", "correct") if name in forms],
        refusal=refusal,
        accept=ACCEPT,
    )


def _why_closed(found: ReferenceRequest, terms: Any) -> str:
    """Why nothing can be sent any more; "" while it can."""
    try:
        refuse_unless_wanted(clock.now(), found.application, terms, found.open_until)
    except RuleBroken as reason:
        return str(reason)
    return ""
