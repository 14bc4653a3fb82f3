"""What an address names that no row is by itself."""

from dataclasses import dataclass
from typing import Any

from app.applications.models import (
    Application,
    Document,
    Letter,
    MessageTemplate,
)
from app.opportunities.models import Opportunity
from app.placements.models import PlacementRound
from app.reviews.models import Review


@dataclass(frozen=True)
class InRound:
    """A person in the proposal of their call."""

    round: PlacementRound
    application: Application

    @property
    def state(self) -> Any:
        return self.round.state


@dataclass(frozen=True)
class OfTemplate:
    """A message of an office as it is opened from a call of its programme."""

    call: Opportunity
    template: MessageTemplate


@dataclass(frozen=True)
class Question:
    """A document that the form of an application asks for."""

    application: Application
    key: str


@dataclass(frozen=True)
class SectionOfForm:
    """A section of the form that a call asks people to fill in."""

    call: Opportunity
    key: str


@dataclass(frozen=True)
class OfReview:
    """A document or a letter as the reader of one review opens it."""

    review: Review
    read: Document | Letter
