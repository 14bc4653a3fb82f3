"""Tests of learning agreements."""
