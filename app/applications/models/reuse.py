"""What a person answers again and again, kept once."""

from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import User
from app.foundation.database import Entity, Moment


class CoreAnswers(Entity):
    """A person's answers for every application: {"degree": "master", "study": [{…}]}.

    `sources` says of each from which application it was taken; what is not in it was written here.
    """

    __tablename__ = "core_answers"

    person_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"), unique=True)
    answers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    sources: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    saved_at: Mapped[Moment]
    version: Mapped[int] = mapped_column(default=1)
