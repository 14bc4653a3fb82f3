"""What Flask-Security says that it did, entered into the notes of the request."""

from typing import Any

from flask import Flask, g, session
from flask_login import user_logged_out
from flask_security import signals
from werkzeug.local import LocalProxy

from app.accounts.messages import SignInChanged
from app.accounts.models import User
from app.accounts.security.visit import visit
from app.accounts.sessions import ServerSession
from app.foundation import clock
from app.foundation.work import Work


def listen(app: Flask) -> None:
    """Hear each signal of this application."""
    for signal, hear in (
        (signals.user_authenticated, _signed_in),
        (signals.user_failed_authn, _failed),
        (signals.user_confirmed, _confirmed),
        (signals.reset_password_instructions_sent, _asked_for_a_link),
        (signals.user_not_registered, _had_an_account),
        (signals.password_reset, _password_reset),
        (signals.password_changed, _password_changed),
        (signals.tf_profile_changed, _second_factor_set),
        (signals.tf_disabled, _second_factor_removed),
        (signals.wan_registered, _passkey_added),
        (signals.wan_deleted, _passkey_removed),
        (user_logged_out, _signed_out),
    ):
        signal.connect(hear, app, weak=False)


def behind(proxy: Any) -> Any:
    """The thing itself that one of Flask's proxies stands for."""
    return proxy._get_current_object() if isinstance(proxy, LocalProxy) else proxy  # noqa: SLF001


def _person(user: Any) -> User:
    """The person behind Flask-Login's proxy."""
    found: User = behind(user)
    return found


def _signed_in(_app: Flask, user: Any, authn_via: list[str] | None = None, **_more: Any) -> None:
    """A new key: one that somebody planted in this browser before is worth nothing."""
    visit().succeeded = True
    session.pop("csrf_token", None)
    g.pop("csrf_token", None)
    ours = behind(session)
    if isinstance(ours, ServerSession):
        ours.renew()
    if authn_via != ["change"]:
        visit().did("user.signed_in", _person(user), via=authn_via or ["second factor"])


def _signed_out(_app: Flask, user: Any = None, **_more: Any) -> None:
    person = _person(user)
    if isinstance(person, User):
        visit().did("user.signed_out", person)


def _failed(_app: Flask, user: Any, auth_type: str = "", **_more: Any) -> None:
    """A wrong password at sign-in is noted by the form, alike for every address."""
    if auth_type != "password" or g.get("actor") is None or g.actor.user_id is not None:
        visit().failed("user.sign_in_failed", _person(user), via=[auth_type])


def _confirmed(_app: Flask, user: Any, **_more: Any) -> None:
    visit().succeeded = True
    visit().did("user.confirmed", _person(user))


def _asked_for_a_link(_app: Flask, user: Any, **_more: Any) -> None:
    visit().failed("user.reset_asked", _person(user))


def _had_an_account(_app: Flask, user: Any = None, **_more: Any) -> None:
    visit().failed("user.registered_again", _person(user))


def _password_reset(_app: Flask, user: Any, **_more: Any) -> None:
    """Whoever opened the link reads the letters of this address: it is confirmed."""
    person = _person(user)
    person.confirmed_at = person.confirmed_at or clock.now()
    visit().succeeded = True
    visit().did("user.password_reset", person)


def _password_changed(_app: Flask, user: Any, **_more: Any) -> None:
    visit().succeeded = True
    visit().did("user.password_changed", _person(user))


def _second_factor_set(_app: Flask, user: Any, **_more: Any) -> None:
    _changed("user.second_factor_set", user, "second factor set")


def _second_factor_removed(_app: Flask, user: Any, **_more: Any) -> None:
    person = _person(user)
    person.mf_recovery_codes = None
    _changed("user.second_factor_removed", person, "second factor removed")


def _passkey_added(_app: Flask, user: Any, **_more: Any) -> None:
    _changed("user.passkey_added", user, "passkey added")


def _passkey_removed(_app: Flask, user: Any, **_more: Any) -> None:
    _changed("user.passkey_removed", user, "passkey removed")


def _changed(verb: str, user: Any, what: str) -> None:
    """How somebody signs in is another way now: it is recorded, and they are told."""
    person = _person(user)
    visit().succeeded = True
    visit().did(verb, person)

    def letter(work: Work) -> SignInChanged:
        return SignInChanged(name=person.shown_name, what=what, changed_at=work.now)

    visit().tell(person, letter)
