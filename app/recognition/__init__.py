"""What a host says somebody learnt there, and what the university at home makes of it."""
