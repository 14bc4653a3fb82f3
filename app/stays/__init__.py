"""What comes after a place was won: before arrival, arrival, the stay, its changes and reports."""
