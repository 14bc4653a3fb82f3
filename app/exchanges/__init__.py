"""Exchange places that universities offer each other: their door in the catalogue."""
