"""What the world reads: the list of calls, and each call's own page."""

from flask.typing import ResponseReturnValue

from app.fellowships.views import bp
from app.foundation.page_cache import cacheable
from app.foundation.web import public
from app.opportunities.states import Kind
from app.opportunities.views import catalogue_page


@bp.get("")
@public
@cacheable
def fellowships() -> ResponseReturnValue:
    return catalogue_page(Kind.FELLOWSHIP)
