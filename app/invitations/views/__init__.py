"""Pages of research stays: of hosts, of who is invited, of homes, and of who checks a letter."""

from flask import Blueprint

bp: Blueprint = Blueprint("invitations", __name__, url_prefix="/research-stays")

from app.invitations.views import (  # noqa: E402 - their routes hang on bp
    answering,
    checking,
    lists,
    pages,
    requests,
    writing,
)
from app.invitations.views.links import bp as links  # noqa: E402

blueprints = (bp, links)

__all__ = [
    "answering",
    "blueprints",
    "bp",
    "checking",
    "links",
    "lists",
    "pages",
    "requests",
    "writing",
]
