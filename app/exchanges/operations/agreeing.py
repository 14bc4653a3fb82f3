"""How universities come to an agreement: proposing, revising, approving, declining, ending.

Whoever puts a revision before the others has given their side's word for it.
"""

from collections.abc import Sequence
from dataclasses import replace

from app.accounts.queries import people_with, recipient
from app.audit.record import record
from app.exchanges import policy, queries, terms
from app.exchanges.messages import AgreementAnswered, AgreementEnded, AgreementWritten
from app.exchanges.models import (
    Agreement,
    AgreementAnswer,
    AgreementCondition,
    AgreementRevision,
    AgreementSide,
)
from app.exchanges.states import AgreementFlow, AgreementState
from app.exchanges.wording import fault_sentence
from app.foundation.actors import Role, Scope
from app.foundation.errors import ChangedMeanwhile, RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.languages import listed
from app.foundation.once import earlier_result, remember_result
from app.foundation.work import Work
from app.notifications.notify import Message, notify_each
from app.notifications.tasks import close_tasks, open_task
from app.organisations.models import Organisation
from app.organisations.states import OrganisationState

PROPOSE = "exchanges.propose"
TO_APPROVE = "agreement to approve"
DECLINED = "agreement declined"
ENDS = "agreement ends"
MOST_SIDES = 20
MOST_CONDITIONS = 100


def propose_agreement(
    work: Work,
    university: Organisation,
    *,
    partners: Sequence[Organisation],
    conditions: Sequence[terms.Condition],
    note: str = "",
    request_key: str = "",
) -> Agreement:
    """Put a first revision before the partners, for one's own university."""
    policy.PROPOSE.require(work.actor, university)
    earlier = earlier_result(work, PROPOSE, request_key)
    if earlier is not None:
        return work.session.get_one(Agreement, earlier)
    bodies = {body.id: body for body in (university, *partners)}
    if len(bodies) > MOST_SIDES:
        raise RuleBroken(_("At most %(most)s universities make one agreement.", most=MOST_SIDES))
    if any(body.state is not OrganisationState.ACTIVE for body in bodies.values()):
        raise RuleBroken(_("One of these institutions is closed or has joined another."))
    content = terms.Terms(frozenset(body.ref for body in bodies.values()), tuple(conditions))
    _refuse_faulty(content)

    agreement = Agreement(proposed_at=work.now, latest_number=1, revisions=[])
    agreement.sides = [AgreementSide(organisation=body) for body in bodies.values()]
    work.session.add(agreement)
    work.session.flush()
    _write(work, agreement, university.id, content, note)

    record(work, "agreement.proposed", agreement, name=university.name)
    remember_result(work, PROPOSE, request_key, agreement.id)
    return agreement


def revise_agreement(
    work: Work,
    agreement: Agreement,
    side: AgreementSide,
    *,
    seen: int,
    conditions: Sequence[terms.Condition],
    note: str = "",
) -> AgreementRevision:
    """Put the next revision before the others. `seen` is the number of the one it was written on.

    The agreement must be loaded with all.
    """
    _require_word(work, agreement, side)
    newest = _as_seen(agreement, seen)
    before = queries.terms_of(agreement, newest)
    after = replace(before, conditions=tuple(conditions))
    _refuse_faulty(after)
    if after.fingerprint == before.fingerprint:
        raise RuleBroken(_("Nothing is different from what is written already."))

    agreement.latest_number += 1
    revision = _write(work, agreement, side.organisation_id, after, note)

    record(
        work,
        "agreement.revised",
        agreement,
        name=side.organisation.name,
        number=agreement.latest_number,
    )
    return revision


def renew_agreement(
    work: Work, agreement: Agreement, side: AgreementSide, *, seen: int, until: int
) -> AgreementRevision:
    """Propose that what ends last goes on until a later year, and is otherwise as it is."""
    _require_word(work, agreement, side)
    newest = _as_seen(agreement, seen)
    if agreement.in_force_number != newest.number:
        raise RuleBroken(_("Another revision is talked about: change its years instead."))
    now = queries.terms_of(agreement, newest)
    if until <= (now.last_year or until):
        raise RuleBroken(_("Choose a year after the last one of the agreement."))
    longer = terms.prolonged(now, until)
    return revise_agreement(work, agreement, side, seen=seen, conditions=longer.conditions)


