"""Pages of working groups: `published` are the world's, `joining` a person's, others offices'."""

from flask import Blueprint

bp = Blueprint("working_groups", __name__, url_prefix="/working-groups")

from app.working_groups.views import (  # noqa: E402 - their routes hang on bp
    commenting,
    documents,
    joining,
    meetings,
    members,
    office,
    published,
)

__all__ = [
    "bp",
    "commenting",
    "documents",
    "joining",
    "meetings",
    "members",
    "office",
    "published",
]
