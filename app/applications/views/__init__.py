"""Pages of applications: the applicant's own, and the office's tracking."""

from app.applications.views import applicant, tracking

blueprints = (applicant.bp, tracking.bp)
