"""Letters of recommendation, for whoever writes them: written, sent, declined; or come by post."""

from dataclasses import dataclass
from typing import Any, BinaryIO

from app.accounts.models import User
from app.accounts.queries import recipient
from app.applications import policy
from app.applications.messages import LetterArrived, LetterDeclined, LetterKept
from app.applications.models import Letter, ReferenceKey, ReferenceRequest
from app.applications.operations.keys import make_link
from app.applications.operations.letters import (
    about,
    refuse_unless_wanted,
    renew_code,
    renew_link,
    send_link,
    tell_recommender,
    until,
)
from app.applications.queries import letters as queries
from app.applications.states import AWAITED, LetterWay, ReferenceFlow, ReferenceState
from app.audit.record import record
from app.files.operations import CheckedFile, erase_file, keep_checked_file, open_file
from app.files.states import Sensitivity
from app.foundation.errors import NotFound, RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.ledger.operations import note_view
from app.notifications.notify import Message, notify
from app.notifications.tasks import close_tasks

# A letter belongs to nobody with an account: it is in no list of one's own files.
NOBODY = 0
MOST_FILES = 20


@dataclass(frozen=True, slots=True)
class Written:
    """What the form holds: the text, whether the applicant may read it, and perhaps a file."""

    body: str = ""
    confidential: bool = True
    file: CheckedFile | None = None
    without_file: bool = False


def save_letter(
    work: Work, request: ReferenceRequest, written: Written, *, version: int | None = None
) -> Letter:
    """Keep what has been written so far; nobody but its writer sees it."""
    policy.RECOMMEND.require(work.actor, request)
    _refuse_unless_open(work, request)
    is_first = request.letter is None
    letter = _keep(work, request, written, version)
    ReferenceFlow.begin(request)

    if is_first:
        _record(work, "letter.begun", request)
    return letter


def send_letter(
    work: Work,
    request: ReferenceRequest,
    written: Written,
    *,
    key: ReferenceKey,
    version: int | None = None,
) -> Letter:
    """Give the letter, once however often it is sent; the first one stands."""
    policy.RECOMMEND.require(work.actor, request)
    if request.state is ReferenceState.RECEIVED and request.letter is not None:
        return request.letter
    _refuse_unless_open(work, request)
    letter = _keep(work, request, written, version)
    if not letter.body.strip() and letter.file is None:
        raise RuleBroken(_("Write the letter, or add it as a file."))

    _receive(work, request, letter, key.way)
    _record(work, "letter.received", request)
    return letter


def decline_to_recommend(work: Work, request: ReferenceRequest, *, reason: str) -> None:
    """Say that one cannot write; the applicant is told, without the reason, to ask another."""
    policy.RECOMMEND.require(work.actor, request)
    if request.state is ReferenceState.DECLINED:
        return
    _refuse_unless_open(work, request)
    ReferenceFlow.decline(request)
    request.answered_at, request.declined_because = work.now, reason

    _record(work, "letter.declined", request, reason=reason)
    declined = LetterDeclined(
        **_for_applicant(work, request), person=request.name, **until(work, request)
    )
    _tell_applicant(work, request, declined)


def correct_relationship(work: Work, request: ReferenceRequest, *, known_as: str) -> None:
    """Say how one knows the applicant, where the applicant has said it differently."""
    policy.RECOMMEND.require(work.actor, request)
    _refuse_unless_open(work, request)
    if known_as in {request.corrected or request.known_as, ""}:
        return
    request.corrected = "" if known_as == request.known_as else known_as
    _record(work, "letter.relationship corrected", request, said=known_as)


def use_code(work: Work, request: ReferenceRequest, key: ReferenceKey) -> str:
    """Open a letter with the code of its printed form, once; from now on a link opens it."""
    policy.RECOMMEND.require(work.actor, request)
    _refuse_unless_open(work, request)
    key.used_at = work.now
    _record(work, "letter.code used", request)
    # The link is sent to the address as well, for the next visit.
    send_link(work, request, way=LetterWay.CODE)
    return make_link(work, request, way=LetterWay.CODE)


