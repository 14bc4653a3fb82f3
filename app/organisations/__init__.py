"""Countries, and the bodies that host, send and run."""
