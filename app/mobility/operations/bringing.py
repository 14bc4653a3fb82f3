"""An office looks into its list of nominations, then has sent what it saw, nothing else."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select, update

from app.audit.record import record
from app.exchanges.models import Posting
from app.files.kinds import clean_name
from app.foundation import dry_runs
from app.foundation.dry_runs import Fate
from app.foundation.errors import ChangedMeanwhile, RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.mobility import policy, queries
from app.mobility.comparing import Judged, as_told
from app.mobility.incoming import Listed, Refused, Row, read_list
from app.mobility.models import ChoicesOfYear, ExchangeNomination, NominationList
from app.mobility.operations.nominating import correct_nomination, nominate
from app.organisations.models import Organisation

# Neither a file that was left nor names in what was done are kept longer.
KEPT = timedelta(days=30)


def look_into_list(
    work: Work, home: Organisation, *, content: bytes, file_name: str
) -> NominationList:
    """Keep the file, so that what is shown of it can be done. Nobody is nominated.

    Raises FileRefused where nothing of it can be used.
    """
    policy.GIVE_LIST.require(work.actor, home)
    read_list(content, file_name)
    looked = NominationList(
        home_id=home.id,
        file_name=clean_name(file_name),
        content=content,
        looked_at=work.now,
        looked_by_id=work.actor.user_id or 0,
    )
    work.session.add(looked)
    work.session.flush()

    record(work, "nominations.looked into", looked, file=looked.file_name)
    return looked


def rows_of(looked: NominationList) -> Listed:
    return read_list(looked.content, looked.file_name)


def nominate_as_seen(work: Work, looked: NominationList, *, seen: str) -> list[Judged]:
    """Nominate and correct, if that would do what the person saw (`dry_runs.seal`) and no more.

    Each row by the verb that the pages use. The file goes; what was done with each row stays.
    """
    policy.BRING_LIST.require(work.actor, looked)
    if looked.done_at is not None:
        raise RuleBroken(_("This list was brought in already."))
    if not looked.content:
        raise RuleBroken(_("The file is not kept any more. Give it again."))
    rows = rows_of(looked).rows
    _lock(work, looked.home_id, rows)
    found = queries.judged(work.session, looked.home_id, rows, work.now)
    judged = [one for one, _row in found]
    if dry_runs.seal(as_told(judged)) != seen:
        raise ChangedMeanwhile(
            _("Something that this list is about changed since you looked. See what it would do.")
        )

    for one, row in found:
        if row is not None and one.fate is Fate.NEW:
            _nominate(work, one, row)
        elif row is not None and one.fate is Fate.CHANGED:
            _correct(work, one, row)
    looked.told, looked.counts, looked.content = (
        as_told(judged),
        dry_runs.counted(one.fate for one in judged),
        b"",
    )
    looked.done_at, looked.done_by_id = work.now, work.actor.user_id or 0

    counts = looked.counts
    record(work, "nominations.brought in", looked, new=counts["new"], changed=counts["changed"])
    return judged


def forget_lists(work: Work) -> int:
    """Weeks later neither the file nor the names in what was done are kept; the counts are."""
    policy.FORGET_LISTS.require(work.actor, None)
    gone = work.session.execute(
        update(NominationList)
        .where(NominationList.looked_at < work.now - KEPT)
        .values(content=b"", told=[])
    )
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _lock(work: Work, home_id: int, rows: Sequence[Row | Refused]) -> None:
    """In the order in which the pages lock (choices, nomination, posting), each in turn.

    Two lists that name the same places wait for each other, and never in a circle.
    """
    usable = [one for one in rows if isinstance(one, Row)]
    chosen = queries.chosen_by(home_id, sorted({one.student for one in usable}))
    ids = chosen.with_only_columns(ChoicesOfYear.id).with_for_update(of=ChoicesOfYear)
    choices = work.session.scalars(ids).all()
    work.session.execute(
        select(ExchangeNomination.id)
        .where(ExchangeNomination.choices_id.in_(choices))
        .order_by(ExchangeNomination.id)
        .with_for_update()
    )
    refs = {one.place for one in usable}
    named = work.session.scalars(select(Posting.id).where(Posting.ref.in_(refs))).all()
    places = Posting.__table__
    work.session.execute(
        select(places.c.id).where(places.c.id.in_(named)).order_by(places.c.id).with_for_update()
    )


def _nominate(work: Work, one: Judged, row: Row) -> None:
    choices = work.find(queries.choices_with_all(work.actor, one.choices_id or 0))
    place = next(each for each in choices.choices if each.posting.ref == row.place)
    nominate(work, choices, place.posting_id, note=row.note)


def _correct(work: Work, one: Judged, row: Row) -> None:
    sent = (
        select(ExchangeNomination.id)
        .join(Posting, Posting.id == ExchangeNomination.posting_id)
        .where(ExchangeNomination.choices_id == one.choices_id, Posting.ref == row.place)
    )
    nomination_id = work.session.scalars(sent).one()
    nomination = work.find(queries.nomination_with_all(work.actor, nomination_id))
    last = nomination.letters[-1]
    correct_nomination(
        work,
        nomination,
        study_level=row.study_level or last.study_level,
        field=row.study_field or last.field,
        note=row.note or last.note,
    )
