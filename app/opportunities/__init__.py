"""What one may sign up for: texts, window, places, eligibility, forms, catalogue."""
