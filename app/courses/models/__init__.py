"""Courses and their versions; dates with their meetings; seats in them; what became of them."""

from app.courses.models.adoptions import CourseAdoption
from app.courses.models.attendance import (
    Attendance,
    AttendanceSheet,
    CheckIn,
    Completion,
    CompletionRule,
    Result,
)
from app.courses.models.courses import CentrePractice, Course, CourseText, CourseVersion
from app.courses.models.enrolments import Enrolment, Invitation
from app.courses.models.feedback import Feedback, FeedbackQuestion
from app.courses.models.group_messages import GroupMessage
from app.courses.models.materials import Material
from app.courses.models.posts import PostCommitment, PostKey, PostQuestion, PostTerms, Release
from app.courses.models.runs import CourseRun, Meeting, SeatReserve, Teaching
from app.courses.models.sources import CourseElsewhere, CourseImport, CourseSource

__all__ = [
    "Attendance",
    "AttendanceSheet",
    "CentrePractice",
    "CheckIn",
    "Completion",
    "CompletionRule",
    "Course",
    "CourseAdoption",
    "CourseElsewhere",
    "CourseImport",
    "CourseRun",
    "CourseSource",
    "CourseText",
    "CourseVersion",
    "Enrolment",
    "Feedback",
    "FeedbackQuestion",
    "GroupMessage",
    "Invitation",
    "Material",
    "Meeting",
    "PostCommitment",
    "PostKey",
    "PostQuestion",
    "PostTerms",
    "Release",
    "Result",
    "SeatReserve",
    "Teaching",
]
