"""Everything certificates does: one function per verb of the office."""

from app.certificates.operations.batching import (
    BATCH_JOB,
    Wanted,
    ask_for_certificates,
    call_off_batch,
    issue_batch,
)
from app.certificates.operations.ending import (
    erase_holder,
    replace_certificate,
    revoke_certificate,
)
from app.certificates.operations.issuing import issue_certificate
from app.certificates.operations.keeping import (
    LogoWanted,
    SignatoryWanted,
    rotate_key,
    save_settings,
)

__all__ = [
    "BATCH_JOB",
    "LogoWanted",
    "SignatoryWanted",
    "Wanted",
    "ask_for_certificates",
    "call_off_batch",
    "erase_holder",
    "issue_batch",
    "issue_certificate",
    "replace_certificate",
    "revoke_certificate",
    "rotate_key",
    "save_settings",
]
