"""What the tests of this folder are given."""

import pytest


@pytest.fixture(autouse=True)
def fresh_counts(app):
    from app.accounts.throttle import forget

    yield
    forget(app)
