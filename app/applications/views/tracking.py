"""The office's pages: all applications for a call, and one of them."""

from flask import Blueprint

bp = Blueprint("tracking", __name__, url_prefix="/tracking")