def record_posted_letter(work: Work, request: ReferenceRequest, written: Written) -> Letter:
    """Record a letter that came on paper, with its scan, in the name of whoever wrote it."""
    policy.HANDLE_LETTERS.require(work.actor, request.application)
    if request.state not in AWAITED:
        raise RuleBroken(_("This person has answered already, or is not asked any more."))
    if written.file is None:
        raise RuleBroken(_("Add the scan of the letter."))
    letter = _keep(work, request, written, None)
    letter.recorded_by_id = work.actor.user_id

    _receive(work, request, letter, LetterWay.POST)
    _record(work, "letter.recorded", request, person=request.name)
    return letter


def resend_as_office(work: Work, request: ReferenceRequest) -> None:
    """The office sends whoever is asked a new link."""
    policy.HANDLE_LETTERS.require(work.actor, request.application)
    renew_link(work, request)


def print_as_office(work: Work, request: ReferenceRequest) -> str:
    """The code for the form that the office prints and posts."""
    policy.HANDLE_LETTERS.require(work.actor, request.application)
    return renew_code(work, request)


def open_letter(work: Work, letter: Letter) -> BinaryIO:
    """The file of a letter for the actor, whose page found it among what one may read.

    The view is written into the ledger. Request and application must be loaded.
    """
    if letter.file is None:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    application = letter.request.application
    note_view(
        work,
        letter,
        person_id=application.applicant_id,
        what="letter",
        application_id=application.id,
    )
    return open_file(letter.file)


def _refuse_unless_open(work: Work, request: ReferenceRequest) -> None:
    if request.state is ReferenceState.RECEIVED:
        raise RuleBroken(_("Your letter was sent, so it cannot be changed any more."))
    if request.state not in AWAITED:
        raise RuleBroken(_("This letter is not asked for any more."))
    application = request.application
    terms = work.session.scalar(queries.terms_of(application.opportunity_id))
    refuse_unless_wanted(work.now, application, terms, request.open_until)


def _keep(work: Work, request: ReferenceRequest, written: Written, version: int | None) -> Letter:
    letter = request.letter
    if letter is None:
        letter = Letter(request_id=request.id, saved_at=work.now, version=0)
        letter.file = None
        request.letter = letter
    work.edit(letter, version)
    letter.body, letter.confidential = written.body, written.confidential
    letter.saved_at = work.now
    if letter.file is not None and (written.file is not None or written.without_file):
        erase_file(work, letter.file)
        letter.file = None
    if written.file is not None:
        if request.files_sent >= MOST_FILES:
            raise RuleBroken(_("This file was replaced very often. Write the letter as text."))
        request.files_sent += 1
        letter.file = keep_checked_file(
            work, written.file, owner_id=NOBODY, sensitivity=Sensitivity.PERSONAL
        )
    work.session.flush()
    return letter


def _receive(work: Work, request: ReferenceRequest, letter: Letter, way: LetterWay) -> None:
    ReferenceFlow.receive(request)
    request.answered_at = letter.submitted_at = work.now
    letter.way = way
    request.infected_file = ""
    close_tasks(work, "virus in letter", request)
    work.session.flush()
    kept = LetterKept(
        **about(work, request),
        sent_at=work.now,
        way=way,
        contact=getattr(request.application.opportunity, "contact", ""),
    )
    tell_recommender(work, request, kept)
    still = work.session.scalars(
        queries.requests_of([request.application_id]).where(ReferenceRequest.state.in_(AWAITED))
    )
    arrived = LetterArrived(
        **_for_applicant(work, request), person=request.name, still=len(list(still))
    )
    _tell_applicant(work, request, arrived)


def _for_applicant(work: Work, request: ReferenceRequest) -> dict[str, Any]:
    return {
        "application_id": request.application_id,
        "titles": about(work, request)["titles"],
    }


def _tell_applicant(work: Work, request: ReferenceRequest, message: Message) -> None:
    applicant = work.session.get_one(User, request.application.applicant_id)
    notify(work, recipient(applicant), message, once=f"letter-{request.id}")


def _record(work: Work, verb: str, request: ReferenceRequest, **details: Any) -> None:
    application = request.application
    record(
        work,
        verb,
        request,
        application_id=application.id,
        opportunity_id=application.opportunity_id,
        **details,
    )
