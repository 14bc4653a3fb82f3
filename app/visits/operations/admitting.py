"""Who may come: the rules of a call, what stands against somebody, and who is let through."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from app.accounts.models import User
from app.accounts.queries import people_with, recipient
from app.audit.record import record
from app.foundation.actors import Role, Scope
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.notifications.notify import Message, notify_each
from app.opportunities.deadlines import closing_day
from app.organisations.models import Country
from app.visits import policy
from app.visits.eligibility import DEADLINE, START, against, rules_for, said
from app.visits.messages import PersonLetThrough, PersonUnfit
from app.visits.models import VisitCall, VisitGroup, VisitPerson
from app.visits.operations.telling import did, refuse_over, tell_host
from app.visits.states import COMES, Part, PersonFlow

YOUNGEST, OLDEST = 15, 99


@dataclass(frozen=True, slots=True)
class GuestRule:
    """Who may come as one part: nationals of some countries (none named: of any), up to an age.

    At most (`inclusive`) or below `age` years `on` the first day, the deadline, or an ISO day.
    """

    countries: tuple[str, ...] = ()
    age: int | None = None
    inclusive: bool = True
    on: str = START

    def as_data(self) -> dict[str, Any]:
        rules: dict[str, Any] = {}
        if self.countries:
            rules["nationality"] = sorted(set(self.countries))
        if self.age is not None:
            rules["age"] = {"max": self.age, "inclusive": self.inclusive, "on": self.on}
        return rules


def save_guest_rules(
    work: Work, call: VisitCall, rules: Mapping[Part, GuestRule], *, version: int | None = None
) -> None:
    """Say who may come. Hosts count on it from the day on which the call is published."""
    policy.EDIT.require(work.actor, call)
    if call.published_at is not None:
        raise RuleBroken(_("Hosts count on what was published: who may come stays as it is."))
    known = set(work.session.scalars(select(Country.code)))
    for rule in rules.values():
        if not known.issuperset(rule.countries):
            raise RuleBroken(_("Choose among the answers in the list."))
        if rule.age is not None and not YOUNGEST <= rule.age <= OLDEST:
            raise RuleBroken(_("Write an age from 15 to 99 years."))
        if rule.on not in {START, DEADLINE}:
            _day_of(rule.on)
    work.edit(call, version)
    call.guest_rules = {part.value: rule.as_data() for part, rule in rules.items()}

    record(work, "visits.guest_rules_saved", call)


def rules_of(group: VisitGroup, part: Part) -> dict[str, Any]:
    """What is asked of a part of this group, with its days. The call must be loaded."""
    call = group.call
    closes_on = closing_day(call.closes_at, call.closes_zone)
    return rules_for(call.guest_rules, part, closes_on=closes_on, first_on=group.first_on)


def refuse_unfit(
    group: VisitGroup, part: Part, name: str, *, nationality: str, born_on: date | None
) -> None:
    """What a host knows of somebody already keeps a name off the list that cannot come."""
    rules = rules_of(group, part)
    codes = against(rules, nationality=nationality, born_on=born_on)
    if codes:
        raise RuleBroken(
            _(
                "%(name)s cannot come by the rules of this call: %(rules)s",
                name=name,
                rules=" ".join(said(rules, codes)),
            )
        )


def settle_fitness(work: Work, person: VisitPerson) -> None:
    """Confirmed where nothing stands against what was said, or that was let pass; else it waits."""
    group = person.group
    before = person.waits_for_exception
    codes = against(
        rules_of(group, person.part),
        nationality=person.nationality or "",
        born_on=person.born_on,
    )
    person.unfit = ",".join(codes)
    if set(codes) <= set(filter(None, person.excepted.split(","))):
        PersonFlow.confirm(person)
        return
    PersonFlow.wait(person)
    person.excepted, person.excepted_because = "", ""
    person.excepted_by_id = person.excepted_at = None
    if not before:
        did(work, "visit.person unfit", group, person=person.name)
        told = PersonUnfit(group_id=group.id, person=person.name, title=group.call.title)
        tell_host(work, group, told, once=f"{person.id}-{person.version}")
        if group.application.submitted_at is not None:
            _tell_managers(work, group, told, once=f"{person.id}-{person.version}")


def weigh_again(work: Work, group: VisitGroup) -> None:
    """The days of a group changed, and with them ages: whoever said who they are is looked at."""
    for person in group.people:
        if person.state in COMES and person.confirmed_at is not None:
            settle_fitness(work, person)


def let_person_through(work: Work, group: VisitGroup, person: VisitPerson, *, reason: str) -> None:
    """Let somebody come whom a rule of the call stands against; the reason is kept."""
    policy.LET_THROUGH.require(work.actor, group)
    refuse_over(group)
    if not person.waits_for_exception:
        raise RuleBroken(_("No rule stands against this person, or they do not come."))
    if not reason.strip():
        raise RuleBroken(_("Say why; it stays in the history of the group."))
    person.excepted, person.excepted_because = person.unfit, reason.strip()
    person.excepted_by_id, person.excepted_at = work.actor.user_id, work.now
    person.version += 1
    PersonFlow.confirm(person)

    did(work, "visit.person let_through", group, person=person.name, reason=reason)
    told = PersonLetThrough(group_id=group.id, person=person.name, reason=reason.strip())
    tell_host(work, group, told, once=f"{person.id}-{person.version}")


def _tell_managers(work: Work, group: VisitGroup, told: Message, *, once: str) -> None:
    managers = people_with(Role.MANAGER, Scope.PROGRAMME, group.call.programme_id or 0)
    people: list[User] = list(work.session.scalars(managers))
    notify_each(work, [(recipient(one), told) for one in people], once=once)


def _day_of(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        raise RuleBroken(_("Write the day on which the age counts.")) from wrong
