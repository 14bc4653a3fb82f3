"""Tests of working groups."""
