"""What each route is about: the demo's objects that its address can name, and their parts.

A route whose arguments are not in NAMED, or a permission that is not in ABOUT, has no case in
the table, and the test that reads this says so.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload
from werkzeug.routing import Rule

from app.accounts.models import RoleGrant, SessionRow, User
from app.accounts.queries import people_visible_to
from app.applications.models import (
    Appeal,
    EligibilityException,
    Application,
    ApplicationTag,
    CaseNote,
    CaseTask,
    ChangeRequest,
    Document,
    DocumentSlot,
    Export,
    Letter,
    LetterTerms,
    MessageTemplate,
    Nomination,
    Nominator,
    ReferenceRequest,
    SavedView,
    Route,
    UploadGrace,
)
from app.applications.queries import applications_visible_to, documents_visible_to, form_of
from app.applications.queries.exceptions import exceptions_visible_to
from app.applications.queries.saved_views import views_visible_to
from app.applications.queries.exports import exports_visible_to
from app.applications.queries.letters import letters_visible_to
from app.applications.queries.writing import templates_visible_to
from app.certificates.models import Certificate, CertificateBatch
from app.certificates.queries import batches_visible_to, certificates_visible_to
from app.courses.models import (
    Course,
    CourseElsewhere,
    CourseRun,
    CourseVersion,
    Enrolment,
    Meeting,
    SeatReserve,
    Teaching,
)
from app.courses.queries import courses_visible_to, enrolments_visible_to, runs_visible_to
from app.dashboards.faces import Face
from app.fellowships.models import Call, Enquiry
from app.fellowships.queries import calls_visible_to, places_visible_to, programmes_visible_to
from app.files.models import Upload
from app.foundation.actors import Actor, Role, Scope
from app.foundation.database import Entity, db
from app.notifications.models import OutboxMessage
from app.notifications.queries import messages_visible_to
from app.opportunities.models import FormVersion, Opportunity, Place, Programme
from app.opportunities.queries import opportunities_visible_to
from app.organisations.models import Organisation
from app.placements import queries as placements
from app.placements.models import Offer, PlacementRound
from app.reviews.models import Review
from app.reviews.queries import reviews_visible_to

Values = dict[str, Any]


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

    call: Call
    key: str


@dataclass(frozen=True)
class OfReview:
    """A document or a letter as the reader of one review opens it."""

    review: Review
    read: Document | Letter


@dataclass(frozen=True)
class Named:
    """An object in an address: all there are, how it is written, what of it rules are asked."""

    objects: Callable[["Demo"], Iterable[Any]]
    values: Callable[[Any], Values]


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
            (Opportunity, ()),
            (Application, (of_application, joinedload(Application.form_version))),
            (Place, (joinedload(Place.opportunity),)),
            (PlacementRound, (joinedload(PlacementRound.opportunity),)),
            (
                Offer,
                (joinedload(Offer.application).options(of_application), joinedload(Offer.round)),
            ),
            (Review, (joinedload(Review.application).options(of_application),)),
            (Document, (joinedload(Document.file),)),
            (DocumentSlot, ()),
            (Export, (joinedload(Export.opportunity),)),
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
            (Meeting, ()),
            (Enrolment, (joinedload(Enrolment.run),)),
            (Teaching, (joinedload(Teaching.meeting),)),
            (SeatReserve, ()),
            (User, (selectinload(User.grants),)),
            (RoleGrant, ()),
            (SessionRow, ()),
            (OutboxMessage, ()),
            (Certificate, ()),
            (CertificateBatch, ()),
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

    def sections(self) -> list[SectionOfForm]:
        """A section of questions of each call that has a form, of its newest version."""
        newest = {v.opportunity_id: v for v in self.rows[FormVersion]}
        found = []
        for call in self.calls():
            version = newest.get(call.id)
            sections = version.definition["sections"] if version else []
            key = next((s["key"] for s in sections if s.get("questions")), None)
            if key:
                found.append(SectionOfForm(call, key))
        return found

    def first_section(self, call: Call) -> str:
        return next((s.key for s in self.sections() if s.call is call), "")

    def centres(self) -> list[Organisation]:
        """The bodies that teach something."""
        return list({c.organisation_id: c.organisation for c in self.rows[Course]}.values())

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
        first = {d.application_id: d for d in reversed(self.kept_documents())}
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
            case Application() if kind is Nomination:
                asked = (n for n in self.rows[Nomination] if n.application_id == subject.id)
                return next(asked, None)
            case ReferenceRequest() if kind is Letter:
                return subject.letter
            case Upload():  # its purpose is "application:12:transcript"
                return self.by_id[Application][int(subject.purpose.split(":")[1])]
            case Nominator():
                return self.part(subject.route, kind)
            case CaseNote() | CaseTask():
                return self.part(subject.application, kind)
            case (
                Document()
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
            case Meeting() | SeatReserve() | Enrolment():
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


def _all(kind: type) -> Callable[[Demo], Iterable[Any]]:
    return lambda demo: demo.rows[kind]


def _of_programme(demo: Demo) -> list[RoleGrant]:
    return [g for g in demo.rows[RoleGrant] if g.scope is Scope.PROGRAMME]


def _section(application: Application) -> str:
    return form_of(application).sections[0].key


CALL = Named(Demo.calls, lambda c: {"call_id": c.id})
# By the office and the arguments, else by the arguments alone.
NAMED: dict[tuple[str, ...], Named] = {
    ("application_id",): Named(_all(Application), lambda a: {"application_id": a.id}),
    ("application_id", "section_key"): Named(
        _all(Application), lambda a: {"application_id": a.id, "section_key": _section(a)}
    ),
    ("application_id", "question_key"): Named(
        Demo.questions, lambda q: {"application_id": q.application.id, "question_key": q.key}
    ),
    ("application_id", "document_id", "question_key"): Named(
        Demo.kept_documents,
        lambda d: {
            "application_id": d.application_id,
            "document_id": d.id,
            "question_key": d.slot_kind,
        },
    ),
    ("opportunity_id",): Named(_all(Opportunity), lambda o: {"opportunity_id": o.id}),
    ("call_id",): CALL,
    ("call_id", "locale"): Named(Demo.calls, lambda c: {"call_id": c.id, "locale": "en"}),
    ("application_id", "call_id", "tag_id"): Named(
        Demo.tags_on,
        lambda t: {
            "call_id": t.application.opportunity_id,
            "application_id": t.application.id,
            "tag_id": t.key,
        },
    ),
    ("application_id", "call_id", "note_id"): Named(
        _all(CaseNote),
        lambda n: {
            "call_id": n.application.opportunity_id,
            "application_id": n.application_id,
            "note_id": n.id,
        },
    ),
    ("application_id", "call_id", "task_id"): Named(
        _all(CaseTask),
        lambda t: {
            "call_id": t.application.opportunity_id,
            "application_id": t.application_id,
            "task_id": t.id,
        },
    ),
    ("call_id", "template_id"): Named(
        Demo.templates, lambda t: {"call_id": t.call.id, "template_id": t.template.id}
    ),
    ("call_id", "view_id"): Named(
        _all(SavedView), lambda v: {"call_id": v.opportunity_id, "view_id": v.id}
    ),
    ("call_id", "enquiry_id"): Named(
        _all(Enquiry), lambda e: {"call_id": e.opportunity_id, "enquiry_id": e.id}
    ),
    ("call_id", "key"): Named(Demo.calls, lambda c: {"call_id": c.id, "key": "new"}),
    ("call_id", "key", "section"): Named(
        Demo.sections, lambda s: {"call_id": s.call.id, "section": s.key, "key": "new"}
    ),
    ("call_id", "place_id"): Named(
        _all(Place), lambda p: {"call_id": p.opportunity_id, "place_id": p.id}
    ),
    ("application_id", "call_id"): Named(
        _all(Application), lambda a: {"call_id": a.opportunity_id, "application_id": a.id}
    ),
    ("application_id", "call_id", "review_id"): Named(
        _all(Review),
        lambda r: {
            "call_id": r.opportunity_id,
            "application_id": r.application_id,
            "review_id": r.id,
        },
    ),
    ("course_id",): Named(_all(Course), lambda c: {"course_id": c.id}),
    ("course_id", "locale"): Named(_all(Course), lambda c: {"course_id": c.id, "locale": "en"}),
    ("run_id",): Named(Demo.runs, lambda r: {"run_id": r.id}),
    ("enrolment_id",): Named(_all(Enrolment), lambda e: {"enrolment_id": e.id}),
    ("enrolment_id", "run_id"): Named(
        _all(Enrolment), lambda e: {"run_id": e.run_id, "enrolment_id": e.id}
    ),
    ("meeting_id", "run_id"): Named(
        _all(Meeting), lambda m: {"run_id": m.run_id, "meeting_id": m.id}
    ),
    ("run_id", "teaching_id"): Named(
        _all(Teaching), lambda t: {"run_id": t.meeting.run_id, "teaching_id": t.id}
    ),
    ("reserve_id", "run_id"): Named(
        _all(SeatReserve), lambda r: {"run_id": r.run_id, "reserve_id": r.id}
    ),
    ("courses", "ref"): Named(Demo.runs, lambda r: {"ref": r.ref}),
    ("centre", "code"): Named(
        _all(Course), lambda c: {"centre": c.organisation.ref, "code": c.code}
    ),
    ("centre_id",): Named(Demo.centres, lambda o: {"centre_id": o.id}),
    ("place_id",): Named(_all(Place), lambda p: {"place_id": p.id}),
    ("programme_id",): Named(_all(Programme), lambda p: {"programme_id": p.id}),
    ("grant_id", "programme_id"): Named(
        _of_programme, lambda g: {"programme_id": g.scope_id, "grant_id": g.id}
    ),
    ("message_id",): Named(_all(OutboxMessage), lambda m: {"message_id": m.id}),
    ("fellowships", "ref"): Named(Demo.calls, lambda c: {"ref": c.ref}),
    ("organisations", "ref"): Named(_all(Organisation), lambda o: {"ref": o.ref}),
    ("public", "ref"): Named(_all(Organisation), lambda o: {"ref": o.ref}),
    ("person_id",): Named(_all(User), lambda p: {"person_id": p.id}),
    ("grant_id", "person_id"): Named(
        _all(RoleGrant), lambda g: {"person_id": g.user_id, "grant_id": g.id}
    ),
    ("offer_id",): Named(_all(Offer), lambda o: {"offer_id": o.id}),
    ("round_id",): Named(_all(PlacementRound), lambda r: {"round_id": r.id}),
    ("application_id", "round_id"): Named(
        Demo.people_in_rounds,
        lambda p: {"round_id": p.round.id, "application_id": p.application.id},
    ),
    ("review_id",): Named(_all(Review), lambda r: {"review_id": r.id}),
    ("document_id", "review_id"): Named(
        Demo.documents_of_reviews,
        lambda d: {"review_id": d.review.id, "document_id": d.read.id},
    ),
    ("letter_id", "review_id"): Named(
        Demo.letters_of_reviews,
        lambda d: {"review_id": d.review.id, "letter_id": d.read.id},
    ),
    ("application_id", "request_id"): Named(
        _all(ReferenceRequest),
        lambda r: {"application_id": r.application_id, "request_id": r.id},
    ),
    ("application_id", "call_id", "request_id"): Named(
        _all(ReferenceRequest),
        lambda r: {
            "call_id": r.application.opportunity_id,
            "application_id": r.application_id,
            "request_id": r.id,
        },
    ),
    ("changes", "application_id", "call_id", "request_id"): Named(
        _all(ChangeRequest),
        lambda r: {
            "call_id": r.application.opportunity_id,
            "application_id": r.application_id,
            "request_id": r.id,
        },
    ),
    ("exceptions", "application_id"): Named(_all(Application), lambda a: {"application_id": a.id}),
    ("exceptions_office", "application_id", "call_id"): Named(
        _all(EligibilityException),
        lambda e: {"call_id": e.application.opportunity_id, "application_id": e.application_id},
    ),
    ("appealing", "application_id"): Named(
        _all(Appeal), lambda a: {"application_id": a.application_id}
    ),
    ("appeals", "application_id", "call_id"): Named(
        _all(Appeal),
        lambda a: {"call_id": a.application.opportunity_id, "application_id": a.application_id},
    ),
    ("changing", "application_id", "request_id"): Named(
        _all(ChangeRequest), lambda r: {"application_id": r.application_id, "request_id": r.id}
    ),
    ("application_id", "question_key", "request_id"): Named(
        Demo.changes_with_documents,
        lambda r: {
            "application_id": r.application_id,
            "request_id": r.id,
            "question_key": r.questions[0],
        },
    ),
    ("application_id", "document_id", "question_key", "request_id"): Named(
        Demo.changes_with_documents,
        lambda r: {
            "application_id": r.application_id,
            "request_id": r.id,
            "question_key": r.questions[0],
            "document_id": r.documents[r.questions[0]][0],
        },
    ),
    ("call_id", "kind"): Named(
        _all(Route), lambda r: {"call_id": r.opportunity_id, "kind": r.kind.value}
    ),
    ("nominator_id",): Named(_all(Nominator), lambda n: {"nominator_id": n.id}),
    ("call_id", "nominator_id"): Named(
        _all(Nominator), lambda n: {"call_id": n.route.opportunity_id, "nominator_id": n.id}
    ),
    ("key",): Named(_all(Upload), lambda u: {"key": u.key}),
    ("session_id",): Named(_all(SessionRow), lambda s: {"session_id": s.id}),
    ("export_id",): Named(_all(Export), lambda e: {"export_id": e.id}),
    ("document_id",): Named(Demo.kept_documents, lambda d: {"document_id": d.id}),
    ("certificate_id",): Named(_all(Certificate), lambda c: {"certificate_id": c.id}),
    ("batch_id",): Named(_all(CertificateBatch), lambda b: {"batch_id": b.id}),
    ("issuer_id",): Named(lambda demo: demo.issuers, lambda o: {"issuer_id": o.id}),
    ("verify", "ref"): Named(_all(Organisation), lambda o: {"ref": o.ref}),
    ("thumbprint",): Named(lambda _demo: ["no-key-of-ours"], lambda t: {"thumbprint": t}),
    ("face",): Named(lambda _demo: list(Face), lambda f: {"face": f.value}),
    # A token that nobody was sent.
    ("token",): Named(lambda _demo: ["a-token-that-nobody-was-sent"], lambda t: {"token": t}),
    (): Named(lambda _demo: [], lambda _nothing: {}),
}

# What the rule of each permission is asked about; None: about the person alone.
ABOUT: dict[str, type | None] = {
    "signed in": None,
    "accounts.disable": User,
    "accounts.edit_profile": None,
    "accounts.end_session": SessionRow,
    "accounts.grant_role": None,
    "accounts.see_people": None,
    "applications.answer appeal": Appeal,
    "applications.answer exception": EligibilityException,
    "applications.read exception": EligibilityException,
    "applications.appeal": Application,
    "applications.ask for changes": Application,
    "applications.ask for letters": Application,
    "applications.decide": Application,
    "applications.decide together": Opportunity,
    "applications.export": Opportunity,
    "applications.fill in": Application,
    "applications.handle export": Export,
    "applications.handle letters": Application,
    "applications.make changes": ChangeRequest,
    "applications.nominate": Nomination,
    "applications.nominate somewhere": None,
    "applications.rank nominated": Nominator,
    "applications.read as office": Application,
    "applications.read letter": Letter,
    "applications.screen": Application,
    "applications.start": Opportunity,
    "applications.track": Opportunity,
    "applications.track any": None,
    "applications.view": Application,
    "applications.withdraw": Application,
    "applications.work on case": Application,
    "applications.save view": Opportunity,
    "applications.handle view": SavedView,
    "applications.handle template": MessageTemplate,
    "applications.message together": Opportunity,
    "applications.work together": Opportunity,
    "applications.remove note": CaseNote,
    "certificates.handle batch": CertificateBatch,
    "certificates.look over": Organisation,
    "certificates.look over some": None,
    "certificates.revoke": Certificate,
    "certificates.view": Certificate,
    "courses.answer seat": Enrolment,
    "courses.begin": Organisation,
    "courses.begin some": None,
    "courses.check": CourseVersion,
    "courses.close dates": CourseRun,
    "courses.decide": Enrolment,
    "courses.edit": Course,
    "courses.edit dates": CourseRun,
    "courses.view dates": CourseRun,
    "courses.enrol": CourseRun,
    "courses.see office": None,
    "courses.record": CourseRun,
    "courses.see people": CourseRun,
    "courses.view": Course,
    "dashboards.open": Face,
    "fellowships.answer place": Place,
    "fellowships.answer question": Opportunity,
    "fellowships.appoint": Programme,
    "fellowships.ask": Opportunity,
    "fellowships.cancel": Opportunity,
    "fellowships.close": Opportunity,
    "fellowships.correct": Opportunity,
    "fellowships.edit": Opportunity,
    "fellowships.extend": Opportunity,
    "fellowships.host somewhere": None,
    "fellowships.open programme": None,
    "fellowships.prepare some": None,
    "fellowships.publish": Opportunity,
    "fellowships.save programme": Programme,
    "fellowships.see office": None,
    "fellowships.view": Opportunity,
    "fellowships.view place": Place,
    "fellowships.view questions": Opportunity,
    "fellowships.view programme": Programme,
    "notifications.read": OutboxMessage,
    "organisations.add": None,
    "organisations.keep": None,
    "placements.answer": Offer,
    "placements.approve": Offer,
    "placements.approve round": PlacementRound,
    "placements.look": Opportunity,
    "placements.open": Opportunity,
    "placements.pass over": PlacementRound,
    "placements.place person": Application,
    "placements.propose": PlacementRound,
    "placements.release": PlacementRound,
    "placements.restore": Offer,
    "placements.take back": Offer,
    "placements.view": PlacementRound,
    "placements.view offer": Offer,
    "placements.view place": Place,
    "placements.withdraw": Application,
    "reviews.assign": Opportunity,
    "reviews.assign to": Application,
    "reviews.rank": Opportunity,
    "reviews.reopen": Review,
    "reviews.take back": Review,
    "reviews.view": Review,
    "reviews.write": Review,
}

# The lists of each office: what is in none of them is, for this person, not there.
LISTS: dict[type, Callable[[Actor], Select[Any]]] = {
    Certificate: certificates_visible_to,
    CertificateBatch: batches_visible_to,
    Application: applications_visible_to,
    Document: documents_visible_to,
    EligibilityException: exceptions_visible_to,
    Export: exports_visible_to,
    SavedView: views_visible_to,
    MessageTemplate: templates_visible_to,
    Letter: letters_visible_to,
    Opportunity: opportunities_visible_to,
    Call: calls_visible_to,
    Course: courses_visible_to,
    CourseRun: runs_visible_to,
    Enrolment: enrolments_visible_to,
    Programme: programmes_visible_to,
    Place: places_visible_to,
    PlacementRound: placements.rounds_visible_to,
    Offer: placements.offers_visible_to,
    Review: reviews_visible_to,
    OutboxMessage: messages_visible_to,
    User: people_visible_to,
}


def named_by(rule: Rule) -> Named | None:
    """What the address of this route names; None when the table has no case for it."""
    arguments = tuple(sorted(rule.arguments))
    return NAMED.get((rule.endpoint.split(".")[0], *arguments)) or NAMED.get(arguments)


def ids(query: Select[Any]) -> set[int]:
    entity: type[Entity] = query.column_descriptions[0]["entity"]
    return set(db.session.scalars(query.with_only_columns(entity.id).order_by(None)))
