"""Learning agreements as Erasmus Without Paper writes them, and the answers to them.

The formats: `omobility-las` of https://github.com/erasmus-without-paper, get response and update
request (stable-v2, whose namespace still says v1). Nothing is sent to that network here: the files
are given out and taken in by people. Telephone numbers are read past.
"""

from app.interchange.agreements.contents import (
    REASONS,
    Approval,
    Change,
    ChangeReason,
    Comment,
    Component,
    Contact,
    Credit,
    Institution,
    LearningAgreement,
    Month,
    Proposal,
    Signature,
    Student,
    Tables,
    TermId,
)
from app.interchange.agreements.formats import NAMESPACE
from app.interchange.agreements.reading import read_agreements, read_update
from app.interchange.agreements.writing import write_agreements, write_update

__all__ = [
    "NAMESPACE",
    "REASONS",
    "Approval",
    "Change",
    "ChangeReason",
    "Comment",
    "Component",
    "Contact",
    "Credit",
    "Institution",
    "LearningAgreement",
    "Month",
    "Proposal",
    "Signature",
    "Student",
    "Tables",
    "TermId",
    "read_agreements",
    "read_update",
    "write_agreements",
    "write_update",
]
