"""The forms that Flask-Security's pages use: its logic, our fields, words and bounds."""

from typing import Any, cast

from flask_security import forms as theirs
from flask_security import webauthn as passkeys
from flask_security.recovery_codes import MfRecoveryCodesForm, MfRecoveryForm
from flask_security.utils import hash_password
from wtforms import BooleanField, EmailField, HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired

from app.accounts.models import User
from app.accounts.security.visit import visit
from app.foundation.errors import RuleBroken
from app.foundation.forms import Form, Longest, Required
from app.foundation.languages import gettext as _
from app.foundation.languages import lazy

ADDRESS = lazy("Email address")
PASSWORD = lazy("Password")
WRITE_ADDRESS = lazy("Write your email address.")
WRITE_PASSWORD = lazy("Write your password.")


class Bounds:
    """Text as everywhere in the house: a token, plain, not endless."""

    Meta = Form.Meta


def _address(*checks: Any) -> EmailField:
    return EmailField(
        ADDRESS,
        [Required(WRITE_ADDRESS), Longest(320), *checks],
        render_kw={"autocomplete": "username"},
    )


def _password(label: str, purpose: str, missing: str) -> PasswordField:
    return PasswordField(label, [Required(missing)], render_kw={"autocomplete": purpose})


class SignInForm(Bounds, theirs.LoginForm):
    email = _address(theirs.EmailValidation(verify=False))
    password = _password(PASSWORD, "current-password", WRITE_PASSWORD)
    remember = None

    def validate(self, **kwargs: Any) -> bool:
        """As Flask-Security does it, but somebody who knows the password hears what is missing."""
        if super().validate(**kwargs):
            return True
        if not (self.email.data and self.password.data):
            self.email.errors = self.password.errors = []
            self.form_errors.append(_("Write your email address and your password."))
        elif self.user_authenticated:
            self.form_errors += list(self.email.errors)
            self.email.errors = []
        if self.email.data and self.password.data and not self.user_authenticated:
            visit().failed("user.sign_in_failed", cast("User | None", self.user), via=["password"])
        return False


class VerifyForm(Bounds, theirs.VerifyForm):
    password = _password(PASSWORD, "current-password", WRITE_PASSWORD)


class LogoutForm(Bounds, theirs.LogoutForm):
    pass


class SignUpForm(Bounds, theirs.RegisterFormV2):
    email = _address(theirs.EmailValidation(verify=True), theirs.unique_user_email)
    passport_name = StringField(
        lazy("Full name as in your passport"),
        [Required(lazy("Write your full name as in your passport.")), Longest(200)],
        render_kw={"autocomplete": "name"},
    )
    password = _password(PASSWORD, "new-password", lazy("Choose a password."))
    privacy = BooleanField(
        lazy("I have read how my data are used, and agree."),
        [DataRequired(lazy("Without this we may not keep your data."))],
    )
    password_confirm = None


class AddressForm(Bounds):
    """What a letter with a link is asked for with; an address that is none is said to be none."""

    email: Any
    form_errors: Any
    errors: Any

    def validate(self, **kwargs: Any) -> bool:
        passed = super().validate(**kwargs)  # type: ignore[misc]
        if not self.email.data:
            self.form_errors.append(str(WRITE_ADDRESS))
        elif "@" not in self.email.data:
            self.form_errors.append(_("Write an address such as name@example.org."))
        return bool(passed)


class RecoverForm(AddressForm, theirs.ForgotPasswordForm):
    email = _address(theirs.EmailValidation(verify=False), theirs.valid_user_email)

    def validate(self, **kwargs: Any) -> bool:
        """Also for an address that was not confirmed: the link in the letter confirms it."""
        passed = super().validate(**kwargs)
        if self.requires_confirmation:
            self.email.errors = []
            self.requires_confirmation = False
            passed = True
        if passed:  # for an unknown address Flask-Security hashes as well: both take as long
            hash_password("as for an unknown address")
        return bool(passed)


