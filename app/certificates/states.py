"""What a certificate certifies, and why one is taken back."""

from enum import StrEnum


class CertificateKind(StrEnum):
    ATTENDANCE = "attendance"
    COMPLETION = "completion"


class RevocationReason(StrEnum):
    """The category that everybody may read; the words that explain it are for the holder."""

    ISSUED_IN_ERROR = "issued in error"
    RESULT_CHANGED = "result changed"
    MISCONDUCT = "misconduct"
    NAME_CORRECTED = "name corrected"
    ASKED_BY_HOLDER = "asked by holder"
