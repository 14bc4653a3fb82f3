"""Writing, signing and refusing: nothing unseen is signed, and nothing signed is lost."""

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from app.accounts.models import User
from app.foundation.actors import Role, Scope
from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile, NotFound, NotPermitted, RuleBroken
from app.foundation.work import unit_of_work
from app.learning import operations as verbs
from app.learning import queries, standing
from app.learning.models import (
    LearningAgreement,
    LearningRefusal,
    LearningSignature,
    LearningWriting,
)
from app.learning.states import Why
from app.learning.tables import fingerprint_of
from app.mobility.operations import cancel_nomination
from app.mobility.queries import nomination_with_all
from app.mobility.states import Side
from tests import make
from tests.learning.changing import OTHERWISE, SAID, sides_signed, told
from tests.learning.signing import (
    DEEP,
    ROBOTS,
    as_it_is,
    content,
    refusing,
    signing,
    writing,
)
from tests.mobility.choosing import answering, nominated, opened, sent, student_of


def test_three_signatures_make_an_agreement(stay, th, jp) -> None:
    writing(stay, content(stay))
    signing(stay, Side.STUDENT)
    assert as_it_is(stay).agreed_number is None
    signing(stay, Side.HOST, Side.HOME)
    found = as_it_is(stay)
    assert (found.agreed_number, found.first_agreed_number) == (1, 1)
    hashes = {said.fingerprint for said in found.writings[0].signatures}
    assert hashes == {fingerprint_of(found.writings[0].content)} == {content(stay).fingerprint}
    functions = {said.side: said.function for said in found.writings[0].signatures}
    assert functions == {
        Side.STUDENT: "",
        Side.HOME: "Dean of studies",
        Side.HOST: "Dean of studies",
    }
    th_office, jp_office = f"OFFICE {th.ref}", f"OFFICE {jp.ref}"
    assert told() == sorted(
        [
            ("agreed", jp_office),
            ("agreed", "SOMCHAI JAIDEE"),
            ("to_sign", jp_office),
            ("to_sign", th_office),
        ]
    )


def test_a_change_asks_all_three_again_and_the_first_stays(stay, th, jp) -> None:
    writing(stay, content(stay))
    signing(stay, *Side)
    first = as_it_is(stay).writings[0].content
    with pytest.raises(RuleBroken, match="say why it changes"):
        writing(stay, content(stay, *OTHERWISE))
    writing(stay, content(stay, *OTHERWISE), by=Side.HOST, **SAID)
    assert sides_signed(stay) == frozenset()
    found = as_it_is(stay)
    assert (found.latest_number, found.agreed_number) == (2, 1), "the old one is in force"
    changed = [name for kind, name in told() if kind == "changed"]
    assert changed == [f"OFFICE {th.ref}", "SOMCHAI JAIDEE"]
    signing(stay, *Side)
    found = as_it_is(stay)
    assert (found.agreed_number, found.first_agreed_number) == (2, 1)
    assert found.writings[0].content == first
    assert found.writings[1].why is Why.TIMETABLE


def test_what_was_written_back_is_not_signed_by_that(stay) -> None:
    writing(stay, content(stay))
    signing(stay, *Side)
    old = content(stay).fingerprint
    writing(stay, content(stay, *OTHERWISE), **SAID)
    with pytest.raises(ChangedMeanwhile):
        signing(stay, Side.HOME, fingerprint=old)
    writing(stay, content(stay), **SAID)
    assert content(stay).fingerprint == old
    assert sides_signed(stay) == frozenset()
    assert as_it_is(stay).agreed_number == 1


def test_nothing_unseen_is_signed_and_no_old_page_writes(stay) -> None:
    with pytest.raises(RuleBroken, match="Nothing is written"):
        signing(stay, Side.STUDENT)
    writing(stay, content(stay))
    old = content(stay).fingerprint
    writing(stay, content(stay, *OTHERWISE), by=Side.HOME)
    for side in Side:
        with pytest.raises(ChangedMeanwhile):
            signing(stay, side, fingerprint=old)
    with pytest.raises(ChangedMeanwhile):
        writing(stay, content(stay), seen=1)
    with pytest.raises(RuleBroken, match="Nothing is different"):
        writing(stay, content(stay, *OTHERWISE))


