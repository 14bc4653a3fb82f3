"""What was done, as a sentence for people: one for each verb that an operation records."""

from app.audit.sentences.for_applicants import APPLICANT_SEES
from app.audit.sentences.telling import SENTENCES, reason, sentence, sentence_for_applicant

__all__ = ["APPLICANT_SEES", "SENTENCES", "reason", "sentence", "sentence_for_applicant"]
