"""Pages of placements."""

from flask import Blueprint

bp = Blueprint("placements", __name__, url_prefix="/placements")
