"""Mobility: students rank exchange places, their universities nominate, hosts verify."""
