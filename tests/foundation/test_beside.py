"""A second process makes what this one uses: in order, with its errors, and it ends when it should."""

import os
import signal
from multiprocessing import active_children

import pytest
from sqlalchemy import text

from app.foundation.beside import made_beside
from app.foundation.database import db
from app.foundation.errors import RuleBroken


def numbers(most: int):
    for number in range(most):
        yield number, os.getpid()


def test_another_process_makes_each_in_order(app) -> None:
    with app.app_context():
        made = list(made_beside(lambda: numbers(5000)))
    assert [number for number, _process in made] == list(range(5000))
    assert {process for _number, process in made}.isdisjoint({os.getpid()})
    assert active_children() == []


def test_what_is_raised_there_is_raised_here(app) -> None:
    def fails():
        yield 1
        raise RuleBroken("Not so.")

    with app.app_context():
        made = made_beside(fails)
        assert next(made) == 1
        with pytest.raises(RuleBroken, match=r"Not so\."):
            next(made)
    assert active_children() == []


def test_it_ends_with_whoever_asked(app) -> None:
    with app.app_context():
        made = made_beside(lambda: numbers(10**9))
        next(made)
        assert len(active_children()) == 1
        made.close()
    assert active_children() == []


def test_one_that_is_killed_is_no_end(app) -> None:
    with app.app_context():
        made = made_beside(lambda: numbers(10**9))
        _number, process = next(made)
        os.kill(process, signal.SIGKILL)
        with pytest.raises(RuntimeError, match="before it was done"):
            for _one in made:
                pass
    assert active_children() == []


def test_it_reads_on_a_connection_of_its_own(app, session) -> None:
    """What this process is in the middle of is neither seen over there nor disturbed."""
    session.execute(text("CREATE TABLE beside (number INTEGER)"))
    session.commit()
    session.execute(text("INSERT INTO beside VALUES (1)"))

    def count():
        with db.engine.connect() as connection:
            yield connection.scalar(text("SELECT count(*) + 10 FROM beside"))

    assert list(made_beside(count)) == [10]
    session.commit()
    assert list(made_beside(count)) == [11]
    session.execute(text("DROP TABLE beside"))
    session.commit()
