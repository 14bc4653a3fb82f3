"""What bodies are told about projects."""

from dataclasses import dataclass
from typing import ClassVar

from app.notifications.notify import Message


@dataclass(frozen=True, slots=True)
class PartnerAsked(Message):
    """A body asks the reader's whether it may be named in a project."""

    kind: ClassVar[str] = "projects/asked"
    ref: str
    project: str
    lead: str
    body: str


@dataclass(frozen=True, slots=True)
class PartnerAnswered(Message):
    """A body that was asked says whether it takes part."""

    kind: ClassVar[str] = "projects/answered"
    project_id: int
    project: str
    body: str
    confirms: bool
