"""A posting: written, opened, its nominations closed, filled or closed, or withdrawn."""

from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import select

from app.accounts.states import LanguageLevel
from app.audit.record import record
from app.exchanges import policy, queries, readiness
from app.exchanges.models import AcademicTerm, Agreement, HomeDates, Posting
from app.exchanges.states import ENDED, Housing, PostingFlow, PostingStage, Tuition
from app.exchanges.terms import STUDY_LEVELS, is_detailed_field
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.once import earlier_result, remember_result
from app.foundation.stamps import stamp_catalogue
from app.foundation.work import Work
from app.opportunities.deadlines import closing_day
from app.opportunities.models import Place
from app.opportunities.operations import (
    begin_opportunity,
    cancel,
    close,
    publish,
    refuse_without_reason,
    reopen,
    set_last_day,
    show_in_catalogue,
    write_text,
)
from app.opportunities.queries import next_ref
from app.organisations.models import Organisation

BEGIN = "exchanges.post"
MOST_PLACES = 10_000


@dataclass(frozen=True, slots=True)
class PostingTerms:
    """What a posting offers. `agreement` is (agreement, sender), None where it is open to all."""

    term_id: int
    capacity: int
    agreement: tuple[int, int] | None = None
    levels: tuple[int, ...] = ()
    fields: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    language: str = ""
    language_level: LanguageLevel | None = None
    tuition: Tuition = Tuition.WAIVED
    housing: Housing = Housing.HELPED
    documents: str = ""
    nominate_by: date | None = None
    papers_by: date | None = None
    contact: str = ""


@dataclass(frozen=True, slots=True)
class PostingText:
    """What readers of one language read."""

    title: str
    summary: str = ""
    description: str = ""
    who_may_apply: str = ""


def begin_posting(
    work: Work,
    host: Organisation,
    terms: PostingTerms,
    text: PostingText,
    *,
    locale: str = "en",
    request_key: str = "",
) -> Posting:
    """Write a posting of one's own university; nobody else sees it before it is opened."""
    policy.POST.require(work.actor, host)
    earlier = earlier_result(work, BEGIN, request_key)
    if earlier is not None:
        return work.session.get_one(Posting, earlier)
    posting = Posting(
        ref=next_ref(work.session, "EXC", work.now),
        organisation=host,
        organisation_id=host.id,
        term=_term(work, host.id, terms.term_id),
    )
    _write(work, posting, terms)
    begin_opportunity(work, posting, asdict(text), locale=locale, seats=posting.capacity)
    remember_result(work, BEGIN, request_key, posting.id)

    record(work, "posting.begun", posting, title=posting.title)
    return posting


def save_posting(
    work: Work, posting: Posting, terms: PostingTerms, *, version: int | None = None
) -> None:
    """Change what a posting offers; once it is open, only what nobody counts on, or for the better.

    The posting must be loaded with all.
    """
    policy.EDIT_POSTING.require(work.actor, posting)
    _refuse_over(posting)
    before = _counted_on(posting)
    work.edit(posting, version)
    posting.term = _term(work, posting.organisation_id, terms.term_id)
    _write(work, posting, terms)
    if posting.stage is not PostingStage.DRAFT:
        _refuse_worse(posting, before)
        _require_ready(work, posting, besides=("deadline passed", "deadline late"))
    place = work.session.scalars(select(Place).where(Place.opportunity_id == posting.id)).one()
    place.seats = posting.capacity
    show_in_catalogue(work, posting)

    record(work, "posting.saved", posting)


def save_posting_text(
    work: Work, posting: Posting, text: PostingText, *, locale: str, version: int | None = None
) -> None:
    """Write what readers of one language read."""
    policy.EDIT_POSTING.require(work.actor, posting)
    _refuse_over(posting)
    is_original = locale == posting.original_locale
    if is_original and not (text.title and (text.description or not posting.published_at)):
        raise RuleBroken(_("Write the title and the description."))

    write_text(work, posting, asdict(text), locale=locale, version=version)

    record(work, "posting.text_saved", posting, locale=locale)


