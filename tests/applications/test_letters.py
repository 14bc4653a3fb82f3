"""Letters of recommendation: asked for, written by link, sent once, kept from their applicant."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.applications.models import Letter, ReferenceKey, ReferenceRequest
from app.applications.operations import (
    correct_relationship,
    decline_to_recommend,
    print_code,
    record_posted_letter,
    replace_request,
    resend_link,
    take_back_request,
    use_code,
)
from app.applications.operations.keys import guest, take_up
from app.applications.operations.recommending import Written
from app.applications.queries.letters import (
    letters_as_office,
    letters_visible_to,
    requests_visible_to,
)
from app.applications.states import (
    ApplicationState,
    KeyKind,
    LetterWay,
    ReferenceState,
)
from app.audit.models import AuditEntry
from app.files.operations import check_file
from app.foundation.actors import Role, Scope
from app.foundation.database import db
from app.foundation.errors import NoLonger, NotFound, NotPermitted, RuleBroken
from app.foundation.work import unit_of_work
from tests import make
from tests.applications import helping
from tests.applications import recommenders as letters
from tests.files import samples

S = ReferenceState


def test_whoever_is_asked_gets_a_link_of_which_only_the_hash_is_kept(app, applicant) -> None:
    _mine, one = letters.asked(letters.call(), applicant)
    [mail] = letters.told("letter_asked")
    assert (mail.address, mail.person_id) == ("dara@uni.example.org", None)
    assert mail.values["applicant"] == "CHANTHOU SOPHEAP"
    secret = letters.token(one)
    key = db.session.scalars(select(ReferenceKey)).one()
    assert secret not in key.key_hash
    assert len(key.key_hash) == 64
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "letter.asked")).one()
    assert secret not in str(entry.details)


def test_a_letter_is_written_in_several_visits_and_sent_once(app, applicant) -> None:
    _mine, one = letters.asked(letters.call(), applicant)
    secret = letters.token(one)
    letters.write(secret, "First thoughts.", send=False)
    assert letters.reload(one).state is S.WRITING
    first = letters.write(secret)
    again = letters.write(secret, "Something else, too late.")
    assert first == again
    letter = db.session.scalars(select(Letter)).one()
    assert (letter.body, letter.way, letter.confidential) == (letters.CANARY, LetterWay.LINK, True)
    assert letters.reload(one).state is S.RECEIVED
    assert len(letters.told("letter_arrived")) == len(letters.told("letter_kept")) == 1


def test_an_empty_letter_is_not_sent(app, applicant) -> None:
    _mine, one = letters.asked(letters.call(), applicant)
    with pytest.raises(RuleBroken, match="Write the letter"):
        letters.write(letters.token(one), "   ")
    assert letters.reload(one).state is S.ASKED


def test_declining_tells_the_applicant_without_the_reason(app, applicant) -> None:
    _mine, one = letters.asked(letters.call(), applicant)
    secret = letters.token(one)
    with unit_of_work(guest(letters.reload(one)), now=make.NOW) as work:
        found, _key = take_up(work, secret, KeyKind.LINK)
        decline_to_recommend(work, found, reason="I never met this person.")
    [told] = letters.told("letter_declined")
    assert told.person_id == applicant.id
    assert "never met" not in str(told.values)
    assert letters.reload(one).declined_because == "I never met this person."


def test_the_relationship_is_corrected_beside_what_the_applicant_wrote(app, applicant) -> None:
    _mine, one = letters.asked(letters.call(), applicant)
    with unit_of_work(guest(letters.reload(one)), now=make.NOW) as work:
        found, _key = take_up(work, letters.token(one), KeyKind.LINK)
        correct_relationship(work, found, known_as="examined her thesis")
    kept = letters.reload(one)
    assert (kept.known_as, kept.corrected) == ("my supervisor", "examined her thesis")


def test_a_new_link_kills_every_earlier_one(app, applicant) -> None:
    _mine, one = letters.asked(letters.call(), applicant)
    old = letters.token(one)
    letters.as_applicant(applicant, one, resend_link, now=make.NOW + timedelta(minutes=1))
    new = letters.token(one)
    assert new != old
    with pytest.raises(NoLonger):
        letters.write(old)
    letters.write(new)
    assert letters.reload(one).state is S.RECEIVED


def test_a_link_opens_its_own_letter_and_nothing_else(app, applicant) -> None:
    call = letters.call()
    mine, one = letters.asked(call, applicant)
    other = letters.ask(applicant, mine, letters.somebody("Dr Mey", "mey@uni.example.org"))
    with pytest.raises(NotPermitted):
        with unit_of_work(guest(letters.reload(other)), now=make.NOW) as work:
            found, _key = take_up(work, letters.token(one), KeyKind.LINK)
            decline_to_recommend(work, found, reason="")
    with pytest.raises(NotFound):
        with unit_of_work(guest(letters.reload(other)), now=make.NOW) as work:
            take_up(work, "A" * 43, KeyKind.LINK)


def test_taking_back_and_replacing_end_the_link_and_tell_the_person(app, applicant) -> None:
    mine, one = letters.asked(letters.call(), applicant)
    secret = letters.token(one)
    instead = letters.somebody("Dr Mey", "mey@uni.example.org")
    two = letters.as_applicant(applicant, one, lambda w, r: replace_request(w, r, instead)).id
    assert letters.reload(one).state is S.REPLACED
    assert letters.reload(two).replaces_id == one
    with pytest.raises(NoLonger):
        letters.write(secret)
    letters.as_applicant(applicant, two, take_back_request)
    assert letters.reload(two).state is S.TAKEN_BACK
    assert [m.address for m in letters.told("letter_not_needed")] == [
        "dara@uni.example.org",
        "mey@uni.example.org",
    ]
    assert letters.ask(applicant, mine) not in {one, two}


@pytest.mark.parametrize("email", ["dara@uni.example.org", "DARA@uni.example.org"])
def test_the_same_address_is_asked_once(app, applicant, email) -> None:
    mine, _one = letters.asked(letters.call(), applicant)
    with pytest.raises(RuleBroken, match="already"):
        letters.ask(applicant, mine, letters.somebody("Another name", email))


def test_nobody_recommends_oneself(app, applicant) -> None:
    mine = make.application(letters.call(), applicant).id
    with pytest.raises(RuleBroken, match="own address"):
        letters.ask(applicant, mine, letters.somebody(email=applicant.email.upper()))


def test_no_more_people_are_asked_than_the_call_allows(app, applicant) -> None:
    mine, _one = letters.asked(letters.call(least=1, most=1), applicant)
    with pytest.raises(RuleBroken, match="1 person"):
        letters.ask(applicant, mine, letters.somebody(email="mey@uni.example.org"))
    bare = make.application(make.call(), applicant).id
    with pytest.raises(RuleBroken, match="no letters"):
        letters.ask(applicant, bare)


def test_the_database_refuses_two_live_requests_to_one_address(app, applicant, session) -> None:
    mine, one = letters.asked(letters.call(), applicant)
    twin = ReferenceRequest(
        application_id=mine,
        name="Twin",
        email=letters.reload(one).email,
        known_as="twin",
        locale="en",
        asked_at=make.NOW,
    )
    session.add(twin)
    with pytest.raises(IntegrityError):
        session.commit()
    session.rollback()


@pytest.mark.parametrize(
    "broken",
    [
        {"submitted_at": make.NOW},
        {"submitted_at": make.NOW, "way": "link", "body": "", "file_id": None},
        {"submitted_at": make.NOW, "way": "post", "recorded_by_id": None},
    ],
)
def test_the_database_refuses_a_letter_that_came_from_nowhere(app, applicant, broken) -> None:
    _mine, one = letters.asked(letters.call(), applicant)
    letters.write(letters.token(one), send=False)
    with pytest.raises(IntegrityError):
        db.session.execute(update(Letter).values(**broken))
    db.session.rollback()


def test_letters_never_stand_in_the_way_of_submitting(app, applicant) -> None:
    call = letters.call()
    mine = helping.ready(call, applicant, make.place(call))
    one = letters.ask(applicant, mine)
    helping.submit(applicant, mine)
    assert helping.reload(mine).state is ApplicationState.SUBMITTED
    letters.write(letters.token(one), now=call.closes_at + timedelta(days=3))
    assert letters.reload(one).state is S.RECEIVED


def test_after_their_own_deadline_letters_come_through_the_office_alone(app, applicant) -> None:
    call = letters.call()
    _mine, one = letters.asked(call, applicant, state=ApplicationState.SUBMITTED)
    late = letters.UNTIL + timedelta(minutes=call.grace_minutes + 1)
    with pytest.raises(RuleBroken, match="deadline for letters has passed"):
        letters.write(letters.token(one), now=late)
    manager = make.grant(make.person(), Role.MANAGER, Scope.PROGRAMME, call.programme_id)
    file = check_file(io.BytesIO(samples.PDF), file_name="letter.pdf")
    with unit_of_work(make.actor(manager), now=late) as work:
        found = work.find(requests_visible_to(work.actor).where(ReferenceRequest.id == one))
        record_posted_letter(work, found, Written(file=file))
    letter = db.session.scalars(select(Letter)).one()
    assert (letter.way, letter.recorded_by_id) == (LetterWay.POST, manager.id)
    assert letters.reload(one).state is S.RECEIVED


def test_a_draft_whose_call_is_closed_needs_no_letter(app, applicant) -> None:
    call = letters.call()
    _mine, one = letters.asked(call, applicant)
    with pytest.raises(RuleBroken, match="was not sent"):
        letters.write(letters.token(one), now=call.closes_at + timedelta(days=1))


def test_a_letter_of_a_withdrawn_application_is_not_needed(app, applicant) -> None:
    _mine, one = letters.asked(letters.call(), applicant)
    row = letters.reload(one)
    application = helping.reload(row.application_id)
    from app.applications.states import ApplicationFlow

    ApplicationFlow.withdraw(application)
    db.session.commit()
    with pytest.raises(RuleBroken, match="not needed any more"):
        letters.write(letters.token(one))


def test_the_code_of_a_printed_form_is_good_once(app, applicant) -> None:
    _mine, one = letters.asked(letters.call(), applicant, email="")
    assert letters.told("letter_asked") == []
    code = letters.as_applicant(applicant, one, print_code)
    typed = code.lower().replace("-", " ")
    with unit_of_work(guest(letters.reload(one)), now=make.NOW) as work:
        found, key = take_up(work, typed, KeyKind.CODE)
        path = use_code(work, found, key)
    with pytest.raises(NotFound):
        with unit_of_work(guest(letters.reload(one)), now=make.NOW) as work:
            take_up(work, code, KeyKind.CODE)
    letters.write(path.split("/")[2].split("?")[0])
    assert db.session.scalars(select(Letter)).one().way is LetterWay.CODE


def test_a_form_printed_again_kills_the_earlier_code(app, applicant) -> None:
    _mine, one = letters.asked(letters.call(), applicant)
    old = letters.as_applicant(applicant, one, print_code)
    new = letters.as_applicant(applicant, one, print_code)
    with pytest.raises(NotFound):
        with unit_of_work(guest(letters.reload(one)), now=make.NOW) as work:
            take_up(work, old, KeyKind.CODE)
    with unit_of_work(guest(letters.reload(one)), now=make.NOW) as work:
        assert take_up(work, new, KeyKind.CODE)[0].id == one


def test_who_sees_a_letter_is_who_may_read_it(app, applicant) -> None:
    from app.applications import policy

    call = letters.call()
    mine, one = letters.asked(call, applicant, state=ApplicationState.SUBMITTED)
    two = letters.ask(applicant, mine, letters.somebody("Dr Mey", "mey@uni.example.org"))
    three = letters.ask(applicant, mine, letters.somebody("Dr Sok", "sok@uni.example.org"))
    letters.write(letters.token(one), confidential=True)
    letters.write(letters.token(two), "Open words.", confidential=False)
    letters.write(letters.token(three), "Not sent yet.", send=False)
    programme = call.programme_id
    people = {
        "applicant": applicant,
        "manager": make.grant(make.person(), Role.MANAGER, Scope.PROGRAMME, programme),
        "approver": make.grant(make.person(), Role.APPROVER, Scope.PROGRAMME, programme),
        "other manager": make.grant(make.person(), Role.MANAGER, Scope.PROGRAMME, programme + 99),
        "secretariat": make.grant(make.person(), Role.SECRETARIAT),
        "stranger": make.person(),
    }
    seen = {}
    for who, user in people.items():
        actor = make.actor(user)
        seen[who] = {x.request_id for x in db.session.scalars(letters_visible_to(actor))}
        every = db.session.scalars(letters_visible_to(make.actor(people["secretariat"]))).all()
        allowed = {x.request_id for x in every if policy.READ_LETTER.allows(actor, x)}
        assert allowed == seen[who], who
        assert {x.request_id for x in db.session.scalars(letters_as_office(actor, mine))} == (
            set() if who == "applicant" else seen[who]
        )
    office = {one, two}
    assert seen == {
        "applicant": {two},
        "manager": office,
        "approver": office,
        "other manager": set(),
        "secretariat": office,
        "stranger": set(),
    }
