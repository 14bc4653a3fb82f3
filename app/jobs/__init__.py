"""Long work with a lease, progress and a result."""
