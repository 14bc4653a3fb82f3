"""Pages of courses."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from app.foundation.web import public
from app.opportunities.states import Kind
from app.opportunities.views import catalogue_page

bp = Blueprint("courses", __name__, url_prefix="/courses")


@bp.get("")
@public
def courses() -> ResponseReturnValue:
    return catalogue_page(Kind.COURSE)
