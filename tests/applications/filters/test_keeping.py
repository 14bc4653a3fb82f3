"""Closed answers are kept in the transaction that changes them."""

import pytest
from sqlalchemy import delete, update

from app.accounts.models import User
from app.applications import queries
from app.applications.models import (
    Application,
    ListedAnswer,
)
from app.applications.operations import list_again
from app.applications.operations.versions import send_changed
from app.foundation.actors import SYSTEM, Role, Scope
from app.foundation.errors import NotPermitted
from app.foundation.work import unit_of_work
from tests import make
from tests.applications import helping
from tests.applications.filters.answered import ANSWERS, kept, named


@pytest.fixture
def sent(call) -> int:
    place, applicant = make.place(call), make.person("CHANTHOU")
    application_id = helping.start(call, applicant)
    helping.save(applicant, application_id, {**helping.ANSWERS, **ANSWERS, "employed": "no"})
    helping.rank(applicant, application_id, place)
    helping.upload(applicant, application_id)
    helping.submit(applicant, application_id)
    return application_id


def test_submitting_keeps_the_closed_answers(call, sent, office) -> None:
    assert kept(sent) == {
        ("degree", "master", None), ("fields", "language", None), ("fields", "policy", None),
        ("studied_in", "JP", None), ("writes", "km", None), ("english", "B2", None),
        ("employed", "no", None), ("papers", "", 3.0), ("grade", "", 3.25), ("salary", "", 1200.5),
        ("born", "", 729475.0), ("graduation", "", 739860.0),
        ("school", "royal school of skills", None),
    }  # fmt: skip
    assert named(office.get(f"/tracking/{call.id}?a.degree=master").text) == {"CHANTHOU"}


def test_changed_answers_that_are_sent_take_the_place_of_those_before(call, sent) -> None:
    call_id, opportunity = call.id, Application.opportunity_id
    before = kept(sent)
    with unit_of_work(SYSTEM) as work:
        query = queries.applications_to_fill_in(
            make.actor(
                work.session.get_one(User, work.session.get_one(Application, sent).applicant_id)
            )
        )
        application = work.find(query.where(Application.id == sent, opportunity == call_id))
        study = next(row for row in application.sections if row.section == "study")
        study.answers = {**study.answers, "degree": "phd", "fields": ["vision"], "papers": 9}
        send_changed(work, application, ["degree", "fields"])
    changed = {one for one in before if one[0] not in {"degree", "fields"}}
    assert kept(sent) == changed | {("degree", "phd", None), ("fields", "vision", None)}


def test_what_is_kept_is_what_keeping_it_afresh_would_keep(session, call, sent) -> None:
    before = kept(sent)
    for spoil in (
        delete(ListedAnswer).where(ListedAnswer.question == "degree"),
        update(ListedAnswer).where(ListedAnswer.question == "papers").values(number=99.0),
    ):
        session.execute(spoil)
    session.commit()
    with unit_of_work(SYSTEM) as work:
        last = list_again(work, call.id)
    assert last == sent
    with unit_of_work(SYSTEM) as work:
        assert list_again(work, call.id, after=sent) is None
    assert kept(sent) == before


def test_only_the_site_itself_keeps_lists_afresh(call) -> None:
    call_id = call.id
    manager = make.grant(make.person(), Role.MANAGER, Scope.PROGRAMME, call.programme_id)
    with pytest.raises(NotPermitted), unit_of_work(make.actor(manager)) as work:
        list_again(work, call_id)
