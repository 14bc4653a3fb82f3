"""The frame around each of Flask-Security's pages: who may, how often, what is written after it.

A page is asked; then what it did is settled in one unit of work. An answer that could say whether
an address has an account comes no sooner than another one would.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import (
    Flask,
    Response,
    current_app,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_security.utils import logout_user
from sqlalchemy.exc import IntegrityError
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import NotFound, UnsupportedMediaType

from app.accounts.security.visit import settle, visit
from app.accounts.throttle import LETTERS, account, tries
from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile
from app.foundation.languages import ngettext
from app.foundation.permissions import SIGNED_IN
from app.foundation.web import current_actor, needs, public, safe_next

View = Callable[..., Any]
SOONEST = 0.15  # seconds: longer than any of these answers takes


@dataclass(frozen=True, slots=True)
class Frame:
    """How one page is framed. `form` is its form's name, to show again what was typed."""

    open_to_world: bool = True
    purpose: str = ""
    form: str = ""
    page: str = ""
    quiet: bool = False  # the answer must not tell whether there is an account
    sends_letters: bool = False
    token_in_path: bool = False
    halfway: bool = False  # between the password and the code: nothing for who is signed in


FRAMES = {
    "login": Frame(purpose="sign-in", form="login_form", page="sign_in", quiet=True),
    "logout": Frame(),
    "register": Frame(
        purpose="sign-up", form="register_form", page="sign_up", quiet=True, sends_letters=True
    ),
    "send_confirmation": Frame(
        purpose="confirm",
        form="send_confirmation_form",
        page="confirm",
        quiet=True,
        sends_letters=True,
    ),
    "confirm_email": Frame(token_in_path=True),
    "forgot_password": Frame(
        purpose="recover",
        form="forgot_password_form",
        page="recover",
        quiet=True,
        sends_letters=True,
    ),
    "reset_password": Frame(purpose="new password", token_in_path=True),
    "two_factor_token_validation": Frame(purpose="second factor", halfway=True),
    "mf_recovery": Frame(purpose="recovery code", halfway=True),
    "wan_signin": Frame(purpose="passkey start"),
    "wan_signin_response": Frame(purpose="passkey"),
    "two_factor_setup": Frame(open_to_world=False),
    "two_factor_setup_validate": Frame(open_to_world=False, purpose="second factor"),
    "change_password": Frame(open_to_world=False, purpose="change password"),
    "verify": Frame(open_to_world=False, purpose="verify"),
    "mf_recovery_codes": Frame(open_to_world=False),
    "wan_register": Frame(open_to_world=False),
    "wan_register_response": Frame(open_to_world=False),
    "wan_delete": Frame(open_to_world=False),
    "wan_verify": Frame(open_to_world=False, purpose="passkey start"),
    "wan_verify_response": Frame(open_to_world=False, purpose="passkey"),
}
# A name in a form's context under which the page finds it.
NAMES = {
    "login_form": "login_user_form",
    "register_form": "register_user_form",
    "forgot_password_form": "forgot_password_form",
    "send_confirmation_form": "send_confirmation_form",
}


def frame_all(app: Flask) -> None:
    """Put the frame around every page; a page that has none does not exist."""
    for endpoint, view in list(app.view_functions.items()):
        office, _dot, name = endpoint.partition(".")
        if office != "security":
            continue
        frame = FRAMES.get(name)
        app.view_functions[endpoint] = _framed(view, frame) if frame else _nowhere


@public
def _nowhere(**_values: object) -> ResponseReturnValue:
    raise NotFound


def _framed(view: View, frame: Frame) -> View:
    inner: View = _settled(view, frame)
    if frame.purpose:
        counted = _always if frame.sends_letters else _in_vain
        inner = tries(frame.purpose, inner, counted=counted, refuse=_refusal(frame))
    if frame.page == "recover":
        inner = tries("letters", inner, limit=LETTERS, of=(account,), refuse=_refusal(frame))

    @wraps(view)
    def framed(**values: Any) -> ResponseReturnValue:
        began = time.monotonic()
        if request.is_json:
            raise UnsupportedMediaType
        _keep_safe_next()
        opened = request.method == "GET"  # by a link: it would sign the person out
        if frame.halfway and opened and current_actor().user_id is not None:
            return redirect(url_for("dashboards.dashboard"))
        answer = make_response(inner(**values))
        if frame.token_in_path:
            answer.headers["Referrer-Policy"] = "no-referrer"
        if (
            frame.quiet
            and request.method == "POST"
            and answer.status_code != 429
            and _in_vain(answer)
        ):
            time.sleep(max(0.0, SOONEST - (time.monotonic() - began)))
        return answer

    return public(framed) if frame.open_to_world else needs(SIGNED_IN)(framed)


def _settled(view: View, frame: Frame) -> View:
    """Ask the page, then write down what it did."""

    @wraps(view)
    def settled(**values: Any) -> ResponseReturnValue:
        g.page_refused = False
        answer = make_response(view(**values))
        halfway = frame.page == "sign_in" and "tf_user_id" in session  # the code comes next
        g.succeeded = visit().succeeded or halfway
        try:
            settle()
        except ChangedMeanwhile as late:
            return _start_again(str(late))
        except IntegrityError:
            # Twice at the same moment: the first one registered; this one is answered alike.
            db.session.rollback()
        if request.method == "POST" and g.page_refused:
            answer.status_code = 422
        elif request.method == "POST" and answer.status_code == 200 and frame.sends_letters:
            return redirect(url_for("security.login"))
        return answer

    return settled


def _start_again(sentence: str) -> ResponseReturnValue:
    """Somebody used the same code or link at the same moment: this one counts for nothing."""
    logout_user()
    session.clear()
    flash(sentence, "warning")
    return redirect(url_for("security.login"))


def _always(_response: Response) -> bool:
    return True


def _in_vain(_response: Response) -> bool:
    return not g.get("succeeded", False)


def _keep_safe_next() -> None:
    """Where to go on to afterwards is a path of this site, or it is not there at all."""
    for source in ("args", "form"):
        given = getattr(request, source)
        if "next" in given and safe_next(given["next"]) != given["next"]:
            kept = [(k, v) for k, v in given.items(multi=True) if k != "next"]
            setattr(request, source, ImmutableMultiDict(kept))


def _refusal(frame: Frame) -> Callable[[int], Response]:
    """What is answered after too many tries: the same page, with what was typed, and a reason."""

    def refuse(wait: int) -> Response:
        sentence = ngettext(
            "There were many tries in a short time. Please wait %(num)s minute.",
            "There were many tries in a short time. Please wait %(num)s minutes.",
            -(-wait // 60),
        )
        answer = make_response(_page_again(frame, sentence), 429)
        answer.headers["Retry-After"] = str(wait)
        return answer

    return refuse


def _page_again(frame: Frame, sentence: str) -> str:
    if not frame.form:
        return render_template("errors/refusal.html", status=429, sentence=sentence)
    security = current_app.extensions["security"]
    form = security.forms[frame.form].cls(formdata=request.form)
    form.form_errors = [sentence]
    extra = security._run_ctx_processor("login")  # noqa: SLF001 - what its own views do
    return str(
        security.render_template(
            f"accounts/{frame.page}.html", **{NAMES[frame.form]: form}, **extra
        )
    )
