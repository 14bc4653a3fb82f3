"""Pages of what came of research stays: of who was there, of hosts, and of the world."""

from flask import Blueprint

bp = Blueprint("outcomes", __name__, url_prefix="/research-stays/outcomes")

from app.outcomes.views import pages, published  # noqa: E402 - their routes hang on bp

__all__ = ["bp", "pages", "published"]
