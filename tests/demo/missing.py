"""Pages that a state, not a person, lacks: the policy allows, and there is nothing (yet)."""

from typing import Any

from app.applications.models import (
    Application,
    Export,
    ReferenceRequest,
)
from app.applications.states import ExportState
from app.certificates.models import Certificate
from app.courses.models import (
    Course,
    CourseRun,
    Enrolment,
    Feedback,
    PostTerms,
)
from app.invitations.models import Invitation
from app.opportunities.models import Opportunity
from app.opportunities.states import Kind
from tests.demo.subjects import (
    Demo,
)


def _submitted(_demo: Demo, one: Any) -> bool:
    return one.submitted_at is not None


def _published(demo: Demo, one: Any) -> bool:
    call = demo.part(one, Opportunity)
    return call.published_at is not None and call.state != "cancelled"


def _ready(_demo: Demo, one: Export) -> bool:
    return one.state is ExportState.READY


def _asks_for_letters(demo: Demo, one: Any) -> bool:
    return demo.asks_for_letters(demo.part(one, Opportunity).id)


def _came_as_a_file(_demo: Demo, one: ReferenceRequest) -> bool:
    return one.letter is not None and one.letter.file is not None


def _has_a_form(demo: Demo, one: Any) -> bool:
    return demo.has_a_form(demo.part(one, Opportunity).id)


def _may_choose_its_way(demo: Demo, one: Any) -> bool:
    return one.state == "draft" and demo.part(one, Opportunity).programme_id is not None


def _is_read(_demo: Demo, one: Course) -> bool:
    return one.published_number is not None


def _is_asked(demo: Demo, one: Enrolment) -> bool:
    return any(feedback.run_id == one.run_id for feedback in demo.rows[Feedback])


def _asks_about_posts(demo: Demo, run: CourseRun) -> bool:
    return any(terms.run_id == run.id for terms in demo.rows[PostTerms])


def _takes_applications(_demo: Demo, run: CourseRun) -> bool:
    return run.takes_applications


def _in_a_published_call(demo: Demo, one: Any) -> bool:
    return demo.part(one, Opportunity).published_at is not None


def _still_holds(_demo: Demo, one: Certificate) -> bool:
    return one.revoked_at is None


def _asks_for_a_stay(demo: Demo, one: Application) -> bool:
    return demo.part(one, Opportunity).kind is Kind.RESEARCH_STAY


def _is_invited(demo: Demo, one: Application) -> bool:
    answers = [i for i in demo.rows[Invitation] if i.application_id == one.id]
    return any(i.sent_at is not None for i in answers)


IS_THERE = {
    "certificates.paper": _still_holds,
    "courses.my_feedback": _is_asked,
    "courses.answer_feedback": _is_asked,
    "courses.adopt": _is_read,
    "courses.posts": _asks_about_posts,
    "courses.posts_file": _asks_about_posts,
    "courses.return_terms": _takes_applications,
    "courses.save_return_terms": _takes_applications,
    "courses.adopt_it": _is_read,
    "ways.way": _may_choose_its_way,
    "ways.choose": _may_choose_its_way,
    "nominations.people": _in_a_published_call,
    "nominations.order": _in_a_published_call,
    "applications.receipt": _submitted,
    "applications.answers": _submitted,
    "applications.deadline": lambda demo, one: demo.part(one, Opportunity).closes_at is not None,
    "exports.file": _ready,
    "working_groups.document": lambda _demo, one: bool(one.versions),
    "recognition.exported": lambda _demo, one: one.state != "draft",
    "recognition.printed": lambda _demo, one: one.state != "draft",
    "recognition.line": lambda _demo, one: one.state == "draft",
    "recognition.new_line": lambda _demo, one: one.state == "draft",
    "recognition.outcome": lambda _demo, one: one.state == "waiting",
    "invitations.request_": _asks_for_a_stay,
    "invitations.invite": _asks_for_a_stay,
    "invitations.of_application": _is_invited,
    "invitations.letter": lambda _demo, one: one.sent_at is not None,
    "invitations.scan": lambda _demo, one: any(
        answer.file_id for letter in one.letters for answer in letter.answers
    ),
    "mobility.scan": lambda _demo, one: one.letters[0].answer_file_id is not None,
    "mobility.acceptance": lambda _demo, one: one.state == "verified",
    "fellowships.arrange": lambda demo, call: bool(demo.first_section(call)),
    "fellowships.printed_form": _has_a_form,
    "courses.printed_form": _has_a_form,
    "facilities.printed_form": _has_a_form,
    "research_stays.printed_form": _has_a_form,
    "grace.receipt": Demo.has_a_grace,
    "letters.ask": _asks_for_letters,
    "letters.file": _came_as_a_file,
    "letters.people": _asks_for_letters,
    "posted.file": _came_as_a_file,
    "posted.letters": _asks_for_letters,
    "placements.before_opening": _published,
    "placements.open_": _published,
}
