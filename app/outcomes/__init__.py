"""What came of research stays: told by who was there, confirmed by the host, shown if both wish."""
