"""The shape of what the office of a call, and its hosts, write."""
