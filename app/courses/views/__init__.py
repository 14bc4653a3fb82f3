"""Pages of courses: `published` is the world's, the others those of the centres."""

from flask import Blueprint

bp = Blueprint("courses", __name__, url_prefix="/courses")

from app.courses.views import (  # noqa: E402 - their routes hang on bp
    adopting,
    applying,
    attendance,
    checking_in,
    completing,
    dates,
    employers,
    feedback,
    group_messages,
    importing,
    materials,
    meetings,
    office,
    people,
    posts,
    published,
    reporting,
    running,
    seats,
    signing,
    writing,
)

blueprints = (bp, employers.bp)

__all__ = [
    "adopting",
    "applying",
    "attendance",
    "blueprints",
    "bp",
    "checking_in",
    "completing",
    "dates",
    "employers",
    "feedback",
    "group_messages",
    "importing",
    "materials",
    "meetings",
    "office",
    "people",
    "posts",
    "published",
    "reporting",
    "running",
    "seats",
    "signing",
    "writing",
]
