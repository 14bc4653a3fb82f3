"""What dates say of posts, and employers who let people go, or not."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from app.courses import operations as office
from app.courses import queries
from app.courses.models import PostKey, Release
from app.courses.posts import fingerprint
from app.courses.states import EnrolmentMode, ReleaseState
from app.foundation.database import db
from app.foundation.errors import NoLonger, NotFound, RuleBroken
from app.foundation.work import unit_of_work
from app.notifications.models import OutboxMessage
from tests.courses.centres import working
from tests.courses.dates import planned, the_run
from tests.courses.returning import (
    PROMISE,
    TERMS,
    as_employer,
    asks,
    confirms,
    link,
    listed,
    returning,
    sent,
    signed,
)
from tests.courses.selecting import OPEN, admit
from tests.courses.test_ways import official
from tests.racing import CLIENTS, all_at_once, rounds


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"months": 0}, "months"),
        ({"months": 61}, "months"),
        ({"ask_after": ()}, "times"),
        ({"ask_after": (0, 3)}, "times"),
        ({"ask_after": tuple(range(1, 9))}, "times"),
        ({"commitment": {"ja": "戻ります。"}}, "promise"),
    ],
)
def test_terms_that_make_no_sense_are_refused(centre, values, said) -> None:
    run_id = planned(centre, enrolment_mode=EnrolmentMode.APPLICATION)
    given = {"months": 12, "ask_after": (3,), "commitment": {"en": PROMISE}, **values}
    with working(centre.writer) as work, pytest.raises(RuleBroken, match=said):
        office.set_post_terms(work, the_run(work, run_id), office.ReturnTerms(**given))


def test_terms_are_said_before_publication_and_for_applications_alone(centre) -> None:
    run_id = planned(centre)
    with working(centre.writer) as work, pytest.raises(RuleBroken, match="another way"):
        office.set_post_terms(work, the_run(work, run_id), TERMS)
    published_id = returning(centre)
    with working(centre.writer) as work, pytest.raises(RuleBroken, match="rely"):
        office.set_post_terms(work, the_run(work, published_id), None)
    with working(centre.stranger) as work, pytest.raises(NotFound):
        office.set_post_terms(work, the_run(work, published_id), TERMS)


def test_nobody_gets_a_seat_before_the_employer_has_signed(centre) -> None:
    run_id, person = returning(centre), official()
    number = sent(run_id, person)
    listed(centre, run_id, number)
    with pytest.raises(RuleBroken, match="not confirmed"):
        admit(centre, number)
    asks(person, number)
    with pytest.raises(RuleBroken, match="not confirmed"):
        admit(centre, number)
    confirms(number)
    admit(centre, number)
    release = db.session.scalars(select(Release)).one()
    assert release.state is ReleaseState.CONFIRMED
    assert (release.signed_name, release.signed_function) == ("Kham Director", "Director general")
    assert "Head of procurement" in release.statement
    assert "at least 12 months" in release.statement
    assert release.sha256 == fingerprint(release.statement)


def test_an_employer_signs_only_what_was_read(centre) -> None:
    run_id, person = returning(centre), official()
    number = sent(run_id, person)
    asks(person, number)
    with pytest.raises(RuleBroken, match="Read them again"):
        as_employer(link(), office.confirm_release, name="K", function="D", read=fingerprint("x"))


def test_what_was_signed_is_never_changed(centre) -> None:
    run_id, person = returning(centre), official()
    number = sent(run_id, person)
    asks(person, number)
    confirms(number)
    with pytest.raises(DBAPIError, match="signed_word_for_word"):
        db.session.execute(update(Release).values(statement="Something else."))
    db.session.rollback()


def test_an_employer_refuses_with_words_and_another_can_be_asked(centre) -> None:
    run_id, person = returning(centre), official()
    number = sent(run_id, person)
    asks(person, number)
    as_employer(link(), office.refuse_release, reason="The budget is made in March.")
    told = select(OutboxMessage).where(OutboxMessage.kind == "courses/release_answered")
    assert db.session.scalars(told).one().values["reason"] == "The budget is made in March."
    asks(person, number, email="other@ministry.example")
    with pytest.raises(RuleBroken, match="asked already"):
        asks(person, number)


def test_a_link_that_was_replaced_is_dead_and_of_its_secret_only_the_hash_is_kept(centre) -> None:
    run_id, person = returning(centre), official()
    number = sent(run_id, person)
    asks(person, number)
    first = link()
    with working(person, now=OPEN) as work:
        release = work.find(queries.own_release(work.actor, number))
        office.ask_employer_again(work, release)
    with pytest.raises(NoLonger):
        as_employer(first, office.refuse_release, reason="No.")
    assert link() != first
    assert first not in {key.key_hash for key in db.session.scalars(select(PostKey))}
    with working(person, now=OPEN) as work:
        office.take_back_release(work, work.find(queries.own_release(work.actor, number)))
    with pytest.raises(NoLonger):
        as_employer(link(), office.refuse_release, reason="No.")


def test_nobody_is_ones_own_employer_and_nobody_asks_for_another(centre) -> None:
    run_id, person = returning(centre), official()
    number = sent(run_id, person)
    with pytest.raises(RuleBroken, match="own address"):
        asks(person, number, email=person.email.upper())
    with pytest.raises(NotFound):
        asks(official("STRANGER"), number)


@pytest.mark.race
def test_an_employer_who_presses_twice_answers_once(app, centre) -> None:
    for _round in rounds(4):
        run_id, person = returning(centre), official()
        number = sent(run_id, person)
        address = f"director{number}@ministry.example"
        asks(person, number, email=address)
        secret, read = link(address=address), fingerprint(signed(number))
        release = db.session.scalars(queries.newest_release(number)).one()
        guest = office.employer_as_guest(release)
        db.session.rollback()

        def press(n, secret=secret, read=read, guest=guest):
            def answered() -> str:
                with unit_of_work(guest, now=OPEN) as work:
                    found = office.take_up_post_key(work, secret)
                    if n % 2:
                        office.refuse_release(work, found, reason="No.")
                    else:
                        office.confirm_release(work, found, name="K", function="D", read=read)
                return "answered"

            return answered

        told = all_at_once(app, [press(n) for n in range(CLIENTS)])
        assert told == {"answered": 1, "RuleBroken": CLIENTS - 1}
