"""What was done, by whom, to what, when."""
