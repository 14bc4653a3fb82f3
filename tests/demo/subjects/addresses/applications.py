"""What addresses of applications name: their documents, letters, reviews, cases and offers."""

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
    SavedView,
)
from app.applications.queries import form_of
from app.fellowships.models import Call
from app.placements.models import Offer, PlacementRound
from app.reviews.models import Review
from tests.demo.subjects.addresses.naming import Named, NamedByArguments, all_of, nominator
from tests.demo.subjects.objects import Demo


def _section(application: Application) -> str:
    return form_of(application).sections[0].key


NAMED: NamedByArguments = {
    ("application_id",): Named(all_of(Application), lambda a: {"application_id": a.id}),
    ("application_id", "section_key"): Named(
        all_of(Application), lambda a: {"application_id": a.id, "section_key": _section(a)}
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
    ("tracking", "call_id"): Named(Demo.tracked, lambda c: {"call_id": c.id}),
    ("application_id", "call_id", "tag_id"): Named(
        Demo.tags_on,
        lambda t: {
            "call_id": t.application.opportunity_id,
            "application_id": t.application.id,
            "tag_id": t.key,
        },
    ),
    ("application_id", "call_id", "note_id"): Named(
        all_of(CaseNote),
        lambda n: {
            "call_id": n.application.opportunity_id,
            "application_id": n.application_id,
            "note_id": n.id,
        },
    ),
    ("application_id", "call_id", "task_id"): Named(
        all_of(CaseTask),
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
        all_of(SavedView), lambda v: {"call_id": v.opportunity_id, "view_id": v.id}
    ),
    ("application_id", "call_id"): Named(
        all_of(Application), lambda a: {"call_id": a.opportunity_id, "application_id": a.id}
    ),
    ("application_id", "call_id", "review_id"): Named(
        all_of(Review),
        lambda r: {
            "call_id": r.opportunity_id,
            "application_id": r.application_id,
            "review_id": r.id,
        },
    ),
    ("offer_id",): Named(all_of(Offer), lambda o: {"offer_id": o.id}),
    ("round_id",): Named(all_of(PlacementRound), lambda r: {"round_id": r.id}),
    ("application_id", "round_id"): Named(
        Demo.people_in_rounds,
        lambda p: {"round_id": p.round.id, "application_id": p.application.id},
    ),
    ("review_id",): Named(all_of(Review), lambda r: {"review_id": r.id}),
    ("document_id", "review_id"): Named(
        Demo.documents_of_reviews,
        lambda d: {"review_id": d.review.id, "document_id": d.read.id},
    ),
    ("letter_id", "review_id"): Named(
        Demo.letters_of_reviews,
        lambda d: {"review_id": d.review.id, "letter_id": d.read.id},
    ),
    ("application_id", "request_id"): Named(
        all_of(ReferenceRequest),
        lambda r: {"application_id": r.application_id, "request_id": r.id},
    ),
    ("application_id", "call_id", "request_id"): Named(
        all_of(ReferenceRequest),
        lambda r: {
            "call_id": r.application.opportunity_id,
            "application_id": r.application_id,
            "request_id": r.id,
        },
    ),
    ("changes", "application_id", "call_id", "request_id"): Named(
        all_of(ChangeRequest),
        lambda r: {
            "call_id": r.application.opportunity_id,
            "application_id": r.application_id,
            "request_id": r.id,
        },
    ),
    ("exceptions", "application_id"): Named(
        all_of(Application), lambda a: {"application_id": a.id}
    ),
    ("exceptions_office", "application_id", "call_id"): Named(
        all_of(EligibilityException),
        lambda e: {"call_id": e.application.opportunity_id, "application_id": e.application_id},
    ),
    ("appealing", "application_id"): Named(
        all_of(Appeal), lambda a: {"application_id": a.application_id}
    ),
    ("appeals", "application_id", "call_id"): Named(
        all_of(Appeal),
        lambda a: {"call_id": a.application.opportunity_id, "application_id": a.application_id},
    ),
    ("changing", "application_id", "request_id"): Named(
        all_of(ChangeRequest), lambda r: {"application_id": r.application_id, "request_id": r.id}
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
    ("nominator_id",): Named(all_of(Nominator), lambda n: {"nominator_id": n.id}),
    ("call_id", "nominator_id"): Named(lambda demo: demo.nominators(Call), nominator),
    ("export_id",): Named(all_of(Export), lambda e: {"export_id": e.id}),
    ("call_id", "pair_id"): Named(
        all_of(Likeness), lambda p: {"call_id": p.first_call_id, "pair_id": p.id}
    ),
    ("call_id", "slot_id"): Named(
        Demo.slots_that_offices_know,
        lambda s: {"call_id": s.application.opportunity_id, "slot_id": s.id},
    ),
    ("document_id",): Named(Demo.documents_for_readers, lambda d: {"document_id": d.id}),
}
