"""A host that has nobody who signs in: it answers by a link, or on paper that the home records."""

import io
import re
from datetime import timedelta

import pytest
from pypdf import PdfReader
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError

from app.accounts.models import RoleGrant, User
from app.audit.models import AuditEntry
from app.audit.sentences import sentence
from app.exchanges.models import BalanceEntry, ExchangeContact
from app.exchanges.states import AnswersFor
from app.files.operations import check_file
from app.foundation import clock
from app.foundation.actors import Role, Scope
from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile, NoLonger, NotFound, NotPermitted, RuleBroken
from app.foundation.work import unit_of_work
from app.ledger.models import ViewEntry
from app.mobility import operations as verbs
from app.mobility import queries
from app.mobility.models import NominationKey, NominationLetter
from app.mobility.operations.links import GOOD_FOR, MOST_SENT, hash_of_link
from app.files.states import Way
from app.mobility.states import NominationState
from app.notifications.models import OutboxMessage
from tests import make
from tests.exchanges.test_agreement_pages import press, signed_in
from tests.files import samples
from tests.mobility.choosing import answering, nominated, nomination, opened, sent, student_of
from tests.mobility.test_nominating import open_tasks
from tests.racing import CLIENTS, all_at_once, rounds

SIGNED = verbs.Signed("HANAKO SATO", "Dean")
SATO = "sato@host.example"


@pytest.fixture
def student(th):
    return student_of(th, "SOMCHAI JAIDEE")


@pytest.fixture
def made(th, jp, student) -> int:
    """A nomination to a host that once named whom to ask, and whose office has left since."""
    return nominated_off(th, jp, student)


def nominated_off(th, jp, student) -> int:
    place = opened(jp, th)
    number = nominated(th, sent(student, place), place, note="Our best.")
    if db.session.scalar(select(ExchangeContact.id)) is None:
        db.session.add(
            ExchangeContact(
                organisation_id=jp.id,
                name="HANAKO SATO",
                function="International centre",
                email=SATO,
                answers_for=AnswersFor.INCOMING,
            )
        )
    db.session.execute(delete(RoleGrant).where(RoleGrant.scope_id == jp.id))
    db.session.commit()
    return number


def asks(th, number: int, email: str = SATO, now=make.NOW) -> str:
    """The secret of the link that the home had sent."""
    answering(th.actor, number, verbs.ask_partner, email=email, now=now)
    return newest_link()


def newest_link() -> str:
    db.session.rollback()
    mails = db.session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.kind == "mobility/partner_asked")
        .order_by(OutboxMessage.id.desc())
    ).all()
    return re.match(r"/partners/([\w-]+)\?", mails[0].values["path"])[1]


def guest_with(secret: str):
    db.session.rollback()
    key = db.session.scalars(queries.key_with(hash_of_link(secret))).one()
    db.session.rollback()
    return verbs.partner_as_guest(key)


def by_link(secret: str, *, verified=True, seen=1, comment="", signed=SIGNED, now=make.NOW) -> None:
    with unit_of_work(guest_with(secret), now=now) as work:
        found, key = verbs.take_up_link(work, secret)
        verbs.answer_by_link(
            work, found, key, signed, verified=verified, seen=seen, comment=comment
        )


def scan():
    return check_file(io.BytesIO(samples.PDF), file_name="letter.pdf")


def recorded(th, number: int, *, file=True, signed=SIGNED, **values) -> None:
    said = {"verified": True, "seen": 1, "comment": "", **values}
    with unit_of_work(th.actor, now=make.NOW) as work:
        found = work.find(queries.nomination_with_all(work.actor, number))
        verbs.record_answer(work, found, scan() if file else None, signed, **said)


def letters(number: int) -> list[NominationLetter]:
    db.session.rollback()
    db.session.expire_all()
    query = select(NominationLetter).where(NominationLetter.nomination_id == number)
    return list(db.session.scalars(query.order_by(NominationLetter.number)))


def history(number: int) -> list[str]:
    query = select(AuditEntry).where(AuditEntry.subject_id == number).order_by(AuditEntry.id)
    mine = query.where(AuditEntry.subject_kind == "exchange_nomination")
    return [sentence(one) for one in db.session.scalars(mine)]


