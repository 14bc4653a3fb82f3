"""A posting ends: its host withdraws it with whatever hopes are on it, or says how it went.

The database refuses to end a posting while somebody waits for an answer of its host.
"""

from collections import defaultdict
from collections.abc import Sequence

from app.accounts.queries import recipient
from app.applications.queries.writing import titles_of
from app.audit.record import record
from app.exchanges import operations as exchanges
from app.exchanges.models import Posting
from app.exchanges.policy import EDIT_POSTING
from app.exchanges.queries import posting_to_change, reply_to
from app.exchanges.states import ENDED
from app.foundation.work import Work
from app.mobility import queries
from app.mobility.messages import PlacesWithdrawn, PlaceWithdrawn
from app.mobility.models import ChoicesOfYear, ExchangeNomination
from app.mobility.operations.choosing import TO_NOMINATE, ask_to_nominate
from app.mobility.operations.nominating import call_off
from app.mobility.operations.telling import TO_CORRECT, office_of
from app.mobility.states import ChoicesState, Side
from app.notifications.notify import notify_each
from app.notifications.tasks import close_tasks


def find_posting_to_end(work: Work, posting_id: int) -> Posting:
    """The posting, locked after what was nominated to it: whoever corrects locks in that order."""
    _unsettled(work, posting_id)
    posting = work.find(posting_to_change(work.actor, posting_id))
    EDIT_POSTING.require(work.actor, posting)
    return posting


def withdraw_posting(work: Work, posting: Posting, *, reason: str) -> None:
    """Offer it no more: nominations that are not verified end, and everybody who hoped is told."""
    EDIT_POSTING.require(work.actor, posting)
    ended = _unsettled(work, posting.id)
    for nomination in ended:
        call_off(work, nomination, Side.HOST, reason)
        record(work, "nomination.cancelled", nomination, side=Side.HOST.value, reason=reason)
    work.session.flush()
    exchanges.withdraw_posting(work, posting, reason=reason)

    left = _ask_homes_again(work, posting)
    _tell(work, posting, reason, ended, left)


def conclude_posting(work: Work, posting: Posting, *, filled: bool) -> None:
    """Say how it ended. What was refused is not corrected any more: its students go elsewhere."""
    EDIT_POSTING.require(work.actor, posting)
    exchanges.conclude_posting(work, posting, filled=filled)

    for nomination in _unsettled(work, posting.id):
        close_tasks(work, TO_CORRECT, nomination)
    _ask_homes_again(work, posting)


def _unsettled(work: Work, posting_id: int) -> Sequence[ExchangeNomination]:
    query = queries.unsettled(posting_id).with_for_update(of=ExchangeNomination)
    return work.session.scalars(query.execution_options(populate_existing=True)).all()


def _ask_homes_again(work: Work, posting: Posting) -> Sequence[ChoicesOfYear]:
    """Whoever has this place no more waits for the office at home, if another place is left."""
    query = queries.choices_without_place(posting.id).execution_options(populate_existing=True)
    found = work.session.scalars(query).unique().all()
    for choices in found:
        if choices.state is not ChoicesState.SENT:
            continue
        nominated = {one.posting_id for one in choices.nominations}
        places = [one.posting for one in choices.choices if one.posting_id not in nominated]
        if all(place.stage in ENDED for place in places):
            close_tasks(work, TO_NOMINATE, choices)
        elif posting.id in nominated:
            ask_to_nominate(work, choices)
    return found


def _tell(
    work: Work,
    posting: Posting,
    reason: str,
    ended: Sequence[ExchangeNomination],
    left: Sequence[ChoicesOfYear],
) -> None:
    """Students in their own words; each office at home once, whoever of its students it is."""
    names: dict[int, list[str]] = defaultdict(list)
    waiting: dict[int, int] = defaultdict(int)
    for nomination in ended:
        names[nomination.home_id].append(nomination.person.passport_name)
    of_ended = {one.choices_id for one in ended}
    titles, host = titles_of(work.session, posting), posting.organisation.name
    letters = []
    for choices in left:
        is_sent = choices.state is ChoicesState.SENT
        was_nominated = choices.id in of_ended
        if is_sent and not was_nominated:
            waiting[choices.home_id] += 1
        told = PlaceWithdrawn(
            choices_id=choices.id,
            titles=titles,
            host=host,
            reason=reason,
            was_nominated=was_nominated,
            is_sent=is_sent,
        )
        letters.append((recipient(choices.person), told))
    answers = reply_to(work.session, work.actor, posting.organisation_id)
    notify_each(work, letters, once=str(posting.id), reply_to=answers)
    for home_id in sorted({*names, *waiting}):
        said = PlacesWithdrawn(
            titles=titles,
            host=host,
            reason=reason,
            ended=names[home_id],
            waiting=waiting[home_id],
        )
        office = [(recipient(person), said) for person in office_of(work, home_id)]
        notify_each(work, office, once=f"{posting.id}:{home_id}", reply_to=answers)
