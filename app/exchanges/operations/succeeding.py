"""What of an international office goes over when its university goes on as another one."""

from sqlalchemy import select

from app.audit.record import record
from app.exchanges import queries
from app.exchanges.models import ExchangeContact, OfficeMailbox
from app.exchanges.states import AnswersFor
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.organisations.models import Organisation
from app.organisations.states import OrganisationState


def hand_over_office(work: Work, before: Organisation, after: Organisation) -> None:
    """Who answers, and where answers go, are the successor's from now on. Both are locked.

    Whatever was agreed, nominated or promised stays under the name it was said in.
    """
    names = _hand_over_contacts(work, before, after)
    address = _hand_over_mailbox(work, before, after)
    work.session.flush()
    if names or address:
        record(work, "partner.taken_over", after, name=before.name, people=names, address=address)


def refuse_written_elsewhere(university: Organisation) -> None:
    """What partners need of a university that went on as another one is kept there."""
    if university.state is OrganisationState.MERGED:
        raise RuleBroken(
            _("This university goes on as another one: partners read its people and addresses.")
        )


def _hand_over_contacts(work: Work, before: Organisation, after: Organisation) -> list[str]:
    """One person stays one: what the successor says of somebody counts."""
    rows = queries.contacts_of(before.id, after.id).with_for_update()
    people = list(work.session.scalars(rows))
    there = {one.email.casefold(): one for one in people if one.organisation_id == after.id}
    moved: list[str] = []
    for one in [one for one in people if one.organisation_id == before.id]:
        twin = there.setdefault(one.email.casefold(), one)
        if twin is one:
            one.organisation_id = after.id
            moved.append(one.name)
        else:
            _answer_for_both(twin, one)
            work.session.delete(one)
        twin.version += 1
    return moved


def _answer_for_both(twin: ExchangeContact, one: ExchangeContact) -> None:
    if twin.answers_for is not one.answers_for:
        twin.answers_for = AnswersFor.BOTH
    twin.function, twin.phone = twin.function or one.function, twin.phone or one.phone


def _hand_over_mailbox(work: Work, before: Organisation, after: Organisation) -> str:
    """A confirmed address goes over where the successor has none; a link that waits is dead."""
    both = select(OfficeMailbox).where(OfficeMailbox.organisation_id.in_((before.id, after.id)))
    kept = {one.organisation_id: one for one in work.session.scalars(both.with_for_update())}
    old, new = kept.get(before.id), kept.get(after.id)
    if old is None:
        return ""
    address, confirmed_at = old.address, old.confirmed_at
    work.session.delete(old)
    work.session.flush()
    if not address or (new is not None and new.address):
        return ""
    if new is None:
        new = OfficeMailbox(organisation_id=after.id, version=0)
        work.session.add(new)
    new.address, new.confirmed_at = address, confirmed_at
    new.version += 1
    return address
