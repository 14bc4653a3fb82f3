"""Tests of mobility."""
