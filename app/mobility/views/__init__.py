"""Pages of students who go abroad, and of the international offices that send and take them."""

from flask import Blueprint

bp = Blueprint("mobility", __name__, url_prefix="/mobility")

from app.mobility.views import (  # noqa: E402 - their routes hang on bp
    choosing,
    ending,
    lists,
    nominating,
    papers,
    partners,
)

blueprints = (bp, partners.bp)

__all__ = ["blueprints", "bp", "choosing", "ending", "lists", "nominating", "papers", "partners"]
