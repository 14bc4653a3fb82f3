"""What every face counts and bounds alike."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, case, func

Rows = Sequence[Row[Any]]
MANY = 25
MOST_TASKS = 100


def how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
