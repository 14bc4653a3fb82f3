"""Certificates: what a centre says, signed, of what a person did there."""
