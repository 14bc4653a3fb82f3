"""Screening, shortlisting and passing over: who may, from where, and what the applicant is told."""

import pytest
from jinja2 import Environment, FileSystemLoader
from sqlalchemy import select

from app.applications import queries
from app.applications.models import Application, ApplicationCount
from app.applications.operations import (
    Decision,
    decide_together,
    fail_screening,
    pass_over,
    pass_screening,
    recount,
    shortlist,
    unlist,
)
from app.applications.operations.screening import MOVES
from app.applications.states import REASONS, ApplicationState, ScreeningReason
from app.audit.models import AuditEntry
from app.foundation.actors import SYSTEM, Role, Scope
from app.foundation.errors import NotFound, NotPermitted, RuleBroken
from app.foundation.work import unit_of_work
from app.notifications.models import OutboxMessage
from app.notifications.rendering import TEMPLATES, Letterhead, render
from tests import make

S = ApplicationState
VERBS = {
    Decision.ELIGIBLE: pass_screening,
    Decision.NOT_ELIGIBLE: lambda w, a: fail_screening(w, a, reason=ScreeningReason.DEGREE),
    Decision.SHORTLIST: shortlist,
    Decision.UNLIST: unlist,
    Decision.NOT_SELECTED: pass_over,
}


@pytest.fixture
def call(session):
    return make.call()


@pytest.fixture
def manager(call):
    return make.grant(make.person(), Role.MANAGER, Scope.PROGRAMME, call.programme_id)


def find(work, application_id):
    query = queries.applications_visible_to(work.actor)
    return work.find(query.where(Application.id == application_id))


def read(session, application_id):
    session.remove()
    return session.get(Application, application_id)


def counts(session, call_id):
    session.rollback()
    query = select(
        ApplicationCount.country_code, ApplicationCount.state, ApplicationCount.number
    ).where(ApplicationCount.opportunity_id == call_id, ApplicationCount.number > 0)
    return {(code, state): number for code, state, number in session.execute(query)}


@pytest.mark.parametrize("state", [s for s in S if s is not S.DRAFT], ids=lambda s: s.value)
@pytest.mark.parametrize("decision", Decision, ids=lambda d: d.value)
def test_each_decision_is_possible_from_its_states_only(
    session, call, manager, decision, state
) -> None:
    application_id = make.application(call, state=state).id
    actor = make.actor(manager)
    if state in MOVES[decision].sources:
        with unit_of_work(actor) as work:
            VERBS[decision](work, find(work, application_id))
        assert read(session, application_id).state is MOVES[decision].target
        return
    with pytest.raises(RuleBroken, match="in the state"), unit_of_work(actor) as work:
        VERBS[decision](work, find(work, application_id))
    assert read(session, application_id).state is state


@pytest.mark.parametrize("decision", Decision, ids=lambda d: d.value)
def test_only_managers_of_the_programme_decide(session, call, manager, decision) -> None:
    state = min(MOVES[decision].sources)
    application_id = make.application(call, state=state).id
    approver = make.grant(make.person(), Role.APPROVER, Scope.PROGRAMME, call.programme_id)
    secretariat = make.grant(make.person(), Role.SECRETARIAT)
    elsewhere = make.grant(make.person(), Role.MANAGER, Scope.PROGRAMME, make.programme().id)
    reviewer = make.grant(make.person(), Role.REVIEWER, Scope.OPPORTUNITY, call.id)
    tried = [
        (make.actor(approver), NotPermitted),
        (make.actor(secretariat), NotPermitted),
        (make.actor(elsewhere), NotFound),
        (make.actor(reviewer), NotFound),
    ]
    for actor, refusal in tried:
        with pytest.raises(refusal), unit_of_work(actor) as work:
            VERBS[decision](work, find(work, application_id))


@pytest.mark.parametrize("decision", Decision, ids=lambda d: d.value)
def test_nobody_decides_about_their_own_application(session, call, manager, decision) -> None:
    state = min(MOVES[decision].sources)
    application_id = make.application(call, manager, state=state).id
    with pytest.raises(NotPermitted), unit_of_work(make.actor(manager)) as work:
        VERBS[decision](work, find(work, application_id))


