"""Pages of applications: the applicant's own, and the office's tracking."""

from app.applications.views import (
    appealing,
    applicant,
    casework,
    changing,
    documents,
    exports,
    filling,
    grace,
    letters,
    nominating,
    posted,
    recommending,
    tracking,
    uploads,
    ways,
)

blueprints = (
    applicant.bp,
    casework.bp,
    appealing.bp,
    appealing.office,
    changing.bp,
    filling.bp,
    grace.bp,
    documents.bp,
    letters.bp,
    recommending.bp,
    posted.bp,
    tracking.bp,
    exports.bp,
    uploads.bp,
    ways.bp,
    nominating.bp,
)
