"""Trying the search on a file of cases: documents, queries, and what must (not) be found."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.foundation.search.index import index_new_documents, matching, ranked
from app.foundation.work import Work

KIND = "search case"


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one case went; `missed` and `wrong` are the documents concerned."""

    case: str
    level: str
    query: str
    missed: tuple[str, ...]
    wrong: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return not self.missed and not self.wrong


def index_cases(work: Work, cases: list[dict[str, Any]]) -> dict[str, int]:
    """Index every document of every case together, so that each is noise to the others."""
    texts = dict.fromkeys(
        text for case in cases for text in [*case["must_find"], *case["must_not_find"]]
    )
    ids = {text: number for number, text in enumerate(texts, start=1)}
    index_new_documents(work, KIND, {number: text for text, number in ids.items()})
    return ids


def try_cases(
    session: Session, cases: list[dict[str, Any]], ids: dict[str, int]
) -> Iterator[Verdict]:
    for case in cases:
        found = set(session.scalars(matching(session, KIND, case["query"])))
        missed = tuple(t for t in case["must_find"] if ids[t] not in found)
        wrong = [t for t in case["must_not_find"] if ids[t] in found]
        if case["level"] == "rank" and not missed:
            order = ranked(session, KIND, case["query"], limit=1000, among=1000)
            last = max((order.index(ids[t]) for t in case["must_find"]), default=-1)
            wrong = [t for t in wrong if order.index(ids[t]) < last]
        yield Verdict(str(case["id"]), case["level"], case["query"], missed, tuple(wrong))
