"""Flask-Security's sentences in our own words, so that they are translated with all others."""

from app.foundation.languages import lazy

# Every message of its that one of our pages can show: our sentence, and the kind of notice.
SENTENCES: dict[str, tuple[str, str]] = {
    "GENERIC_AUTHN_FAILED": (
        lazy("This address and password do not belong together. Check both and try again."),
        "warning",
    ),
    "GENERIC_RECOVERY": (
        lazy("If this address has an account, a letter with a link is on its way to it."),
        "info",
    ),
    "UNAUTHENTICATED": (lazy("Please sign in to go on."), "info"),
    "UNAUTHORIZED": (lazy("This is not yours to do."), "warning"),
    "REAUTHENTICATION_REQUIRED": (
        lazy("Please show once more that it is you; then you can go on."),
        "info",
    ),
    "REAUTHENTICATION_SUCCESSFUL": (lazy("Thank you. Please go on."), "success"),
    "CONFIRM_REGISTRATION": (
        lazy(
            "Thank you. We have sent a letter to %(email)s. "
            "Open the link in it to confirm your address; then you can sign in."
        ),
        "success",
    ),
    "CONFIRMATION_REQUEST": (
        lazy("If %(email)s waits to be confirmed, a new link is on its way to it."),
        "info",
    ),
    "EMAIL_CONFIRMED": (lazy("Your address is confirmed. You can sign in now."), "success"),
    "ALREADY_CONFIRMED": (lazy("This address is confirmed already. You can sign in."), "info"),
    "INVALID_CONFIRMATION_TOKEN": (
        lazy("This link does not work any more. Ask for a new one here."),
        "warning",
    ),
    "CONFIRMATION_EXPIRED": (
        lazy("This link was good for %(within)s. Ask for a new one here."),
        "warning",
    ),
    "CONFIRMATION_REQUIRED": (lazy("Please confirm your address first."), "warning"),
    "PASSWORD_RESET_REQUEST": (
        lazy(
            "If %(email)s has an account, a letter with a link is on its way to it. "
            "The link is good for one hour."
        ),
        "info",
    ),
    "PASSWORD_RESET_EXPIRED": (
        lazy("This link was good for one hour. Ask for a new one here."),
        "warning",
    ),
    "INVALID_RESET_PASSWORD_TOKEN": (
        lazy("This link does not work any more: it is good once. Ask for a new one here."),
        "warning",
    ),
    "PASSWORD_RESET_NO_LOGIN": (
        lazy("Your new password is kept. Please sign in with it."),
        "success",
    ),
    "PASSWORD_CHANGE": (
        lazy("Your new password is kept. Every other browser of yours is signed out."),
        "success",
    ),
    "PASSWORD_IS_THE_SAME": (lazy("This is the password you have. Choose another one."), "error"),
    "PASSWORD_NOT_PROVIDED": (lazy("Write your password."), "error"),
    "INVALID_PASSWORD": (lazy("This is not your password of today."), "error"),
    "USER_DOES_NOT_EXIST": (lazy("This address has no account."), "error"),
    "EMAIL_NOT_PROVIDED": (lazy("Write your email address."), "error"),
    "INVALID_EMAIL_ADDRESS": (lazy("Write an address such as name@example.org."), "error"),
    "EMAIL_ALREADY_ASSOCIATED": (lazy("This address has an account already."), "error"),
    "DISABLED_ACCOUNT": (
        lazy("This account is closed. Ask the office of the programme to open it again."),
        "error",
    ),
    "INVALID_CODE": (lazy("This code does not fit. Wait for the next one and try again."), "error"),
    "TWO_FACTOR_INVALID_TOKEN": (
        lazy("This code does not fit. Wait for the next one and try again."),
        "error",
    ),
    "TWO_FACTOR_LOGIN_SUCCESSFUL": (lazy("Welcome back."), "success"),
    "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": (
        lazy("From now on we ask for a code of your app when you sign in."),
        "success",
    ),
    "TWO_FACTOR_DISABLED": (lazy("From now on your password alone is enough."), "success"),
    "TWO_FACTOR_PERMISSION_DENIED": (lazy("Please sign in from the start."), "warning"),
    "TWO_FACTOR_METHOD_NOT_AVAILABLE": (lazy("Choose one of the ways that are offered."), "error"),
    "TWO_FACTOR_SETUP_EXPIRED": (lazy("That took a while. Please start again."), "warning"),
    "INVALID_RECOVERY_CODE": (
        lazy("This recovery code does not fit. Each code works once."),
        "error",
    ),
    "NO_RECOVERY_CODES_SETUP": (lazy("There are no recovery codes yet."), "info"),
    "WEBAUTHN_EXPIRED": (lazy("That took a while. Please start again."), "warning"),
    "WEBAUTHN_NAME_REQUIRED": (lazy("Give this passkey a name, such as “my phone”."), "error"),
    "WEBAUTHN_NAME_INUSE": (
        lazy("You have a passkey named %(name)s. Choose another name."),
        "error",
    ),
    "WEBAUTHN_NAME_NOT_FOUND": (lazy("You have no passkey of this name."), "warning"),
    "WEBAUTHN_NAME_DISALLOWED_CHARACTERS": (
        lazy("Use letters, numbers, spaces and hyphens in the name."),
        "error",
    ),
    "INVALID_INPUT_LENGTH": (lazy("Choose a name of at most 64 characters."), "error"),
    "INVALID_INPUT": (lazy("Use letters, numbers, spaces and hyphens in the name."), "error"),
    "WEBAUTHN_CREDENTIAL_DELETED": (lazy("The passkey %(name)s is removed."), "success"),
    "WEBAUTHN_REGISTER_SUCCESSFUL": (
        lazy("The passkey %(name)s is kept. You can sign in with it."),
        "success",
    ),
    "WEBAUTHN_CREDENTIAL_ID_INUSE": (lazy("This passkey is here already."), "warning"),
    "WEBAUTHN_UNKNOWN_CREDENTIAL_ID": (
        lazy("We do not know this passkey. Sign in with your password."),
        "warning",
    ),
    "WEBAUTHN_ORPHAN_CREDENTIAL_ID": (
        lazy("We do not know this passkey. Sign in with your password."),
        "warning",
    ),
    "WEBAUTHN_MISMATCH_USER_HANDLE": (lazy("This passkey belongs to somebody else."), "warning"),
    "WEBAUTHN_CREDENTIAL_WRONG_USAGE": (
        lazy("We do not know this passkey. Sign in with your password."),
        "warning",
    ),
    "WEBAUTHN_NO_VERIFY": (
        lazy("This passkey could not be checked. Please try again."),
        "warning",
    ),
    "API_ERROR": (lazy("This could not be read. Please start again."), "warning"),
    "INVALID_REDIRECT": (lazy("Please go on from here."), "info"),
    "ANONYMOUS_USER_REQUIRED": (lazy("You are signed in already."), "info"),
}
