"""Learning: what a student abroad studies, what it counts as at home, and three signatures."""
