"""What came of research stays."""
