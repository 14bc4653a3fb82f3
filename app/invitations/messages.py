"""What people are told about invitations to research stays."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from app.notifications.notify import Message


@dataclass(frozen=True, slots=True)
class Invited(Message):
    """To the person: an invitation came, or says something else now."""

    kind: ClassVar[str] = "invitations/invited"
    instead: ClassVar[str] = "/research-stays/mine"
    path: str
    name: str
    host: str
    starts_on: str
    ends_on: str
    changed: bool
    answer_by: datetime
    zone: str


@dataclass(frozen=True, slots=True)
class HomeAsked(Message):
    """To the home: somebody of theirs was invited and has accepted, and they are asked to agree."""

    kind: ClassVar[str] = "invitations/home_asked"
    instead: ClassVar[str] = "/research-stays/office"
    path: str
    name: str
    person: str
    home: str
    host: str
    starts_on: str
    ends_on: str


@dataclass(frozen=True, slots=True)
class InvitationAnswered(Message):
    """To the other sides: the person or the home has answered."""

    kind: ClassVar[str] = "invitations/answered"
    path: str
    person: str
    host: str
    home: str
    by_home: bool
    yes: bool
    words: str
    to_person: bool = False
    needs_account: bool = False


@dataclass(frozen=True, slots=True)
class InvitationOver(Message):
    """To the other sides: it was withdrawn or called off."""

    kind: ClassVar[str] = "invitations/over"
    person: str
    host: str
    because: str
    called_off: bool
