"""Real reference data and the demo; both run through the offices’ operations."""
