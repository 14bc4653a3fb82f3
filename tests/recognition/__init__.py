"""Transcripts of records, and what universities at home recognise of them."""
