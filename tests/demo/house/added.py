"""What no play of the demo leaves: files on their way, exports, cases in hand, appeals."""

import hashlib
import io
from datetime import timedelta

from sqlalchemy.orm import joinedload

from app.applications.models import (
    Appeal,
    Application,
    ApplicationTag,
    CaseNote,
    CaseTask,
    ChangeRequest,
    Document,
    Export,
    Letter,
    Nominator,
    Route,
    Tag,
    UploadGrace,
)
from app.applications.queries import form_of
from app.applications.states import (
    ApplicationState,
    ChangeState,
    ExportState,
    NoteLevel,
    RouteKind,
    TagColour,
)
from app.courses.models import Enrolment, PostQuestion
from app.fellowships.models import Call, Enquiry
from app.files.models import Sensitivity, StoredFile, Upload
from app.files.storage import storage
from app.foundation import clock
from app.foundation.database import db
from app.organisations.models import Organisation
from app.reviews.models import Review
from tests.demo.house.people import House


def add_what_is_not_played(house: House) -> None:
    """An office's exports, questions about calls, files in letters and on their way."""
    now = clock.now()

    def stored(file_name: str, owner_id: int) -> StoredFile:
        kept = StoredFile(
            key=storage().put(b"%PDF-1.4"),
            owner_id=owner_id,
            file_name=file_name,
            media_type="application/pdf",
            size=8,
            sha256=hashlib.sha256(b"%PDF-1.4").hexdigest(),
            sensitivity=Sensitivity.PERSONAL,
            stored_at=now,
        )
        db.session.add(kept)
        return kept

    call = db.session.query(Call).filter(Call.programme_id.is_not(None)).first()
    for name, state in (
        ("manager-a", ExportState.WAITING),
        ("manager-b", ExportState.WAITING),
        ("secretariat", ExportState.WAITING),
        ("manager-a", ExportState.READY),
        ("manager-b", ExportState.READY),
    ):
        ready = state is ExportState.READY
        db.session.add(
            Export(
                opportunity_id=call.id,
                asked_by_id=house.people[name],
                asked_by_name=name,
                asked_at=now,
                locale="en",
                recipient="The ministry",
                purpose="A report",
                format="csv",
                state=state,
                file=stored("export.csv", house.people[name]) if ready else None,
                made_at=now if ready else None,
                rows=1 if ready else None,
            )
        )
    for call in db.session.query(Call).filter(Call.published_at.is_not(None)).order_by(Call.id):
        db.session.add(
            Enquiry(
                opportunity_id=call.id,
                asked_by_id=house.people["applicant-kh"],
                asked_at=now,
                locale="en",
                text="May I bring my family?",
            )
        )
    readable = db.session.query(Letter).filter(
        Letter.submitted_at.is_not(None), Letter.confidential.is_(False), Letter.file_id.is_(None)
    )
    for letter in readable:
        letter.file = stored("letter.pdf", house.people["applicant-vn"])
    drafts = db.session.query(Application).filter_by(state=ApplicationState.DRAFT)
    for draft in drafts.order_by(Application.id):
        db.session.add(
            Upload(
                key=f"{draft.id:064}",
                owner_id=draft.applicant_id,
                purpose=f"application:{draft.id}:cv",
                file_name="cv.pdf",
                declared="application/pdf",
                size=100,
                sha256="",
                begun_at=now,
                expires_at=now + timedelta(days=1),
            )
        )
    # Of those who sign in by name nobody is an official on a course.
    seat = db.session.query(Enrolment).join(PostQuestion).order_by(PostQuestion.id).first()
    seat.person_id = house.people["applicant-vn"]
    db.session.get_one(Application, seat.application_id).applicant_id = seat.person_id
    for application in first_sent_of_each_call(house.people["applicant-vn"]):
        add_a_case(house, application)
        if application.applicant_id == house.people["applicant-vn"]:
            db.session.add(
                Appeal(
                    application_id=application.id,
                    against=ApplicationState.NOT_SELECTED,
                    decided_by_id=house.people["manager-a"],
                    reason="My second letter was not read.",
                    made_at=now,
                    answer_by=now + timedelta(days=9),
                )
            )
        documents = db.session.query(Document).filter_by(application_id=application.id).all()
        asked = (q for s in form_of(application).sections for q in s.questions)
        key = next((q.key for q in asked if q.kind == "document"), None)
        if key:
            # Of an application one thing at a time is asked: the demo's own request is over.
            db.session.query(ChangeRequest).filter_by(
                application_id=application.id, state=ChangeState.OPEN
            ).update({"state": ChangeState.CLOSED, "closed_at": now})
            db.session.add(
                UploadGrace(
                    application_id=application.id,
                    kind=key,
                    receipt=f"R-{application.id}",
                    asked_at=now,
                    until_at=now + timedelta(days=1),
                    zone="Asia/Tokyo",
                )
            )
            db.session.add(
                ChangeRequest(
                    application_id=application.id,
                    questions=[key],
                    reason="Part of this cannot be read.",
                    asked_by_id=house.people["manager-a"],
                    asked_at=now,
                    closes_at=now + timedelta(days=9),
                    closes_zone="Asia/Tokyo",
                    closes_wall=f"{now + timedelta(days=9):%Y-%m-%dT%H:%M}",
                    from_version=1,
                    documents={key: [d.id for d in documents]},
                )
            )
    # Whoever reads an application reads a note about it, whichever of theirs a test opens.
    for read in db.session.query(Review.application_id).distinct().order_by(Review.application_id):
        add_a_note(house, read.application_id, "manager-a", NoteLevel.REVIEWERS)
    body = db.session.query(Organisation).order_by(Organisation.id).first()
    with_ways = {route.opportunity_id for route in db.session.query(Route)}
    for call in db.session.query(Call).order_by(Call.id):
        if call.id in with_ways:
            continue
        route = Route(opportunity_id=call.id, kind=RouteKind.UNIVERSITY, quota=3)
        db.session.add(route)
        db.session.add(Nominator(route=route, organisation=body, quota=3))
    db.session.commit()


