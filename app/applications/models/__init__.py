"""What applications keeps: applications with their parts, letters, exports, and changes later."""

from app.applications.models.appeals import Appeal
from app.applications.models.applying import (
    NOT_YET_SUBMITTED,
    REVIEWS_AWAITED,
    UNSCORED,
    Application,
    ApplicationCount,
    Document,
    DocumentSlot,
    Preference,
    SectionAnswers,
    Submission,
)
from app.applications.models.casework import (
    ApplicationTag,
    CaseNote,
    CaseOfficer,
    CaseTask,
    Tag,
)
from app.applications.models.changes import ChangeRequest
from app.applications.models.checks import EligibilityCheck
from app.applications.models.exceptions import EligibilityException
from app.applications.models.exports import Export
from app.applications.models.grace import UploadGrace
from app.applications.models.letters import Letter, LetterTerms, ReferenceKey, ReferenceRequest
from app.applications.models.likeness import IdentityMark, Likeness
from app.applications.models.listing import ListedAnswer, SavedView
from app.applications.models.nominating import Nomination, Nominator, Route
from app.applications.models.reuse import CoreAnswers
from app.applications.models.waiting import UsualWait, Wait
from app.applications.models.writing import MessageTemplate, MessageText

__all__ = [
    "NOT_YET_SUBMITTED",
    "REVIEWS_AWAITED",
    "UNSCORED",
    "Appeal",
    "Application",
    "ApplicationCount",
    "ApplicationTag",
    "CaseNote",
    "CaseOfficer",
    "CaseTask",
    "ChangeRequest",
    "CoreAnswers",
    "Document",
    "DocumentSlot",
    "EligibilityCheck",
    "EligibilityException",
    "Export",
    "IdentityMark",
    "Letter",
    "LetterTerms",
    "Likeness",
    "ListedAnswer",
    "MessageTemplate",
    "MessageText",
    "Nomination",
    "Nominator",
    "Preference",
    "ReferenceKey",
    "ReferenceRequest",
    "Route",
    "SavedView",
    "SectionAnswers",
    "Submission",
    "Tag",
    "UploadGrace",
    "UsualWait",
    "Wait",
]
