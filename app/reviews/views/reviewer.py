"""The reviewer's own pages: what there is to read, and one review."""

from flask import Blueprint

bp = Blueprint("reviews", __name__, url_prefix="/reviews")
