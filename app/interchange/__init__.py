"""Records and agreements in the formats that other systems of universities read and write."""
