"""Pages of calls for research stays: the world's, those of hosts, and those of who asks."""

from flask import Blueprint

bp = Blueprint("research_stays", __name__, url_prefix="/research-stays")

from app.research_stays.views import (  # noqa: E402 - their routes hang on bp
    asking,
    office,
    published,
)

__all__ = ["asking", "bp", "office", "published"]
