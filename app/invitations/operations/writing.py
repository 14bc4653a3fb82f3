"""Writing an invitation, before anybody but the host reads it."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from app.foundation.errors import RuleBroken
from app.foundation.languages import LANGUAGES
from app.foundation.languages import gettext as _
from app.foundation.once import earlier_result, remember_result
from app.foundation.search.folding import fold
from app.foundation.work import Work
from app.invitations import policy, queries
from app.invitations.models import Invitation, InvitationPaid
from app.invitations.operations.telling import ask_office, did, today_there
from app.invitations.queries import TO_SEND
from app.invitations.states import InvitationState, Side
from app.organisations.models import Organisation
from app.projects.models import Project
from app.research_stays.operations import Home, Line, name_of_payer, pay
from app.research_stays.states import LONGEST_DAYS, Purpose

ADDRESS = re.compile(r"[^\s@<>\"]{1,100}@[^\s@<>\"]+\.[^\s@<>\"]{2,60}")


@dataclass(frozen=True, slots=True)
class Whom:
    """Who is invited; `locale` is that of mails to the address while it has no account."""

    name: str
    email: str
    home: Home
    locale: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """What an invitation says. Days are days where the host is."""

    purpose_kind: Purpose
    purpose: str
    starts_on: date
    ends_on: date
    answer_by: datetime
    laboratory: str = ""
    received_by: str = ""
    project_id: int | None = None
    language: str = "en"
    programme: str = ""
    paid: tuple[Line, ...] = ()


def begin_invitation(
    work: Work,
    host: Organisation,
    terms: Terms,
    whom: Whom,
    *,
    key: str = "",
) -> int:
    """Begin an invitation of a named person; gives its id. Its office sends it."""
    policy.BEGIN.require(work.actor, host)
    earlier = earlier_result(work, "invitations.begin", key)
    if earlier is not None:
        return earlier
    invitation = Invitation(
        host_id=host.id, host=host, begun_by_id=work.actor.user_id, begun_at=work.now
    )
    name_person(work, invitation, whom)
    write_terms(work, invitation, terms)
    work.session.add(invitation)
    work.session.flush()
    remember_result(work, "invitations.begin", key, invitation.id)

    did(work, "invitation.begun", invitation, name=invitation.person_name)
    ask_office(work, invitation, TO_SEND, Side.HOST)
    return invitation.id


def save_invitation(
    work: Work,
    invitation: Invitation,
    terms: Terms,
    whom: Whom | None = None,
    *,
    version: int | None = None,
) -> None:
    """Change what is being prepared; whom it invites only where that was chosen by the host."""
    policy.WRITE.require(work.actor, invitation)
    if invitation.state is not InvitationState.DRAFT:
        raise RuleBroken(_("It was sent: its terms are changed by sending it again."))
    work.edit(invitation, version)
    if whom is not None:
        if invitation.application_id is not None:
            raise RuleBroken(_("Who asked is invited, from where the request says."))
        name_person(work, invitation, whom)
    write_terms(work, invitation, terms)

    did(work, "invitation.saved", invitation)


def write_terms(work: Work, invitation: Invitation, terms: Terms) -> None:
    """Let an invitation say this. The host must be loaded. Raises RuleBroken."""
    _refuse_days(work, invitation, terms)
    if not terms.purpose.strip():
        raise RuleBroken(_("Say what the stay is for: the letter says it, too."))
    invitation.programme = name_of_payer(terms.paid, terms.programme)
    refuse_past(work, terms.answer_by)
    for name in (
        *("purpose_kind", "purpose", "starts_on", "ends_on", "answer_by", "laboratory"),
        *("received_by", "language"),
    ):
        setattr(invitation, name, getattr(terms, name))
    invitation.project = _project(work, invitation, terms.project_id)
    pay(work, invitation, InvitationPaid, terms.paid)


def _refuse_days(work: Work, invitation: Invitation, terms: Terms) -> None:
    if terms.ends_on < terms.starts_on:
        raise RuleBroken(_("The last day comes after the first."))
    if (terms.ends_on - terms.starts_on).days >= LONGEST_DAYS:
        raise RuleBroken(_("A short stay has 180 days at most. Choose fewer days."))
    if terms.starts_on <= today_there(work, invitation):
        raise RuleBroken(_("Choose a first day that is still to come."))


def _project(work: Work, invitation: Invitation, project_id: int | None) -> Project | None:
    """The project that the stay belongs to, with its names."""
    if project_id is None:
        return None
    among = work.session.scalars(queries.projects_of([invitation.host_id]))
    found = next((one for one in among if one.id == project_id), None)
    if found is None:
        raise RuleBroken(_("Choose a project in which your institution takes part."))
    return found


def refuse_past(work: Work, answer_by: datetime) -> None:
    if answer_by <= work.now:
        raise RuleBroken(_("Choose a moment to answer that is still to come."))


def name_person(work: Work, invitation: Invitation, whom: Whom) -> None:
    """Whom it invites; afterwards this never changes any more."""
    address, home = whom.email.strip().lower(), whom.home
    if not (whom.name.strip() and ADDRESS.fullmatch(address)):
        raise RuleBroken(_("Write the name, and an e-mail address that reaches the person."))
    if address == work.actor.email.lower():
        raise RuleBroken(_("This is your own address: nobody invites themselves."))
    if home.body is not None and home.body.id == invitation.host_id:
        raise RuleBroken(_("The home of an invited person is another institution."))
    if home.body is None and not home.name.strip():
        raise RuleBroken(_("Say where the person works."))
    invitation.person_name, invitation.person_email = whom.name.strip(), address
    invitation.home_id = home.body.id if home.body else None
    invitation.home_name = "" if home.body else home.name.strip()
    invitation.home_country = home.body.country_code if home.body else home.country
    invitation.mail_locale = whom.locale if whom.locale in LANGUAGES else ""
    at_home = (home.body.name, home.body.full_name) if home.body else (home.name,)
    names = dict.fromkeys((whom.name, address, *at_home, invitation.host.name))
    invitation.found_by = fold("\n".join(names))
