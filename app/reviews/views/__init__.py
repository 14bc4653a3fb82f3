"""Pages of reviews: the reviewer's own, and the office's."""

from app.reviews.views import reviewer

blueprints = (reviewer.bp,)
