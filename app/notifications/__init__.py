"""What people are told, and what waits for them."""
