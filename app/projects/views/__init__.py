"""Pages of projects: `published` are the world's, `office` those on which bodies lead them."""

from flask import Blueprint

bp = Blueprint("projects", __name__, url_prefix="/projects")

from app.projects.views import office, partners, published  # noqa: E402 - their routes hang on bp

__all__ = ["bp", "office", "partners", "published"]
