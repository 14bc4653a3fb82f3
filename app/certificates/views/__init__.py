"""Pages of certificates: checking one (the world's), one's own, and the issuer's."""

from app.certificates.views import checking, office, own

blueprints = (checking.bp, own.bp, office.bp)

__all__ = ["blueprints"]
