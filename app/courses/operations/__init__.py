"""Everything courses does: one function per verb of the office."""

from app.courses.operations.admitting import (
    admit_application,
    find_application,
    hold_run,
    leave_with,
)
from app.courses.operations.adopting import adopt_course
from app.courses.operations.applying import save_run_form
from app.courses.operations.asking_feedback import (
    ask_for_opinions,
    ask_no_more,
    ask_until,
    give_feedback,
    tend_feedback,
)
from app.courses.operations.attending import (
    Mark,
    Reached,
    ask_for_attendance,
    record_attendance,
    record_results,
)
from app.courses.operations.bringing import bring_courses
from app.courses.operations.checking_in import (
    check_in,
    close_check_in,
    find_seat_by_code,
    open_check_in,
)
from app.courses.operations.completing import (
    certify_run,
    judge_everybody,
    judge_otherwise,
    state_rule,
)
from app.courses.operations.enrolling import (
    accept_seat,
    admit,
    enrol,
    find_enrolment,
    lapse_seats,
    leave,
    promote,
    remind_of_seats,
    turn_down,
)
from app.courses.operations.giving_materials import (
    MaterialTerms,
    add_material,
    change_material,
    move_material_up,
    remove_material,
)
from app.courses.operations.importing import bring_what_was_seen, look_into_file
from app.courses.operations.inviting import invite
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
from app.courses.operations.removing import remove
from app.courses.operations.writing import (
    CourseFacts,
    CourseWords,
    begin_course,
    keep_practice,
    revise_course,
    save_course_facts,
    save_course_text,
)
from app.courses.operations.writing_to_group import write_to_group

__all__ = [
    "CourseFacts",
    "CourseWords",
    "InstructorClash",
    "Mark",
    "MaterialTerms",
    "MeetingTerms",
    "Reached",
    "Reserve",
    "RunTerms",
    "accept_seat",
    "add_material",
    "add_meetings",
    "admit",
    "admit_application",
    "adopt_course",
    "archive_course",
    "ask_for_attendance",
    "ask_for_opinions",
    "ask_no_more",
    "ask_until",
    "begin_course",
    "bring_courses",
    "bring_what_was_seen",
    "cancel_meeting",
    "cancel_run",
    "certify_run",
    "change_material",
    "change_meeting",
    "check_in",
    "close_check_in",
    "close_run",
    "drop_instructor",
    "enrol",
    "find_application",
    "find_enrolment",
    "find_seat_by_code",
    "give_feedback",
    "hold_run",
    "invite",
    "judge_everybody",
    "judge_otherwise",
    "keep_practice",
    "lapse_seats",
    "leave",
    "leave_with",
    "look_into_file",
    "move_material_up",
    "name_instructor",
    "open_check_in",
    "plan_run",
    "promote",
    "publish_course",
    "publish_run",
    "record_attendance",
    "record_results",
    "remind_of_seats",
    "remove",
    "remove_material",
    "reserve_seats",
    "restore_course",
    "revise_course",
    "save_course_facts",
    "save_course_text",
    "save_run",
    "save_run_form",
    "send_course",
    "send_course_back",
    "state_rule",
    "take_course_back",
    "tend_feedback",
    "turn_down",
    "write_to_group",
]
