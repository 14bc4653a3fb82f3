"""What the tests of this folder are given."""

import pytest
from sqlalchemy import select, text

from app.applications.models import ApplicationCount
from tests.placements.scene import nothing_is_wrong, scene


@pytest.fixture
def s(session):
    made = scene()
    yield made
    nothing_is_wrong(session)
    counted = session.execute(text("SELECT state, count(*) FROM application GROUP BY state")).all()
    kept = session.execute(
        select(ApplicationCount.state, ApplicationCount.number).where(
            ApplicationCount.number > 0, ApplicationCount.country_code == ""
        )
    ).all()
    assert sorted(counted) == sorted(tuple(k) for k in kept)
