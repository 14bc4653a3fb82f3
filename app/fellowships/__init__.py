"""Programmes' calls: prepared, published, extended, closed."""
