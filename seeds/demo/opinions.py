"""What participants of the demo's courses think."""

from datetime import datetime, timedelta

from app.courses import queries
from app.courses.feedback import STANDARD, Asked, QuestionKind
from app.courses.operations import (
    ask_for_opinions,
    find_enrolment,
    give_feedback,
    tend_feedback,
)
from app.foundation.database import db
from seeds.demo.stage import Company

USUAL = [Asked(kind, standard=key) for key, kind in STANDARD.items()]
OWN = Asked(QuestionKind.TEXT, words="Which language did you miss in the data sets?")
BEST = [
    "The evening about tokenizers: I had never seen why Khmer costs three times as much.",
    "Fine-tuning our own small model, and seeing it fail first.",
    "ការវាយតម្លៃជាមួយអ្នកនិយាយភាសាផ្ទាល់។",
    "ライセンスの話がとても具体的でした。",
    "Being able to ask about our own corpus.",
]
BETTER = [
    "More time for the third evening.",
    "Send the notebooks a day before.",
    "Please record the meetings, our connection drops when it rains.",
]
MISSED = ["Shan", "Kuy, and Khmer Surin", "Tetum"]


def ask_participants(company: Company, dates: dict[str, int], now: datetime) -> None:
    """The autumn's course has its answers; the weekly one asks when it is over."""
    for name, until in (("autumn", -2), ("weekly", 28)):
        with company.acts("centre-sg", now - timedelta(days=12)) as work:
            run = work.find(queries.run_to_open(work.actor, dates[name]))
            day = (now + timedelta(days=until)).date()
            ask_for_opinions(work, run, [*USUAL, OWN], until=day)
    _tend(company, now - timedelta(days=8))
    people = queries.with_seats(db.session(), dates["autumn"])
    for number, one in enumerate(people[:11]):
        with company.acts(one.person_id, now - timedelta(days=7)) as work:
            asked = work.session.scalars(queries.feedback_of(dates["autumn"])).one()
            texts = iter((BEST, BETTER, MISSED))
            answers: dict[int, int | str] = {}
            for place, question in enumerate(asked.questions):
                if question.kind is QuestionKind.SCALE:
                    answers[question.id] = 5 - (number * (place + 1)) % 3
                else:
                    said = next(texts)
                    answers[question.id] = said[number] if number < len(said) else ""
            give_feedback(work, find_enrolment(work, one.id), answers)
    _tend(company, now)


def _tend(company: Company, at: datetime) -> None:
    with company.house_acts(at) as work:
        tend_feedback(work)
