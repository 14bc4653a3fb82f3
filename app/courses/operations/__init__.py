"""Everything courses does: one function per verb of the office."""

from app.courses.operations.publishing import (
    archive_course,
    publish_course,
    restore_course,
    send_course,
    send_course_back,
    take_course_back,
)
from app.courses.operations.writing import (
    CourseFacts,
    CourseWords,
    begin_course,
    keep_practice,
    revise_course,
    save_course_facts,
    save_course_text,
)

__all__ = [
    "CourseFacts",
    "CourseWords",
    "archive_course",
    "begin_course",
    "keep_practice",
    "publish_course",
    "restore_course",
    "revise_course",
    "save_course_facts",
    "save_course_text",
    "send_course",
    "send_course_back",
    "take_course_back",
]
