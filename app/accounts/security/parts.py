"""The parts of Flask-Security that we replace: its mails, passwords, codes, passkeys, words."""

import hashlib
from typing import Any
from urllib.parse import urlsplit

import email_validator
from flask import Flask, current_app, request, url_for
from flask_security import MailUtil, PasswordUtil, Totp, WebauthnUtil
from flask_security.mail_util import EmailValidateException
from flask_security.utils import get_message
from markupsafe import Markup
from passlib.totp import TOTP, TotpMatch
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from app.accounts.messages import AccountExists, AddressToConfirm, PasswordChanged, PasswordLink
from app.accounts.models import User
from app.accounts.passwords import LONGEST, SHORTEST, Weakness, weakness_of
from app.accounts.security.visit import visit
from app.foundation import languages
from app.foundation.languages import gettext as _
from app.foundation.qr import qr_svg
from app.foundation.web import safe_next


class Letters(MailUtil):
    """Letters go into our outbox, with the rest of what the request did; never out from here."""

    def send_mail(self, template: str, *_args: Any, **values: Any) -> None:
        user: User = values["user"]
        kind = template.rsplit("/", 1)[-1]
        name = user.shown_name
        if kind in {"welcome", "confirmation_instructions", "welcome_existing"}:
            token = values.get("confirmation_token")
            if not token:
                visit().tell(user, lambda _work: AccountExists(name=name))
                return
            onward = safe_next(request.values.get("next"))
            path = url_for("security.confirm_email", token=token, next=onward)
            visit().tell(
                user, lambda _work: AddressToConfirm(name=name, path=path), _occasion(token)
            )
        elif kind == "reset_instructions":
            token = values["reset_token"]
            path = url_for("security.reset_password", token=token)
            visit().tell(user, lambda _work: PasswordLink(name=name, path=path), _occasion(token))
        elif kind in {"reset_notice", "change_notice"}:
            visit().tell(user, lambda work: PasswordChanged(name=name, changed_at=work.now))
        else:
            raise LookupError(template)

    def normalize(self, email: str) -> str:
        """An address as it is kept: no names are looked up, nothing is sent to try it."""
        try:
            found = email_validator.validate_email(
                email,
                check_deliverability=False,
                test_environment=not current_app.config["SETTINGS"].production,
            )
        except ValueError as error:
            raise EmailValidateException(get_message("INVALID_EMAIL_ADDRESS")[0]) from error
        return str(found.normalized).lower()

    validate = normalize


def _occasion(token: str) -> str:
    """Names a link without being able to open it."""
    return hashlib.sha256(token.encode()).hexdigest()[:32]


class Passwords(PasswordUtil):
    def validate(
        self, password: str, is_register: bool, **known: Any
    ) -> tuple[list[str] | None, str]:
        """What is wrong with the password, in words, and the password as it is hashed."""
        plain = self.normalize(password)
        user = known.get("user")
        email = str(user.email if user else known.get("email", ""))
        name = str(user.passport_name if user else known.get("passport_name", ""))
        about = (email, email.split("@", maxsplit=1)[0], name)
        weakness = weakness_of(plain, about=about)
        return ([_said(weakness)] if weakness else None), plain


def _said(weakness: Weakness) -> str:
    return {
        Weakness.TOO_SHORT: _(
            "Choose a password of at least %(shortest)s characters. Several words make a good one.",
            shortest=SHORTEST,
        ),
        Weakness.TOO_LONG: _(
            "Choose a password of at most %(longest)s characters.", longest=LONGEST
        ),
        Weakness.COMMON: _(
            "Many people use this password, so it is tried first. Choose another one."
        ),
        Weakness.ABOUT_THE_PERSON: _(
            "Your name or address is tried first. Choose another password."
        ),
    }[weakness]


class Codes(Totp):
    """Time-based codes: each opens once, and the picture needs no inline image."""

    def get_last_counter(self, user: User) -> int | None:  # type: ignore[override]
        return user.tf_last_counter

    def set_last_counter(self, user: User, tmatch: TotpMatch) -> None:  # type: ignore[override]
        user.tf_last_counter = tmatch.counter

    def generate_qrcode(self, username: str, totp: str) -> str:
        """The QR code as inline SVG: our Content-Security-Policy shows no data: images."""
        return Markup(qr_svg(self.get_totp_uri(username, totp)))  # noqa: S704 - of numbers alone

    def kept_secret(self, base32: str) -> str:
        """A known secret in the form in which it is kept with a person."""
        found: TOTP = self._totp(key=base32, format="base32")
        return str(found.to_json(encrypt=True))


class Passkeys(WebauthnUtil):
    """Any passkey will do: of this device, of a phone nearby, of a key on the ring."""

    def origin(self) -> str:
        """The address that the browser must say it is at (the host was checked before)."""
        public = str(current_app.config["SETTINGS"].public_url)
        return public if urlsplit(public).netloc == request.host else super().origin()

    def authenticator_selection(self, user: Any, usage: str) -> AuthenticatorSelectionCriteria:
        return AuthenticatorSelectionCriteria(
            authenticator_attachment=None,
            resident_key=ResidentKeyRequirement.REQUIRED,
            require_resident_key=True,
            user_verification=UserVerificationRequirement.PREFERRED,
        )


class Words:
    """Flask-Security's texts: ours where we said it in our words, else its own catalogue."""

    def __init__(self, theirs: Any) -> None:
        self.theirs = theirs

    def gettext(self, text: Any, **values: Any) -> str:
        said = languages.gettext(str(text))
        if said == str(text):
            said = str(self.theirs.gettext(said))
        return said % values if values else said

    def ngettext(self, one: str, many: str, num: int, **values: Any) -> str:
        return str(self.theirs.ngettext(one, many, num, **values))

    def format_list(self, parts: list[str], **values: Any) -> str:
        return str(self.theirs.format_list(parts, **values))


def installed_codes(app: Flask) -> Codes:
    codes: Codes = app.extensions["security"].totp_factory
    return codes
