"""Agreements: what each side may do, what the database refuses, and many at the same moment."""

from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.exchanges import operations as office
from app.exchanges import terms
from app.exchanges.models import Agreement
from app.exchanges.queries import (
    agreements_visible_to,
    approvals_of,
    latest,
    revision_of,
    terms_of,
)
from app.exchanges.states import AgreementState
from app.foundation.actors import VISITOR, Role
from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile, NotFound, NotPermitted, RuleBroken
from app.foundation.work import unit_of_work
from app.organisations.models import Organisation
from tests import make
from tests.exchanges.agreeing import (
    approving,
    as_it_is,
    found_by,
    going,
    proposed,
    revising,
    university,
)
from tests.racing import all_at_once, rounds


def ids(actor) -> list[int]:
    return list(db.session.scalars(agreements_visible_to(actor).with_only_columns(Agreement.id)))


def test_who_proposes_has_given_its_word_and_the_other_has_the_last(th, jp) -> None:
    agreement_id = proposed(th, jp)
    before = as_it_is(th, agreement_id)
    assert before.state is AgreementState.TALKED_ABOUT
    assert [a.side_id for a in latest(before).answers] == [th.id]
    approving(jp, agreement_id)
    after = as_it_is(th, agreement_id)
    assert (after.state, after.in_force_number) == (AgreementState.IN_FORCE, 1)


def test_the_one_in_force_stays_so_while_the_next_is_talked_about(th, jp) -> None:
    agreement_id = proposed(th, jp)
    approving(jp, agreement_id)
    revising(jp, agreement_id, [going(jp, th, places=9)])
    talked = as_it_is(th, agreement_id)
    assert (talked.latest_number, talked.in_force_number) == (2, 1)
    approving(th, agreement_id)
    assert as_it_is(th, agreement_id).in_force_number == 2


def test_a_revision_that_nobody_approved_is_followed_and_never_in_force(th, jp) -> None:
    agreement_id = proposed(th, jp)
    revising(jp, agreement_id, [going(jp, th)])
    agreement = as_it_is(th, agreement_id)
    assert agreement.in_force_number is None
    assert latest(agreement).side_id == jp.id
    approving(th, agreement_id)
    assert as_it_is(th, agreement_id).in_force_number == 2


def test_three_sides_all_have_to_agree(th, jp) -> None:
    vn = university("VN")
    agreement_id = proposed(th, jp, vn)
    approving(jp, agreement_id)
    assert as_it_is(th, agreement_id).in_force_number is None
    approving(vn, agreement_id)
    assert as_it_is(th, agreement_id).in_force_number == 1


def test_what_is_stored_is_what_was_written(th, jp) -> None:
    agreement_id = proposed(th, jp, language_level="B2")
    agreement = as_it_is(jp, agreement_id)
    said = terms_of(agreement, latest(agreement))
    assert said.fingerprint == latest(agreement).fingerprint
    assert set(said.conditions) == {
        going(th, jp, language_level="B2"),
        going(jp, th, language_level="B2"),
    }


def test_approving_what_was_not_shown_is_refused(th, jp) -> None:
    agreement_id = proposed(th, jp)
    revising(th, agreement_id, [going(th, jp, places=1)])
    with pytest.raises(ChangedMeanwhile):
        approving(jp, agreement_id, seen=1)
    with unit_of_work(jp.actor) as work, pytest.raises(ChangedMeanwhile):
        agreement, side = found_by(work, agreement_id)
        office.approve_revision(work, agreement, side, seen=2, fingerprint="0" * 64)


def test_a_word_is_given_once_and_declining_needs_words(th, jp) -> None:
    agreement_id = proposed(th, jp)
    with pytest.raises(RuleBroken):
        approving(th, agreement_id)

    def decline(comment: str) -> None:
        with unit_of_work(jp.actor, now=make.NOW) as work:
            agreement, side = found_by(work, agreement_id)
            office.decline_revision(work, agreement, side, seen=1, comment=comment)

    with pytest.raises(RuleBroken):
        decline("")
    decline("We can take two people only.")
    assert [a.comment for a in latest(as_it_is(th, agreement_id)).answers if not a.approves]
    approving(jp, agreement_id)
    with pytest.raises(RuleBroken):
        decline("We thought again.")


@pytest.mark.parametrize(
    "wrong",
    [
        lambda th, jp: [],
        lambda th, jp: [going(th, jp, places=0)],
        lambda th, jp: [going(th, th)],
        lambda th, jp: [going(th, jp), going(th, jp)],
        lambda th, jp: [going(th, jp, last_year=2026)],
        lambda th, jp: [replace(going(th, jp), target="somebody-else")],
        lambda th, jp: [going(th, jp), going(jp, th)],  # nothing is different
        lambda th, jp: [going(th, jp, places=n) for n in range(1, 102)],
    ],
)
def test_a_revision_that_cannot_be_is_refused_and_nothing_is_written(th, jp, wrong) -> None:
    agreement_id = proposed(th, jp)
    with pytest.raises(RuleBroken):
        revising(jp, agreement_id, wrong(th, jp))
    assert as_it_is(th, agreement_id).latest_number == 1


