"""Officials' posts: released by employers, promised at the seat, asked about afterwards."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from app.applications.operations.nominating import nominate
from app.applications.operations.screening import find_together, pass_screening, shortlist
from app.applications.queries import nominating
from app.applications.models import Application
from app.applications.states import ApplicationState as A
from app.audit.models import AuditEntry
from app.courses import operations as office
from app.courses import policy, queries
from app.courses.models import Enrolment, PostCommitment, PostKey, PostQuestion, Release
from app.courses.operations.returning import OVERDUE_AFTER, REMIND_AFTER
from app.courses.posts import Figures, by_country, due, fingerprint, months_after, published
from app.courses.queries import run_to_enrol_in
from app.courses.states import EnrolmentMode, EnrolmentState, PostAnswer, ReleaseState, Teller
from app.foundation import clock
from app.foundation.actors import SYSTEM
from app.foundation.database import db
from app.foundation.errors import NoLonger, NotFound, NotPermitted, RuleBroken
from app.foundation.work import unit_of_work
from app.notifications.models import OutboxMessage, Task
from tests import make
from tests.applications import helping
from tests.counting import statements
from tests.courses.centres import centre_of, working
from tests.courses.dates import planned, the_run
from tests.courses.test_selective import FORM, OPEN, admit, answer, stands
from tests.courses.test_ways import a_ministry, dates_with_ways, official, pressed
from tests.courses.test_ways import sent as sent_through
from tests.racing import CLIENTS, all_at_once, rounds

PROMISE = "I go back to my post and stay for a year."
TERMS = office.ReturnTerms(
    months=12,
    ask_after=(3, 12),
    commitment={"en": PROMISE, "ja": "職場に戻り、一年間とどまります。"},
    release_needed=True,
)
# The dates of tests are in March 2027, three evenings from the first on.
AFTER = datetime(2027, 7, 1, tzinfo=UTC)


@pytest.fixture
def centre(app):
    return centre_of()


def returning(centre, terms=TERMS, body=None) -> int:
    """Published dates after which officials go back."""
    if body is not None:
        run_id = dates_with_ways(centre, body, publish=False)
    else:
        run_id = planned(centre, enrolment_mode=EnrolmentMode.APPLICATION)
        with working(centre.writer) as work:
            office.save_run_form(work, the_run(work, run_id), FORM, version=None)
    with working(centre.writer) as work:
        office.set_post_terms(work, the_run(work, run_id), terms)
    with working(centre.writer) as work:
        office.publish_run(work, the_run(work, run_id))
    return run_id


def sent(run_id, person) -> int:
    with working(person, now=OPEN) as work:
        run = work.find(run_to_enrol_in(work.actor, run_id))
    number = helping.start(run, person, now=OPEN)
    helping.save(person, number, {"headline": "Rules", "true": "yes"}, now=OPEN)
    helping.submit(person, number, now=OPEN)
    return number


def asks(person, number, **values) -> int:
    """The applicant asks the employer; the number of the release."""
    given = {
        "employer": "Ministry of Technology",
        "post": "Head of procurement",
        "contact": "DIRECTOR KHAM",
        "email": "director@ministry.example",
        "from_on": date(2027, 2, 28),
        "until_on": date(2027, 3, 16),
        **values,
    }
    with working(person, now=OPEN) as work:
        application = work.find(queries.application_of_official(work.actor, number))
        return office.ask_employer(work, application, office.Employer(**given)).id


def link(kind="courses/release_asked", address="director@ministry.example") -> str:
    """The secret of the newest link, out of the mail."""
    db.session.expire_all()
    mails = db.session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.kind == kind, OutboxMessage.address == address)
        .order_by(OutboxMessage.id.desc())
    ).all()
    return re.match(r"/employers/([\w-]+)\?", mails[0].values["path"])[1]


def as_employer(secret, verb, now=OPEN, **values):
    db.session.expunge_all()
    from app.courses.views.employers import _opened

    guest = office.employer_as_guest(_opened(secret))
    db.session.rollback()
    with unit_of_work(guest, now=now) as work:
        verb(work, office.take_up_post_key(work, secret), **values)


def signed(number) -> str:
    """What the employer of this application would sign now."""
    with working(SYSTEM) as work:
        release = work.session.scalars(queries.newest_release(number)).one()
        whole = work.session.scalars(queries.release_whole(release.id)).unique().one()
        terms = work.session.scalar(queries.post_terms_of(whole.application.opportunity_id))
        return office.statement_of(whole, terms)


def confirms(number) -> None:
    as_employer(
        link(),
        office.confirm_release,
        name="Kham Director",
        function="Director general",
        read=fingerprint(signed(number)),
    )


def listed(centre, run_id, number) -> None:
    with working(centre.writer, now=OPEN) as work:
        [application] = find_together(work, run_id, [number])
        pass_screening(work, application)
        shortlist(work, application)


def seated(centre, run_id, person=None, body=None, officer=None) -> int:
    """Somebody released, promised and seated; the number of the application."""
    person = person or official()
    number = sent_through(run_id, person, body) if body else sent(run_id, person)
    if officer is not None:
        with working(officer, now=OPEN) as work:
            asked = nominating.applications_to_nominate(work.actor)
            nominate(work, work.find(asked.where(Application.id == number)))
    asks(person, number, email=f"director{number}@ministry.example")
    as_employer(
        link(address=f"director{number}@ministry.example"),
        office.confirm_release,
        name="Kham Director",
        function="Director general",
        read=fingerprint(signed(number)),
    )
    listed(centre, run_id, number)
    admit(centre, number)
    answer(number, office.accept_seat, promised=fingerprint(PROMISE))
    return number


def tend(now) -> int:
    with working(SYSTEM, now=now) as work:
        return office.tend_posts(work)


def the_question() -> PostQuestion:
    db.session.expire_all()
    return db.session.scalars(select(PostQuestion)).one()


def tells(person, question_id, now=AFTER, **values) -> None:
    stand = office.Stand(**{"answer": PostAnswer.IN_POST, "since_on": date(2027, 3, 17), **values})
    with working(person, now=now) as work:
        question = work.find(queries.own_post(work.actor, question_id))
        office.tell_own_post(work, question, stand, version=None)


# --- Terms ---------------------------------------------------------------------------------------


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


# --- Release -------------------------------------------------------------------------------------


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


# --- Promise -------------------------------------------------------------------------------------


def test_who_takes_the_seat_promises_word_for_word(centre) -> None:
    run_id, person = returning(centre), official()
    number = sent(run_id, person)
    asks(person, number)
    confirms(number)
    listed(centre, run_id, number)
    admit(centre, number)
    for words in ("", fingerprint("I may go back.")):
        with pytest.raises(RuleBroken, match="commit to"):
            answer(number, office.accept_seat, promised=words)
    answer(number, office.accept_seat, promised=fingerprint(TERMS.commitment["ja"]))
    assert stands(number) == (A.ACCEPTED, (EnrolmentState.ACCEPTED,))
    kept = db.session.scalars(select(PostCommitment)).one()
    assert (kept.locale, kept.words) == ("ja", TERMS.commitment["ja"])
    assert kept.sha256 == fingerprint(kept.words)
    with pytest.raises(DBAPIError, match="promised_word_for_word"):
        db.session.execute(update(PostCommitment).values(words="Nothing."))
    db.session.rollback()


# --- Afterwards ----------------------------------------------------------------------------------


def test_people_and_employers_are_asked_reminded_and_then_the_centre(centre) -> None:
    run_id, person = returning(centre), official()
    number = seated(centre, run_id, person)
    assert tend(datetime(2027, 6, 1, tzinfo=UTC)) == 0
    assert tend(AFTER) == 1
    assert tend(AFTER) == 0
    question = the_question()
    assert question.months == 3
    kinds = [m.kind for m in db.session.scalars(select(OutboxMessage))]
    assert kinds.count("courses/post_asked") == kinds.count("courses/employer_asked_of_post") == 1
    task = db.session.scalars(select(Task).where(Task.kind == "post to tell")).one()
    assert task.holder_id == person.id
    first = link("courses/employer_asked_of_post", f"director{number}@ministry.example")
    assert tend(AFTER + REMIND_AFTER) == 1
    assert tend(AFTER + REMIND_AFTER + timedelta(days=1)) == 0
    tend(AFTER + OVERDUE_AFTER)
    silent = db.session.scalars(select(Task).where(Task.kind == "posts unanswered")).one()
    assert (silent.scope_id, silent.values["number"]) == (centre.organisation.id, 1)
    # The link of the first mail goes on working.
    as_employer(
        first,
        office.tell_post_as_employer,
        now=AFTER + OVERDUE_AFTER,
        stand=office.Stand(PostAnswer.ELSEWHERE, date(2027, 5, 1)),
        name="Kham Director",
        function="Director general",
    )
    db.session.expire_all()
    assert all(t.done_at for t in db.session.scalars(select(Task).where(Task.kind.like("post%"))))
    assert tend(datetime(2028, 4, 1, tzinfo=UTC)) == 1
    assert {q.months for q in db.session.scalars(select(PostQuestion))} == {3, 12}


def test_a_person_answers_and_corrects_and_the_employer_cannot_after_that(centre) -> None:
    run_id, person = returning(centre), official()
    number = seated(centre, run_id, person)
    tend(AFTER)
    question_id = the_question().id
    with pytest.raises(RuleBroken, match="not come yet"):
        tells(person, question_id, since_on=date(2027, 9, 1))
    tells(person, question_id)
    tells(person, question_id, answer=PostAnswer.LEFT, note="I teach now.")
    question = the_question()
    assert (question.answer, question.said_by) == (PostAnswer.LEFT, Teller.PARTICIPANT)
    with pytest.raises(RuleBroken, match="answered already"):
        as_employer(
            link("courses/employer_asked_of_post", f"director{number}@ministry.example"),
            office.tell_post_as_employer,
            now=AFTER,
            stand=office.Stand(PostAnswer.IN_POST, date(2027, 5, 1)),
            name="K",
            function="D",
        )
    entry = select(AuditEntry).where(AuditEntry.verb == "post.told")
    assert all("left" not in str(e.details) for e in db.session.scalars(entry))


def test_only_the_person_the_centre_and_the_nominating_body_see_the_answer(centre) -> None:
    body, officer = a_ministry()
    _other, stranger = a_ministry("Another ministry")
    run_id, person = returning(centre, body=body), official()
    seated(centre, run_id, person, body, officer)
    tend(AFTER)
    question_id = the_question().id
    tells(person, question_id)
    everybody = {
        "person": (person, True),
        "centre": (centre.writer, True),
        "officer": (officer, True),
        "another centre": (centre.stranger, False),
        "secretariat": (centre.secretariat, False),
        "another ministry": (stranger, False),
        "somebody": (official("SOMEBODY"), False),
    }
    for who, (user, sees) in everybody.items():
        with working(user) as work:
            found = work.session.scalars(queries.posts_visible_to(work.actor)).unique().all()
            assert [one.id for one in found] == ([question_id] if sees else []), who
            if sees:
                assert policy.VIEW_POST.allows(work.actor, found[0])
    with working(officer) as work, pytest.raises(NotFound):
        work.find(queries.own_post(work.actor, question_id))
    with working(officer) as work, pytest.raises(NotPermitted):
        question = work.find(queries.posts_visible_to(work.actor))
        stand = office.Stand(PostAnswer.LEFT, date(2027, 5, 1))
        office.tell_own_post(work, question, stand)


# --- Pages ---------------------------------------------------------------------------------------


@pytest.fixture
def january():
    with clock.set_clock(OPEN):
        yield


def test_the_centre_says_on_a_page_what_its_dates_ask(centre, client) -> None:
    run_id = planned(centre, enrolment_mode=EnrolmentMode.APPLICATION)
    make.sign_in(client, centre.writer)
    page = f"/courses/office/dates/{run_id}/return"
    sent_ = {"returns": "y", "release_needed": "y", "months": "12", "version": "0"}
    wrong = pressed(client, page, page, **sent_, ask_after="soon", commitment_en=PROMISE)
    assert wrong.status_code == 422
    assert "with commas between" in wrong.text
    fine = pressed(client, page, page, **sent_, ask_after="3, 12", commitment_en=PROMISE)
    assert fine.status_code == 302
    assert PROMISE in client.get(page).text
    clash = pressed(client, page, page, **sent_, ask_after="3, 12", commitment_en="Mine.")
    assert clash.status_code == 409
    make.sign_in(client, centre.stranger)
    assert client.get(page).status_code == 404


def test_an_applicant_asks_and_the_employer_signs_on_a_page(centre, client, january) -> None:
    run_id, person = returning(centre), official()
    number = sent(run_id, person)
    make.sign_in(client, person)
    page = f"/courses/applications/{number}/employer"
    assert page in client.get(f"/applications/{number}").text
    wrong = pressed(client, page, page, employer="Ministry")
    assert wrong.status_code == 422
    days = {"from_on-day": "28", "from_on-month": "2", "from_on-year": "2027"}
    days |= {"until_on-day": "16", "until_on-month": "3", "until_on-year": "2027"}
    named = {"employer": "Ministry", "post": "Head", "contact": "Kham", "locale": "en"}
    told = pressed(client, page, page, **named, **days, email="director@ministry.example")
    assert told.status_code == 302, told.text
    secret = link()
    own = client.get(f"/employers/{secret}")
    assert own.status_code == 404
    make.sign_out(client) if hasattr(make, "sign_out") else client.delete_cookie("session")
    client._cookies.clear()
    opened = client.get(f"/employers/{secret}")
    assert opened.status_code == 200
    assert opened.headers["Referrer-Policy"] == "no-referrer"
    read = re.search(r'name="read"[^>]*value="([^"]+)"', opened.text)[1]
    address = f"/employers/{secret}"
    assert pressed(client, address, address, read=read).status_code == 422
    assert pressed(client, address, f"{address}/refuse").status_code == 422
    signed_ = pressed(client, address, address, read=read, name="Kham", function="Director")
    assert signed_.status_code == 302
    assert "You have confirmed this." in client.get(address).text
    assert client.get("/employers/nothing").status_code == 404


def test_the_seat_is_taken_with_the_promise_on_the_page(centre, client, january) -> None:
    run_id, person = returning(centre), official()
    number = sent(run_id, person)
    asks(person, number)
    confirms(number)
    listed(centre, run_id, number)
    enrolment_id = admit(centre, number)
    make.sign_in(client, person)
    page = f"/courses/mine/{enrolment_id}"
    shown = client.get(page).text
    assert PROMISE in shown
    promised = re.search(r'name="promised"[^>]*value="([^"]+)"', shown)[1]
    pressed(client, page, f"{page}/accept", promised=promised)
    assert stands(number)[0] is A.OFFERED
    pressed(client, page, f"{page}/accept", promised=promised, agree="y")
    assert stands(number)[0] is A.ACCEPTED


@pytest.mark.parametrize("people", [1, 6])
def test_the_centre_reads_the_table_in_a_handful_of_statements(centre, client, people) -> None:
    body, officer = a_ministry()
    run_id = returning(centre, body=body) if people < 3 else returning(centre)
    for n in range(people):
        who = official(f"OFFICIAL {n}")
        seated(centre, run_id, who, *((body, officer) if people < 3 else ()))
    tend(AFTER)
    with clock.set_clock(AFTER):
        make.sign_in(client, centre.writer)
        page = f"/courses/office/dates/{run_id}/posts"
        with statements() as said:
            shown = client.get(page)
        assert len(said) <= 18, said
        assert "OFFICIAL 0" in shown.text
        assert "No answer" in shown.text
        table = client.get(f"{page}.csv")
        assert table.mimetype == "text/csv"
        assert "Head of procurement" in table.text
        make.sign_in(client, centre.stranger)
        assert client.get(page).status_code == 404
        make.sign_in(client, centre.secretariat)
        assert client.get(page).status_code == 403
        assert client.get(f"{page}.csv").status_code == 403


def test_a_person_answers_on_a_page_that_the_ministry_reads(centre, client) -> None:
    body, officer = a_ministry()
    run_id, person = returning(centre, body=body), official()
    seated(centre, run_id, person, body, officer)
    tend(AFTER)
    question_id = the_question().id
    page = f"/courses/posts/{question_id}"
    with clock.set_clock(AFTER):
        make.sign_in(client, person)
        assert pressed(client, page, page).status_code == 422
        days = {"since_on-day": "17", "since_on-month": "3", "since_on-year": "2027"}
        told = pressed(client, page, page, answer="in post", version="1", **days)
        assert told.status_code == 302, told.text
        assert "Back in the post" in client.get(page).text
        make.sign_in(client, officer)
        assert "SOMCHAI" in client.get("/courses/posts").text.upper()
        assert "Back in the post" in client.get(page).text
        make.sign_in(client, centre.stranger)
        assert client.get(page).status_code == 404
        ref = db.session.scalars(select(Enrolment.run_id)).one()
        with working(centre.writer) as work:
            ref = the_run(work, run_id).ref
        assert "who answered are back" not in client.get(f"/courses/{ref}").text


# --- Pure ----------------------------------------------------------------------------------------


def test_moments_are_months_after_the_last_day() -> None:
    assert months_after(date(2027, 11, 30), 3) == date(2028, 2, 29)
    assert months_after(date(2027, 3, 15), 12) == date(2028, 3, 15)
    assert due(date(2027, 3, 15), [12, 3], date(2027, 6, 14)) == []
    assert due(date(2027, 3, 15), [12, 3], date(2028, 3, 15)) == [3, 12]


def test_figures_of_few_people_are_not_published() -> None:
    def some(back, others):
        return [Figures("LA", in_post=back, left=others)]

    assert published(some(4, 0)) is None
    assert published(some(5, 0)) == (5, 5)
    assert published(some(9, 4)) is None
    assert published(some(3, 9)) is None
    assert published(some(6, 5)) == (6, 11)
    told = by_country([("LA", PostAnswer.IN_POST), ("LA", None), (None, PostAnswer.LEFT)])
    assert [(one.country, one.asked) for one in told] == [("", 1), ("LA", 2)]
