"""What needs each person today, read from the whole house."""
