"""Words that were looked for in vain, by weeks."""

from collections.abc import Mapping

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite

from app.foundation.work import Work
from app.opportunities import policy
from app.opportunities.browsing import first_week_shown, week_of
from app.opportunities.models import (
    UnmetSearch,
)


def note_unmet_searches(work: Work, looked: Mapping[str, int]) -> None:
    """Words were looked for so often in vain, this week."""
    policy.COUNT_SEARCHES.require(work.actor, None)
    dialect = sqlite if work.session.get_bind().dialect.name == "sqlite" else postgresql
    week = week_of(work.now)
    for words in sorted(looked):  # in one order, so that two processes wait for each other
        row = dialect.insert(UnmetSearch).values(week_on=week, words=words, number=looked[words])
        work.session.execute(
            row.on_conflict_do_update(
                index_elements=["week_on", "words"],
                set_={"number": UnmetSearch.number + row.excluded.number},
            )
        )


def forget_searches(work: Work) -> int:
    """Words of weeks that nobody is shown any more; a duty of the worker."""
    policy.COUNT_SEARCHES.require(work.actor, None)
    gone = work.session.execute(
        delete(UnmetSearch).where(UnmetSearch.week_on < first_week_shown(work.now))
    )
    return int(gone.rowcount)  # type: ignore[attr-defined]