def test_what_is_not_whole_is_not_signed(stay) -> None:
    writing(stay, content(stay, DEEP, ROBOTS))
    with pytest.raises(RuleBroken, match="recognised at home"):
        signing(stay, Side.STUDENT)


def test_a_refusal_needs_words_and_whoever_refused_may_think_better_of_it(stay, th, jp) -> None:
    writing(stay, content(stay))
    signing(stay, Side.STUDENT)
    with pytest.raises(RuleBroken, match="Say what has to be different"):
        refusing(stay, Side.HOST, " ")
    refusing(stay, Side.HOST, "Robot arms is full.")
    refused = [name for kind, name in told() if kind == "refused"]
    assert refused == [f"OFFICE {th.ref}", "SOMCHAI JAIDEE"]
    with pytest.raises(RuleBroken, match="It was refused"):
        signing(stay, Side.HOME)
    with pytest.raises(RuleBroken, match="refused this version already"):
        refusing(stay, Side.HOST, "Still full.")
    with pytest.raises(RuleBroken, match="Your side has signed"):
        refusing(stay, Side.STUDENT, "No.")
    signing(stay, Side.HOST, Side.HOME)
    assert as_it_is(stay).agreed_number == 1


def test_any_number_of_persons_sign_for_a_side_each_once(stay, th) -> None:
    writing(stay, content(stay))
    colleague = make.person("DEAN OF SCIENCE")
    make.grant(colleague, Role.COORDINATOR, Scope.ORGANISATION, th.id)
    signing(stay, Side.HOME)
    signing(stay, Side.HOME, actor=make.actor(colleague))
    with pytest.raises(RuleBroken, match="signed this version already"):
        signing(stay, Side.HOME)
    assert sides_signed(stay) == {Side.HOME}
    assert len(as_it_is(stay).writings[0].signatures) == 2


def test_staff_sign_with_a_function(stay, th) -> None:
    writing(stay, content(stay))
    with unit_of_work(th.actor, now=make.NOW) as work:
        found = work.find(queries.agreement_with_all(th.actor, stay.agreement_id))
        with pytest.raises(RuleBroken, match="Write your function"):
            verbs.sign_agreement(
                work,
                found,
                side=Side.HOME,
                fingerprint=found.writings[-1].fingerprint,
                function=" ",
            )


def test_nobody_signs_for_another_side(stay, th, jp, vn) -> None:
    writing(stay, content(stay))
    for actor, side in (
        (stay.actors[Side.STUDENT], Side.HOME),
        (th.actor, Side.HOST),
        (th.actor, Side.STUDENT),
        (jp.actor, Side.HOME),
    ):
        with pytest.raises(RuleBroken, match="do not speak for this side"):
            signing(stay, side, actor=actor)
    for stranger in (vn.actor, student_of(th), student_of(jp)):
        with pytest.raises(NotFound):
            signing(stay, Side.HOME, actor=stranger)
    reader = make.person("SECRETARIAT")
    make.grant(reader, Role.SECRETARIAT)
    with pytest.raises(NotPermitted):
        signing(stay, Side.HOME, actor=make.actor(reader))


def test_a_student_who_works_in_an_office_signs_as_the_student_only(stay, th) -> None:
    person = db.session.get_one(User, stay.actors[Side.STUDENT].user_id)
    make.grant(person, Role.COORDINATOR, Scope.ORGANISATION, th.id)
    both = make.actor(person)
    writing(stay, content(stay))
    with pytest.raises(RuleBroken, match="do not speak for this side"):
        signing(stay, Side.HOME, actor=both)
    signing(stay, Side.STUDENT, actor=both)
    assert sides_signed(stay) == {Side.STUDENT}


