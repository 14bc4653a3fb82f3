"""The word of the person, then of the home: on a page, by a link, or on paper for the home.

Every answer is to one letter; of two at once the second finds the invitation answered: both wait
at its row.
"""

from dataclasses import dataclass, replace
from typing import Any, BinaryIO

from app.applications.states import ApplicationFlow
from app.files.models import StoredFile
from app.files.operations import CheckedFile, open_file
from app.files.signed import NOBODY_SIGNED, Signed, keep_scan, sound
from app.files.states import Way
from app.foundation.errors import ChangedMeanwhile, NotFound, RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.invitations import policy, queries
from app.invitations.messages import InvitationAnswered
from app.invitations.models import (
    Invitation,
    InvitationAnswer,
    InvitationKey,
    InvitationLetter,
)
from app.invitations.operations.links import (
    end_links,
    home_asked,
    refuse_unless_off,
    send_to_home,
)
from app.invitations.operations.requests import (
    BACK_TO_THE_SHORTLIST,
    DECLINED,
    DECLINED_AFTER_ALL,
    follow,
)
from app.invitations.operations.telling import (
    account_of,
    ask_office,
    did,
    home_of,
    people_of,
    tell,
)
from app.invitations.operations.writing import ADDRESS
from app.invitations.states import InvitationFlow, InvitationState, Side
from app.ledger.operations import note_view
from app.notifications.tasks import close_tasks


@dataclass(frozen=True, slots=True)
class _Said:
    way: Way
    signed: Signed = NOBODY_SIGNED
    key: InvitationKey | None = None
    file: StoredFile | None = None


def accept_invitation(
    work: Work,
    invitation: Invitation,
    *,
    seen: int,
    said: str = "",
    agrees: Signed = NOBODY_SIGNED,
    agrees_email: str = "",
    key: InvitationKey | None = None,
) -> None:
    """Accept. Where the home has nobody who signs in, the person may name who agrees there."""
    policy.ANSWER.require(work.actor, invitation)
    letter = _letter_to_answer(invitation, InvitationState.SENT, seen)
    _name_who_agrees(work, invitation, agrees, agrees_email)
    if key is None:
        invitation.person_id = work.actor.user_id
    invitation.accepted_at = work.now
    InvitationFlow.accept(invitation)
    follow(work, invitation, (ApplicationFlow.accept,))
    how = _Said(Way.LINK, Signed(key.name, ""), key=key) if key else _Said(Way.PAGE)
    _answer(work, invitation, letter, Side.PERSON, how, yes=True, said=said)
    _ask_home(work, invitation)

    did(work, "invitation.accepted", invitation, name=invitation.person_name)


def decline_invitation(
    work: Work, invitation: Invitation, *, seen: int, said: str, key: InvitationKey | None = None
) -> None:
    """Say no, with words; also after having accepted, as long as the home has not agreed."""
    policy.ANSWER.require(work.actor, invitation)
    expected = (
        invitation.state if invitation.state is InvitationState.ACCEPTED else InvitationState.SENT
    )
    letter = _letter_to_answer(invitation, expected, seen)
    _refuse_wordless(said)
    how = _Said(Way.LINK, Signed(key.name, ""), key=key) if key else _Said(Way.PAGE)
    went_back = invitation.state is InvitationState.ACCEPTED
    _end(work, invitation, Side.PERSON, said)
    follow(work, invitation, DECLINED_AFTER_ALL if went_back else DECLINED)
    _answer(work, invitation, letter, Side.PERSON, how, yes=False, said=said)

    did(work, "invitation.declined", invitation, name=invitation.person_name)


def answer_for_home(
    work: Work,
    invitation: Invitation,
    *,
    yes: bool,
    seen: int,
    said: str = "",
    signed: Signed = NOBODY_SIGNED,
    key: InvitationKey | None = None,
) -> None:
    """Agree or refuse: by the home's office, or by a link with name and function."""
    policy.AGREE.require(work.actor, invitation)
    how = _Said(Way.LINK, sound(signed), key=key) if key else _Said(Way.PAGE)
    _of_home(work, invitation, how, yes=yes, seen=seen, said=said)

    if yes:
        did(work, "invitation.agreed", invitation, home=home_of(invitation))
    else:
        did(work, "invitation.refused", invitation, home=home_of(invitation))


def record_for_home(
    work: Work,
    invitation: Invitation,
    scan: CheckedFile | None,
    signed: Signed,
    *,
    yes: bool,
    seen: int,
    said: str = "",
) -> None:
    """Record what a home without anybody here wrote on paper, with the scan."""
    policy.SEND.require(work.actor, invitation)
    refuse_unless_off(work, invitation)
    how = _Said(Way.LETTER, sound(signed), file=keep_scan(work, scan))
    _of_home(work, invitation, how, yes=yes, seen=seen, said=said)

    told: dict[str, Any] = {
        "home": home_of(invitation),
        "signer": how.signed.name,
        "function": how.signed.function,
    }
    if yes:
        did(work, "invitation.agreement recorded", invitation, **told)
    else:
        did(work, "invitation.refusal recorded", invitation, **told)