def approve_revision(
    work: Work, agreement: Agreement, side: AgreementSide, *, seen: int, fingerprint: str
) -> None:
    """Give a side's word for the newest revision, by the number and fingerprint that were shown.

    With the last word that was missing it is in force. The agreement must be loaded with all.
    """
    _require_word(work, agreement, side)
    newest = _as_seen(agreement, seen)
    if fingerprint != newest.fingerprint:
        raise ChangedMeanwhile(_("This is not what the agreement says. Read it again."))
    if _has_approved(newest, side):
        raise RuleBroken(_("Your university has approved this revision already."))

    _answer(work, newest, side.organisation_id, approves=True)
    record(work, "agreement.approved", agreement, name=side.organisation.name, number=newest.number)
    close_tasks(work, TO_APPROVE, side)
    _put_in_force_when_all_agree(work, agreement, newest)
    _tell_of_answer(work, agreement, side, newest, approves=True)


def decline_revision(
    work: Work, agreement: Agreement, side: AgreementSide, *, seen: int, comment: str
) -> None:
    """Say why the newest revision cannot be approved as it is; the others write another."""
    _require_word(work, agreement, side)
    newest = _as_seen(agreement, seen)
    if not comment:
        raise RuleBroken(_("Write what has to be different."))
    if _has_approved(newest, side):
        raise RuleBroken(
            _("Your university has approved this revision already. Write another one instead.")
        )

    _answer(work, newest, side.organisation_id, approves=False, comment=comment)

    record(
        work,
        "agreement.declined",
        agreement,
        name=side.organisation.name,
        number=newest.number,
        note=comment,
    )
    close_tasks(work, TO_APPROVE, side)
    writer = next(s for s in agreement.sides if s.organisation_id == newest.side_id)
    _ask(work, DECLINED, agreement, writer)
    _tell_of_answer(work, agreement, side, newest, approves=False, comment=comment)


def end_agreement(work: Work, agreement: Agreement, side: AgreementSide, *, reason: str) -> None:
    """End it for all sides: no place is promised by it any more."""
    _require_word(work, agreement, side)
    if not reason:
        raise RuleBroken(_("Write why the agreement ends."))

    AgreementFlow.end(agreement)
    agreement.ended_at, agreement.ended_by_id = work.now, work.actor.user_id
    agreement.end_reason = reason

    record(work, "agreement.ended", agreement, name=side.organisation.name, note=reason)
    _nothing_waits(work, agreement)
    _nobody_has_to_renew(work, agreement)
    ended = AgreementEnded(agreement_id=agreement.id, side=side.organisation.name, reason=reason)
    _tell_the_others(work, agreement, side.organisation_id, ended, once=f"{agreement.id}")


def _require_word(work: Work, agreement: Agreement, side: AgreementSide) -> None:
    policy.SPEAK.require(work.actor, side)
    if agreement.state is AgreementState.ENDED:
        raise RuleBroken(_("This agreement has ended. Propose a new one."))


def _as_seen(agreement: Agreement, seen: int) -> AgreementRevision:
    newest = queries.latest(agreement)
    if newest.number != seen:
        raise ChangedMeanwhile(
            _("The other side wrote another revision meanwhile. Read it before you go on.")
        )
    return newest


def _has_approved(revision: AgreementRevision, side: AgreementSide) -> bool:
    return any(a.approves and a.side_id == side.organisation_id for a in revision.answers)


def _refuse_faulty(content: terms.Terms) -> None:
    if len(content.conditions) > MOST_CONDITIONS:
        raise RuleBroken(_("An agreement has at most %(most)s conditions.", most=MOST_CONDITIONS))
    for _place, fault in terms.faults(content):
        raise RuleBroken(fault_sentence(fault))


