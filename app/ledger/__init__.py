"""Consents, transfers and views of personal documents: rows are only ever added."""
