"""What the office of the research call keeps about some of its cases."""

from datetime import datetime, timedelta

from app.accounts.models import User
from app.applications.models import Application
from app.applications.operations.casework import (
    assign_case,
    set_task,
    tag_application,
    write_note,
)
from app.applications.queries.casework import cases_visible_to, office_people
from app.applications.states import ApplicationState, NoteLevel, TagColour
from app.foundation.work import Work
from seeds.demo.calls import MadeCall
from seeds.demo.stage import Company

TAGS = (
    ("First from this university", TagColour.GREEN),
    ("Speech and language", TagColour.BLUE),
    ("Needs a second look", TagColour.AMBER),
)
UNDER_WAY = (ApplicationState.ELIGIBLE, ApplicationState.IN_REVIEW, ApplicationState.SHORTLISTED)


def keep_cases(company: Company, call: MadeCall, now: datetime) -> None:
    """A dozen tags, a few notes, one case with its officer, and one thing to be done."""
    with company.acts(call.manager, now - timedelta(days=2)) as work:
        cases = _cases(work, call)
        for number, case in enumerate(cases):
            name, colour = TAGS[number % len(TAGS)]
            tag_application(work, case, name=name, colour=colour)
        first, second, *_others = cases
        write_note(
            work,
            first,
            body="The university confirmed by telephone that the degree is awarded in April.",
            level=NoteLevel.OFFICE,
        )
        write_note(
            work,
            second,
            body="The transcript uses a scale of 0 to 4; the programme counts 3.2 as good.",
            level=NoteLevel.REVIEWERS,
        )
        officer = work.session.scalars(
            office_people(first.opportunity).where(User.id != first.applicant_id).limit(1)
        ).one()
        assign_case(work, first, officer.id)
        set_task(
            work,
            first,
            what="Ask the university for the date of the degree in writing",
            holder_id=officer.id,
            due_at=now + timedelta(days=4),
        )


def _cases(work: Work, call: MadeCall) -> list[Application]:
    query = (
        cases_visible_to(work.actor)
        .where(Application.opportunity_id == call.id, Application.state.in_(UNDER_WAY))
        .order_by(Application.id)
        .limit(12)
    )
    return list(work.session.scalars(query))
