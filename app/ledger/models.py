"""Consents, transfers and views of personal documents: rows are only ever added."""

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.database import CountryCode, Entity, Locale, Moment


class ConsentEntry(Entity):
    """A person agreed to, or took back, one purpose, in the words of one text version."""

    __tablename__ = "consent_entry"
    __table_args__ = (Index("ix__consent_entry__person", "person_id", "purpose", "id"),)

    person_id: Mapped[int]
    purpose: Mapped[str] = mapped_column(String(60))
    given: Mapped[bool]
    text_version: Mapped[str] = mapped_column(String(40))
    locale: Mapped[Locale]
    subject_kind: Mapped[str | None] = mapped_column(String(60))
    subject_id: Mapped[int | None]
    at: Mapped[Moment]


class TransferEntry(Entity):
    """Personal data of a person went to a recipient in a country, on a basis."""

    __tablename__ = "transfer_entry"

    person_id: Mapped[int] = mapped_column(index=True)
    recipient_id: Mapped[int]
    recipient_country: Mapped[CountryCode]
    basis: Mapped[str] = mapped_column(String(60))
    what: Mapped[str] = mapped_column(String(200))
    at: Mapped[Moment]


class ViewEntry(Entity):
    """Somebody opened a personal document or file of a person; the person may read this."""

    __tablename__ = "view_entry"
    __table_args__ = (Index("ix__view_entry__person", "person_id", "id"),)

    person_id: Mapped[int]
    viewer_id: Mapped[int]
    viewer_name: Mapped[str] = mapped_column(String(300))
    what: Mapped[str] = mapped_column(String(60))
    subject_kind: Mapped[str] = mapped_column(String(60))
    subject_id: Mapped[int]
    application_id: Mapped[int | None]
    at: Mapped[Moment]
