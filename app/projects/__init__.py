"""Projects that courses, calls and exchange postings of one or several bodies belong to."""
