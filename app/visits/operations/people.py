"""The people of a group: named by the host, confirmed by themselves, replaced until a day."""

import re
import secrets
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from app.accounts.models import User
from app.accounts.queries import digest, recipient
from app.foundation import keys, languages
from app.foundation.actors import Actor
from app.foundation.errors import NoLonger, NotFound, RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.notifications.notify import Recipient, notify
from app.notifications.tasks import close_tasks, open_task
from app.opportunities.deadlines import end_of_day
from app.organisations.queries import country_of_body, language_for
from app.visits import policy, queries
from app.visits.messages import NamedInGroup, NotInGroup, PersonDeclined
from app.visits.models import VisitGroup, VisitPerson
from app.visits.operations.admitting import refuse_unfit, settle_fitness
from app.visits.operations.grouping import (
    change_until,
    hold_call,
    keep_whole,
    today_at,
)
from app.visits.operations.telling import did, refuse_over, tell_host
from app.visits.states import COMES, Part, PersonFlow, PersonState

TO_CONFIRM = "visit to confirm"
TO_REPLACE = "person to replace"
ADDRESS = re.compile(r"[^\s@<>\"]{1,100}@[^\s@<>\"]+\.[^\s@<>\"]{2,60}")


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody whom a host names for its group, and the language of the mails to them.

    No `locale` is the language of the country of the institution, where we know it. Nationality
    and day of birth, where the host knows them, are held against the rules and not kept.
    """

    part: Part
    name: str
    email: str
    institution: str
    locale: str = ""
    nationality: str = ""
    born_on: date | None = None


@dataclass(frozen=True, slots=True)
class Oneself:
    """What a person says of themselves, as the passport has it. Nobody is asked for more."""

    passport_name: str
    nationality: str
    born_on: date
    native_name: str = ""
    position: str = ""


def name_person(work: Work, group: VisitGroup, named: Named) -> VisitPerson:
    """Name somebody for the group; they are asked to confirm. Raises RuleBroken when it is full.

    The group must be found by `find_group`, here and below.
    """
    policy.HOST_GROUP.require(work.actor, group)
    refuse_over(group)
    _refuse_late(work, group)
    return _name(work, group, named, replaces=None)


def replace_person(
    work: Work, group: VisitGroup, person: VisitPerson, named: Named, *, reason: str
) -> VisitPerson:
    """Let somebody else come instead, until the day that the call names; both are kept."""
    policy.HOST_GROUP.require(work.actor, group)
    refuse_over(group)
    _refuse_late(work, group)
    if person.state not in PersonFlow.replace.sources:
        raise RuleBroken(_("Somebody else comes for this person already."))
    if not reason.strip():
        raise RuleBroken(_("Say why; it stays in the history of the group."))
    came_before = person.state in COMES
    PersonFlow.replace(person)
    _end(work, person, reason)
    work.session.flush()
    other = _name(work, group, named, replaces=person)

    did(work, "visit.person replaced", group, person=person.name, by=other.name, reason=reason)
    if came_before:
        _tell_not(work, group, person, reason)
    return other


def leave_out(work: Work, group: VisitGroup, person: VisitPerson, *, reason: str = "") -> None:
    """Go on without somebody; the person is told."""
    policy.HOST_GROUP.require(work.actor, group)
    refuse_over(group)
    if person.state not in PersonFlow.leave_out.sources:
        raise RuleBroken(_("This person does not come in any case."))
    sent = group.application.submitted_at is not None
    if sent and queries.number_that_comes(work.session, group.id) == 1:
        raise RuleBroken(_("This is the last person of the group: name somebody else first."))
    PersonFlow.leave_out(person)
    _end(work, person, reason)
    keep_whole(work, group)

    did(work, "visit.person left_out", group, person=person.name)
    _tell_not(work, group, person, reason)


def send_link_again(work: Work, group: VisitGroup, person: VisitPerson) -> None:
    """Send somebody a new link; the one before opens nothing any more."""
    policy.HOST_GROUP.require(work.actor, group)
    refuse_over(group)
    if person.state not in COMES:
        raise RuleBroken(_("This person does not come in any case."))
    person.version += 1
    _ask(work, group, person)

    did(work, "visit.person asked_again", group, person=person.name)


def find_person(work: Work, person_id: int) -> VisitPerson:
    """Oneself in a group, with the group held before."""
    return _held(work, queries.person_with_all(work.actor, person_id))


def opened_with(work: Work, key: str) -> VisitPerson:
    """Whoever a link is for, with the group held before. Raises NotFound and NoLonger."""
    found = _held(work, queries.person_with_key(digest(key)))
    if found.state in {PersonState.REPLACED, PersonState.LEFT_OUT}:
        refuse_dead()
    return found


def refuse_dead() -> None:
    raise NoLonger(
        _("This link opens nothing any more: somebody else comes, or you had a new one.")
    )


def guest(person: VisitPerson) -> Actor:
    """Whoever holds the link of this person, and may do nothing but answer for them."""
    return keys.guest((person.__tablename__, person.id), name=person.name, email=person.email)


def confirm_coming(
    work: Work, person: VisitPerson, said: Oneself, *, version: int | None = None
) -> None:
    """Say that one comes, and who one is, as the passport has it; it may be corrected.

    Where a rule of the call stands against it, it is kept and waits for a manager.
    """
    policy.VIEW_PERSON.require(work.actor, person)
    group = person.group
    refuse_over(group)
    if person.state not in PersonFlow.confirm.sources:
        raise RuleBroken(_("You said that you do not come. Ask your host to name you again."))
    if not (said.passport_name.strip() and queries.is_country(work.session, said.nationality)):
        raise RuleBroken(_("Write your name and your nationality as your passport has them."))
    if not date(1900, 1, 1) <= said.born_on < work.now.date():
        raise RuleBroken(_("Write the day on which you were born."))
    work.edit(person, version)
    person.passport_name, person.native_name = said.passport_name, said.native_name
    person.nationality, person.born_on = said.nationality, said.born_on
    person.position, person.user_id = said.position, work.actor.user_id
    person.confirmed_at = work.now
    settle_fitness(work, person)
    close_tasks(work, TO_CONFIRM, person)

    if person.state is PersonState.CONFIRMED:
        did(work, "visit.person confirmed", group, person=person.name)


def decline_coming(work: Work, person: VisitPerson, *, reason: str = "") -> None:
    """Say that one does not come; the host may name somebody else."""
    policy.VIEW_PERSON.require(work.actor, person)
    group = person.group
    refuse_over(group)
    if person.state not in PersonFlow.decline.sources:
        raise RuleBroken(_("You said so already."))
    PersonFlow.decline(person)
    _end(work, person, reason)
    keep_whole(work, group)

    did(work, "visit.person declined", group, person=person.name)
    said = PersonDeclined(group_id=group.id, person=person.name, title=group.call.title)
    tell_host(work, group, said, once=str(person.id))
    if today_at(group, work.now) <= change_until(group):
        open_task(
            work,
            TO_REPLACE,
            group,
            holder_id=group.application.applicant_id,
            opportunity_id=group.call_id,
            due_at=end_of_day(change_until(group), group.host.zone),
            title=group.call.title,
            person=person.name,
            zone=group.host.zone,
        )


def _held(work: Work, query: object) -> VisitPerson:
    parts = query.with_only_columns(VisitPerson.id, VisitPerson.group_id)  # type: ignore[attr-defined]
    found = work.session.execute(parts).one_or_none()
    if found is None:
        raise NotFound(
            _("This link opens nothing. Copy the whole line from the mail, or ask your host again.")
        )
    whose = select(VisitGroup.call_id, VisitGroup.application_id).where(
        VisitGroup.id == found.group_id
    )
    call_id, application_id = work.session.execute(whose).one()
    hold_call(work, call_id)
    work.session.scalars(queries.application_held(application_id)).one()
    work.session.scalars(
        select(VisitGroup).where(VisitGroup.id == found.group_id).with_for_update()
    ).one()
    return work.find(query)  # type: ignore[arg-type]


def _name(
    work: Work, group: VisitGroup, named: Named, *, replaces: VisitPerson | None
) -> VisitPerson:
    """Keep a new person of the group, having counted who comes; the database counts again."""
    email = named.email.strip().lower()
    if not (named.name.strip() and ADDRESS.fullmatch(email)):
        raise RuleBroken(_("Write the name, and an e-mail address that reaches the person."))
    if named.institution not in group.senders:
        raise RuleBroken(_("Choose one of the institutions that send the group."))
    refuse_unfit(
        group, named.part, named.name, nationality=named.nationality, born_on=named.born_on
    )
    call, session = group.call, work.session
    if queries.number_that_comes(session, group.id) >= call.most_people:
        raise RuleBroken(_("The group has as many people as the call allows."))
    supervisors = queries.number_that_comes(session, group.id, Part.SUPERVISOR)
    if named.part is Part.SUPERVISOR and supervisors >= call.most_supervisors:
        raise RuleBroken(_("The group has as many supervisors as the call allows."))
    twice = select(VisitPerson.id).where(
        VisitPerson.group_id == group.id,
        VisitPerson.email == email,
        VisitPerson.state.in_(COMES),
    )
    if session.scalar(twice) is not None:
        raise RuleBroken(_("Somebody with this address is in the group already."))
    person = VisitPerson(
        group_id=group.id,
        part=named.part,
        name=named.name.strip(),
        email=email,
        institution=named.institution,
        locale=language_for(session, named.locale, country_of_body(session, named.institution)),
        replaces_id=replaces.id if replaces else None,
        key_hash=secrets.token_hex(32),
        named_at=work.now,
    )
    session.add(person)
    session.flush()
    _ask(work, group, person)
    close_tasks(work, TO_REPLACE, group)
    keep_whole(work, group)

    if replaces is None:
        did(work, "visit.person named", group, person=person.name)
    return person


def _ask(work: Work, group: VisitGroup, person: VisitPerson) -> None:
    """A mail with a new link; who has an account with this address finds it there as well."""
    token = secrets.token_urlsafe(32)
    person.key_hash = digest(token)
    account = _account(work, person)
    locale = account.locale if account else person.locale
    said = NamedInGroup(
        path=f"/visits/confirm/{token}?lang={locale}",
        name=person.name,
        host=group.host.name,
        title=group.call.title,
        first_on=group.first_on.isoformat(),
        last_on=group.last_on.isoformat(),
    )
    to = recipient(account) if account else Recipient(person.email, locale)
    notify(work, to, said, once=f"{person.id}-{person.version}")
    if account is not None and person.state is PersonState.NAMED:
        open_task(
            work,
            TO_CONFIRM,
            person,
            holder_id=account.id,
            opportunity_id=group.call_id,
            due_at=end_of_day(change_until(group), group.host.zone),
            title=group.call.title,
            zone=group.host.zone,
        )


def _account(work: Work, person: VisitPerson) -> User | None:
    return work.session.scalar(
        select(User).where(User.email == person.email, User.active.is_(True))
    )


def _tell_not(work: Work, group: VisitGroup, person: VisitPerson, reason: str) -> None:
    account = _account(work, person)
    said = NotInGroup(name=person.name, host=group.host.name, reason=reason)
    to = recipient(account) if account else Recipient(person.email, person.locale)
    notify(work, to, said, once=str(person.id))


def _end(work: Work, person: VisitPerson, reason: str) -> None:
    person.ended_at, person.ended_because = work.now, reason
    person.version += 1
    close_tasks(work, TO_CONFIRM, person)


def _refuse_late(work: Work, group: VisitGroup) -> None:
    if today_at(group, work.now) > change_until(group):
        raise RuleBroken(
            _(
                "People could be named and replaced until %(day)s.",
                day=languages.day(change_until(group)),
            )
        )
