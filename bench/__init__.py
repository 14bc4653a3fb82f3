"""What the pages cost, measured: `make bench`."""
