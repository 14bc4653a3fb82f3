"""Pages of fellowships: `published` is the world's, the others those of offices and hosts."""

from flask import Blueprint

bp = Blueprint("fellowships", __name__, url_prefix="/fellowships")

from app.fellowships.views import (  # noqa: E402 - their routes hang on bp
    answering,
    asking,
    building,
    checking,
    correcting,
    extending,
    hosts,
    letters,
    office,
    places,
    preparing,
    programmes,
    published,
    publishing,
    rules,
)

__all__ = [
    "answering",
    "asking",
    "bp",
    "building",
    "checking",
    "correcting",
    "extending",
    "hosts",
    "letters",
    "office",
    "places",
    "preparing",
    "programmes",
    "published",
    "publishing",
    "rules",
]
