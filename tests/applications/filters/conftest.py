"""What the tests of this folder are given."""

import pytest
from sqlalchemy import update

from app.foundation.actors import Role, Scope
from app.opportunities.models import FormVersion
from tests import make
from tests.applications.filters.answered import FORM


@pytest.fixture
def call(session):
    made = make.call(title="Khmer fellowship")
    session.execute(
        update(FormVersion).where(FormVersion.opportunity_id == made.id).values(definition=FORM)
    )
    session.commit()
    return made


@pytest.fixture
def office(client, call):
    manager = make.person("OFFICE")
    return make.sign_in(
        client, make.grant(manager, Role.MANAGER, Scope.PROGRAMME, call.programme_id)
    )