def test_a_link_verifies_by_name_and_function(session, th, made) -> None:
    secret = asks(th, made)
    assert session.scalars(select(NominationKey.key_hash)).one() == hash_of_link(secret)
    with pytest.raises(RuleBroken, match="name and function"):
        by_link(secret, signed=verbs.Signed("HANAKO SATO", " "))
    by_link(secret, comment="Welcome.")
    (letter,) = letters(made)
    assert nomination(made).state is NominationState.VERIFIED
    assert (letter.answered_way, letter.answered_by_id) == (Way.LINK, None)
    assert (letter.answered_name, letter.answered_function) == ("HANAKO SATO", "Dean")
    assert session.scalar(select(func.sum(BalanceEntry.people))) == 1
    assert "HANAKO SATO (Dean) verified the nomination of SOMCHAI JAIDEE" in history(made)[-1]
    with pytest.raises(RuleBroken, match="waits for no answer"):
        by_link(secret, verified=False, comment="No.")


def test_a_refusal_by_link_needs_words_and_its_correction_brings_a_new_link(th, made) -> None:
    first = asks(th, made)
    with pytest.raises(RuleBroken, match="Say why"):
        by_link(first, verified=False, comment=" ")
    by_link(first, verified=False, comment="Which field?")
    answering(th.actor, made, verbs.correct_nomination, study_level=6, field="0613", note="New.")
    second = newest_link()
    assert second != first
    with pytest.raises(NoLonger):
        by_link(first, seen=2)
    with pytest.raises(ChangedMeanwhile):
        by_link(second, seen=1)
    by_link(second, seen=2)
    assert [(one.verified, one.comment) for one in letters(made)] == [
        (False, "Which field?"),
        (True, ""),
    ]


def test_a_new_link_ends_the_old_one_and_each_has_its_time(th, made) -> None:
    first = asks(th, made)
    second = asks(th, made)
    with pytest.raises(NoLonger, match="replaced by a newer one"):
        by_link(first)
    with pytest.raises(NoLonger, match="time of this link is over"):
        by_link(second, now=make.NOW + GOOD_FOR)
    by_link(second, now=make.NOW + GOOD_FOR - timedelta(minutes=1))


def test_links_are_not_sent_without_end(th, made) -> None:
    for _ in range(MOST_SENT):
        asks(th, made)
    with pytest.raises(RuleBroken, match="often enough"):
        asks(th, made)


def test_only_whom_the_host_named_gets_a_link(session, th, jp, vn, student, made) -> None:
    for address in ("friend@home.example", th.actor.email, ""):
        with pytest.raises(RuleBroken, match="whom the host has named"):
            asks(th, made, email=address)
    session.execute(update(ExchangeContact).values(email=th.actor.email))
    session.commit()
    with pytest.raises(RuleBroken, match="your own address"):
        asks(th, made, email=th.actor.email)
    for who in (student, jp.actor):
        with pytest.raises(NotPermitted):
            answering(who, made, verbs.ask_partner, email=SATO)
    with pytest.raises(NotFound):
        answering(vn.actor, made, verbs.ask_partner, email=SATO)


def test_a_link_opens_its_nomination_alone(th, jp, made) -> None:
    other = nominated_off(th, make_back(jp), student_of(th))
    guest = guest_with(asks(th, made))
    with unit_of_work(guest, now=make.NOW) as work:
        found = work.find(queries.nomination_by_link(other))
        key = work.session.scalars(queries.keys_of(made)).one()
        with pytest.raises(NotPermitted):
            verbs.answer_by_link(work, found, key, SIGNED, verified=True, seen=1, comment="")
        with pytest.raises(NotPermitted):
            verbs.verify_nomination(work, found, seen=1)
    with unit_of_work(guest, now=make.NOW) as work, pytest.raises(NotPermitted):
        found, _key = work.find(queries.nomination_by_link(made)), None
        verbs.cancel_nomination(work, found, reason="No.")


def make_back(university):
    """The office is here again."""
    person = db.session.get_one(User, university.actor.user_id)
    make.grant(person, Role.COORDINATOR, Scope.ORGANISATION, university.id)
    db.session.commit()
    return university


def test_a_letter_on_paper_is_recorded_with_its_scan_and_says_so(session, th, made) -> None:
    secret = asks(th, made)
    with pytest.raises(RuleBroken, match="scan of the letter"):
        recorded(th, made, file=False)
    with pytest.raises(RuleBroken, match="Say why"):
        recorded(th, made, verified=False)
    recorded(th, made, comment="As we wrote.")
    (letter,) = letters(made)
    assert (letter.answered_way, letter.answered_by_id) == (Way.LETTER, th.actor.user_id)
    assert letter.answer_file_id is not None
    assert "on behalf of" in history(made)[-1]
    assert "from the letter of HANAKO SATO (Dean)" in history(made)[-1]
    told = session.scalars(
        select(OutboxMessage).where(OutboxMessage.kind == "mobility/nomination_answered")
    ).all()
    assert {one.values["recorded_by"] for one in told} == {th.actor.name}
    with pytest.raises(NoLonger):
        by_link(secret)


