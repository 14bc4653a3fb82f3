"""Pages of learning agreements, for the student and the two universities."""

from flask import Blueprint

bp = Blueprint("learning", __name__, url_prefix="/learning")

from app.learning.views import files, reading, writing  # noqa: E402 - their routes hang on bp

__all__ = ["bp", "files", "reading", "writing"]
