"""Pages of group visits: the world's, those of programmes, of hosts, and of who is named."""

from flask import Blueprint

bp: Blueprint = Blueprint("visits", __name__, url_prefix="/visits")

from app.visits.views import (  # noqa: E402 - their routes hang on bp
    deciding,
    hosting,
    named,
    office,
    published,
    writing_group,
)
from app.visits.views.links import bp as links  # noqa: E402

blueprints = (bp, links)

__all__ = [
    "blueprints",
    "bp",
    "deciding",
    "hosting",
    "links",
    "named",
    "office",
    "published",
    "writing_group",
]
