"""Students, what they rank, and how their universities send them."""

from typing import Any

from sqlalchemy import select

from app.accounts.models import User
from app.exchanges.models import AcademicTerm
from app.exchanges.queries import posting_with_all
from app.foundation.actors import Actor
from app.foundation.database import db
from app.foundation.work import unit_of_work
from app.mobility import operations as verbs
from app.mobility import queries
from app.mobility.models import ChoicesOfYear, ExchangeNomination
from tests import make
from tests.exchanges.agreeing import University, approving, proposed
from tests.exchanges.posting import begun, offered, opening, term_of


def student_of(home: University, name: str = "") -> Actor:
    person = make.person(name)
    person.home_institution_id = home.id
    db.session.commit()
    return make.actor(person)


def opened(host: University, home: University, **terms: Any) -> int:
    """A posting of the host's one term, under an agreement between the two made for it."""
    kept = select(AcademicTerm.id).where(AcademicTerm.organisation_id == host.id)
    term_id = db.session.scalar(kept) or term_of(host)
    agreement_id = proposed(home, host)
    approving(host, agreement_id)
    made = begun(host, offered(term_id, agreement=(agreement_id, home.id), **terms))
    opening(host, made)
    return made


def ranked(student: Actor, *posting_ids: int) -> int:
    """The id of the choices."""
    for posting_id in posting_ids:
        with unit_of_work(student, now=make.NOW) as work:
            posting = work.find(posting_with_all(student, posting_id=posting_id))
            found = verbs.rank_posting(work, posting).id
    return found


def pressed(actor: Actor, choices_id: int, do: Any, *values: Any, **named: Any) -> Any:
    with unit_of_work(actor, now=named.pop("now", make.NOW)) as work:
        found = work.find(queries.choices_with_all(actor, choices_id))
        return do(work, found, *values, **named)


def sent(student: Actor, *posting_ids: int) -> int:
    found = ranked(student, *posting_ids)
    pressed(student, found, verbs.save_choices, study_level=6, field="0613", statement="To learn.")
    pressed(student, found, verbs.send_choices)
    return found


def nominated(home: University, choices_id: int, posting_id: int, **named: Any) -> int:
    return pressed(home.actor, choices_id, verbs.nominate, posting_id, **named).id


def answering(actor: Actor, nomination_id: int, do: Any, **named: Any) -> None:
    with unit_of_work(actor, now=named.pop("now", make.NOW)) as work:
        do(work, work.find(queries.nomination_with_all(actor, nomination_id)), **named)


def choices(choices_id: int) -> ChoicesOfYear:
    db.session.rollback()
    db.session.expire_all()
    found = db.session.get_one(ChoicesOfYear, choices_id)
    actor = make.actor(db.session.get_one(User, found.person_id))
    return db.session.scalars(queries.choices_with_all(actor, choices_id)).unique().one()


def nomination(nomination_id: int) -> ExchangeNomination:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(ExchangeNomination, nomination_id)
