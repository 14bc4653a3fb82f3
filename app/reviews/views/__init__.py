"""Pages of reviews: the reviewer's own, and the office's."""

from app.reviews.views import assigning, changing, office, reviewer

blueprints = (assigning.bp, changing.bp, office.bp, reviewer.bp)
