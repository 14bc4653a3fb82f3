"""Dates after which officials go back, and what their employers answer."""

import re
from datetime import UTC, date, datetime

from sqlalchemy import select

from app.applications.models import Application
from app.applications.operations.nominating import nominate
from app.applications.operations.screening import find_together, pass_screening, shortlist
from app.applications.queries import nominating
from app.courses import operations as office
from app.courses import queries
from app.courses.models import PostQuestion
from app.courses.posts import fingerprint
from app.courses.queries import run_to_enrol_in
from app.courses.states import EnrolmentMode, PostAnswer
from app.foundation.actors import SYSTEM
from app.foundation.database import db
from app.foundation.work import unit_of_work
from app.notifications.models import OutboxMessage
from tests.applications import helping
from tests.courses.centres import working
from tests.courses.dates import planned, the_run
from tests.courses.selecting import FORM, OPEN, admit, answer
from tests.courses.test_ways import dates_with_ways, official
from tests.courses.test_ways import sent as sent_through

PROMISE = "I go back to my post and stay for a year."
TERMS = office.ReturnTerms(
    months=12,
    ask_after=(3, 12),
    commitment={"en": PROMISE, "ja": "職場に戻り、一年間とどまります。"},
    release_needed=True,
)
# The dates of tests are in March 2027, three evenings from the first on.
AFTER = datetime(2027, 7, 1, tzinfo=UTC)


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
