"""What a transcript of records says."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Text:
    """Words, and the tag (BCP 47) of their language where it is known."""

    said: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Identifier:
    """What something is called in a system, such as "local", "ror" or "erasmus"."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Credit:
    """So many credits of a scheme, such as "ects" or "ucts"; level: Bachelor, Master or PhD."""

    scheme: str
    value: Decimal | None = None
    level: str = ""


@dataclass(frozen=True, slots=True)
class Level:
    """A level in a framework of qualifications, such as 6 of "EQF"."""

    kind: str
    value: str = ""
    descriptions: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Term:
    titles: tuple[Text, ...]
    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Shares:
    """How many percent of the others had a lower grade, the same one and a higher one."""

    lower: Decimal
    equal: Decimal
    higher: Decimal


@dataclass(frozen=True, slots=True)
class Distribution:
    """How many had which grade."""

    counts: tuple[tuple[str, int], ...]
    descriptions: tuple[Text, ...] = ()


class Status(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    IN_PROGRESS = "in-progress"


class Kind(StrEnum):
    PROGRAMME = "Degree Programme"
    MODULE = "Module"
    COURSE = "Course"
    CLASS = "Class"


@dataclass(frozen=True, slots=True)
class Instance:
    """A course as somebody took it, with what came of it; `date` is the day of the result."""

    identifiers: tuple[Identifier, ...] = ()
    start: date | None = None
    date: "date | None" = None
    term: Term | None = None
    status: Status | None = None
    grading_scheme: str = ""
    grade: str = ""
    shares: Shares | None = None
    distribution: Distribution | None = None
    credits: tuple[Credit, ...] = ()
    levels: tuple[Level, ...] = ()
    language: str = ""
    hours: Decimal | None = None
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Opportunity:
    """A course, a module or a programme, with the parts it consists of."""

    titles: tuple[Text, ...]
    instance: Instance = Instance()
    identifiers: tuple[Identifier, ...] = ()
    kind: Kind | None = None
    subject: str = ""
    isced: str = ""
    url: str = ""
    descriptions: tuple[Text, ...] = ()
    parts: tuple["Opportunity", ...] = ()


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file beside the record; each content is a `data:` URL, perhaps for one language."""

    kind: str = ""
    titles: tuple[Text, ...] = ()
    contents: tuple[Text, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    descriptions: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Issuer:
    titles: tuple[Text, ...]
    identifiers: tuple[Identifier, ...]
    url: str
    country: str = ""


@dataclass(frozen=True, slots=True)
class GradingScheme:
    local_id: str
    descriptions: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """What one university says of the learner."""

    issuer: Issuer
    issued_at: datetime
    opportunities: tuple[Opportunity, ...] = ()
    grading_schemes: tuple[GradingScheme, ...] = ()
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Learner:
    given_names: str
    family_name: str
    citizenship: str = ""
    identifiers: tuple[Identifier, ...] = ()
    born_on: date | None = None
    birth_place: str = ""
    birth_name: str = ""
    gender: int | None = None


@dataclass(frozen=True, slots=True)
class Records:
    """A whole file: one learner, and what one university or several say."""

    generated_at: datetime
    learner: Learner
    reports: tuple[Report, ...]
    attachments: tuple[Attachment, ...] = ()
