"""Laboratories, compute and data sets of centres, which people apply to use."""
