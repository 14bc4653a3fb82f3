"""Reminding of letters that have not come: whoever is asked, and the applicant, each once."""

from collections import defaultdict
from datetime import datetime

from app.accounts.queries import recipient
from app.applications import policy
from app.applications.deadlines import chaser_due
from app.applications.messages import LetterReminder, LettersOutstanding
from app.applications.models import ReferenceRequest
from app.applications.operations.keys import make_link
from app.applications.operations.letters import about, tell_recommender, until
from app.applications.queries import letters as queries
from app.audit.record import record
from app.foundation.work import Work
from app.notifications.notify import notify

LAST = 3
AT_ONCE = 200


def remind_of_letters(work: Work) -> int:
    """Remind whoever is due; each reminder is told once. Returns how many people were asked."""
    policy.CHASE.require(work.actor, None)
    held = (
        queries.to_remind(work.now)
        .limit(AT_ONCE)
        .with_for_update(of=ReferenceRequest, skip_locked=True)
    )
    reminded: dict[tuple[int, datetime | None], list[ReferenceRequest]] = defaultdict(list)
    for request in work.session.scalars(held):
        said = until(work, request)["letter_by"]
        stage = chaser_due(request.asked_at, said, work.now, request.chased)
        if stage is not None:
            _remind(work, request, stage)
            reminded[request.application_id, said].append(request)
    for requests in reminded.values():
        _tell_applicant(work, requests)
    return sum(len(requests) for requests in reminded.values())


def _remind(work: Work, request: ReferenceRequest, stage: int) -> None:
    request.chased = stage
    if request.email:
        reminder = LetterReminder(
            **about(work, request),
            **until(work, request),
            path=make_link(work, request),
            is_last=stage == LAST,
        )
        tell_recommender(work, request, reminder, once=f"{request.id}:{_occasion(request)}")
    record(
        work,
        "letter.reminded",
        request,
        application_id=request.application_id,
        opportunity_id=request.application.opportunity_id,
        person=request.name,
    )


def _occasion(request: ReferenceRequest) -> str:
    """Each reminder is told once; the last once more for a letter that may come anew."""
    opened = request.open_until
    return f"{request.chased}{opened:.%Y%m%d}" if opened else str(request.chased)


def _tell_applicant(work: Work, requests: list[ReferenceRequest]) -> None:
    application = requests[0].application
    outstanding = LettersOutstanding(
        application_id=application.id,
        titles=about(work, requests[0])["titles"],
        people=[request.name for request in requests],
        **until(work, requests[0]),
        is_last=any(request.chased == LAST for request in requests),
    )
    once = "-".join(f"{request.id}.{_occasion(request)}" for request in requests)
    notify(work, recipient(application.applicant), outstanding, once=f"letters-{once}")
