"""The life of a course, and of each version of what it says."""

from enum import StrEnum

from app.foundation.states import Flow, move


class CourseState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class CourseFlow(Flow):
    states = CourseState

    publish = move(CourseState.DRAFT, to=CourseState.PUBLISHED)
    archive = move(CourseState.PUBLISHED, to=CourseState.ARCHIVED)
    restore = move(CourseState.ARCHIVED, to=CourseState.PUBLISHED)


class VersionState(StrEnum):
    DRAFT = "draft"
    IN_REVIEW = "in review"
    PUBLISHED = "published"


V = VersionState


class VersionFlow(Flow):
    """What was published is never changed again: the next version is."""

    states = VersionState

    send = move(V.DRAFT, to=V.IN_REVIEW)
    send_back = move(V.IN_REVIEW, to=V.DRAFT)
    publish = move(V.DRAFT, V.IN_REVIEW, to=V.PUBLISHED)


class Mode(StrEnum):
    """How one takes part."""

    ONLINE = "online"
    ON_SITE = "on site"
    HYBRID = "hybrid"


class EnrolmentMode(StrEnum):
    """How one gets a seat; by a whole application, through the process that calls share."""

    OPEN = "open"
    APPROVAL = "by approval"
    INVITATION = "by invitation"
    APPLICATION = "by application"


class Stage(StrEnum):
    """Where dates of a course stand: their state, and what the clock makes of it."""

    PLANNED = "planned"
    COMING = "opens later"
    OPEN = "open"
    CLOSED = "closed"
    RUNNING = "running"
    FINISHED = "finished"
    CANCELLED = "cancelled"


class EnrolmentState(StrEnum):
    ASKED = "asked"
    WAITING = "waiting"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


E = EnrolmentState
HOLDS_A_SEAT = frozenset({E.OFFERED, E.ACCEPTED})
LIVE = frozenset({E.ASKED, E.WAITING, *HOLDS_A_SEAT})


class EnrolmentFlow(Flow):
    """A seat is had at once, after the centre's word, or out of the waiting line."""

    states = EnrolmentState

    accept = move(E.ASKED, E.OFFERED, to=E.ACCEPTED)
    wait = move(E.ASKED, to=E.WAITING)
    offer = move(E.WAITING, to=E.OFFERED)
    decline = move(E.ASKED, E.WAITING, to=E.DECLINED)
    remove = move(E.OFFERED, E.ACCEPTED, to=E.DECLINED)
    lapse = move(E.OFFERED, to=E.LAPSED)
    withdraw = move(E.ASKED, E.WAITING, E.OFFERED, E.ACCEPTED, to=E.WITHDRAWN)


class Group(StrEnum):
    """To whom a centre writes; who missed one of the meetings is a group too."""

    ENROLLED = "enrolled"
    WAITING = "waiting"
    COMPLETED = "completed"
    MISSED = "missed"


class Presence(StrEnum):
    PRESENT = "present"
    ABSENT = "absent"
    EXCUSED = "excused"


class EnteredFrom(StrEnum):
    """How it became known who was there."""

    GRID = "grid"
    CHECK_IN = "check-in"
    SHEET = "sheet"
    FILE = "file"


class ReleaseState(StrEnum):
    """What became of asking an employer to let somebody go."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    TAKEN_BACK = "taken back"


class ReleaseFlow(Flow):
    """An employer answers once; the applicant may take the question back until then."""

    states = ReleaseState

    confirm = move(ReleaseState.ASKED, to=ReleaseState.CONFIRMED)
    refuse = move(ReleaseState.ASKED, to=ReleaseState.REFUSED)
    take_back = move(ReleaseState.ASKED, to=ReleaseState.TAKEN_BACK)


class PostAnswer(StrEnum):
    """Where somebody works some months after a course."""

    IN_POST = "in post"
    ELSEWHERE = "elsewhere"
    LEFT = "left"


class Teller(StrEnum):
    """Who said so."""

    PARTICIPANT = "participant"
    EMPLOYER = "employer"
