"""Pages of facilities: the world's, those of the centres, and those of who uses them."""

from flask import Blueprint

bp = Blueprint("facilities", __name__, url_prefix="/facilities")

from app.facilities.views import (  # noqa: E402 - their routes hang on bp
    granting,
    office,
    published,
    using,
)

__all__ = ["bp", "granting", "office", "published", "using"]
