"""Search finds what people mean, in every script, on both databases."""

import json
from pathlib import Path

import pytest

from app.foundation.actors import SYSTEM
from app.foundation.search.check import index_cases, try_cases
from app.foundation.work import unit_of_work

CASES = json.loads((Path(__file__).parents[1] / "data" / "search_cases.json").read_text())["cases"]


def test_every_case_of_the_collection_passes(app, session) -> None:
    with unit_of_work(SYSTEM) as work:
        ids = index_cases(work, CASES)
    failed = [v for v in try_cases(session, CASES, ids) if not v.passed]
    assert [v for v in failed if v.level in {"must", "rank"}] == []
