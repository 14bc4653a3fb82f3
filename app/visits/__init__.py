"""Group visits: programmes call for them, hosts apply for a group, each person confirms."""
