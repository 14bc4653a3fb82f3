"""Pages of courses."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from app.foundation.page_cache import cacheable
from app.foundation.web import public
from app.opportunities.states import Kind
from app.opportunities.views import catalogue_page

bp = Blueprint("courses", __name__, url_prefix="/courses")


@bp.get("")
@public
@cacheable
def courses() -> ResponseReturnValue:
    return catalogue_page(Kind.COURSE)
