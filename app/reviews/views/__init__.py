"""Pages of reviews: the reviewer's own, and the office's."""

from app.reviews.views import assigning, office, reviewer

blueprints = (assigning.bp, office.bp, reviewer.bp)
