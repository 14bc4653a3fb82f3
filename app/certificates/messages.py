"""What people are told of certificates; each kind has templates in templates/mail/<kind>/."""

from dataclasses import dataclass
from typing import ClassVar

from app.notifications.notify import Message


@dataclass(frozen=True, slots=True)
class CertificateIssued(Message):
    """To the holder: it is there, as a paper and as a badge."""

    kind: ClassVar[str] = "certificates/issued"

    certificate_id: int
    completion: bool
    title: str
    centre: str
    serial: str


@dataclass(frozen=True, slots=True)
class CertificateRevoked(Message):
    """To the holder: it does not hold any more, and why."""

    kind: ClassVar[str] = "certificates/revoked"

    certificate_id: int
    title: str
    centre: str
    serial: str
    reason: str
    note: str


@dataclass(frozen=True, slots=True)
class CertificateReplaced(Message):
    """To the holder: another one holds instead, with the name corrected."""

    kind: ClassVar[str] = "certificates/replaced"

    certificate_id: int
    title: str
    centre: str
    serial: str
    former_serial: str


@dataclass(frozen=True, slots=True)
class BatchIssued(Message):
    """To who asked: all are made, or some could not be."""

    kind: ClassVar[str] = "certificates/batch_issued"

    batch_id: int
    title: str
    issued: int
    refused: int
