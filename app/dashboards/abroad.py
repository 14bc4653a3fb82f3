"""What a university's exchange needs and how it stands, as columns of a row."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Label, ScalarSelect, and_, func, or_, select

from app.exchanges.models import BalanceEntry, Posting
from app.exchanges.states import ENDED
from app.foundation.database import Entity
from app.mobility.models import ChoicesOfYear, ExchangeNomination
from app.mobility.states import LIVING, ChoicesState, NominationState
from app.recognition.models import Recognition
from app.recognition.states import RecognitionState
from app.stays.models import Stay
from app.stays.states import StayState

SOON = timedelta(days=60)
THERE = (StayState.THERE, StayState.INTERRUPTED)


def exchange_in_numbers(universities: Sequence[int], today: date) -> list[Label[int]]:
    """For these universities together: what waits for them, who is where, who went and came.

    Soon is within sixty days; the balance is of all years.
    """
    sent = and_(Stay.home_id.in_(universities), Stay.nomination_id.is_not(None))
    taken = and_(Stay.host_id.in_(universities), Stay.nomination_id.is_not(None))
    soon = and_(Stay.state == StayState.PLANNED, Stay.starts_on.between(today, today + SOON))
    ended = select(Posting.id).where(Posting.stage.in_(ENDED))
    to_correct = and_(
        ExchangeNomination.state == NominationState.REFUSED,
        ExchangeNomination.posting_id.not_in(ended),
    )
    nominated = select(ExchangeNomination.id).where(
        ExchangeNomination.choices_id == ChoicesOfYear.id,
        # Who was refused waits for a correction, and is counted there while there may be one.
        or_(ExchangeNomination.state.in_(LIVING), to_correct),
    )
    numbers = {
        "to_nominate": _number(
            ChoicesOfYear,
            ChoicesOfYear.home_id.in_(universities),
            ChoicesOfYear.state == ChoicesState.SENT,
            ~nominated.exists(),
        ),
        "to_verify": _number(
            ExchangeNomination,
            ExchangeNomination.host_id.in_(universities),
            ExchangeNomination.state == NominationState.SENT,
        ),
        "to_correct": _number(
            ExchangeNomination,
            ExchangeNomination.home_id.in_(universities),
            to_correct,
        ),
        "leaving": _number(Stay, sent, soon),
        "abroad": _number(Stay, sent, Stay.state.in_(THERE)),
        "coming": _number(Stay, taken, soon),
        "here": _number(Stay, taken, Stay.state.in_(THERE)),
        "late": _number(
            Stay,
            or_(sent, taken),
            or_(
                and_(Stay.state == StayState.PLANNED, Stay.starts_on < today),
                and_(Stay.state.in_(THERE), Stay.ends_on < today),
            ),
        ),
        "to_recognise": _number(
            Recognition,
            Recognition.home_id.in_(universities),
            Recognition.state == RecognitionState.WAITING,
        ),
        "recognised_late": _number(
            Recognition,
            Recognition.home_id.in_(universities),
            Recognition.state == RecognitionState.WAITING,
            Recognition.due_on < today,
        ),
        "went": _people(BalanceEntry.origin_id.in_(universities)),
        "came": _people(BalanceEntry.target_id.in_(universities)),
    }
    return [what.label(name) for name, what in numbers.items()]


def _number(of: type[Entity], *conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count(of.id)).where(*conditions).scalar_subquery()


def _people(condition: ColumnElement[bool]) -> ScalarSelect[int]:
    found = select(func.coalesce(func.sum(BalanceEntry.people), 0)).where(condition)
    return found.scalar_subquery()
