"""Pages of organisations: `lists` are the world's, `keeping` is the secretariat's."""

from flask import Blueprint

bp = Blueprint("organisations", __name__)

from app.organisations.views import keeping, lists  # noqa: E402, F401 - their routes hang on bp
