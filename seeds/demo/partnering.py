"""A host whose office has left the system answers by a link, and on paper; one link is waiting."""

from datetime import date, datetime, timedelta
from io import BytesIO

from sqlalchemy import select

from app.accounts.models import RoleGrant, User
from app.accounts.operations import end_role, grant_role
from app.exchanges.models import Posting
from app.exchanges.operations import begin_posting, open_posting, save_contact, save_term
from app.exchanges.operations.partners import TermDates
from app.exchanges.operations.people import ContactFacts
from app.exchanges.operations.postings import PostingTerms, PostingText
from app.exchanges.queries import own_university, posting_to_change
from app.exchanges.states import AnswersFor
from app.files.operations import check_file
from app.foundation import clock
from app.foundation.actors import Role, Scope
from app.foundation.database import db
from app.foundation.languages import speaking
from app.foundation.work import unit_of_work
from app.mobility.operations import (
    Signed,
    answer_by_link,
    ask_partner,
    partner_as_guest,
    record_answer,
    record_nomination,
    take_up_link,
)
from app.mobility.operations.links import hash_of_link
from app.mobility.queries import key_with, nomination_with_all
from app.notifications.models import OutboxMessage
from seeds.demo.agreeing import THAI
from seeds.demo.papers import paper
from seeds.demo.sending import WHY, choose, nominate_for, send
from seeds.demo.stage import Company

# A university in Da Nang, of which the demo has students but no office.
OFF, CONTACT = "vn-0943", "le.minh@demo.example.org"
SIGNED = Signed("Le Minh", "Head of the international office")
LETTER = "We take the student whom you nominated."
DEAN = Signed("Pham Thu Ha", "Dean of the faculty of computing")
NOMINATES = "We nominate our student for a semester in Bangkok."
WHYS = (
    "I would like to work with the corpora of Vietnamese that were built there.",
    "My family comes from the border; I speak some Vietnamese and want to write in it.",
    "The group in Da Nang wrote the tools that I use every day.",
)


def answer_without_account(company: Company, organisations: dict[str, int], now: datetime) -> int:
    """Three Thai students are nominated to Da Nang; gives how many were asked about by mail."""
    students = db.session.scalars(
        select(User.id)
        .where(User.home_institution_id == organisations[THAI])
        .order_by(User.id)
        .offset(len(WHY))
        .limit(len(WHYS))
    ).all()
    db.session.rollback()
    place = _post_and_leave(company, organisations[OFF], now)
    made: list[int] = []
    for n, (student, why) in enumerate(zip(students, WHYS, strict=False)):
        chosen = choose(company, student, place, why, now - timedelta(days=7, hours=n))
        send(company, student, chosen, now - timedelta(days=6, hours=n))
        made.append(nominate_for(company, chosen, place, now - timedelta(days=5, hours=n)))
    for nomination in made:
        with company.acts("coordinator-th", now - timedelta(days=4)) as work:
            found = work.find(nomination_with_all(work.actor, nomination))
            ask_partner(work, found, email=CONTACT)
        if nomination == made[0]:
            _answer(now - timedelta(days=3))
    with company.acts("coordinator-th", now - timedelta(days=2)) as work:
        found = work.find(nomination_with_all(work.actor, made[1]))
        scan = check_file(BytesIO(paper(LETTER, SIGNED.name)), file_name="letter-da-nang.pdf")
        record_answer(work, found, scan, SIGNED, verified=True, seen=1, comment="")
    _nominate_on_paper(company, organisations, now)
    return len(made)


def _nominate_on_paper(company: Company, organisations: dict[str, int], now: datetime) -> None:
    """A student of Da Nang wants to go to Bangkok: the letter of the dean comes by post."""
    student = db.session.scalars(
        select(User).where(User.home_institution_id == organisations[OFF]).order_by(User.id)
    ).first()
    place = db.session.scalars(
        select(Posting.id).where(
            Posting.organisation_id == organisations[THAI], Posting.published_at.is_not(None)
        )
    ).first()
    db.session.rollback()
    if student is None or place is None:
        return
    why = "I compare how the languages of our two countries are taught to machines."
    chosen = choose(company, student.id, place, why, now - timedelta(days=6))
    send(company, student.id, chosen, now - timedelta(days=6))
    with company.acts("coordinator-th", now - timedelta(days=1)) as work:
        scan = check_file(BytesIO(paper(NOMINATES, DEAN.name)), file_name="letter-of-the-dean.pdf")
        posting = work.find(posting_to_change(work.actor, place))
        record_nomination(work, posting, scan, DEAN, email=student.email)


def _post_and_leave(company: Company, host_id: int, now: datetime) -> int:
    """Somebody of the host was its office for some weeks, posted places and named a colleague."""
    person = db.session.scalars(
        select(User.id).where(User.home_institution_id == host_id).order_by(User.id.desc())
    ).first()
    db.session.rollback()
    if person is None:
        return 0
    with company.acts("secretariat", now - timedelta(days=60)) as work:
        user = work.session.get_one(User, person)
        grant_role(work, user, Role.COORDINATOR, Scope.ORGANISATION, host_id)
    company.forget()
    year = now.year + 1
    with company.acts(person, now - timedelta(days=50)) as work:
        university = work.find(own_university(work.actor, host_id))
        facts = ContactFacts(
            *("Le Minh", CONTACT, "International office"), answers_for=AnswersFor.INCOMING
        )
        save_contact(work, university, facts)
        dates = TermDates(
            *("Autumn semester", year, date(year, 9, 6), date(year, 12, 24)),
            *(date(year + 1, 1, 3), date(year + 1, 1, 14), date(year, 4, 1), date(year, 5, 1)),
        )
        term = save_term(work, university, dates)
        terms = PostingTerms(
            term_id=term.id,
            capacity=3,
            levels=(7,),
            languages=("en",),
            documents="Transcript of records",
            nominate_by=now.date() + timedelta(days=60),
        )
        text = PostingText(
            title="A semester of speech and language in Da Nang",
            summary="Courses on speech technology, and a place in a group that builds corpora.",
            description="Courses in English; a tutor helps with the language of the country.",
            who_may_apply="Master students of computing or linguistics.",
        )
        posting_id = begin_posting(work, university, terms, text).id
    with company.acts(person, now - timedelta(days=49)) as work:
        open_posting(work, work.find(posting_to_change(work.actor, posting_id)))
    with company.acts("secretariat", now - timedelta(days=20)) as work:
        user = work.session.get_one(User, person)
        office = select(RoleGrant).where(
            RoleGrant.user_id == person, RoleGrant.role == Role.COORDINATOR
        )
        end_role(work, user, work.session.scalars(office).one())
    company.forget()
    return posting_id


def _answer(at: datetime) -> None:
    """Whoever has the mail opens the link, as its page would."""
    mail = db.session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.kind == "mobility/partner_asked")
        .order_by(OutboxMessage.id.desc())
    ).first()
    secret = str(mail.values["path"]).split("/")[2].split("?")[0] if mail else ""
    key = db.session.scalars(key_with(hash_of_link(secret))).one()
    db.session.rollback()
    with clock.set_clock(at), speaking("en"), unit_of_work(partner_as_guest(key)) as work:
        found, opened = take_up_link(work, secret)
        words = "We look forward to the visit. Rooms are in the residence of the university."
        answer_by_link(work, found, opened, SIGNED, verified=True, seen=1, comment=words)
