"""The demo's objects, loaded once, and the parts of them that an address can name."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectin_polymorphic, selectinload

from app.accounts.models import RoleGrant, SessionRow, User
from app.applications.models import (
    Appeal,
    Application,
    ApplicationTag,
    CaseNote,
    CaseTask,
    ChangeRequest,
    Document,
    DocumentSlot,
    EligibilityException,
    Export,
    Letter,
    LetterTerms,
    Likeness,
    MessageTemplate,
    Nomination,
    Nominator,
    ReferenceRequest,
    Route,
    SavedView,
    UploadGrace,
)
from app.applications.queries import form_of
from app.certificates.models import Certificate, CertificateBatch
from app.courses.models import (
    Course,
    CourseImport,
    CourseElsewhere,
    CourseRun,
    CourseVersion,
    Enrolment,
    Feedback,
    Material,
    Meeting,
    PostQuestion,
    PostTerms,
    SeatReserve,
    Teaching,
)
from app.exchanges.models import (
    AcademicTerm,
    Agreement,
    BalanceEntry,
    ExchangeContact,
    HostCourse,
    LanguageScore,
    Posting,
)
from app.facilities.models import Facility, FacilityGrant
from app.visits.models import VisitCall, VisitGroup, VisitPerson
from app.mobility.models import ChoicesOfYear, ExchangeNomination, NominationList
from app.stays.models import Preparation, Stay, StayChange, StayReport
from app.recognition.models import Recognition, Transcript
from app.learning.models import LearningAgreement
from app.fellowships.models import Call, Enquiry
from app.files.models import Upload
from app.files.states import APART
from app.foundation.actors import Role
from app.foundation.database import db
from app.notifications.models import OutboxMessage
from app.opportunities.models import FormVersion, Opportunity, Place, Programme
from app.organisations.models import Organisation
from app.placements.models import Offer, PlacementRound
from app.projects.models import Project, ProjectPartner
from app.working_groups.models import (
    GroupComment,
    GroupDocument,
    GroupMeeting,
    DocumentVersion,
    GroupMembership,
    WorkingGroup,
)
from app.reviews.models import Review


@dataclass(frozen=True)
class InRound:
    """A person in the proposal of their call."""

    round: PlacementRound
    application: Application

    @property
    def state(self) -> Any:
        return self.round.state


@dataclass(frozen=True)
class OfTemplate:
    """A message of an office as it is opened from a call of its programme."""

    call: Opportunity
    template: MessageTemplate


@dataclass(frozen=True)
class Question:
    """A document that the form of an application asks for."""

    application: Application
    key: str


@dataclass(frozen=True)
class SectionOfForm:
    """A section of the form that a call asks people to fill in."""

    call: Opportunity
    key: str


@dataclass(frozen=True)
class OfReview:
    """A document or a letter as the reader of one review opens it."""

    review: Review
    read: Document | Letter


@dataclass
class Demo:
    """Every object of the demo that a rule can be asked about, loaded once."""

    rows: dict[type, list[Any]] = field(default_factory=dict)
    by_id: dict[type, dict[int, Any]] = field(default_factory=dict)
    issuers: list[Organisation] = field(default_factory=list)
    """The centres that have staff here, whom certificates are issued by."""

    @classmethod
    def load(cls) -> "Demo":
        demo = cls()
        of_application = joinedload(Application.opportunity)
        for model, options in (
            (Programme, ()),
            (
                Opportunity,
                (
                    selectin_polymorphic(Opportunity, [CourseRun]),
                    selectinload(CourseRun.meetings).selectinload(Meeting.teachings),
                ),
            ),
            (Application, (of_application, joinedload(Application.form_version))),
            (Place, (joinedload(Place.opportunity),)),
            (PlacementRound, (joinedload(PlacementRound.opportunity),)),
            (
                Offer,
                (joinedload(Offer.application).options(of_application), joinedload(Offer.round)),
            ),
            (Review, (joinedload(Review.application).options(of_application),)),
            (Document, (joinedload(Document.file),)),
            (DocumentSlot, (joinedload(DocumentSlot.application).options(of_application),)),
            (Export, (joinedload(Export.opportunity),)),
            (
                Likeness,
                (
                    joinedload(Likeness.first).options(of_application),
                    joinedload(Likeness.second).options(of_application),
                ),
            ),
            (FormVersion, ()),
            (LetterTerms, ()),
            (
                ReferenceRequest,
                (
                    joinedload(ReferenceRequest.application).options(of_application),
                    joinedload(ReferenceRequest.letter).joinedload(Letter.file),
                ),
            ),
            (
                Letter,
                (
                    joinedload(Letter.request)
                    .joinedload(ReferenceRequest.application)
                    .options(of_application),
                    joinedload(Letter.file),
                ),
            ),
            (Agreement, (selectinload(Agreement.sides),)),
            (BalanceEntry, ()),
            (AcademicTerm, (joinedload(AcademicTerm.organisation),)),
            (HostCourse, (joinedload(HostCourse.term),)),
            (ExchangeContact, ()),
            (LanguageScore, ()),
            (
                Project,
                (joinedload(Project.organisation), selectinload(Project.partners)),
            ),
            (ProjectPartner, ()),
            (WorkingGroup, (selectinload(WorkingGroup.memberships),)),
            (GroupMembership, ()),
            (GroupMeeting, (joinedload(GroupMeeting.group),)),
            (
                GroupDocument,
                (
                    joinedload(GroupDocument.group),
                    selectinload(GroupDocument.versions).joinedload(DocumentVersion.period),
                ),
            ),
            (GroupComment, (joinedload(GroupComment.document),)),
            (Upload, ()),
            (Enquiry, ()),
            (ApplicationTag, ()),
            (UploadGrace, ()),
            (CaseNote, (joinedload(CaseNote.application).options(of_application),)),
            (CaseTask, (joinedload(CaseTask.application).options(of_application),)),
            (ChangeRequest, (joinedload(ChangeRequest.application).options(of_application),)),
            (Appeal, (joinedload(Appeal.application).options(of_application),)),
            (
                EligibilityException,
                (joinedload(EligibilityException.application).options(of_application),),
            ),
            (Route, ()),
            (SavedView, (joinedload(SavedView.opportunity),)),
            (MessageTemplate, (joinedload(MessageTemplate.programme),)),
            (Nominator, (joinedload(Nominator.route),)),
            (Nomination, (joinedload(Nomination.nominator).joinedload(Nominator.route),)),
            (Course, (joinedload(Course.organisation),)),
            (CourseVersion, (joinedload(CourseVersion.course),)),
            (CourseImport, ()),
            (Meeting, ()),
            (Enrolment, (joinedload(Enrolment.run),)),
            (
                Feedback,
                (
                    joinedload(Feedback.run)
                    .selectinload(CourseRun.meetings)
                    .selectinload(Meeting.teachings),
                ),
            ),
            (
                PostQuestion,
                (
                    joinedload(PostQuestion.enrolment).joinedload(Enrolment.run),
                    joinedload(PostQuestion.nominator).joinedload(Nominator.route),
                ),
            ),
            (Material, ()),
            (PostTerms, ()),
            (Teaching, (joinedload(Teaching.meeting),)),
            (SeatReserve, ()),
            (User, (selectinload(User.grants),)),
            (RoleGrant, ()),
            (SessionRow, ()),
            (OutboxMessage, ()),
            (Certificate, ()),
            (CertificateBatch, ()),
            (ChoicesOfYear, (selectinload(ChoicesOfYear.choices),)),
            (ExchangeNomination, (selectinload(ExchangeNomination.letters),)),
            (NominationList, ()),
            (Stay, ()),
            (Preparation, (selectinload(Preparation.stay),)),
            (StayChange, (selectinload(StayChange.stay),)),
            (StayReport, (selectinload(StayReport.stay),)),
            (Transcript, (selectinload(Transcript.lines),)),
            (
                Recognition,
                (joinedload(Recognition.transcript).selectinload(Transcript.lines),),
            ),
            (FacilityGrant, (joinedload(FacilityGrant.facility),)),
            (
                VisitGroup,
                (
                    joinedload(VisitGroup.call),
                    joinedload(VisitGroup.application),
                    selectinload(VisitGroup.people),
                ),
            ),
            (VisitPerson, ()),
            (LearningAgreement, (joinedload(LearningAgreement.nomination),)),
        ):
            query = select(model).options(*options).order_by(model.id)
            rows = list(db.session.scalars(query).unique())
            demo.rows[model] = _without_many_alike(rows)
            demo.by_id[model] = {row.id: row for row in demo.rows[model]}
        demo.rows[Organisation] = list(db.session.scalars(select(Organisation).limit(3)))
        staffed = {g.scope_id for g in demo.rows[RoleGrant] if g.role is Role.CENTRE}
        issuers = select(Organisation).where(Organisation.id.in_(staffed))
        demo.issuers = list(db.session.scalars(issuers.order_by(Organisation.id)))
        return demo

    def calls(self) -> list[Call]:
        return [row for row in self.rows[Opportunity] if isinstance(row, Call)]

    def runs(self) -> list[CourseRun]:
        return [row for row in self.rows[Opportunity] if isinstance(row, CourseRun)]

    def selective(self) -> list[CourseRun]:
        """The dates that people apply for."""
        return [run for run in self.runs() if run.takes_applications]

    def tracked(self) -> list[Opportunity]:
        return [*self.calls(), *self.selective(), *self.facilities(), *self.visit_calls()]

    def visit_calls(self) -> list[VisitCall]:
        return [row for row in self.rows[Opportunity] if isinstance(row, VisitCall)]

    def groups_of_guests(self) -> list[VisitGroup]:
        return [group for group in self.rows[VisitGroup] if group.people]

    def applied_for_groups(self) -> list[Application]:
        visits = {call.id for call in self.visit_calls()}
        return [a for a in self.rows[Application] if a.opportunity_id in visits]

    def facilities(self) -> list[Facility]:
        return [row for row in self.rows[Opportunity] if isinstance(row, Facility)]

    def applied_for_use(self) -> list[Application]:
        facilities = {facility.id for facility in self.facilities()}
        return [a for a in self.rows[Application] if a.opportunity_id in facilities]

    def applied_for_dates(self) -> list[Application]:
        dates = {run.id for run in self.selective()}
        return [a for a in self.rows[Application] if a.opportunity_id in dates]

    def ways(self, kind: type[Opportunity]) -> list[Route]:
        """The ways to apply to what is of this kind."""
        of = self.by_id[Opportunity]
        return [r for r in self.rows[Route] if isinstance(of[r.opportunity_id], kind)]

    def nominators(self, kind: type[Opportunity]) -> list[Nominator]:
        of = self.by_id[Opportunity]
        return [n for n in self.rows[Nominator] if isinstance(of[n.route.opportunity_id], kind)]

    def applied_with_employers(self) -> list[Application]:
        """Applications for dates that ask employers to let people go."""
        asking = {run.id for run in self.runs() if run.asks_employer}
        return [a for a in self.rows[Application] if a.opportunity_id in asking]

    def sections(self) -> list[SectionOfForm]:
        return self.sections_of(self.calls())

    def sections_of(self, opportunities: Iterable[Opportunity]) -> list[SectionOfForm]:
        """A section of questions of each that has a form, of its newest version."""
        newest = {v.opportunity_id: v for v in self.rows[FormVersion]}
        found = []
        for call in opportunities:
            version = newest.get(call.id)
            sections = version.definition["sections"] if version else []
            key = next((s["key"] for s in sections if s.get("questions")), None)
            if key:
                found.append(SectionOfForm(call, key))
        return found

    def first_section(self, call: Opportunity) -> str:
        return next((s.key for s in self.sections_of([call])), "")

    def centres(self) -> list[Organisation]:
        """The bodies that teach something."""
        return list({c.organisation_id: c.organisation for c in self.rows[Course]}.values())

    def postings(self) -> list[Posting]:
        return [row for row in self.rows[Opportunity] if isinstance(row, Posting)]

    def universities(self) -> list[Organisation]:
        """Those that tell their partners something."""
        return list({t.organisation_id: t.organisation for t in self.rows[AcademicTerm]}.values())

    def leaders(self) -> list[Organisation]:
        """The bodies that lead a project."""
        return list({p.organisation_id: p.organisation for p in self.rows[Project]}.values())

    def people_in_rounds(self) -> list[InRound]:
        of_call: dict[int, list[Application]] = {}
        for one in self.rows[Application]:
            if one.state in {"in review", "shortlisted", "offered"}:
                of_call.setdefault(one.opportunity_id, []).append(one)
        return [
            InRound(r, a)
            for r in self.rows[PlacementRound]
            for a in of_call.get(r.opportunity_id, [])[:2]
        ]

    def templates(self) -> list["OfTemplate"]:
        """Each message of an office, as it is opened from the list of one of its calls."""
        return [OfTemplate(self.part(t, Opportunity), t) for t in self.rows[MessageTemplate]]

    def questions(self) -> list[Question]:
        found = []
        for application in self.rows[Application]:
            asked = (q for s in form_of(application).sections for q in s.questions)
            key = next((q.key for q in asked if q.kind == "document"), None)
            if key:
                found.append(Question(application, key))
        return found

    def has_a_grace(self, question: Question) -> bool:
        graces = self.rows[UploadGrace]
        return (question.application.id, question.key) in {
            (g.application_id, g.kind) for g in graces
        }

    def tags_on(self) -> list[Question]:
        """Each tag on an application, by the application that it is on."""
        of = self.by_id[Application]
        return [Question(of[t.application_id], str(t.tag_id)) for t in self.rows[ApplicationTag]]

    def kept_documents(self) -> list[Document]:
        return [d for d in self.rows[Document] if d.removed_at is None and d.file.state == "kept"]

    def slots_that_offices_know(self) -> list[DocumentSlot]:
        return [
            s
            for s in self.rows[DocumentSlot]
            if s.asked_at or s.application.submitted_at is not None
        ]

    def documents_for_readers(self) -> list[Document]:
        return [d for d in self.kept_documents() if d.file.sensitivity not in APART]

    def letters_with_a_file(self) -> list[Letter]:
        return [r for r in self.rows[Letter] if r.submitted_at is not None and r.file is not None]

    def letters_of_reviews(self) -> list[OfReview]:
        first = {r.request.application_id: r for r in reversed(self.letters_with_a_file())}
        return [
            OfReview(r, first[r.application_id])
            for r in self.rows[Review]
            if r.application_id in first
        ]

    def changes_with_documents(self) -> list[ChangeRequest]:
        return [r for r in self.rows[ChangeRequest] if any(r.documents.values())]

    def has_a_form(self, opportunity_id: int) -> bool:
        return any(v.opportunity_id == opportunity_id for v in self.rows[FormVersion])

    def asks_for_letters(self, opportunity_id: int) -> bool:
        return any(t.opportunity_id == opportunity_id for t in self.rows[LetterTerms])

    def documents_of_reviews(self) -> list[OfReview]:
        first = {d.application_id: d for d in reversed(self.documents_for_readers())}
        return [
            OfReview(r, first[r.application_id])
            for r in self.rows[Review]
            if r.application_id in first
        ]

    def part(self, subject: Any, kind: type) -> Any:  # noqa: C901, PLR0911 - one line a step
        """The object of this kind that the subject is, or is a part of."""
        match subject:
            case _ if kind is object or isinstance(subject, kind):
                return subject
            case InRound():
                return subject.round if kind is PlacementRound else subject.application
            case SectionOfForm():
                return subject.call
            case Question():
                return self.part(subject.application, kind)
            case OfReview():
                return self.part(subject.review, kind)
            case OfTemplate():
                return subject.template if kind is MessageTemplate else subject.call
            case VisitPerson():
                return self.by_id[VisitGroup][subject.group_id]
            case Application() if kind is Nomination:
                asked = (n for n in self.rows[Nomination] if n.application_id == subject.id)
                return next(asked, None)
            case ReferenceRequest() if kind is Letter:
                return subject.letter
            case Upload():  # its purpose is "application:12:transcript"
                return self.by_id[Application][int(subject.purpose.split(":")[1])]
            case ProjectPartner():
                return self.by_id[Project][subject.project_id]
            case GroupComment():
                return self.by_id[GroupDocument][subject.document_id]
            case GroupMembership():
                return self.by_id[WorkingGroup][subject.group_id]
            case Nominator():
                return self.part(subject.route, kind)
            case Likeness():
                return self.part(subject.first, kind)
            case CaseNote() | CaseTask():
                return self.part(subject.application, kind)
            case (
                Document()
                | DocumentSlot()
                | Review()
                | ReferenceRequest()
                | ChangeRequest()
                | Appeal()
                | EligibilityException()
            ):
                return self.part(self.by_id[Application][subject.application_id], kind)
            case (
                Application()
                | Place()
                | PlacementRound()
                | Export()
                | Enquiry()
                | Route()
                | SavedView()
            ):
                return self.by_id[Opportunity][subject.opportunity_id]
            case Preparation() | StayChange() | StayReport():
                return self.by_id[Stay][subject.stay_id]
            case Meeting() | SeatReserve() | Enrolment() | Feedback() | Material():
                return self.by_id[Opportunity][subject.run_id]
            case Teaching():
                return self.by_id[Opportunity][subject.meeting.run_id]
            case MessageTemplate():  # a call of its programme, the one of the list it is opened from
                calls = self.rows[Opportunity]
                return next(c for c in calls if c.programme_id == subject.programme_id)
            case Course():  # the version that is being written or read, if there is one
                open_ones = (v for v in self.rows[CourseVersion] if v.course_id == subject.id)
                return next((v for v in open_ones if v.state != "published"), None)
            case RoleGrant() if kind is User:
                return self.by_id[User][subject.user_id]
            case RoleGrant() if kind is Opportunity:
                return self.by_id[Opportunity][subject.scope_id]
            case RoleGrant():
                return self.by_id[Programme][subject.scope_id]
        raise LookupError(f"what of {type(subject).__name__} is the {kind.__name__}?")


def _without_many_alike(rows: list[Any]) -> list[Any]:
    """Of the hundreds of courses that a centre lists for others, the first two stand for all."""

    def is_listed(row: Any) -> bool:
        if isinstance(row, CourseVersion):
            row = row.course
        return isinstance(row, CourseElsewhere) or getattr(row, "listing_id", None) is not None

    listed = [row for row in rows if is_listed(row)]
    return [row for row in rows if row not in listed[2:]] if listed else rows
