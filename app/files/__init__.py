"""Stored bytes under names that we make."""
