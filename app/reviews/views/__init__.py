"""Pages of reviews: the reviewer's own, and the office's."""

from app.reviews.views import assigning, changing, naming, office, reviewer

blueprints = (assigning.bp, naming.bp, changing.bp, office.bp, reviewer.bp)
