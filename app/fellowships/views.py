"""Pages of fellowships."""

from flask import Blueprint

bp = Blueprint("fellowships", __name__, url_prefix="/fellowships")