def test_who_is_not_eligible_is_told_why_and_told_again_when_that_changes(
    session, call, manager
) -> None:
    applicant = make.person(email="sopheap@example.org")
    application_id = make.application(call, applicant, state=S.SUBMITTED).id
    actor = make.actor(manager)
    with unit_of_work(actor) as work:
        reason = ScreeningReason.LANGUAGE
        fail_screening(work, find(work, application_id), reason=reason, note="B2 is asked for.")
    with unit_of_work(actor) as work:
        pass_screening(work, find(work, application_id), note="The certificate was there.")

    told = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
    head = Letterhead("Lontar", "https://lontar.example")
    first, second = (render(head, m.kind, m.values, "en", None) for m in told)
    assert [m.address for m in told] == ["sopheap@example.org"] * 2
    assert "language level" in first.text
    assert "B2 is asked for." in first.html
    assert "eligible after all" in second.subject
    found = session.get(Application, application_id)
    assert (found.screening_reason, found.screening_note) == ("", "The certificate was there.")
    verbs = session.scalars(select(AuditEntry.verb).order_by(AuditEntry.id)).all()
    assert verbs == ["application.found not eligible", "application.found eligible"]


def test_another_reason_needs_words(session, call, manager) -> None:
    application_id = make.application(call, state=S.SUBMITTED).id
    with (
        pytest.raises(RuleBroken, match="Write the reason"),
        unit_of_work(make.actor(manager)) as w,
    ):
        fail_screening(w, find(w, application_id), reason=ScreeningReason.OTHER)


def test_pages_and_letters_give_the_same_reasons(app) -> None:
    env = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=False)  # noqa: S701
    env.globals["_"] = lambda text: text
    said = env.get_template("parts/screening.html").module.reason
    for reason in ScreeningReason:
        if reason is not ScreeningReason.OTHER:
            assert said(reason.value).strip() == str(REASONS[reason])


def test_an_application_that_is_being_read_is_not_passed_over(session, call, manager) -> None:
    application_id = make.application(
        call, state=S.IN_REVIEW, reviews_wanted=2, reviews_assigned=2, reviews_done=1
    ).id
    with (
        pytest.raises(RuleBroken, match="still being read"),
        unit_of_work(make.actor(manager)) as w,
    ):
        pass_over(w, find(w, application_id))


def together(actor, ids, decision, **values):
    with unit_of_work(actor) as work:
        found = [find(work, i) for i in ids]
        decide_together(work, found, decision, **values)


def test_several_are_decided_about_together_or_not_at_all(session, call, manager) -> None:
    good = [make.application(call, state=S.IN_REVIEW).id for _ in range(3)]
    late = make.application(call, state=S.WITHDRAWN)
    late_id, ref, call_id, actor = late.id, late.ref, call.id, make.actor(manager)
    before = counts(session, call_id)
    with pytest.raises(RuleBroken, match=ref):
        together(actor, [*good, late_id], Decision.SHORTLIST, count=4)
    assert counts(session, call_id) == before

    together(actor, good, Decision.SHORTLIST, count=3)
    assert counts(session, call_id)["", "shortlisted"] == 3
    assert counts(session, call_id)["KH", "shortlisted"] == 3


@pytest.mark.parametrize("count", [None, 0, 2, 4])
def test_the_number_must_be_typed_rightly(session, call, manager, count) -> None:
    ids = [make.application(call, state=S.IN_REVIEW).id for _ in range(3)]
    with pytest.raises(RuleBroken, match="3 applications"):
        together(make.actor(manager), ids, Decision.SHORTLIST, count=count)


def test_kept_counts_are_what_a_recount_finds(session, call, manager) -> None:
    for state in (S.DRAFT, S.SUBMITTED, S.SUBMITTED, S.ELIGIBLE, S.WITHDRAWN):
        make.application(call, make.person(nationality="VN"), state=state)
    application_id = make.application(call, state=S.SUBMITTED).id
    call_id = call.id
    with unit_of_work(make.actor(manager)) as work:
        pass_screening(work, find(work, application_id))
    kept = counts(session, call_id)
    assert kept["KH", "eligible"] == 1
    assert kept["VN", "submitted"] == 2
    assert ("VN", "draft") not in kept
    with unit_of_work(SYSTEM) as work:
        recount(work, call_id)
    assert counts(session, call_id) == kept