def open_posting(work: Work, posting: Posting) -> None:
    """Show it to everybody. Its places are held against the agreement, which is locked for it."""
    policy.EDIT_POSTING.require(work.actor, posting)
    if posting.stage is not PostingStage.DRAFT:
        raise RuleBroken(_("Only a posting in preparation can be opened."))
    _require_ready(work, posting)

    posting.go(PostingFlow.open)
    posting.version += 1
    publish(work, posting)

    record(work, "posting.opened", posting, closes=posting.closes_wall, zone=posting.closes_zone)


def close_nominations(work: Work, posting: Posting) -> None:
    """Take no nominations any more."""
    policy.CLOSE_POSTING.require(work.actor, posting)
    if posting.stage is not PostingStage.OPEN:
        raise RuleBroken(_("Nominations are not open."))

    posting.go(PostingFlow.close_nominations)
    close(work, posting)

    record(work, "posting.nominations_closed", posting)


def reopen_nominations(work: Work, posting: Posting) -> None:
    """Take nominations again, until the day that is announced."""
    policy.EDIT_POSTING.require(work.actor, posting)
    if posting.stage is not PostingStage.NOMINATIONS_CLOSED:
        raise RuleBroken(_("Only a posting whose nominations are closed can be opened again."))
    if posting.closes_at is None or posting.closes_at <= work.now:
        raise RuleBroken(_("The last day to nominate is over. Choose a later one first."))

    posting.go(PostingFlow.reopen)
    reopen(work, posting)

    record(work, "posting.reopened", posting)


def conclude_posting(work: Work, posting: Posting, *, filled: bool) -> None:
    """Say how it ended: its places are filled, or some stay free.

    What becomes of the nominations to it is dealt with by the floor above.
    """
    policy.EDIT_POSTING.require(work.actor, posting)
    if posting.stage is not PostingStage.NOMINATIONS_CLOSED:
        raise RuleBroken(_("Close the nominations first."))

    if filled:
        posting.go(PostingFlow.fill)
    else:
        posting.go(PostingFlow.close)
    posting.version += 1
    stamp_catalogue(work)

    record(work, "posting.concluded", posting, stage=posting.stage.value)


def withdraw_posting(work: Work, posting: Posting, *, reason: str) -> None:
    """Offer it no more; its places go back to the agreement.

    What becomes of the nominations to it is dealt with by the floor above.
    """
    policy.EDIT_POSTING.require(work.actor, posting)
    if posting.stage in ENDED:
        raise RuleBroken(_("This posting has ended; nothing in it can be changed any more."))
    refuse_without_reason(reason)

    posting.go(PostingFlow.withdraw)
    cancel(work, posting, reason=reason)

    record(work, "posting.withdrawn", posting, reason=reason)


def say_home_dates(
    work: Work,
    posting: Posting,
    university: Organisation,
    *,
    tell_by: date,
    note: str = "",
    version: int | None = None,
) -> HomeDates:
    """Tell one's own students until when to come forward, in good time before the host's day."""
    policy.SAY_HOME_DATES.require(work.actor, posting)
    policy.POST.require(work.actor, university)
    if university.id == posting.organisation_id or posting.origin_id not in {None, university.id}:
        raise RuleBroken(_("This university does not send to this posting."))
    if posting.stage is not PostingStage.OPEN:
        raise RuleBroken(_("Nominations are not open."))
    last = closing_day(posting.closes_at, posting.closes_zone)
    if last is not None and tell_by > last:
        raise RuleBroken(_("The host takes nominations until an earlier day."))
    kept = work.session.scalar(
        select(HomeDates).where(
            HomeDates.posting_id == posting.id, HomeDates.organisation_id == university.id
        )
    )
    if kept is None:
        kept = HomeDates(posting_id=posting.id, organisation_id=university.id, version=0)
        work.session.add(kept)
    work.edit(kept, version)
    kept.tell_by, kept.note = tell_by, note
    stamp_catalogue(work)

    record(work, "posting.home_dates_said", posting, name=university.name, day=tell_by.isoformat())
    return kept


