"""Pages open to the world: about, and the two that machines ask."""

from flask import Blueprint, Response, jsonify, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.foundation.database import db
from app.foundation.schema import is_current
from app.foundation.web import public

bp = Blueprint("public", __name__)


@bp.get("/about")
@public
def about() -> ResponseReturnValue:
    return render_template("public/about.html")


@bp.get("/healthz")
@public
def healthz() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@bp.get("/readyz")
@public
def readyz() -> tuple[Response, int]:
    """The database is reachable and its migrations are current."""
    try:
        db.session.execute(text("SELECT 1"))
        current = is_current(db.engine)
    except SQLAlchemyError:
        return jsonify(status="the database does not answer"), 503
    if not current:
        return jsonify(status="migrations wait: run make migrate"), 503
    return jsonify(status="ok"), 200
