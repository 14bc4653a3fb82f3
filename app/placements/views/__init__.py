"""Pages of placing: the office's proposals, offers, whoever comes to a host, withdrawing."""

from app.placements.views import making, offers, rounds, withdrawals
from app.placements.views.blueprint import bp

__all__ = ["bp", "making", "offers", "rounds", "withdrawals"]
