"""Invitations to research stays."""
