"""Whom a working group tells and asks, and what all its verbs refuse."""

from collections.abc import Iterable

from app.accounts.models import User
from app.accounts.queries import people_with, recipient
from app.foundation.actors import Role, Scope
from app.foundation.errors import RuleBroken
from app.foundation.languages import LANGUAGES, is_zone
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.notifications.notify import Message, notify_each
from app.notifications.tasks import close_tasks, open_task
from app.organisations.models import Organisation
from app.working_groups import queries
from app.working_groups.models import GroupDocument, GroupMembership, WorkingGroup
from app.working_groups.states import GroupState, MemberRole, MembershipState

TO_JOIN = "group to join"
TO_DECIDE = "request to join a group"
TO_ANSWER = "comments to answer"


def title_of(group: WorkingGroup) -> str:
    """As it was first written. The texts must be loaded."""
    return next(one.name for one in group.texts if one.is_original)


def members(
    group: WorkingGroup, *roles: MemberRole, but: int | None = None
) -> list[GroupMembership]:
    """Those who belong to it, in some of the roles where any are named. Must be loaded."""
    return [
        one
        for one in group.memberships
        if one.state is MembershipState.MEMBER
        and (not roles or one.role in roles)
        and one.id != but
    ]


def tell_members(work: Work, group: WorkingGroup, said: Message, *, once: str) -> None:
    tell(work, (one.person for one in members(group)), said, once=once)


def tell(work: Work, people: Iterable[User], said: Message, *, once: str) -> None:
    """Each once; nobody is told what they did themselves."""
    each = {one.id: one for one in people if one.active and one.id != work.actor.user_id}
    notify_each(work, [(recipient(one), said) for one in each.values()], once=once)


def who_decides(work: Work, group: WorkingGroup) -> list[User]:
    """Its chairs, and while it has none the staff of its centre."""
    chairs = [one.person for one in members(group, MemberRole.CHAIR)]
    staff = people_with(Role.CENTRE, Scope.ORGANISATION, group.organisation_id)
    return chairs or list(work.session.scalars(staff))


def ask_to_decide(work: Work, group: WorkingGroup) -> None:
    """Every request that waits is asked of those who decide now, and of nobody else."""
    deciding = {one.id for one in who_decides(work, group)}
    for waiting in group.memberships:
        if waiting.state is not MembershipState.REQUESTED:
            continue
        close_tasks(work, TO_DECIDE, waiting)
        for holder_id in sorted(deciding):
            open_task(
                work,
                TO_DECIDE,
                waiting,
                holder_id=holder_id,
                group=group.id,
                about=title_of(group),
                person=waiting.person.shown_name,
            )


def ask_for_answers(work: Work, document: GroupDocument) -> None:
    """So many comments wait for the chairs and editors; with none, nothing is asked any more."""
    work.session.flush()
    number = queries.unanswered(work.session, document.id)
    if not number:
        close_tasks(work, TO_ANSWER, document)
        return
    for one in members(document.group, *queries.WRITES):
        open_task(
            work,
            TO_ANSWER,
            document,
            holder_id=one.person_id,
            about=document.title,
            number=number,
        )


def ask_again(work: Work, group: WorkingGroup) -> None:
    """Who chairs and who writes has changed: what waits, waits for those who do now."""
    ask_to_decide(work, group)
    for document in work.session.scalars(queries.drafts_of(group.id)):
        close_tasks(work, TO_ANSWER, document)
        ask_for_answers(work, document)


def refuse_closed(group: WorkingGroup) -> None:
    if group.state is GroupState.CLOSED:
        raise RuleBroken(_("This working group is closed."))


def refuse_not_running(group: WorkingGroup) -> None:
    refuse_closed(group)
    if group.state is not GroupState.ACTIVE:
        raise RuleBroken(_("The working group has not begun its work yet."))


def known_language(locale: str) -> str:
    if locale not in LANGUAGES:
        raise RuleBroken(_("Choose one of the answers in the list."))
    return locale


def known_zone(zone: str) -> str:
    if not is_zone(zone):
        raise RuleBroken(_("Choose the city whose clock counts."))
    return zone


def body_spoken_for(work: Work, body_id: int | None) -> Organisation | None:
    """The body that the actor speaks for: one's own, or none."""
    if body_id is None:
        return None
    found = queries.bodies_named(work.actor).where(Organisation.id == body_id)
    body = work.session.scalars(found).one_or_none()
    if body is None:
        raise RuleBroken(_("Choose a body that you belong to, or speak in your own name."))
    return body
