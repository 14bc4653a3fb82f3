"""Pages of transcripts and of what they count as at home."""

from flask import Blueprint

bp = Blueprint("recognition", __name__, url_prefix="/recognition")

from app.recognition.views import recognising, writing  # noqa: E402 - their routes hang on bp

__all__ = ["bp", "recognising", "writing"]
