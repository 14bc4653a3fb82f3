"""People, their profiles and roles, and how they sign in."""