def _write(
    work: Work, agreement: Agreement, side_id: int, content: terms.Terms, note: str
) -> AgreementRevision:
    ids = {side.organisation.ref: side.organisation_id for side in agreement.sides}
    revision = AgreementRevision(
        number=agreement.latest_number,
        fingerprint=content.fingerprint,
        size=len(content.conditions),
        note=note,
        side_id=side_id,
        written_at=work.now,
        written_by_id=work.actor.user_id or 0,
        conditions=[],
        answers=[],
    )
    agreement.revisions.append(revision)
    work.session.flush()
    revision.conditions = [
        AgreementCondition(
            agreement_id=agreement.id,
            place=place,
            origin_id=ids[condition.origin],
            target_id=ids[condition.target],
            places=condition.places,
            months=condition.months,
            first_year=condition.first_year,
            last_year=condition.last_year,
            fields=sorted(set(condition.fields)),
            levels=sorted(set(condition.levels)),
            language=condition.language,
            language_level=condition.language_level,
        )
        for place, condition in enumerate(content.conditions, start=1)
    ]
    work.session.flush()  # a revision is answered when it has all its conditions
    _answer(work, revision, side_id, approves=True)
    _nothing_waits(work, agreement)
    for side in agreement.sides:
        if side.organisation_id != side_id:
            _ask(work, TO_APPROVE, agreement, side)
    writer = next(s.organisation.name for s in agreement.sides if s.organisation_id == side_id)
    written = AgreementWritten(
        agreement_id=agreement.id, side=writer, number=revision.number, note=note
    )
    _tell_the_others(work, agreement, side_id, written, once=f"{revision.id}")
    return revision


def _tell_of_answer(
    work: Work,
    agreement: Agreement,
    side: AgreementSide,
    revision: AgreementRevision,
    *,
    approves: bool,
    comment: str = "",
) -> None:
    answered = AgreementAnswered(
        agreement_id=agreement.id,
        side=side.organisation.name,
        number=revision.number,
        approves=approves,
        in_force=approves and agreement.in_force_number == revision.number,
        comment=comment,
    )
    once = f"{revision.id}:{side.id}:{len(revision.answers)}"
    _tell_the_others(work, agreement, side.organisation_id, answered, once=once)


def _tell_the_others(
    work: Work, agreement: Agreement, side_id: int, message: Message, *, once: str
) -> None:
    """The international offices of all sides but the one that acts, each person once."""
    others = [s.organisation_id for s in agreement.sides if s.organisation_id != side_id]
    people = {
        person.id: person
        for other in others
        for person in work.session.scalars(people_with(Role.COORDINATOR, Scope.ORGANISATION, other))
    }
    answers = queries.reply_to(work.session, work.actor, side_id)
    letters = [(recipient(person), message) for person in people.values()]
    notify_each(work, letters, once=once, reply_to=answers)


def _ask(work: Work, kind: str, agreement: Agreement, side: AgreementSide) -> None:
    """Let it wait for whoever is the international office of a side."""
    others = [s.organisation.name for s in agreement.sides if s is not side]
    open_task(
        work,
        kind,
        side,
        role=Role.COORDINATOR,
        scope=Scope.ORGANISATION,
        scope_id=side.organisation_id,
        agreement=agreement.id,
        about=listed(others),
    )


def _nothing_waits(work: Work, agreement: Agreement) -> None:
    for side in agreement.sides:
        close_tasks(work, TO_APPROVE, side)
        close_tasks(work, DECLINED, side)


def _nobody_has_to_renew(work: Work, agreement: Agreement) -> None:
    for side in agreement.sides:
        close_tasks(work, ENDS, side)


def _answer(
    work: Work,
    revision: AgreementRevision,
    side_id: int,
    *,
    approves: bool,
    comment: str = "",
) -> None:
    revision.answers.append(
        AgreementAnswer(
            agreement_id=revision.agreement_id,
            fingerprint=revision.fingerprint,
            side_id=side_id,
            approves=approves,
            comment=comment,
            answered_at=work.now,
            answered_by_id=work.actor.user_id or 0,
        )
    )
    work.session.flush()  # the database looks for the last word when a revision is put in force


def _put_in_force_when_all_agree(
    work: Work, agreement: Agreement, revision: AgreementRevision
) -> None:
    said = queries.revision_of(agreement, revision)
    if terms.still_to_approve(said, queries.approvals_of(agreement)):
        return
    agreement.in_force_number = revision.number
    AgreementFlow.put_in_force(agreement)
    if (said.terms.last_year or 0) > (agreement.asked_to_renew or 0):
        _nobody_has_to_renew(work, agreement)
    record(work, "agreement.put in force", agreement, number=revision.number)