def test_nobody_speaks_for_a_host_that_speaks_for_itself(th, jp, vn, student, made) -> None:
    for who in (student, jp.actor):
        with pytest.raises(NotPermitted), unit_of_work(who, now=make.NOW) as work:
            found = work.find(queries.nomination_with_all(who, made))
            verbs.record_answer(work, found, scan(), SIGNED, verified=True, seen=1, comment="")
    make_back(jp)
    with pytest.raises(RuleBroken, match="it answers itself"):
        recorded(th, made)
    with pytest.raises(RuleBroken, match="it answers itself"):
        asks(th, made)
    answering(jp.actor, made, verbs.verify_nomination, seen=1)
    assert letters(made)[0].answered_way is Way.PAGE


@pytest.mark.parametrize(
    "values",
    [
        {"answered_way": None},
        {"answered_way": "page"},
        {"answered_way": "link", "answered_name": "A", "answered_function": "B"},
        {"answered_way": "letter", "answered_name": "A", "answered_function": "B"},
        {"answered_way": "spoken"},
    ],
    ids=str,
)
def test_the_database_refuses_an_answer_of_nobody(app, th, made, values) -> None:
    table = NominationLetter.__table__
    said = {"verified": True, "answered_at": make.NOW, **values}
    with pytest.raises(IntegrityError):
        db.session.execute(update(table).where(table.c.nomination_id == made).values(said))
    db.session.rollback()


def test_the_home_is_asked_to_reach_a_host_that_is_not_here(client, th, jp, made) -> None:
    assert open_tasks("host to reach", th.id) == 0, "its office was there when this was sent"
    place = opened(make_back(jp), th)
    choices = [sent(student_of(th), place) for _ in range(2)]
    db.session.execute(delete(RoleGrant).where(RoleGrant.scope_id == jp.id))
    db.session.commit()
    numbers = [nominated(th, one, place) for one in choices]
    assert open_tasks("host to reach", th.id) == 2
    with clock.set_clock(make.NOW):
        assert "The host has nobody here" in signed_in(client, th).get("/dashboard").text
    asks(th, numbers[0])
    assert open_tasks("host to reach", th.id) == 1
    recorded(th, numbers[1], verified=False, comment="Which field?")
    assert open_tasks("host to reach", th.id) == 0
    answering(
        th.actor, numbers[1], verbs.correct_nomination, study_level=6, field="0613", note="New."
    )
    assert open_tasks("host to reach", th.id) == 1
    answering(th.actor, numbers[1], verbs.cancel_nomination, reason="Ill.")
    assert open_tasks("host to reach", th.id) == 0


def test_a_cancelled_nomination_has_no_link(th, made) -> None:
    secret = asks(th, made)
    answering(th.actor, made, verbs.cancel_nomination, reason="Ill.")
    with pytest.raises(NoLonger):
        by_link(secret)


# --- pages


def upload(client, address: str, data: dict) -> object:
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/dashboard").text)[1]
    return client.post(
        address, data={**data, "csrf_token": token}, content_type="multipart/form-data"
    )


def test_a_partner_reads_and_answers_without_an_account(client, th, student, made) -> None:
    address = f"/mobility/nominations/{made}"
    with clock.set_clock(make.NOW):
        signed_in(client, th)
        page = client.get(address).text
        assert "has nobody who signs in here" in page
        assert press(client, f"{address}/ask", {"email": "x@example.org"}).status_code == 422
        assert press(client, f"{address}/ask", {"email": SATO}).status_code == 302
        assert "HANAKO SATO was sent a link" in client.get(address).text
        secret = newest_link()
        partner = client.application.test_client()
        link = f"/partners/{secret}"
        for _scanner in range(2):
            answer = partner.get(link)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        for words in ("SOMCHAI JAIDEE", "Our best.", "Places in AI"):
            assert words in answer.text
        assert partner.get(f"{link}/letter.pdf").content_type == "application/pdf"
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', answer.text)[1]
        said = {"csrf_token": token, "seen": "1", "name": "", "function": "Dean"}
        wrong = partner.post(link, data=said)
        assert wrong.status_code == 422
        assert "Write your name." in wrong.text
        said |= {"name": "HANAKO SATO", "comment": "Full."}
        late = partner.post(link, data={**said, "seen": "7"})
        assert late.status_code == 409
        assert partner.post(f"{link}/refuse", data={**said, "comment": ""}).status_code == 409
        assert partner.post(link, data=said).status_code == 302
        assert "through a link without an account" in partner.get(link).text
        assert partner.post(f"{link}/refuse", data=said).status_code == 409
        assert partner.get("/partners/nothing").status_code == 404
        shown = client.get(address).text
        assert "Answered by HANAKO SATO (Dean), through a link" in shown
        paper = client.get(f"{address}/acceptance.pdf")
        text = " ".join(
            " ".join(one.extract_text().split()) for one in PdfReader(io.BytesIO(paper.data)).pages
        )
        assert "HANAKO SATO" in text
        make.sign_in(partner, db.session.get_one(User, student.user_id))
        assert partner.get(link).status_code == 404, "not in the browser of the student"


