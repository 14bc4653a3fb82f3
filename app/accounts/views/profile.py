"""What a person says of themselves."""