def add_a_case(house: House, application: Application) -> None:
    """What offices have in hand about an application: notes, something to do, a tag."""
    now = clock.now()
    for name in ("manager-a", "manager-b"):
        add_a_note(house, application.id, name, NoteLevel.OFFICE)
        db.session.add(
            CaseTask(
                application_id=application.id,
                what="Ask for the stamp",
                holder_id=house.people[name],
                due_at=now + timedelta(days=3),
                set_by_id=house.people[name],
                set_at=now,
            )
        )
    call = db.session.get(Call, application.opportunity_id)
    if call is not None and call.programme_id is not None:
        word = f"Stamp {application.id}"
        tag = Tag(
            programme_id=call.programme_id,
            name=word,
            folded=word.lower(),
            colour=next(iter(TagColour)),
        )
        db.session.add(tag)
        db.session.flush()
        db.session.add(ApplicationTag(application_id=application.id, tag_id=tag.id))


def add_a_note(house: House, application_id: int, author: str, level: NoteLevel) -> None:
    db.session.add(
        CaseNote(
            application_id=application_id,
            author_id=house.people[author],
            author_name=author,
            body="The stamp is missing.",
            level=level,
            written_at=clock.now(),
        )
    )


def first_sent_of_each_call(whose: int) -> list[Application]:
    """And those of this person."""
    query = db.session.query(Application).options(joinedload(Application.form_version))
    sent = query.filter_by(state=ApplicationState.SUBMITTED).order_by(Application.id).all()
    first = {one.opportunity_id: one for one in reversed(sent)}
    return [
        *first.values(),
        *(a for a in sent if a.applicant_id == whose and a not in first.values()),
    ]
