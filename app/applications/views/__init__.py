"""Pages of applications: the applicant's own, and the office's tracking."""

from app.applications.views import applicant, documents, exports, filling, tracking, uploads

blueprints = (applicant.bp, filling.bp, documents.bp, tracking.bp, exports.bp, uploads.bp)
