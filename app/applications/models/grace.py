"""Time that a document was given: its upload failed, or a virus was found in it."""

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.applications.models.applying import Application
from app.foundation.database import Entity, Moment


class UploadGrace(Entity):
    """A document that may follow for some time; `receipt` is what the applicant can show.

    What came of it is the state of its slot.
    """

    __tablename__ = "upload_grace"
    __table_args__ = (Index("uq__upload_grace", "application_id", "kind", unique=True),)

    application_id: Mapped[int] = mapped_column(ForeignKey(Application.id, ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(60))
    receipt: Mapped[str] = mapped_column(String(40), unique=True)
    note: Mapped[str] = mapped_column(Text, default="")
    asked_at: Mapped[Moment]
    until_at: Mapped[Moment] = mapped_column(index=True)
    after_virus: Mapped[bool] = mapped_column(default=False)
    zone: Mapped[str] = mapped_column(String(60))