def test_only_for_what_the_host_has_verified(stay, th, jp) -> None:
    place = opened(jp, th)
    student = student_of(th)
    made = nominated(th, sent(student, place), place)
    with unit_of_work(student, now=make.NOW) as work:
        found = work.find(nomination_with_all(student, made))
        with pytest.raises(RuleBroken, match="host has verified"):
            verbs.begin_agreement(work, found)
    writing(stay, content(stay))
    answering(jp.actor, stay.nomination_id, cancel_nomination, reason="No rooms.")
    with pytest.raises(RuleBroken, match="host has verified"):
        signing(stay, Side.STUDENT)


def test_begun_twice_it_is_one(stay, th) -> None:
    with unit_of_work(th.actor, now=make.NOW) as work:
        found = work.find(nomination_with_all(th.actor, stay.nomination_id))
        assert verbs.begin_agreement(work, found).id == stay.agreement_id


def test_the_inbox_holds_whose_turn_it_is(stay, th, jp, vn) -> None:
    def waiting() -> set[Side]:
        db.session.rollback()
        found = {
            side
            for side, actor in stay.actors.items()
            if queries.number_waiting(db.session(), actor)
        }
        agreement = as_it_is(stay)
        newest = queries.newest(agreement)
        said = (queries.signatures_of(agreement), queries.refusals_of(agreement))
        assert newest is None or found == standing.waits_for(queries.value_of(newest), *said)
        assert queries.number_waiting(db.session(), vn.actor) == 0
        return found

    assert waiting() == set()
    writing(stay, content(stay))
    assert waiting() == set(), "it is still being written"
    signing(stay, Side.STUDENT)
    assert waiting() == {Side.HOME, Side.HOST}
    refusing(stay, Side.HOST, "Robot arms is full.")
    assert waiting() == set()
    signing(stay, Side.HOST)
    assert waiting() == {Side.HOME}
    signing(stay, Side.HOME)
    assert waiting() == set()
    writing(stay, content(stay, *OTHERWISE), by=Side.HOME, **SAID)
    signing(stay, Side.HOME)
    assert waiting() == {Side.STUDENT, Side.HOST}
    answering(jp.actor, stay.nomination_id, cancel_nomination, reason="No rooms.")
    db.session.rollback()
    assert not any(queries.number_waiting(db.session(), who) for who in stay.actors.values())


def test_the_database_refuses_by_itself(session, stay) -> None:
    writing(stay, content(stay))
    signing(stay, Side.STUDENT)
    writing(stay, content(stay, *OTHERWISE))
    found = as_it_is(stay)
    old, newest = found.writings
    of_old = {
        "agreement_id": found.id,
        "writing_id": old.id,
        "fingerprint": old.fingerprint,
        "side": "home",
        "person_id": stay.actors[Side.HOME].user_id,
        "function": "Dean",
        "at": make.NOW,
    }
    signatures = LearningSignature.__table__
    for statement in (
        update(LearningWriting).where(LearningWriting.id == old.id).values(content="{}"),
        delete(LearningSignature),
        update(LearningSignature).values(fingerprint=newest.fingerprint),
        delete(LearningWriting).where(LearningWriting.id == newest.id),
        signatures.insert().values(**of_old),
        signatures.insert().values(**of_old | {"writing_id": newest.id}),
        LearningRefusal.__table__.insert().values(**of_old | {"comment": "No."}),
        update(LearningAgreement).values(agreed_number=2, first_agreed_number=2),
        update(LearningAgreement).values(latest_number=1),
    ):
        with pytest.raises(IntegrityError), db.session.begin_nested():
            db.session.execute(statement.execution_options(synchronize_session=False))
    db.session.rollback()
    signing(stay, *Side)
    writing(stay, content(stay), **SAID)
    signing(stay, *Side)
    assert as_it_is(stay).agreed_number == 3
    first = update(LearningAgreement).values(first_agreed_number=3)
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(first.execution_options(synchronize_session=False))
    db.session.rollback()
