"""Everything courses reads: a function returns a Select or a plain value, never writes."""

from app.courses.queries.courses import (
    being_written,
    centres_with,
    course_to_open,
    courses_visible_to,
    history_of_course,
    open_version,
    others_of_centre,
    practice_of,
    practices,
    published_version,
    wants_second_person,
)
from app.courses.queries.published import courses_of_centre, published_course

__all__ = [
    "being_written",
    "centres_with",
    "course_to_open",
    "courses_of_centre",
    "courses_visible_to",
    "history_of_course",
    "open_version",
    "others_of_centre",
    "practice_of",
    "practices",
    "published_course",
    "published_version",
    "wants_second_person",
]
