"""The application for an opportunity, its answers and documents, and its tracking."""
