"""Pages of fellowships: `published` is the world's, the others the office's."""

from flask import Blueprint

bp = Blueprint("fellowships", __name__, url_prefix="/fellowships")

from app.fellowships.views import published  # noqa: E402, F401 - its routes hang on bp
