"""Rounds, proposals, approval, offers and answers."""
