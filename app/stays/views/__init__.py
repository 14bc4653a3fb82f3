"""Pages of stays: of who goes, of who hosts, and of who sends."""

from flask import Blueprint

bp = Blueprint("stays", __name__, url_prefix="/stays")

from app.stays.views import pages, parts, preparing, reporting  # noqa: E402 - their routes hang on bp

__all__ = ["bp", "pages", "parts", "preparing", "reporting"]
