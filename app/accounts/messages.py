"""What people are told about their account. Tokens travel as paths; delivery makes them links."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from app.notifications.notify import Message


@dataclass(frozen=True, slots=True)
class AddressToConfirm(Message):
    """Somebody opened an account with this address; perhaps the reader."""

    kind: ClassVar[str] = "accounts/address_to_confirm"
    instead: ClassVar[str] = "/confirm"

    name: str
    path: str


@dataclass(frozen=True, slots=True)
class AccountExists(Message):
    """Somebody tried to open an account with an address that has one."""

    kind: ClassVar[str] = "accounts/account_exists"

    name: str


@dataclass(frozen=True, slots=True)
class PasswordLink(Message):
    """The link that was asked for, good once and for an hour."""

    kind: ClassVar[str] = "accounts/password_link"
    instead: ClassVar[str] = "/recover"

    name: str
    path: str


@dataclass(frozen=True, slots=True)
class PasswordChanged(Message):
    """The password is another one; if that was not you, this is what to do."""

    kind: ClassVar[str] = "accounts/password_changed"

    name: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class SignInChanged(Message):
    """A second factor, its recovery codes or a passkey was added or removed."""

    kind: ClassVar[str] = "accounts/sign_in_changed"

    name: str
    what: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class RoleGiven(Message):
    """The reader has a role now."""

    kind: ClassVar[str] = "accounts/role_given"

    name: str
    role: str
    on: str


@dataclass(frozen=True, slots=True)
class OfficeEmpty(Message):
    """To the secretariat: nobody speaks for a university any more, and this many tasks wait."""

    kind: ClassVar[str] = "accounts/office_empty"

    university: str
    tasks: int
