"""Courses and their versions; dates of a course with their meetings and reserved seats."""

from app.courses.models.courses import CentrePractice, Course, CourseText, CourseVersion
from app.courses.models.runs import CourseRun, Meeting, SeatReserve, Teaching

__all__ = [
    "CentrePractice",
    "Course",
    "CourseRun",
    "CourseText",
    "CourseVersion",
    "Meeting",
    "SeatReserve",
    "Teaching",
]
