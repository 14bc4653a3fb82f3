"""How Flask-Security is set: addresses, pages, what it may do, and the keys it is given."""

import base64
import hashlib
import hmac
from datetime import timedelta
from typing import Any

from app.accounts.passwords import SHORTEST
from app.accounts.security.words import SENTENCES
from app.foundation import clock
from config import Settings

ADDRESSES = {
    "LOGIN_URL": "/sign-in",
    "LOGOUT_URL": "/sign-out",
    "REGISTER_URL": "/sign-up",
    "CONFIRM_URL": "/confirm",
    "RESET_URL": "/recover",
    "TWO_FACTOR_TOKEN_VALIDATION_URL": "/sign-in/code",
    "TWO_FACTOR_SELECT_URL": "/sign-in/second-factor",
    "TWO_FACTOR_RESCUE_URL": "/sign-in/help",
    "MULTI_FACTOR_RECOVERY_URL": "/sign-in/recovery-code",
    "WAN_SIGNIN_URL": "/sign-in/passkey",
    "CHANGE_URL": "/account/password",
    "VERIFY_URL": "/account/verify",
    "TWO_FACTOR_SETUP_URL": "/account/second-factor",
    "MULTI_FACTOR_RECOVERY_CODES_URL": "/account/recovery-codes",
    "WAN_REGISTER_URL": "/account/passkeys",
    "WAN_DELETE_URL": "/account/passkeys/remove",
    "WAN_VERIFY_URL": "/account/verify/passkey",
}
PAGES = {
    "LOGIN_USER_TEMPLATE": "sign_in",
    "LOGOUT_USER_TEMPLATE": "sign_out",
    "REGISTER_USER_TEMPLATE": "sign_up",
    "SEND_CONFIRMATION_TEMPLATE": "confirm",
    "FORGOT_PASSWORD_TEMPLATE": "recover",
    "RESET_PASSWORD_TEMPLATE": "new_password",
    "CHANGE_PASSWORD_TEMPLATE": "change_password",
    "VERIFY_TEMPLATE": "verify",
    "TWO_FACTOR_VERIFY_CODE_TEMPLATE": "code",
    "TWO_FACTOR_SETUP_TEMPLATE": "second_factor_setup",
    "MULTI_FACTOR_RECOVERY_CODES_TEMPLATE": "recovery_codes",
    "MULTI_FACTOR_RECOVERY_TEMPLATE": "recovery_code",
    "WAN_REGISTER_TEMPLATE": "passkeys",
    "WAN_SIGNIN_TEMPLATE": "passkey",
    "WAN_VERIFY_TEMPLATE": "verify_passkey",
}
AFTERWARDS = {
    "POST_LOGIN_VIEW": "/dashboard",
    "POST_LOGOUT_VIEW": "/",
    "POST_REGISTER_VIEW": "/sign-in",
    "POST_CONFIRM_VIEW": "/sign-in",
    "POST_RESET_VIEW": "/sign-in",
    "POST_CHANGE_VIEW": "/account",
    "POST_VERIFY_VIEW": "/account",
    "TWO_FACTOR_POST_SETUP_VIEW": "/account",
    "WAN_POST_REGISTER_VIEW": "/account",
}
ABILITIES: dict[str, Any] = {
    "REGISTERABLE": True,
    "CONFIRMABLE": True,
    "RECOVERABLE": True,
    "CHANGEABLE": True,
    "TWO_FACTOR": True,
    "TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
    "TWO_FACTOR_RESCUE_EMAIL": False,
    "TWO_FACTOR_AUTHENTICATOR_VALIDITY": 60,
    "MULTI_FACTOR_RECOVERY_CODES": True,
    "MULTI_FACTOR_RECOVERY_CODES_N": 8,
    "WEBAUTHN": True,
    "WAN_ALLOW_AS_FIRST_FACTOR": True,
    "WAN_ALLOW_AS_MULTI_FACTOR": True,
    "WAN_ALLOW_AS_VERIFY": ["first"],
    # No hints: they would say whether an address has an account.
    "WAN_ALLOW_USER_HINTS": False,
    # Marks as well: Khmer and other names are written with them.
    "WAN_NAME_ALLOWED_CHARS": ["L", "M", "N", "Pc", "Pd", "Zs"],
    "WAN_SIGNIN_WITHIN": timedelta(minutes=5),
    "INPUT_NORMALIZE_FORM": "NFC",
    "RETURN_GENERIC_RESPONSES": True,
    "PASSWORD_CONFIRM_REQUIRED": False,
    "PASSWORD_LENGTH_MIN": SHORTEST,
    "PASSWORD_HASH": "argon2",
    "PASSWORD_SCHEMES": ["argon2"],
    # No pepper: a new SECRET_KEY must not lock everybody out.
    "PASSWORD_SINGLE_HASH": {"argon2"},
    # What links carry of the password's hash and the address: both need no slow hash.
    "HASHING_SCHEMES": ["hex_sha256"],
    "RESET_PASSWORD_WITHIN": timedelta(hours=1),
    "CONFIRM_EMAIL_WITHIN": timedelta(days=2),
    "FRESHNESS": timedelta(minutes=30),
    "FRESHNESS_GRACE_PERIOD": timedelta(minutes=15),
    "LOGOUT_METHODS": ["POST"],
    "LOGOUT_CSRF": True,
    "API_ENABLED_METHODS": ["session"],
    "JOIN_USER_ROLES": False,
    "EMAIL_PLAINTEXT": False,
    "EMAIL_HTML": False,
    "CLI_USERS_NAME": None,
    "CLI_ROLES_NAME": None,
    "STATIC_FOLDER": None,
    "STATIC_FOLDER_URL": None,
    "DATETIME_FACTORY": clock.now,
}


def security_settings(settings: Settings) -> dict[str, Any]:
    """Everything Flask-Security and Flask-Login read from the application's configuration."""
    ours: dict[str, Any] = {
        **ADDRESSES,
        **{name: f"accounts/{page}.html" for name, page in PAGES.items()},
        **AFTERWARDS,
        **ABILITIES,
        **{f"MSG_{name}": said for name, said in SENTENCES.items()},
        "TOTP_ISSUER": settings.site_name,
        "TOTP_SECRETS": {"1": derived_key(settings, "second factor").decode()},
        "MULTI_FACTOR_RECOVERY_CODES_KEYS": [derived_key(settings, "recovery codes")],
        "WAN_RP_NAME": settings.site_name,
    }
    return {
        **{f"SECURITY_{name}": value for name, value in ours.items()},
        # The session's row is what proves who signed in; Flask-Login adds nothing to it.
        "SESSION_PROTECTION": None,
    }


def derived_key(settings: Settings, purpose: str) -> bytes:
    """A key of its own for each purpose, from the one secret that is configured."""
    key = hmac.new(settings.secret_key.encode(), f"lontar {purpose}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(key.digest())
