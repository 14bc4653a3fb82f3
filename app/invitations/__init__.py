"""Research stays: hosts invite staff of institutes for a purpose, for a time, for what is paid."""
