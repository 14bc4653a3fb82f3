"""What can be found: one row per thing, language and audience, with its folded words.

On PostgreSQL `tokens` is searched as a tsvector; on SQLite an FTS5 table mirrors it. Both are
made by the migration and filled by `index`.
"""

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.database import Entity, Locale


class SearchDocument(Entity):
    __tablename__ = "search_document"
    __table_args__ = (
        Index("uq__search_document", "kind", "subject_id", "locale", "audience", unique=True),
        # In the order in which a long list of what was found is cut off.
        Index("ix__search_document__audience", "audience", "kind", "id"),
    )

    kind: Mapped[str] = mapped_column(String(30))
    subject_id: Mapped[int]
    locale: Mapped[Locale] = mapped_column(default="")
    audience: Mapped[str] = mapped_column(String(60), default="everyone")
    folded: Mapped[str] = mapped_column(Text)
    tokens: Mapped[str] = mapped_column(Text)
