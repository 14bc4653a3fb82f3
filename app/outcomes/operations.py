"""The verbs of what came of a stay: asked, told, confirmed or sent back, shown to the world."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from app.accounts.queries import people_with, recipient
from app.audit.record import record
from app.foundation.errors import RuleBroken
from app.foundation.languages import LANGUAGES
from app.foundation.languages import gettext as _
from app.foundation.stamps import stamp_catalogue
from app.foundation.work import Work
from app.ledger.operations import note_consent
from app.notifications.notify import notify, notify_each
from app.notifications.tasks import close_tasks, open_task
from app.opportunities.deadlines import end_of_day
from app.organisations.facts import is_web_address
from app.outcomes import policy, queries
from app.outcomes.messages import OutcomeAnswered, OutcomeTold, OutcomeWanted
from app.outcomes.models import Outcome, OutcomeResult
from app.outcomes.queries import LATE, TO_CONFIRM, TO_TELL
from app.outcomes.states import MOST_RESULTS, OPEN, OutcomeFlow, OutcomeState, ResultKind
from app.stays.queries import offices
from app.stays.states import Side

WITHIN = timedelta(days=30)
CONSENT = "outcome shown to the world"
CONSENT_TEXT = "2026-11"
DOI = re.compile(r"(?:doi:\s*|https?://(?:dx\.)?doi\.org/)?(10\.\d{4,9}/\S{1,200})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Named:
    """A result as somebody writes it; the link is an address or a DOI, or nothing."""

    kind: ResultKind
    title: str
    link: str = ""


def ask_for_outcomes(work: Work) -> int:
    """Ask whoever was invited and has left what came of it; tell hosts what is late."""
    policy.LOOK_AFTER.require(work.actor, None)
    over = work.session.scalars(queries.stays_without_outcome()).all()
    for stay in over:
        last = stay.left_on or stay.ends_on
        outcome = Outcome(stay=stay, due_on=last + WITHIN, written_in=stay.person.locale)
        work.session.add(outcome)
        work.session.flush()
        record(work, "outcome.asked", outcome)
        _want(work, outcome)
    late = work.session.scalars(queries.late_outcomes(work.now.date())).unique().all()
    for outcome in late:
        _ask_host(work, outcome, LATE)
    return len(over) + len(late)


def save_outcome(
    work: Work,
    outcome: Outcome,
    *,
    done: str,
    next_steps: str,
    results: Iterable[Named],
    version: int | None,
) -> None:
    """Keep what is written so far; nobody else reads it yet."""
    policy.TELL.require(work.actor, outcome)
    _require_open(outcome)
    named = [_sound(one) for one in results]
    if len(named) > MOST_RESULTS:
        raise RuleBroken(_("Name twelve results at most, the best ones."))
    work.edit(outcome, version)
    outcome.done, outcome.next_steps = done, next_steps
    outcome.written_in = work.actor.locale if work.actor.locale in LANGUAGES else "en"
    outcome.results = [
        OutcomeResult(kind=one.kind, title=one.title, link=one.link) for one in named
    ]

    record(work, "outcome.saved", outcome)


def send_outcome(work: Work, outcome: Outcome) -> None:
    """Tell it to the host, and to the home, which read it from now on."""
    policy.TELL.require(work.actor, outcome)
    _require_open(outcome)
    if not outcome.done.strip():
        raise RuleBroken(_("Say what was done, and save it first."))
    outcome.sent_at = work.now
    OutcomeFlow.send(outcome)
    outcome.version += 1
    for kind in (TO_TELL, LATE):
        close_tasks(work, kind, outcome)

    record(work, "outcome.sent", outcome)
    _ask_host(work, outcome, TO_CONFIRM)
    said = OutcomeTold(outcome_id=outcome.id, person=outcome.stay.person.full_name)
    hosts = {
        one.id: one
        for office in offices(outcome.stay, Side.HOST)
        for one in work.session.scalars(people_with(*office))
    }
    letters = [(recipient(one), said) for one in hosts.values()]
    notify_each(work, letters, once=f"{outcome.id}:{outcome.version}")


def confirm_outcome(work: Work, outcome: Outcome, *, answer: str = "") -> None:
    """Say that it is so; from now on it stays as it is."""
    policy.ANSWER.require(work.actor, outcome)
    _require_sent(outcome)
    outcome.answer, outcome.confirmed_at = answer, work.now
    outcome.confirmed_by_id = work.actor.user_id
    OutcomeFlow.confirm(outcome)
    _settle(work, outcome, confirmed=True)

    record(work, "outcome.confirmed", outcome)


def return_outcome(work: Work, outcome: Outcome, *, answer: str) -> None:
    """It needs more: say what."""
    policy.ANSWER.require(work.actor, outcome)
    _require_sent(outcome)
    if not answer.strip():
        raise RuleBroken(_("Say what is missing."))
    outcome.answer = answer
    OutcomeFlow.give_back(outcome)
    _settle(work, outcome, confirmed=False)
    _open_for_person(work, outcome)

    record(work, "outcome.returned", outcome)


def show_outcome(work: Work, outcome: Outcome, *, shown: bool) -> None:
    """The person agrees that the world reads it, by name, or takes that back."""
    policy.TELL.require(work.actor, outcome)
    if outcome.shown is shown:
        return
    outcome.shown = shown
    person_id = outcome.stay.person_id
    note_consent(
        *(work, outcome),
        person_id=person_id,
        purpose=CONSENT,
        text_version=CONSENT_TEXT,
        given=shown,
    )
    stamp_catalogue(work)

    if shown:
        record(work, "outcome.shown", outcome)
    else:
        record(work, "outcome.hidden", outcome)


def publish_outcome(work: Work, outcome: Outcome, *, published: bool) -> None:
    """The host puts it on its page, as far as the person wishes; or takes it off."""
    policy.ANSWER.require(work.actor, outcome)
    if outcome.state is not OutcomeState.CONFIRMED:
        raise RuleBroken(_("Confirm it first."))
    if outcome.published is published:
        return
    outcome.published = published
    stamp_catalogue(work)

    if published:
        record(work, "outcome.published", outcome)
    else:
        record(work, "outcome.taken off", outcome)


def _sound(named: Named) -> Named:
    """A DOI becomes its address. Raises RuleBroken for what leads nowhere."""
    link = named.link.strip()
    doi = DOI.fullmatch(link)
    link = f"https://doi.org/{doi[1]}" if doi else link
    if not named.title.strip():
        raise RuleBroken(_("Write the title of each result."))
    if link and not is_web_address(link):
        raise RuleBroken(_("Write the link with https://, or a DOI as 10.1234/abc."))
    return Named(named.kind, named.title.strip(), link)


def _require_open(outcome: Outcome) -> None:
    if outcome.state is OutcomeState.CONFIRMED:
        raise RuleBroken(_("What the host has confirmed stays as it is."))
    if outcome.state not in OPEN:
        raise RuleBroken(_("It is with the host; it can be changed when it comes back."))


def _require_sent(outcome: Outcome) -> None:
    if outcome.state is not OutcomeState.SENT:
        raise RuleBroken(_("Nothing waits for a confirmation here."))


def _settle(work: Work, outcome: Outcome, *, confirmed: bool) -> None:
    outcome.version += 1
    close_tasks(work, TO_CONFIRM, outcome)
    said = OutcomeAnswered(
        outcome_id=outcome.id,
        host=outcome.stay.host.name,
        confirmed=confirmed,
        answer=outcome.answer,
    )
    notify(work, recipient(outcome.stay.person), said, once=f"{outcome.id}:{outcome.version}")


def _want(work: Work, outcome: Outcome) -> None:
    _open_for_person(work, outcome)
    said = OutcomeWanted(
        outcome_id=outcome.id,
        host=outcome.stay.host.name,
        due_on=outcome.due_on.isoformat(),
    )
    notify(work, recipient(outcome.stay.person), said, once=str(outcome.id))


def _open_for_person(work: Work, outcome: Outcome) -> None:
    stay = outcome.stay
    open_task(
        work,
        TO_TELL,
        outcome,
        holder_id=stay.person_id,
        due_at=end_of_day(outcome.due_on, stay.host.zone),
        about=stay.host.name,
        zone=stay.host.zone,
    )


def _ask_host(work: Work, outcome: Outcome, kind: str) -> None:
    for role, scope, scope_id in offices(outcome.stay, Side.HOST):
        open_task(
            work,
            kind,
            outcome,
            role=role,
            scope=scope,
            scope_id=scope_id,
            about=outcome.stay.person.full_name,
        )
