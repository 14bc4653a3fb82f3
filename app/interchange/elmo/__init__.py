"""Transcripts of records as ELMO 1.x: read and written whole.

The format: https://github.com/emrex-eu/elmo-schemas, branch v1 (1.7). What is read past, because
nobody here asks for it: diploma supplements, groups, extensions, signatures, addresses of learners
and descriptions in HTML. Names of people are one given and one family name, in Latin letters.
"""

from app.interchange.elmo.contents import (
    Attachment,
    Credit,
    Distribution,
    GradingScheme,
    Identifier,
    Instance,
    Issuer,
    Kind,
    Learner,
    Level,
    Opportunity,
    Records,
    Report,
    Shares,
    Status,
    Term,
    Text,
)
from app.interchange.elmo.formats import NAMESPACE
from app.interchange.elmo.reading import read_records
from app.interchange.elmo.writing import write_records

__all__ = [
    "NAMESPACE",
    "Attachment",
    "Credit",
    "Distribution",
    "GradingScheme",
    "Identifier",
    "Instance",
    "Issuer",
    "Kind",
    "Learner",
    "Level",
    "Opportunity",
    "Records",
    "Report",
    "Shares",
    "Status",
    "Term",
    "Text",
    "read_records",
    "write_records",
]