class ConfirmForm(AddressForm, theirs.SendConfirmationForm):
    email = _address(theirs.EmailValidation(verify=False), theirs.valid_user_email)


class NewPasswordForm(Bounds, theirs.ResetPasswordForm):
    password = _password(lazy("New password"), "new-password", lazy("Choose a password."))
    password_confirm = None


class ChangePasswordForm(Bounds, theirs.ChangePasswordForm):
    password = _password(lazy("Password of today"), "current-password", WRITE_PASSWORD)
    new_password = _password(lazy("New password"), "new-password", lazy("Choose a password."))
    new_password_confirm = None


class CodeForm(Bounds, theirs.TwoFactorVerifyCodeForm):
    code = StringField(
        lazy("Code"),
        [Required(lazy("Write the six digits that your app shows.")), Longest(20)],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )


class RescueForm(Bounds, theirs.TwoFactorRescueForm):
    """Not shown: a recovery code is the one way to go on without the app."""

    help_setup = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.help_setup.choices = []


class SecondFactorSetupForm(Bounds, theirs.TwoFactorSetupForm):
    setup = HiddenField(default="authenticator")


class RecoveryCodesForm(Bounds, MfRecoveryCodesForm):
    pass


class RecoveryCodeForm(Bounds, MfRecoveryForm):
    code = StringField(
        lazy("Recovery code"),
        [Required(lazy("Write one of your recovery codes.")), Longest(40)],
        filters=[lambda text: (text or "").strip().lower()],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )


class PasskeyForm(Bounds, passkeys.WebAuthnRegisterForm):
    name = StringField(
        lazy("Name of this passkey"),
        [Required(lazy("Give this passkey a name, such as “my phone”.")), Longest(64)],
        render_kw={"autocomplete": "off"},
    )
    usage = HiddenField(default="first")

    def validate(self, **kwargs: Any) -> bool:
        self.usage.data = "first"
        return bool(super().validate(**kwargs))


class PasskeyResponseForm(Bounds, passkeys.WebAuthnRegisterResponseForm):
    credential = HiddenField(validators=[Longest(20_000)])


class PasskeySignInForm(Bounds, passkeys.WebAuthnSigninForm):
    def validate(self, **kwargs: Any) -> bool:
        self.remember.data = ""
        return bool(super().validate(**kwargs))


class PasskeySignInResponseForm(Bounds, passkeys.WebAuthnSigninResponseForm):
    credential = HiddenField(validators=[Longest(20_000)])

    def validate(self, **kwargs: Any) -> bool:
        self.remember.data = ""
        if super().validate(**kwargs):
            if self.credential.errors:  # a closed account comes this far
                return False
            if self.user is None or self.user.confirmed_at is None:
                raise RuleBroken(_("Please confirm your address first."))
            return True
        visit().failed("user.sign_in_failed", cast("User | None", self.user), via=["passkey"])
        return False


class PasskeyRemoveForm(Bounds, passkeys.WebAuthnDeleteForm):
    pass


class PasskeyVerifyForm(Bounds, passkeys.WebAuthnVerifyForm):
    pass


FORMS: dict[str, Any] = {
    "login_form": SignInForm,
    "logout_form": LogoutForm,
    "verify_form": VerifyForm,
    "register_form": SignUpForm,
    "forgot_password_form": RecoverForm,
    "send_confirmation_form": ConfirmForm,
    "reset_password_form": NewPasswordForm,
    "change_password_form": ChangePasswordForm,
    "two_factor_verify_code_form": CodeForm,
    "two_factor_rescue_form": RescueForm,
    "two_factor_setup_form": SecondFactorSetupForm,
    "mf_recovery_codes_form": RecoveryCodesForm,
    "mf_recovery_form": RecoveryCodeForm,
    "wan_register_form": PasskeyForm,
    "wan_register_response_form": PasskeyResponseForm,
    "wan_signin_form": PasskeySignInForm,
    "wan_signin_response_form": PasskeySignInResponseForm,
    "wan_delete_form": PasskeyRemoveForm,
    "wan_verify_form": PasskeyVerifyForm,
}
