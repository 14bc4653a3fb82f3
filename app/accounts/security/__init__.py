"""Signing in, up and out, recovery, second factors and passkeys: Flask-Security, wrapped.

Nobody else imports it. It brings the pages and their logic; ours are the forms, the words, the
templates, the sessions, the letters, how often somebody may try, and the one transaction.
"""

from typing import Any

from flask import Flask, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import Babel
from flask_login.utils import _user_context_processor
from flask_security import Security

from app.accounts import demo, throttle
from app.accounts.security.door import frame_all
from app.accounts.security.forms import FORMS
from app.accounts.security.hashing import hash_password, password_context
from app.accounts.security.pages import confirm_by_button, render
from app.accounts.security.parts import Codes, Letters, Passkeys, Passwords, Words, installed_codes
from app.accounts.security.people import People
from app.accounts.security.settings import security_settings
from app.accounts.security.signals import listen
from app.foundation import languages
from app.foundation.languages import gettext as _
from app.foundation.web import safe_next
from config import Settings

__all__ = ["ask_to_sign_in", "hash_password", "install", "kept_second_factor"]


def install(app: Flask, settings: Settings) -> None:
    """Give the application its door. Called before templates learn to speak."""
    for name, value in security_settings(settings).items():
        app.config.setdefault(name, value)
    Babel(app, locale_selector=lambda: languages.reader().locale, configure_jinja=False)
    throttle.count_in(app, settings.redis_url)
    security: Any = Security(
        app,
        People(),
        mail_util_cls=Letters,
        password_util_cls=Passwords,
        totp_cls=Codes,
        webauthn_util_cls=Passkeys,
        render_template=render,
        **FORMS,
    )
    security.pwd_context = password_context()
    security.i18n_domain = Words(security.i18n_domain)
    security.want_json(lambda _request: False)
    security.unauthn_handler(lambda *_args, **_values: ask_to_sign_in())
    security.login_context_processor(
        lambda: {"demo_people": demo.PEOPLE, "demo_password": settings.demo_password}
    )
    _load_nobody_unasked(app, security)
    confirm_by_button(app)
    frame_all(app)
    listen(app)


def _load_nobody_unasked(app: Flask, security: Any) -> None:
    """Who signed in is `g.actor`; Flask-Security's own look at the person waits until it asks."""
    app.template_context_processors[None].remove(_user_context_processor)
    app.before_request_funcs[None].remove(security.principal._on_before_request)  # noqa: SLF001
    security.login_manager.request_loader(lambda _request: None)


def ask_to_sign_in() -> ResponseReturnValue:
    """To the sign-in page, and from there back to where the person wanted to go."""
    if request.accept_mimetypes.best == "application/json":
        return {"error": _("Please sign in to go on.")}, 401
    if request.method == "POST" and session.get("_flashes") is None:
        flash(_("Please sign in to go on. What you sent was not kept; send it again."), "warning")
    return redirect(url_for("security.login", next=_way_back()))


def _way_back() -> str | None:
    """The page that was asked for; for what cannot be asked for again, the page it came from."""
    if request.method in {"GET", "HEAD"}:
        path = request.full_path if request.query_string else request.path
        return None if path == "/" else safe_next(path)
    came_from = (request.referrer or "").removeprefix(request.host_url.rstrip("/"))
    return safe_next(came_from)


def kept_second_factor(app: Flask, base32: str) -> str:
    """A known secret of an authenticator app as a person's row keeps it (for demo people)."""
    return installed_codes(app).kept_secret(base32)
