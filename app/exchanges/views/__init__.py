"""Pages of exchanges: the catalogue's, and those on which universities agree."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from app.foundation.page_cache import cacheable
from app.foundation.web import public
from app.opportunities.states import Kind
from app.opportunities.views import catalogue_page

bp = Blueprint("exchanges", __name__, url_prefix="/exchanges")


@bp.get("")
@public
@cacheable
def exchanges() -> ResponseReturnValue:
    return catalogue_page(Kind.EXCHANGE)


from app.exchanges.views import (  # noqa: E402 - their routes hang on bp
    agreements,
    balance,
    converting,
    course_lists,
    facts,
    mailbox,
    people,
    postings,
    published,
    universities,
    writing,
)

__all__ = [
    "agreements",
    "balance",
    "bp",
    "converting",
    "course_lists",
    "facts",
    "mailbox",
    "people",
    "postings",
    "published",
    "universities",
    "writing",
]