def test_a_replaced_link_says_so(client, th, made) -> None:
    with clock.set_clock(make.NOW):
        first = asks(th, made)
        asks(th, made)
        assert client.get(f"/partners/{first}").status_code == 410
    with clock.set_clock(make.NOW + GOOD_FOR):
        assert client.get(f"/partners/{newest_link()}").status_code == 410


def test_a_recorded_letter_is_marked_and_opened_by_the_sides(
    client, session, th, jp, vn, student, made
) -> None:
    address = f"/mobility/nominations/{made}"
    said = {"seen": "1", "name": "HANAKO SATO", "function": "Dean", "said": "verified"}
    with clock.set_clock(make.NOW):
        signed_in(client, th)
        none = upload(client, f"{address}/record", said)
        assert none.status_code == 422
        assert "Add the scan of the letter." in none.text
        bad = {**said, "scan": (io.BytesIO(b"MZ no letter"), "letter.pdf")}
        refused = upload(client, f"{address}/record", bad)
        assert refused.status_code == 422
        assert 'id="scan-error"' in refused.text
        mute = {**said, "said": "refused", "scan": (io.BytesIO(samples.PDF), "letter.pdf")}
        assert upload(client, f"{address}/record", mute).status_code == 422
        good = {**said, "scan": (io.BytesIO(samples.PDF), "letter.pdf")}
        assert upload(client, f"{address}/record", good).status_code == 302
        file = f"{address}/letters/1/scan/host"
        make_back(jp)
        for who in (th, jp):
            signed_in(client, who)
            page = client.get(address).text
            assert "on behalf of" in page
            assert "from the letter of HANAKO SATO (Dean)" in page
            with client.get(file) as answer:
                assert answer.data == samples.PDF
        make.sign_in(client, db.session.get_one(User, student.user_id))
        with client.get(file) as answer:
            assert answer.status_code == 200
        for missing in ("letters/1/scan/home", "letters/2/scan/host", "letters/1/scan/x"):
            assert client.get(f"{address}/{missing}").status_code == 404
        signed_in(client, vn)
        assert client.get(file).status_code == 404
        for verb in ("ask", "record"):
            assert press(client, f"{address}/{verb}", {"email": SATO}).status_code == 404
    opened_by = session.scalars(select(ViewEntry.viewer_id).order_by(ViewEntry.id)).all()
    assert opened_by == [th.actor.user_id, jp.actor.user_id]


# --- races


@pytest.mark.race
def test_of_an_answer_on_the_page_by_link_and_on_paper_one_counts(app, session, th, jp) -> None:
    for _round in rounds(4):
        number = nominated_off(th, make_back(jp), student_of(th))
        secret = asks(th, number)
        guest = guest_with(secret)
        before = session.scalar(select(func.coalesce(func.sum(BalanceEntry.people), 0)))
        db.session.rollback()

        def link(n: int, secret=secret, guest=guest):
            def go() -> str:
                with unit_of_work(guest, now=make.NOW) as work:
                    found, key = verbs.take_up_link(work, secret)
                    verbs.answer_by_link(
                        work, found, key, SIGNED, verified=bool(n % 2), seen=1, comment="No."
                    )
                return "link"

            return go

        def page(n: int, number=number):
            def go() -> str:
                do = verbs.verify_nomination if n % 2 else verbs.refuse_nomination
                answering(jp.actor, number, do, seen=1, comment="No.")
                return "page"

            return go

        def paper(number=number) -> str:
            recorded(th, number)
            return "letter"

        presses = [link(n) for n in range(3)] + [page(n) for n in range(CLIENTS - 4)] + [paper]
        came = all_at_once(app, presses)
        assert came["link"] + came["page"] + came["letter"] == 1, came
        (letter,) = letters(number)
        assert came[letter.answered_way.value] == 1
        now = session.scalar(select(func.coalesce(func.sum(BalanceEntry.people), 0)))
        assert now - before == int(bool(letter.verified))
        if nomination(number).state is not NominationState.CANCELLED:
            answering(th.actor, number, verbs.cancel_nomination, reason="The next round.")
