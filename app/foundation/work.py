"""The unit of work: one actor, one moment, one transaction. The only file that commits."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from sqlalchemy import Select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.foundation.actors import Actor
from app.foundation.clock import now as clock_now
from app.foundation.database import db, sentence_for
from app.foundation.errors import ChangedMeanwhile, NotFound, RuleBroken
from app.foundation.languages import gettext as _

T = TypeVar("T")


class Edited(Protocol):
    """What people edit carries the number of its version."""

    version: int


@dataclass(frozen=True, slots=True)
class Work:
    """What every operation is given: the session, who acts, and when."""

    session: Session
    actor: Actor
    now: datetime

    def find(self, query: Select[T]) -> T:
        """Read the one subject of this unit, locked until its end. Raises NotFound."""
        subject = query.column_descriptions[0]["entity"]
        found = self.session.execute(query.with_for_update(of=subject)).unique()
        one = found.scalar_one_or_none()
        if one is None:
            raise NotFound(_("There is no such page, or it is not yours to see."))
        return one

    def edit(self, subject: Edited, version: int | None) -> None:
        """Take the next version of what a form shows. Raises ChangedMeanwhile on an old form.

        `version` is the number the form was opened with; None means that no form is involved.
        """
        if version is not None and version != subject.version:
            raise ChangedMeanwhile(_("This was changed by somebody else after you opened it."))
        subject.version += 1


@contextmanager
def unit_of_work(actor: Actor, *, now: datetime | None = None) -> Iterator[Work]:
    """Begin afresh: what was read before this line may have changed, so nothing of it is kept."""
    session = db.session()
    session.close()
    session.connection(execution_options={"writes": True})
    try:
        yield Work(session, actor, now or clock_now())
        session.commit()
    except IntegrityError as clash:
        session.rollback()
        said = sentence_for(clash)
        if said is None and not _is_a_twin(clash):
            raise
        twin = _(
            "The same was done at this very moment. Look at the newest state before you go on."
        )
        raise RuleBroken(said or twin) from clash
    except BaseException:
        session.rollback()
        raise


def _is_a_twin(clash: IntegrityError) -> bool:
    """Whether the database refused a second row of what may be there once only."""
    return getattr(clash.orig, "sqlstate", None) == "23505" or "UNIQUE constraint failed" in str(
        clash.orig
    )
