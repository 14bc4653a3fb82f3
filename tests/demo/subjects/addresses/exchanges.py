"""What addresses of exchanges name, from the agreement to recognition."""

from app.exchanges.models import (
    AcademicTerm,
    Agreement,
    BalanceEntry,
    ExchangeContact,
    HostCourse,
    LanguageScore,
)
from app.learning.models import LearningAgreement
from app.mobility.models import ChoicesOfYear, ExchangeNomination, NominationList
from app.recognition.models import Recognition, Transcript
from app.stays.models import Preparation, Stay, StayChange, StayReport
from tests.demo.subjects.addresses.naming import Named, NamedByArguments, all_of
from tests.demo.subjects.objects import Demo


def _of_first_score(demo: Demo) -> list[ExchangeNomination]:
    """The nominations of whose student the demo's first score is."""
    first = demo.rows[LanguageScore][0]
    return [n for n in demo.rows[ExchangeNomination] if n.person_id == first.person_id]


NAMED: NamedByArguments = {
    ("mobility", "kind"): Named(lambda _demo: [None], lambda _one: {"kind": "csv"}),
    ("agreement_id",): Named(all_of(Agreement), lambda a: {"agreement_id": a.id}),
    ("entry_id",): Named(all_of(BalanceEntry), lambda e: {"entry_id": e.id}),
    ("university_id",): Named(Demo.universities, lambda u: {"university_id": u.id}),
    ("university",): Named(Demo.universities, lambda u: {"university": u.ref}),
    ("posting_id",): Named(Demo.postings, lambda p: {"posting_id": p.id}),
    ("locale", "posting_id"): Named(Demo.postings, lambda p: {"posting_id": p.id, "locale": "en"}),
    ("list_id",): Named(all_of(NominationList), lambda one: {"list_id": one.id}),
    ("choices_id",): Named(all_of(ChoicesOfYear), lambda c: {"choices_id": c.id}),
    ("choices_id", "posting_id"): Named(
        all_of(ChoicesOfYear),
        lambda c: {"choices_id": c.id, "posting_id": c.choices[0].posting_id},
    ),
    ("stay_id",): Named(all_of(Stay), lambda s: {"stay_id": s.id}),
    ("preparation_id",): Named(all_of(Preparation), lambda p: {"preparation_id": p.id}),
    ("change_id",): Named(all_of(StayChange), lambda c: {"change_id": c.id}),
    ("file_id", "report_id"): Named(
        lambda demo: [one for one in demo.rows[StayReport] if one.files],
        lambda r: {"report_id": r.id, "file_id": r.files[0].id},
    ),
    ("report_id",): Named(all_of(StayReport), lambda r: {"report_id": r.id}),
    ("transcript_id",): Named(all_of(Transcript), lambda t: {"transcript_id": t.id}),
    ("line_id", "transcript_id"): Named(
        all_of(Transcript), lambda t: {"transcript_id": t.id, "line_id": t.lines[0].id}
    ),
    ("recognition_id",): Named(all_of(Recognition), lambda r: {"recognition_id": r.id}),
    ("line_id", "recognition_id"): Named(
        all_of(Recognition),
        lambda r: {"recognition_id": r.id, "line_id": r.transcript.lines[0].id},
    ),
    ("learning", "agreement_id"): Named(
        all_of(LearningAgreement), lambda a: {"agreement_id": a.id}
    ),
    ("agreement_id", "number"): Named(
        all_of(LearningAgreement), lambda a: {"agreement_id": a.id, "number": 1}
    ),
    ("agreement_id", "message_id"): Named(
        lambda demo: demo.rows[LearningAgreement][:1],
        lambda a: {"agreement_id": a.id, "message_id": 1},
    ),
    ("nomination_id",): Named(all_of(ExchangeNomination), lambda n: {"nomination_id": n.id}),
    ("exchanges", "ref"): Named(Demo.postings, lambda p: {"ref": p.ref}),
    ("kind", "term_id"): Named(all_of(AcademicTerm), lambda t: {"term_id": t.id, "kind": "csv"}),
    ("term_id",): Named(all_of(AcademicTerm), lambda t: {"term_id": t.id}),
    ("host_course_id",): Named(all_of(HostCourse), lambda c: {"host_course_id": c.id}),
    ("contact_id",): Named(all_of(ExchangeContact), lambda c: {"contact_id": c.id}),
    ("score_id",): Named(all_of(LanguageScore), lambda s: {"score_id": s.id}),
    ("nomination_id", "number", "side"): Named(
        all_of(ExchangeNomination), lambda n: {"nomination_id": n.id, "number": 1, "side": "host"}
    ),
    ("nomination_id", "score_id"): Named(
        _of_first_score, lambda n: {"nomination_id": n.id, "score_id": 1}
    ),
}
