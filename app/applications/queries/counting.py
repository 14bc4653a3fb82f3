"""What is kept count of in an opportunity, so that no page counts applications themselves."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, func, literal, null, select, text, union_all
from sqlalchemy.orm import Session

from app.applications.models import REVIEWS_AWAITED, Application, ApplicationCount


def counts_of(session: Session, opportunity_ids: Sequence[int]) -> dict[int, Counter[str]]:
    """The kept counts of these opportunities by state, all countries together."""
    query = select(
        ApplicationCount.opportunity_id, ApplicationCount.state, ApplicationCount.number
    ).where(
        ApplicationCount.opportunity_id.in_(opportunity_ids), ApplicationCount.country_code == ""
    )
    found: dict[int, Counter[str]] = {i: Counter() for i in opportunity_ids}
    for opportunity_id, state, number in session.execute(query):
        found[opportunity_id][state] = number
    return found


class Counts(NamedTuple):
    """What is kept count of in one opportunity: `in_all` by state, and the same by country."""

    in_all: Counter[str]
    by_country: dict[str, Counter[str]]
    overdue: int  # wait for an overdue review
    to_replace: int  # wait for another reviewer

    @property
    def listed(self) -> int:
        """How many stand in the list, whoever looks."""
        return sum(number for state, number in self.in_all.items() if state != "draft")


def counts_in(session: Session, opportunity_id: int, now: datetime) -> Counts:
    """The kept counts of an opportunity, and how many of it wait for reviewers, at once."""
    found: dict[str, Counter[str]] = {"": Counter()}
    waiting = {}
    asked = {"id": opportunity_id, "now": now}
    for code, state, number in session.connection().execute(_COUNTS, asked):
        if code is None:
            waiting[state] = number
        elif number:
            found.setdefault(code, Counter())[state] = number
    return Counts(found.pop(""), found, waiting["overdue"], waiting["to replace"])


_a, _n = Application.__table__.c, ApplicationCount.__table__.c
_AWAITED = select(func.count()).where(_a.opportunity_id == bindparam("id"), text(REVIEWS_AWAITED))
_COUNTS = union_all(
    select(_n.country_code, _n.state, _n.number).where(_n.opportunity_id == bindparam("id")),
    select(
        null(),
        literal("overdue"),
        _AWAITED.where(_a.reviews_due_at < bindparam("now")).scalar_subquery(),
    ),
    select(
        null(),
        literal("to replace"),
        _AWAITED.where(_a.reviews_assigned < _a.reviews_wanted).scalar_subquery(),
    ),
)
