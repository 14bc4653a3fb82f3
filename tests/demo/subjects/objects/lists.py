"""The demo's objects by what lists and addresses ask of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from app.applications.models import (
    Application,
    ApplicationTag,
    ChangeRequest,
    Document,
    DocumentSlot,
    Letter,
    LetterTerms,
    Nominator,
    Route,
    UploadGrace,
)
from app.applications.queries import form_of
from app.courses.models import (
    Course,
    CourseRun,
)
from app.exchanges.models import (
    AcademicTerm,
    Posting,
)
from app.facilities.models import Facility
from app.fellowships.models import Call
from app.files.states import APART
from app.opportunities.models import FormVersion, Opportunity
from app.organisations.models import Organisation
from app.placements.models import PlacementRound
from app.projects.models import Project
from app.reviews.models import Review
from app.research_stays.models import ResearchStayCall
from app.visits.models import VisitCall, VisitGroup
from tests.demo.subjects.objects.composed import InRound, OfReview, Question, SectionOfForm


@dataclass
class Lists:
    """The rows that were loaded, and what of them is of one kind."""

    rows: dict[type, list[Any]] = field(default_factory=dict)
    by_id: dict[type, dict[int, Any]] = field(default_factory=dict)
    issuers: list[Organisation] = field(default_factory=list)
    """The centres that have staff here, whom certificates are issued by."""

    def calls(self) -> list[Call]:
        return [row for row in self.rows[Opportunity] if isinstance(row, Call)]

    def runs(self) -> list[CourseRun]:
        return [row for row in self.rows[Opportunity] if isinstance(row, CourseRun)]

    def selective(self) -> list[CourseRun]:
        """The dates that people apply for."""
        return [run for run in self.runs() if run.takes_applications]

    def tracked(self) -> list[Opportunity]:
        return [
            *self.calls(),
            *self.selective(),
            *self.facilities(),
            *self.visit_calls(),
            *self.stay_calls(),
        ]

    def stay_calls(self) -> list[ResearchStayCall]:
        return [row for row in self.rows[Opportunity] if isinstance(row, ResearchStayCall)]

    def applied_for_stays(self) -> list[Application]:
        calls = {call.id for call in self.stay_calls()}
        return [a for a in self.rows[Application] if a.opportunity_id in calls]

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
