"""Pages of accounts: how one signs in, the profile, and the secretariat's list of people."""

from app.accounts.views import account, people, profile
from app.accounts.views.blueprint import bp

__all__ = ["account", "bp", "people", "profile"]
