"""Everything courses does: one function per verb of the office."""

from app.courses.operations.meeting import (
    InstructorClash,
    MeetingTerms,
    add_meetings,
    cancel_meeting,
    change_meeting,
    drop_instructor,
    name_instructor,
)
from app.courses.operations.planning import (
    Reserve,
    RunTerms,
    cancel_run,
    close_run,
    plan_run,
    publish_run,
    reserve_seats,
    save_run,
)
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
    "InstructorClash",
    "MeetingTerms",
    "Reserve",
    "RunTerms",
    "add_meetings",
    "archive_course",
    "begin_course",
    "cancel_meeting",
    "cancel_run",
    "change_meeting",
    "close_run",
    "drop_instructor",
    "keep_practice",
    "name_instructor",
    "plan_run",
    "publish_course",
    "publish_run",
    "reserve_seats",
    "restore_course",
    "revise_course",
    "save_course_facts",
    "save_course_text",
    "save_run",
    "send_course",
    "send_course_back",
    "take_course_back",
]
