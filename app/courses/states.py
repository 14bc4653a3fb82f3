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
    """How one gets a seat. Dates that need a whole application are fellowships' and exchanges'."""

    OPEN = "open"
    APPROVAL = "by approval"
    INVITATION = "by invitation"


class Stage(StrEnum):
    """Where dates of a course stand: their state, and what the clock makes of it."""

    PLANNED = "planned"
    COMING = "opens later"
    OPEN = "open"
    CLOSED = "closed"
    RUNNING = "running"
    FINISHED = "finished"
    CANCELLED = "cancelled"