def _term(work: Work, host_id: int, term_id: int) -> AcademicTerm:
    term = work.session.get(AcademicTerm, term_id)
    if term is None or term.organisation_id != host_id:
        raise RuleBroken(_("Choose a term of your own calendar."))
    return term


def _write(work: Work, posting: Posting, terms: PostingTerms) -> None:
    """Keep the terms, having refused what makes no sense."""
    if not 1 <= terms.capacity <= MOST_PLACES:
        raise RuleBroken(_("Offer at least one place."))
    if not all(map(is_detailed_field, terms.fields)):
        raise RuleBroken(_("Write fields by their four digits, for example 0613."))
    if not all(level in STUDY_LEVELS for level in terms.levels):
        raise RuleBroken(_("Choose levels of study among those in the list."))
    if terms.language_level and not terms.language:
        raise RuleBroken(_("Choose the language that the level is of."))
    senders = queries.senders_to(work.session, posting.organisation_id)
    named = {(agreement, body.id) for agreement, body in senders}
    unchanged = terms.agreement == (posting.agreement_id, posting.origin_id)
    if terms.agreement is not None and terms.agreement not in named and not unchanged:
        raise RuleBroken(_("Choose an agreement of your university that is in force."))
    same = (
        *("capacity", "language", "language_level", "tuition", "housing", "documents"),
        *("papers_by", "contact"),
    )
    for name in same:
        setattr(posting, name, getattr(terms, name))
    posting.agreement_id, posting.origin_id = terms.agreement or (None, None)
    posting.levels, posting.fields = sorted(set(terms.levels)), sorted(set(terms.fields))
    posting.languages = list(terms.languages)
    posting.starts_on, posting.ends_on = posting.term.first_on, posting.term.ends_on
    set_last_day(posting, terms.nominate_by)
    work.session.flush()


def _counted_on(posting: Posting) -> tuple[object, ...]:
    """What partners count on once it is open; the rest may still be said better."""
    return (
        (posting.term_id, posting.agreement_id, posting.origin_id, tuple(posting.levels)),
        (tuple(posting.fields), posting.language, posting.language_level, posting.tuition),
        posting.capacity,
        posting.closes_sort,
    )


def _refuse_worse(posting: Posting, before: tuple[object, ...]) -> None:
    after = _counted_on(posting)
    if before[:2] != after[:2]:
        raise RuleBroken(
            _(
                "Partners count on its term, agreement, levels, fields, language and tuition:"
                " they stay."
            )
        )
    if posting.capacity < before[2]:  # type: ignore[operator]
        raise RuleBroken(_("Partners count on these places: there can be more, not fewer."))
    if posting.closes_sort < before[3]:  # type: ignore[operator]
        raise RuleBroken(_("The last day to nominate can only be later than was announced."))


def _refuse_over(posting: Posting) -> None:
    if posting.stage in ENDED:
        raise RuleBroken(_("This posting has ended; nothing in it can be changed any more."))


def _require_ready(work: Work, posting: Posting, *, besides: tuple[str, ...] = ()) -> None:
    """Two that open at once wait for each other here: the agreement is locked, then counted."""
    if posting.agreement_id is not None:
        work.session.execute(
            select(Agreement.id).where(Agreement.id == posting.agreement_id).with_for_update()
        ).one()
    checks = readiness.check(queries.preparation_of(work.session, posting), work.now)
    missing = [one for one in readiness.preventing(checks) if one.code not in besides]
    if missing:
        raise RuleBroken(missing[0].sentence)