def open_scan(work: Work, invitation: Invitation, answer_id: int) -> tuple[StoredFile, BinaryIO]:
    """The scanned letter of a home; the person reads who opened it."""
    policy.VIEW.require(work.actor, invitation)
    answers = [one for letter in invitation.letters for one in letter.answers]
    answer = next((one for one in answers if one.id == answer_id), None)
    if answer is None or answer.file is None:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    if invitation.person_id is not None:
        note_view(work, answer, person_id=invitation.person_id, what="document")
    return answer.file, open_file(answer.file)


def _of_home(
    work: Work, invitation: Invitation, how: _Said, *, yes: bool, seen: int, said: str
) -> None:
    letter = _letter_to_answer(invitation, InvitationState.ACCEPTED, seen)
    if yes:
        InvitationFlow.agree(invitation)
    else:
        _refuse_wordless(said)
        _end(work, invitation, Side.HOME, said)
        follow(work, invitation, BACK_TO_THE_SHORTLIST)
    _answer(work, invitation, letter, Side.HOME, how, yes=yes, said=said)
    end_links(work, invitation)


def _letter_to_answer(
    invitation: Invitation, expected: InvitationState, seen: int
) -> InvitationLetter:
    """The last one that was sent, which is the one that was read."""
    if invitation.state is not expected:
        raise RuleBroken(_("This invitation waits for no such answer now."))
    letter = invitation.letters[-1]
    if letter.number != seen:
        raise ChangedMeanwhile(_("This was changed by somebody else after you opened it."))
    return letter


def _refuse_wordless(said: str) -> None:
    if not said.strip():
        raise RuleBroken(_("Say why: the other sides read it."))


def _name_who_agrees(work: Work, invitation: Invitation, agrees: Signed, agrees_email: str) -> None:
    if queries.home_signs_in(work.session, invitation):
        return
    address = agrees_email.strip().lower()
    if not address and not agrees.name.strip():
        return
    if not ADDRESS.fullmatch(address):
        raise RuleBroken(_("Write an e-mail address that reaches who agrees for your institution."))
    if address == invitation.person_email:
        raise RuleBroken(_("This is your own address: somebody else agrees for your institution."))
    who = sound(agrees)
    invitation.agrees_name, invitation.agrees_function = who.name, who.function
    invitation.agrees_email = address


def _ask_home(work: Work, invitation: Invitation) -> None:
    """The home's office; where there is none, whom the person named; else the host finds a way."""
    if queries.home_signs_in(work.session, invitation):
        ask_office(work, invitation, queries.TO_AGREE, Side.HOME)
        said = home_asked(invitation, f"/research-stays/{invitation.id}")
        to = people_of(work, invitation, Side.HOME)
        tell(work, invitation, to, said, once=f"{invitation.id}-{len(invitation.letters)}")
    elif invitation.agrees_email:
        send_to_home(work, invitation)
    else:
        ask_office(work, invitation, queries.TO_REACH, Side.HOST)


def _end(work: Work, invitation: Invitation, side: Side, because: str) -> None:
    invitation.ended_by, invitation.ended_because = side, because
    invitation.ended_at = work.now
    InvitationFlow.decline(invitation)


def _answer(
    work: Work,
    invitation: Invitation,
    letter: InvitationLetter,
    side: Side,
    how: _Said,
    *,
    yes: bool,
    said: str,
) -> None:
    work.session.flush()  # the scan has its id from now on
    letter.answers.append(
        InvitationAnswer(
            side=side,
            yes=yes,
            said=said,
            at=work.now,
            way=how.way,
            by_id=None if how.way is Way.LINK else work.actor.user_id,
            name=how.signed.name,
            function=how.signed.function,
            key_id=how.key.id if how.key else None,
            file_id=how.file.id if how.file else None,
        )
    )
    invitation.version += 1
    for kind in (*(queries.TO_ANSWER, queries.TO_AGREE, queries.TO_REACH, queries.TO_FOLLOW_UP),):
        close_tasks(work, kind, invitation)
    _tell(work, invitation, letter, side, yes=yes, said=said)


def _tell(
    work: Work,
    invitation: Invitation,
    letter: InvitationLetter,
    side: Side,
    *,
    yes: bool,
    said: str,
) -> None:
    """The host always; the person what the home said; the home that the person goes back."""
    answered = InvitationAnswered(
        path=f"/research-stays/{invitation.id}",
        person=invitation.person_name,
        host=invitation.host.name,
        home=home_of(invitation),
        by_home=side is Side.HOME,
        yes=yes,
        words=said,
    )
    once = f"{invitation.id}-{letter.number}-{side.value}-{yes}"
    took_back = side is Side.PERSON and not yes and invitation.accepted_at is not None
    sides = [Side.HOST, Side.HOME] if took_back else [Side.HOST]
    tell(work, invitation, people_of(work, invitation, *sides), answered, once=once)
    if side is Side.HOME:
        off = account_of(work, invitation) is None
        path = "/sign-up" if off else answered.path
        own = replace(answered, path=path, to_person=True, needs_account=off)
        tell(work, invitation, people_of(work, invitation, Side.PERSON), own, once=once)
