"""Courses that centres give: their door in the catalogue."""
