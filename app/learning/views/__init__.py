"""Pages of learning agreements, for the student and the two universities."""

from flask import Blueprint

bp = Blueprint("learning", __name__, url_prefix="/learning")

from app.learning.views import reading, writing  # noqa: E402 - their routes hang on bp

__all__ = ["bp", "reading", "writing"]
