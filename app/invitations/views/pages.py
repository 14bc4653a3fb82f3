"""The page of one invitation, as each side reads it, and what is printed of it."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from app.files.kinds import ACCEPT
from app.files.sending import sent_file
from app.foundation import clock
from app.foundation.database import db
from app.foundation.permissions import Permission
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work, unit_of_work
from app.invitations import policy, queries, wording
from app.invitations.contents import differences
from app.invitations.forms import (
    AcceptForm,
    DeclineForm,
    EndForm,
    HomeForm,
    RecordForm,
    TimeForm,
)
from app.invitations.models import Invitation, InvitationLetter
from app.invitations.operations import find_invitation, open_scan
from app.invitations.operations.sending import contents_of
from app.invitations.operations.telling import home_of
from app.invitations.states import WAITING, InvitationFlow, InvitationState, Side
from app.invitations.views import bp
from app.invitations.views.printed import letter_pdf


@bp.get("/<int:invitation_id>")
@needs(policy.VIEW)
def invitation(invitation_id: int) -> ResponseReturnValue:
    return shown_page(invitation_id)


@bp.get("/<int:invitation_id>/letter.pdf")
@needs(policy.VIEW)
def letter(invitation_id: int) -> ResponseReturnValue:
    """The letter of invitation; there is none before it is sent."""
    found = one_or_404(
        queries.invitation_with_all(current_actor(), invitation_id).where(
            Invitation.sent_at.is_not(None)
        )
    )
    policy.VIEW.require(current_actor(), found)
    return letter_pdf(found)


@bp.get("/<int:invitation_id>/answers/<int:answer_id>/scan")
@needs(policy.VIEW)
def scan(invitation_id: int, answer_id: int) -> ResponseReturnValue:
    """The letter on paper of a home; the person reads who opened it."""
    with unit_of_work(current_actor()) as work:
        found = work.find(queries.invitation_with_all(work.actor, invitation_id))
        file, stream = open_scan(work, found, answer_id)
    return sent_file(file, stream)


def found_for(work: Work, invitation_id: int, may: Permission[Invitation]) -> Invitation:
    """Who sees it and may not do this is told so, whatever the form holds."""
    found = find_invitation(work, queries.invitation_with_all(work.actor, invitation_id))
    may.require(work.actor, found)
    return found


def page_of(invitation_id: int) -> str:
    return url_for("invitations.invitation", invitation_id=invitation_id)


def shown_page(invitation_id: int, *, refusal: str = "", **forms: Any) -> str:
    actor = current_actor()
    found = one_or_404(queries.invitation_with_all(actor, invitation_id))
    policy.VIEW.require(actor, found)
    office = policy.SEND.allows(actor, found)
    off = (
        office
        and found.state is InvitationState.ACCEPTED
        and not queries.home_signs_in(db.session(), found)
    )
    sendable = not queries.not_sendable(db.session(), [found])
    seen = found.letters[-1].number if found.letters else 0
    there = found.answer_by.astimezone(ZoneInfo(found.host.zone)).replace(tzinfo=None)
    made = {
        "accepting": AcceptForm(formdata=None),
        "declining": DeclineForm(formdata=None),
        "agreeing": HomeForm(formdata=None),
        "recording": RecordForm(formdata=None, data={"answer": "yes"}),
        "ending": EndForm(formdata=None),
        "time": TimeForm(formdata=None, data={"answer_by": there}),
    } | forms
    # After a clash the page shows what is newest: what is sent again answers that.
    for name in ("accepting", "declining", "agreeing", "recording"):
        made[name].seen.data = seen
    return render_template(
        "invitations/invitation.html",
        **around(found),
        **made,
        refusals=[refusal] if refusal else [],
        wrong=next((one for one in forms.values() if one.errors), made["ending"]),
        may=_may(found, office=office, sendable=sendable),
        off=off,
        sendable=sendable,
        own=policy.is_the_person.holds(actor, found),
        key=db.session.scalars(queries.keys_of(found.id, Side.HOME).limit(1)).first()
        if off
        else None,
        home_off=not queries.home_signs_in(db.session(), found),
        accept=ACCEPT,
    )


def around(found: Invitation) -> dict[str, Any]:
    """What every page about an invitation shows: what it says, and what was said to it."""
    last = found.letters[-1] if found.letters else None
    return {
        "found": found,
        "home": home_of(found),
        "contents": last.contents if last else contents_of(found),
        "changes": changes_of(found.letters),
        "wording": wording,
        "now": clock.now(),
    }


def changes_of(letters: list[InvitationLetter]) -> Mapping[int, list[tuple[str, Any, Any]]]:
    """For each letter after the first, what it says otherwise than the one before."""
    return {
        after.number: differences(before.contents, after.contents)
        for before, after in pairwise(letters)
    }


def may_be_sent_anew(found: Invitation) -> bool:
    """Whose own request it answers has withdrawn that with a no; the host may ask others."""
    gone = found.application_id is not None and found.ended_by is Side.PERSON
    return found.state in InvitationFlow.send_anew.sources and not gone


def _may(found: Invitation, *, office: bool, sendable: bool) -> Mapping[str, bool]:
    """What of this page is open to the reader now."""
    actor = current_actor()
    state = found.state
    person = policy.ANSWER.allows(actor, found)
    return {
        "edit": policy.WRITE.allows(actor, found) and state is InvitationState.DRAFT,
        "change": office and may_be_sent_anew(found),
        "send": office and sendable and state is InvitationState.DRAFT,
        "link": office and state is InvitationState.SENT,
        "time": office and state in WAITING,
        "withdraw": (office and state in InvitationFlow.withdraw.sources)
        or (policy.WRITE.allows(actor, found) and state is InvitationState.DRAFT),
        "request": office and found.application_id is not None,
        "accept": person and state is InvitationState.SENT,
        "decline": person and state in WAITING,
        "agree": policy.AGREE.allows(actor, found) and state is InvitationState.ACCEPTED,
        "cancel": policy.END.allows(actor, found)
        and state is InvitationState.AGREED
        and found.starts_on >= clock.now().astimezone(ZoneInfo(found.host.zone)).date(),
        "office": policy.SEE_OFFICE.allows(actor, None)
        and not policy.is_the_person.holds(actor, found),
    }
