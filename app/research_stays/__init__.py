"""Calls for research stays: a host says whom it would receive, and staff of institutes ask."""
