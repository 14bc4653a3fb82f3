"""How an address names an object: each set of arguments, and all objects there are."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from werkzeug.routing import Rule

from app.accounts.models import RoleGrant, SessionRow, User
from app.applications.models import (
    Appeal,
    Application,
    CaseNote,
    CaseTask,
    ChangeRequest,
    EligibilityException,
    Export,
    Likeness,
    Nominator,
    ReferenceRequest,
    Route,
    SavedView,
)
from app.applications.queries import form_of
from app.certificates.models import Certificate, CertificateBatch
from app.courses.models import (
    Course,
    CourseImport,
    CourseRun,
    Enrolment,
    Feedback,
    Material,
    Meeting,
    PostQuestion,
    SeatReserve,
    Teaching,
)
from app.dashboards.faces import Face
from app.learning.models import LearningAgreement
from app.mobility.models import ChoicesOfYear, ExchangeNomination, NominationList
from app.recognition.models import Recognition, Transcript
from app.exchanges.models import (
    AcademicTerm,
    Agreement,
    BalanceEntry,
    ExchangeContact,
    HostCourse,
    LanguageScore,
)
from app.fellowships.models import Call, Enquiry
from app.facilities.models import FacilityGrant
from app.visits.models import VisitGroup, VisitPerson
from app.fellowships.models import Enquiry
from app.files.models import Upload
from app.foundation.actors import Scope
from app.notifications.models import OutboxMessage
from app.opportunities.models import Opportunity, Place, Programme
from app.organisations.models import Organisation
from app.placements.models import Offer, PlacementRound
from app.projects.models import Project, ProjectPartner
from app.working_groups.models import (
    GroupComment,
    GroupDocument,
    GroupMeeting,
    GroupMembership,
    WorkingGroup,
)
from app.reviews.models import Review
from app.stays.models import Preparation, Stay, StayChange, StayReport
from tests.demo.subjects.objects import Demo

Values = dict[str, Any]


@dataclass(frozen=True)
class Named:
    """An object in an address: all there are, how it is written, what of it rules are asked."""

    objects: Callable[[Demo], Iterable[Any]]
    values: Callable[[Any], Values]


def _all(kind: type) -> Callable[[Demo], Iterable[Any]]:
    return lambda demo: demo.rows[kind]


def _of_programme(demo: Demo) -> list[RoleGrant]:
    return [g for g in demo.rows[RoleGrant] if g.scope is Scope.PROGRAMME]


def _of_opportunity(demo: Demo) -> list[RoleGrant]:
    return [g for g in demo.rows[RoleGrant] if g.scope is Scope.OPPORTUNITY]


def _section(application: Application) -> str:
    return form_of(application).sections[0].key


def _way(route: Route) -> Values:
    return {"call_id": route.opportunity_id, "kind": route.kind.value}


def _nominator(one: Nominator) -> Values:
    return {"call_id": one.route.opportunity_id, "nominator_id": one.id}


def _of_first_score(demo: Demo) -> list[ExchangeNomination]:
    """The nominations of whose student the demo's first score is."""
    first = demo.rows[LanguageScore][0]
    return [n for n in demo.rows[ExchangeNomination] if n.person_id == first.person_id]


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
    ("tracking", "call_id"): Named(Demo.tracked, lambda c: {"call_id": c.id}),
    ("courses", "call_id"): Named(Demo.selective, lambda c: {"call_id": c.id}),
    ("courses", "call_id", "key"): Named(Demo.selective, lambda c: {"call_id": c.id, "key": "new"}),
    ("courses", "call_id", "key", "section"): Named(
        lambda demo: demo.sections_of(demo.selective()),
        lambda s: {"call_id": s.call.id, "section": s.key, "key": "new"},
    ),
    ("courses", "application_id", "run_id"): Named(
        Demo.applied_for_dates, lambda a: {"run_id": a.opportunity_id, "application_id": a.id}
    ),
    ("facilities", "call_id"): Named(Demo.facilities, lambda f: {"call_id": f.id}),
    ("facilities", "call_id", "key"): Named(
        Demo.facilities, lambda f: {"call_id": f.id, "key": "new"}
    ),
    ("facilities", "call_id", "key", "section"): Named(
        lambda demo: demo.sections_of(demo.facilities()),
        lambda s: {"call_id": s.call.id, "section": s.key, "key": "new"},
    ),
    ("facility_id",): Named(Demo.facilities, lambda f: {"facility_id": f.id}),
    ("facility_id", "locale"): Named(
        Demo.facilities, lambda f: {"facility_id": f.id, "locale": "en"}
    ),
    ("application_id", "facility_id"): Named(
        Demo.applied_for_use,
        lambda a: {"facility_id": a.opportunity_id, "application_id": a.id},
    ),
    ("facilities", "grant_id"): Named(_all(FacilityGrant), lambda g: {"grant_id": g.id}),
    ("visits", "application_id"): Named(
        Demo.applied_for_groups, lambda a: {"application_id": a.id}
    ),
    ("visits", "call_id"): Named(Demo.visit_calls, lambda c: {"call_id": c.id}),
    ("visits", "call_id", "locale"): Named(
        Demo.visit_calls, lambda c: {"call_id": c.id, "locale": "en"}
    ),
    ("visits", "call_id", "key"): Named(
        Demo.visit_calls, lambda c: {"call_id": c.id, "key": "new"}
    ),
    ("visits", "call_id", "key", "section"): Named(
        lambda demo: demo.sections_of(demo.visit_calls()),
        lambda s: {"call_id": s.call.id, "section": s.key, "key": "new"},
    ),
    ("visits", "group_id"): Named(_all(VisitGroup), lambda g: {"group_id": g.id}),
    ("visits", "person_id"): Named(_all(VisitPerson), lambda p: {"person_id": p.id}),
    ("visits", "group_id", "person_id"): Named(
        Demo.groups_of_guests, lambda g: {"group_id": g.id, "person_id": g.people[0].id}
    ),
    ("visits", "ref"): Named(Demo.visit_calls, lambda c: {"ref": c.ref}),
    ("facilities", "ref"): Named(Demo.facilities, lambda f: {"ref": f.ref}),
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
    ("import_id",): Named(_all(CourseImport), lambda i: {"import_id": i.id}),
    ("mobility", "kind"): Named(lambda _demo: [None], lambda _one: {"kind": "csv"}),
    ("courses", "kind"): Named(lambda _demo: [None], lambda _one: {"kind": "csv"}),
    ("course_id", "locale"): Named(_all(Course), lambda c: {"course_id": c.id, "locale": "en"}),
    ("run_id",): Named(Demo.runs, lambda r: {"run_id": r.id}),
    ("feedback_id",): Named(_all(Feedback), lambda f: {"feedback_id": f.id}),
    ("material_id",): Named(_all(Material), lambda m: {"material_id": m.id}),
    ("material_id", "run_id"): Named(
        _all(Material), lambda m: {"run_id": m.run_id, "material_id": m.id}
    ),
    ("courses", "application_id"): Named(
        Demo.applied_with_employers, lambda a: {"application_id": a.id}
    ),
    ("question_id",): Named(_all(PostQuestion), lambda q: {"question_id": q.id}),
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
    ("grant_id", "opportunity_id"): Named(
        _of_opportunity, lambda g: {"opportunity_id": g.scope_id, "grant_id": g.id}
    ),
    ("message_id",): Named(_all(OutboxMessage), lambda m: {"message_id": m.id}),
    ("fellowships", "ref"): Named(Demo.calls, lambda c: {"ref": c.ref}),
    ("organisations", "ref"): Named(_all(Organisation), lambda o: {"ref": o.ref}),
    ("public", "ref"): Named(_all(Organisation), lambda o: {"ref": o.ref}),
    ("public", "locale", "ref"): Named(
        _all(Organisation), lambda o: {"locale": "km", "ref": o.ref}
    ),
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
    ("call_id", "kind"): Named(lambda demo: demo.ways(Call), _way),
    ("courses", "call_id", "kind"): Named(lambda demo: demo.ways(CourseRun), _way),
    ("nominator_id",): Named(_all(Nominator), lambda n: {"nominator_id": n.id}),
    ("call_id", "nominator_id"): Named(lambda demo: demo.nominators(Call), _nominator),
    ("courses", "call_id", "nominator_id"): Named(
        lambda demo: demo.nominators(CourseRun), _nominator
    ),
    ("key",): Named(_all(Upload), lambda u: {"key": u.key}),
    ("session_id",): Named(_all(SessionRow), lambda s: {"session_id": s.id}),
    ("agreement_id",): Named(_all(Agreement), lambda a: {"agreement_id": a.id}),
    ("entry_id",): Named(_all(BalanceEntry), lambda e: {"entry_id": e.id}),
    ("university_id",): Named(Demo.universities, lambda u: {"university_id": u.id}),
    ("university",): Named(Demo.universities, lambda u: {"university": u.ref}),
    ("posting_id",): Named(Demo.postings, lambda p: {"posting_id": p.id}),
    ("locale", "posting_id"): Named(Demo.postings, lambda p: {"posting_id": p.id, "locale": "en"}),
    ("list_id",): Named(_all(NominationList), lambda one: {"list_id": one.id}),
    ("choices_id",): Named(_all(ChoicesOfYear), lambda c: {"choices_id": c.id}),
    ("choices_id", "posting_id"): Named(
        _all(ChoicesOfYear),
        lambda c: {"choices_id": c.id, "posting_id": c.choices[0].posting_id},
    ),
    ("stay_id",): Named(_all(Stay), lambda s: {"stay_id": s.id}),
    ("preparation_id",): Named(_all(Preparation), lambda p: {"preparation_id": p.id}),
    ("change_id",): Named(_all(StayChange), lambda c: {"change_id": c.id}),
    ("report_id",): Named(_all(StayReport), lambda r: {"report_id": r.id}),
    ("transcript_id",): Named(_all(Transcript), lambda t: {"transcript_id": t.id}),
    ("line_id", "transcript_id"): Named(
        _all(Transcript), lambda t: {"transcript_id": t.id, "line_id": t.lines[0].id}
    ),
    ("recognition_id",): Named(_all(Recognition), lambda r: {"recognition_id": r.id}),
    ("line_id", "recognition_id"): Named(
        _all(Recognition),
        lambda r: {"recognition_id": r.id, "line_id": r.transcript.lines[0].id},
    ),
    ("learning", "agreement_id"): Named(_all(LearningAgreement), lambda a: {"agreement_id": a.id}),
    ("agreement_id", "number"): Named(
        _all(LearningAgreement), lambda a: {"agreement_id": a.id, "number": 1}
    ),
    ("agreement_id", "message_id"): Named(
        lambda demo: demo.rows[LearningAgreement][:1],
        lambda a: {"agreement_id": a.id, "message_id": 1},
    ),
    ("nomination_id",): Named(_all(ExchangeNomination), lambda n: {"nomination_id": n.id}),
    ("exchanges", "ref"): Named(Demo.postings, lambda p: {"ref": p.ref}),
    ("kind", "term_id"): Named(_all(AcademicTerm), lambda t: {"term_id": t.id, "kind": "csv"}),
    ("term_id",): Named(_all(AcademicTerm), lambda t: {"term_id": t.id}),
    ("host_course_id",): Named(_all(HostCourse), lambda c: {"host_course_id": c.id}),
    ("contact_id",): Named(_all(ExchangeContact), lambda c: {"contact_id": c.id}),
    ("score_id",): Named(_all(LanguageScore), lambda s: {"score_id": s.id}),
    ("nomination_id", "number", "side"): Named(
        _all(ExchangeNomination), lambda n: {"nomination_id": n.id, "number": 1, "side": "host"}
    ),
    ("nomination_id", "score_id"): Named(
        _of_first_score, lambda n: {"nomination_id": n.id, "score_id": 1}
    ),
    ("projects", "ref"): Named(_all(Project), lambda p: {"ref": p.ref}),
    ("project_id",): Named(_all(Project), lambda p: {"project_id": p.id}),
    ("locale", "project_id"): Named(_all(Project), lambda p: {"project_id": p.id, "locale": "en"}),
    ("body_id",): Named(Demo.leaders, lambda o: {"body_id": o.id}),
    ("partner_id",): Named(_all(ProjectPartner), lambda p: {"partner_id": p.id}),
    ("partner_id", "project_id"): Named(
        _all(ProjectPartner), lambda p: {"project_id": p.project_id, "partner_id": p.id}
    ),
    ("working_groups", "ref"): Named(_all(WorkingGroup), lambda g: {"ref": g.ref}),
    ("group_id",): Named(_all(WorkingGroup), lambda g: {"group_id": g.id}),
    ("group_id", "locale"): Named(_all(WorkingGroup), lambda g: {"group_id": g.id, "locale": "en"}),
    ("membership_id",): Named(_all(GroupMembership), lambda m: {"membership_id": m.id}),
    ("group_id", "membership_id"): Named(
        _all(GroupMembership), lambda m: {"group_id": m.group_id, "membership_id": m.id}
    ),
    ("working_groups", "meeting_id"): Named(_all(GroupMeeting), lambda m: {"meeting_id": m.id}),
    ("working_groups", "document_id"): Named(_all(GroupDocument), lambda d: {"document_id": d.id}),
    ("document_ref",): Named(_all(GroupDocument), lambda d: {"document_ref": d.ref}),
    ("document_ref", "number"): Named(
        _all(GroupDocument), lambda d: {"document_ref": d.ref, "number": 1}
    ),
    ("comment_id",): Named(_all(GroupComment), lambda c: {"comment_id": c.id}),
    ("export_id",): Named(_all(Export), lambda e: {"export_id": e.id}),
    ("call_id", "pair_id"): Named(
        _all(Likeness), lambda p: {"call_id": p.first_call_id, "pair_id": p.id}
    ),
    ("call_id", "slot_id"): Named(
        Demo.slots_that_offices_know,
        lambda s: {"call_id": s.application.opportunity_id, "slot_id": s.id},
    ),
    ("document_id",): Named(Demo.documents_for_readers, lambda d: {"document_id": d.id}),
    ("certificate_id",): Named(_all(Certificate), lambda c: {"certificate_id": c.id}),
    ("batch_id",): Named(_all(CertificateBatch), lambda b: {"batch_id": b.id}),
    ("issuer_id",): Named(lambda demo: demo.issuers, lambda o: {"issuer_id": o.id}),
    ("verify", "ref"): Named(_all(Organisation), lambda o: {"ref": o.ref}),
    ("thumbprint",): Named(lambda _demo: ["no-key-of-ours"], lambda t: {"thumbprint": t}),
    ("face",): Named(lambda _demo: list(Face), lambda f: {"face": f.value}),
    # A token that nobody was sent.
    ("secret",): Named(lambda _demo: ["an-address-that-nobody-was-shown"], lambda s: {"secret": s}),
    ("token",): Named(lambda _demo: ["a-token-that-nobody-was-sent"], lambda t: {"token": t}),
    (): Named(lambda _demo: [], lambda _nothing: {}),
}


def named_by(rule: Rule) -> Named | None:
    """What the address of this route names; None when the table has no case for it."""
    arguments = tuple(sorted(rule.arguments))
    return NAMED.get((rule.endpoint.split(".")[0], *arguments)) or NAMED.get(arguments)
