"""The life of an opportunity and of a place in it, and the words of its facets."""

from enum import StrEnum

from app.foundation.actors import Role
from app.foundation.states import Flow, move


class Kind(StrEnum):
    COURSE = "course"
    FELLOWSHIP = "fellowship"
    EXCHANGE = "exchange"
    ELSEWHERE = "elsewhere"
    """A course that another body gives: listed here, taken there."""
    FACILITY = "facility"
    """A laboratory, compute or a data set of a centre, which people apply to use."""
    VISIT = "visit"
    """A short visit of a group, for which the institution that receives it applies."""
    RESEARCH_STAY = "research-stay"
    """Short stays for research at a host, for which staff of institutes ask."""


# What the page of courses shows: those that have dates here, and those that are taken elsewhere.
COURSES = (Kind.COURSE, Kind.ELSEWHERE)
# On who applies for these the staff of the centre decide, not the managers of a programme.
BY_CENTRES = (Kind.COURSE, Kind.FACILITY)
# And on these the offices of the host: of a centre, or the international office.
BY_OFFICES = (Kind.RESEARCH_STAY,)
OFFICES = (Role.CENTRE, Role.COORDINATOR)
# For these a host institution applies, for a group of others.
BY_HOSTS = (Kind.VISIT,)
# Where the pages are of those kinds that do not stand under their own word and an s.
_PAGES = {Kind.ELSEWHERE: "courses", Kind.FACILITY: "facilities"}


def offices_of(kind: Kind) -> tuple[Role, ...]:
    """As what staff of its organisation decide on who applies; nobody where a programme does."""
    return OFFICES if kind in BY_OFFICES else (Role.CENTRE,) if kind in BY_CENTRES else ()


def address_of(kind: str, ref: str) -> str:
    """The page of an opportunity; a course that is given elsewhere has its page among courses."""
    return f"/{_PAGES.get(Kind(kind), f'{kind}s')}/{ref}"


class Track(StrEnum):
    """Whom an opportunity is for."""

    RESEARCHER = "researcher"
    ENGINEER = "engineer"
    POLICYMAKER = "policymaker"


class Difficulty(StrEnum):
    """How much one has to know before, as those say who give a course."""

    BEGINNER = "beginner"
    INTERMEDIATE = "intermediate"
    ADVANCED = "advanced"


class Facet(StrEnum):
    """What the catalogue filters by; `opportunity_facet` keeps the values of each opportunity."""

    KIND = "kind"
    TRACK = "track"
    LANGUAGE = "language"
    WHERE = "where"
    NATIONALITY = "nationality"
    COST = "cost"
    DIFFICULTY = "difficulty"
    COMPETENCY = "competency"
    FIELD = "field"
    LEVEL = "level"
    START = "start"
    ASKED = "asked"
    TUITION = "tuition"


ONLINE = "online"  # a value of WHERE beside the countries' codes
ANY_NATIONALITY = "any"  # the one value of NATIONALITY where no country list is named
ANY = "any"  # the one value of FIELD and LEVEL where none is named: found by each
NO_LEVEL = "none"  # the one value of ASKED where no level of a language is asked
FOR_EACH = frozenset({Facet.FIELD, Facet.LEVEL})
COSTS_NOTHING = "nothing"  # the one value of COST


class OpportunityState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class OpportunityFlow(Flow):
    states = OpportunityState

    publish = move(OpportunityState.DRAFT, to=OpportunityState.PUBLISHED)
    close = move(OpportunityState.PUBLISHED, to=OpportunityState.CLOSED)
    reopen = move(OpportunityState.CLOSED, to=OpportunityState.PUBLISHED)
    cancel = move(
        OpportunityState.DRAFT,
        OpportunityState.PUBLISHED,
        OpportunityState.CLOSED,
        to=OpportunityState.CANCELLED,
    )


class PlaceState(StrEnum):
    ASKED = "asked"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


class PlaceFlow(Flow):
    states = PlaceState

    confirm = move(PlaceState.ASKED, PlaceState.REFUSED, to=PlaceState.CONFIRMED)
    refuse = move(PlaceState.ASKED, PlaceState.CONFIRMED, to=PlaceState.REFUSED)
    ask_again = move(PlaceState.CONFIRMED, PlaceState.REFUSED, to=PlaceState.ASKED)
