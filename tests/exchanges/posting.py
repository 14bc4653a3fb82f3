"""A term at a host, and postings for it."""

from datetime import date
from typing import Any

from app.exchanges.models import Posting
from app.exchanges.operations import begin_posting, open_posting, save_term
from app.exchanges.operations.partners import TermDates
from app.exchanges.operations.postings import PostingTerms, PostingText
from app.exchanges.queries import own_university, posting_to_change
from app.foundation.database import db
from app.foundation.work import unit_of_work
from tests import make
from tests.exchanges.agreeing import University

SPRING = TermDates(
    *("Spring semester", 2027, date(2027, 4, 6), date(2027, 7, 20)),
    *(date(2027, 7, 21), date(2027, 8, 3), date(2027, 2, 1), date(2027, 2, 20)),
)
TEXT = PostingText("Places in AI", "A spring term.", "Courses in English.", "Master students.")


def term_of(who: University, dates: TermDates = SPRING) -> int:
    with unit_of_work(who.actor, now=make.NOW) as work:
        return save_term(work, work.find(own_university(work.actor, who.id)), dates).id


def offered(term_id: int, **values: Any) -> PostingTerms:
    usual: dict[str, Any] = {
        "capacity": 2,
        "levels": (6,),
        "fields": ("0613",),
        "languages": ("en",),
        "nominate_by": date(2027, 2, 1),
        "papers_by": date(2027, 2, 20),
        "documents": "Transcript of records",
    }
    return PostingTerms(term_id=term_id, **usual | values)


def begun(host: University, terms: PostingTerms, text: PostingText = TEXT) -> int:
    with unit_of_work(host.actor, now=make.NOW) as work:
        university = work.find(own_university(work.actor, host.id))
        return begin_posting(work, university, terms, text).id


def opening(host: University, posting_id: int) -> None:
    with unit_of_work(host.actor, now=make.NOW) as work:
        open_posting(work, work.find(posting_to_change(work.actor, posting_id)))


def posting(posting_id: int) -> Posting:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Posting, posting_id)