def test_an_agreement_is_proposed_once_to_somebody_else(th, jp) -> None:
    def propose(partners, key="one"):
        with unit_of_work(th.actor, now=make.NOW) as work:
            return office.propose_agreement(
                work,
                work.session.get_one(Organisation, th.id),
                partners=[work.session.get_one(Organisation, p.id) for p in partners],
                conditions=[going(th, jp)],
                request_key=key,
            ).id

    with pytest.raises(RuleBroken):
        propose([th])
    assert propose([jp]) == propose([jp])
    assert propose([jp], "two") != propose([jp])


def test_renewing_goes_on_with_what_ends_last(th, jp) -> None:
    agreement_id = proposed(th, jp)

    def renew(until: int) -> None:
        with unit_of_work(jp.actor, now=make.NOW) as work:
            agreement, side = found_by(work, agreement_id)
            office.renew_agreement(work, agreement, side, seen=agreement.latest_number, until=until)

    with pytest.raises(RuleBroken):
        renew(2032)  # nothing is in force yet
    approving(jp, agreement_id)
    with pytest.raises(RuleBroken):
        renew(2029)
    renew(2032)
    agreement = as_it_is(th, agreement_id)
    assert (agreement.in_force_number, agreement.latest_number) == (1, 2)
    assert terms_of(agreement, latest(agreement)).last_year == 2032
    with pytest.raises(RuleBroken):
        renew(2035)  # this one is talked about


def test_what_has_ended_is_not_spoken_of_any_more(th, jp) -> None:
    agreement_id = proposed(th, jp)

    def end(reason: str) -> None:
        with unit_of_work(jp.actor, now=make.NOW) as work:
            agreement, side = found_by(work, agreement_id)
            office.end_agreement(work, agreement, side, reason=reason)

    with pytest.raises(RuleBroken):
        end("")
    end("The department is closed.")
    assert as_it_is(th, agreement_id).state is AgreementState.ENDED
    for again in (lambda: end("Again."), lambda: approving(jp, agreement_id)):
        with pytest.raises(RuleBroken):
            again()


def test_a_university_sees_nothing_of_agreements_that_it_is_no_party_of(th, jp) -> None:
    vn = university("VN")
    theirs, ours = proposed(th, jp), proposed(jp, vn)
    assert ids(th.actor) == [theirs]
    assert ids(vn.actor) == [ours]
    assert sorted(ids(jp.actor)) == [theirs, ours]
    assert ids(VISITOR) == []
    assert ids(make.actor(make.person())) == []
    secretary = make.grant(make.person(), Role.SECRETARIAT)
    assert sorted(ids(make.actor(secretary))) == [theirs, ours]
    with pytest.raises(NotFound):
        approving(vn, theirs)


def test_nobody_speaks_for_another_university(th, jp) -> None:
    agreement_id = proposed(th, jp)
    secretary = make.actor(make.grant(make.person(), Role.SECRETARIAT))
    with unit_of_work(jp.actor) as work:
        agreement, mine = found_by(work, agreement_id)
        other = next(side for side in agreement.sides if side is not mine)
        with pytest.raises(NotPermitted):
            office.end_agreement(work, agreement, other, reason="Theirs.")
    with unit_of_work(secretary) as work, pytest.raises(NotPermitted):
        office.propose_agreement(
            work, work.session.get_one(Organisation, th.id), partners=[], conditions=[]
        )


IMPOSSIBLE = {
    "a revision is rewritten": "UPDATE agreement_revision SET note = 'other'",
    "a revision goes": "DELETE FROM agreement_revision",
    "a condition is rewritten": "UPDATE agreement_condition SET places = 99",
    "a condition goes": "DELETE FROM agreement_condition",
    "a condition comes later": (
        "INSERT INTO agreement_condition (agreement_id, revision_id, place, origin_id, target_id,"
        " places, months, first_year, last_year, fields, levels, language)"
        " SELECT agreement_id, revision_id, 9, origin_id, target_id, places, months, first_year,"
        " last_year, fields, levels, language FROM agreement_condition WHERE place = 1"
    ),
    "an answer is rewritten": "UPDATE agreement_answer SET comment = 'other'",
    "an answer goes": "DELETE FROM agreement_answer",
    "an answer to another content": (
        "INSERT INTO agreement_answer (agreement_id, revision_id, fingerprint, side_id, approves,"
        " comment, answered_at, answered_by_id)"
        f" SELECT a.agreement_id, a.revision_id, '{'0' * 64}', s.organisation_id, a.approves, '',"
        " a.answered_at, a.answered_by_id FROM agreement_answer a JOIN agreement_side s"
        " ON s.organisation_id <> a.side_id"
    ),
    "a second word of one side": (
        "INSERT INTO agreement_answer (agreement_id, revision_id, fingerprint, side_id, approves,"
        " comment, answered_at, answered_by_id) SELECT agreement_id, revision_id, fingerprint,"
        " side_id, approves, '', answered_at, answered_by_id FROM agreement_answer"
    ),
    "a word for a stranger": (
        "INSERT INTO agreement_answer (agreement_id, revision_id, fingerprint, side_id, approves,"
        " comment, answered_at, answered_by_id) SELECT agreement_id, revision_id, fingerprint,"
        " side_id + 1000, approves, '', answered_at, answered_by_id FROM agreement_answer"
    ),
    "a revision without conditions": (
        "INSERT INTO agreement_revision (agreement_id, number, fingerprint, size, note, side_id,"
        " written_at, written_by_id) SELECT agreement_id, 2, fingerprint, 0, '', side_id,"
        " written_at, written_by_id FROM agreement_revision"
    ),
    "in force without every word": ("UPDATE agreement SET state = 'in force', in_force_number = 1"),
    "in force by nothing": "UPDATE agreement SET state = 'in force'",
    "ended without a reason": "UPDATE agreement SET state = 'ended', ended_at = proposed_at",
}


