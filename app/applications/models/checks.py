"""What a person found out before applying: by which rules, from which facts, with what result."""

from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import User
from app.foundation.database import Entity, Moment
from app.opportunities.models import Opportunity


class EligibilityCheck(Entity):
    """The newest check of one person for one opportunity, kept for the draft that it leads to.

    `content` is what stands with a submission too: rules, facts and results.
    """

    __tablename__ = "eligibility_check"
    __table_args__ = (
        CheckConstraint("number >= 1", name="by_a_numbered_version"),
        Index("uq__eligibility_check", "opportunity_id", "person_id", unique=True),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"), index=True)
    opportunity_id: Mapped[int] = mapped_column(ForeignKey(Opportunity.id))
    number: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    checked_at: Mapped[Moment]
