"""Courses and their versions; dates with their meetings; seats in them."""

from app.courses.models.courses import CentrePractice, Course, CourseText, CourseVersion
from app.courses.models.enrolments import Enrolment, Invitation
from app.courses.models.runs import CourseRun, Meeting, SeatReserve, Teaching

__all__ = [
    "CentrePractice",
    "Course",
    "CourseRun",
    "CourseText",
    "CourseVersion",
    "Enrolment",
    "Invitation",
    "Meeting",
    "SeatReserve",
    "Teaching",
]