@pytest.mark.parametrize("deed", IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_the_database_refuses_what_must_never_be(th, jp, deed) -> None:
    proposed(th, jp)
    db.session.rollback()
    with pytest.raises(DBAPIError):
        db.session.execute(text(deed))
    db.session.rollback()


def nothing_is_wrong(who, agreement_id: int) -> None:
    """What is kept for lists is what follows from the words that were given."""
    agreement = as_it_is(who, agreement_id)
    revisions = [revision_of(agreement, revision) for revision in agreement.revisions]
    agreed = terms.in_force(revisions, approvals_of(agreement))
    assert agreement.in_force_number == (agreed.number if agreed else None)
    assert [r.number for r in revisions] == list(range(1, agreement.latest_number + 1))
    for kept, said in zip(agreement.revisions, revisions, strict=True):
        assert kept.fingerprint == said.terms.fingerprint


@pytest.mark.race
def test_a_revision_is_approved_or_followed_and_no_word_is_for_another(app, th, jp) -> None:
    for number in rounds(4):
        agreement_id = proposed(th, jp)

        def approve(agreement_id=agreement_id):
            approving(jp, agreement_id, seen=1)
            return "approved"

        def revise(who, places, agreement_id=agreement_id):
            revising(who, agreement_id, [going(th, jp, places=places)], seen=1)
            return "revised"

        presses = [lambda n=n: revise((th, jp)[n % 2], n + 5) for n in range(4)]
        told = all_at_once(app, [*presses, *[approve] * 4])
        assert told["revised"] == 1, (number, told)
        assert told["approved"] <= 1
        agreement = as_it_is(th, agreement_id)
        assert agreement.in_force_number == (1 if told["approved"] else None)
        nothing_is_wrong(th, agreement_id)


@pytest.mark.race
def test_both_last_words_at_once_put_it_in_force_once(app, th, jp) -> None:
    vn = university("VN")
    for _round in rounds(4):
        agreement_id = proposed(th, jp, vn)
        presses = [
            lambda who=who, agreement_id=agreement_id: approving(who, agreement_id)
            for who in (jp, vn) * 4
        ]
        told = all_at_once(app, presses)
        assert told[None] == 2
        nothing_is_wrong(th, agreement_id)
        assert as_it_is(th, agreement_id).in_force_number == 1


@pytest.mark.race
def test_an_agreement_that_ends_is_not_renewed_and_one_that_is_renewed_ends_whole(
    app, th, jp
) -> None:
    for number in rounds(4):
        agreement_id = proposed(th, jp)
        approving(jp, agreement_id)

        def end(who, agreement_id=agreement_id):
            with unit_of_work(who.actor, now=make.NOW) as work:
                agreement, side = found_by(work, agreement_id)
                office.end_agreement(work, agreement, side, reason="It is not used.")
            return "ended"

        def renew(who, agreement_id=agreement_id):
            with unit_of_work(who.actor, now=make.NOW) as work:
                agreement, side = found_by(work, agreement_id)
                office.renew_agreement(work, agreement, side, seen=1, until=2033)
            return "renewed"

        def approve(who, agreement_id=agreement_id):
            approving(who, agreement_id, seen=2)
            return "approved"

        presses = [
            lambda do=do, who=who: do(who) for do in (renew, end, approve) for who in (th, jp)
        ]
        told = all_at_once(app, [*presses, *presses[:2]])
        assert told["ended"] == 1, (number, told)
        assert told["renewed"] <= 1
        assert told["approved"] <= told["renewed"]
        agreement = as_it_is(th, agreement_id)
        assert agreement.state is AgreementState.ENDED
        assert agreement.latest_number == 1 + told["renewed"]
        assert agreement.in_force_number == 1 + told["approved"]
        nothing_is_wrong(th, agreement_id)
