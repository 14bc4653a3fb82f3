"""What the lists hold once they are read, and what is wrong with them."""

from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from app.organisations.facts import (
    CentreFacts,
    CountryFacts,
    OrganisationFacts,
)
from seeds.credits import (
    Tables,
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Body:
    """An organisation as the lists have it, with what makes it a centre, if it is one."""

    facts: OrganisationFacts
    centre: CentreFacts | None = None


@dataclass(frozen=True, slots=True)
class Succession:
    ref: str
    successor: str
    on: date | None
    confidence: str


@dataclass(frozen=True, slots=True)
class Reference:
    """All that the lists say, checked."""

    countries: list[CountryFacts]
    bodies: list[Body]
    successions: list[Succession]
    tables: Tables


class BrokenLists(Exception):
    """Nothing was loaded; `faults` names every broken row."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults
