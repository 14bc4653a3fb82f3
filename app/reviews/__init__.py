"""Who reads which application, and what they think of it."""
