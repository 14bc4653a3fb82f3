"""The verbs of calls for research stays."""

from app.research_stays.operations.paying import Line, name_of_payer, pay

__all__ = ["Line", "name_of_payer", "pay"]
