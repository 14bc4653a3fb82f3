"""An invitation is sent, accepted, agreed to, declined, changed and ended: who may, and what holds."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DBAPIError

from app.accounts.models import RoleGrant
from app.audit.models import AuditEntry
from app.audit.sentences import sentence
from app.files.signed import Signed
from app.files.states import Way
from app.foundation.actors import Role, Scope
from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile, NoLonger, NotFound, NotPermitted, RuleBroken
from app.foundation.work import unit_of_work
from app.invitations import operations as verbs
from app.invitations import policy, queries
from app.invitations.contents import differences, fingerprint
from app.invitations.models import (
    Invitation,
    InvitationAnswer,
    InvitationKey,
    InvitationLetter,
)
from app.invitations.states import InvitationState as S
from app.invitations.states import Side
from app.research_stays.operations import Line
from app.research_stays.states import Payer
from app.ledger.models import ViewEntry
from app.notifications.models import OutboxMessage
from app.notifications.tasks import tasks_of
from tests import make
from tests.exchanges.agreeing import university
from tests.invitations.inviting import (
    DEAN,
    mails,
    tasks,
    FIRST,
    accepted,
    agreed,
    begun,
    by_itself,
    by_link,
    doing,
    guest_with,
    invitation,
    newest_link,
    open_keys,
    scan,
    sent,
    terms,
)
from tests.racing import CLIENTS, all_at_once, rounds


def test_it_is_sent_accepted_and_agreed_to(jp, th, researcher) -> None:
    made = begun(jp, researcher.email, th)
    assert queries.TO_SEND in tasks(jp.actor)
    assert tasks(researcher) == []
    doing(jp.actor, made, verbs.send_invitation)
    assert queries.TO_SEND not in tasks(jp.actor)
    assert tasks(researcher) == [queries.TO_ANSWER]
    doing(researcher, made, verbs.accept_invitation, seen=1, said="Gladly.")
    assert tasks(th.actor) == [queries.TO_AGREE]
    doing(th.actor, made, verbs.answer_for_home, yes=True, seen=1)
    found = invitation(made)
    assert found.state is S.AGREED
    assert found.person_id == researcher.user_id
    assert [(one.side, one.yes, one.way) for one in found.letters[0].answers] == [
        (Side.PERSON, True, Way.PAGE),
        (Side.HOME, True, Way.PAGE),
    ]
    assert tasks(th.actor) == tasks(researcher) == []
    assert [one.values["by_home"] for one in mails("answered")] == [False, True, True]
    told = [sentence(one) for one in db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))]
    assert any("accepted the invitation." in one for one in told)


def test_the_home_reads_it_only_after_it_was_accepted(jp, th, researcher) -> None:
    made = sent(jp, researcher.email, th)
    with pytest.raises(NotFound):
        doing(th.actor, made, verbs.answer_for_home, yes=True, seen=1)
    doing(researcher, made, verbs.accept_invitation, seen=1)
    doing(th.actor, made, verbs.answer_for_home, yes=False, seen=1, said="Not in term time.")
    found = invitation(made)
    assert (found.state, found.ended_by) == (S.DECLINED, Side.HOME)
    assert mails("answered")[-1].values["words"] == "Not in term time."


def test_a_draft_is_read_by_the_host_alone(jp, th, researcher) -> None:
    made = begun(jp, researcher.email, th)
    for other in (researcher, th.actor):
        with pytest.raises(NotFound):
            doing(other, made, verbs.send_invitation)


def test_a_laboratory_drafts_and_the_office_sends(jp, th, researcher) -> None:
    head = make.grant(make.person(), Role.HOST, Scope.ORGANISATION, jp.id)
    made = begun(jp, researcher.email, th, actor=make.actor(head))
    head = make.actor(head)
    with pytest.raises(NotPermitted):
        doing(head, made, verbs.send_invitation)
    assert queries.TO_SEND in tasks(jp.actor)
    doing(jp.actor, made, verbs.send_invitation)
    assert invitation(made).state is S.SENT


def test_nobody_agrees_for_themselves(jp, th) -> None:
    both = make.grant(make.person(), Role.COORDINATOR, Scope.ORGANISATION, th.id)
    own = make.actor(both)
    made = accepted(jp, own, th)
    with pytest.raises(NotPermitted):
        doing(own, made, verbs.answer_for_home, yes=True, seen=1)


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"starts_on": make.NOW.date()}, "still to come"),
        ({"ends_on": FIRST + timedelta(days=180)}, "180 days"),
        ({"ends_on": FIRST - timedelta(days=1)}, "after the first"),
        ({"answer_by": make.NOW - timedelta(hours=1)}, "moment to answer"),
        ({"purpose": " "}, "what the stay is for"),
        ({"project_id": 7}, "Choose a project"),
        (
            {"paid": (Line(terms().paid[0].kind, Payer.PROGRAMME),)},
            "Name the programme",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_why(jp, th, researcher, values, why) -> None:
    with pytest.raises(RuleBroken, match=why):
        begun(jp, researcher.email, th, **values)


def test_other_terms_void_every_answer_and_link_and_are_told_apart(jp, th, researcher) -> None:
    made = accepted(jp, researcher, th)
    before = invitation(made).letters[0]
    doing(jp.actor, made, verbs.change_invitation, terms(ends_on=FIRST + timedelta(days=9)))
    found = invitation(made)
    assert found.state is S.SENT
    assert [name for name, *_ in differences(before.contents, found.letters[1].contents)] == [
        "last_on"
    ]
    assert found.letters[1].answers == []
    assert found.letters[1].fingerprint != before.fingerprint
    assert [one.number for one in found.letters] == [1, 2]
    assert tasks(th.actor) == []
    assert tasks(researcher) == [queries.TO_ANSWER]
    with pytest.raises(RuleBroken):
        doing(th.actor, made, verbs.answer_for_home, yes=True, seen=1)
    with pytest.raises(ChangedMeanwhile):
        doing(researcher, made, verbs.accept_invitation, seen=1)
    doing(researcher, made, verbs.accept_invitation, seen=2)
    assert invitation(made).state is S.ACCEPTED


def test_the_same_terms_are_not_sent_again_and_more_time_voids_nothing(jp, th, researcher) -> None:
    made = accepted(jp, researcher, th)
    with pytest.raises(RuleBroken, match="what was sent before"):
        doing(jp.actor, made, verbs.change_invitation, terms())
    later = make.NOW + timedelta(days=40)
    doing(jp.actor, made, verbs.give_time, answer_by=later)
    found = invitation(made)
    assert (found.state, found.answer_by) == (S.ACCEPTED, later)


def test_a_fingerprint_is_of_all_that_is_agreed_to(jp, th, researcher) -> None:
    letter = invitation(sent(jp, researcher.email, th)).letters[0]
    assert letter.fingerprint == fingerprint(letter.contents)
    assert letter.contents["paid"] == [
        {
            "kind": "daily allowance",
            "payer": "host",
            "amount": 6000,
            "currency": "JPY",
            "per": "day",
        },
        {"kind": "travel", "payer": "home", "amount": None, "currency": None, "per": "once"},
    ]
    for name in letter.contents:
        assert fingerprint({**letter.contents, name: "x"}) != letter.fingerprint


def test_no_clock_turns_it_down(jp, th, researcher) -> None:
    made = sent(jp, researcher.email, th)
    late = make.NOW + timedelta(days=15)
    assert by_itself(verbs.follow_up, late) == 1
    assert by_itself(verbs.follow_up, late) == 0
    assert queries.TO_FOLLOW_UP in tasks(jp.actor)
    doing(researcher, made, verbs.accept_invitation, seen=1, now=late)
    assert queries.TO_FOLLOW_UP not in tasks(jp.actor)
    assert invitation(made).state is S.ACCEPTED


def test_it_is_declined_withdrawn_and_called_off_with_words(jp, th, researcher) -> None:
    made = sent(jp, researcher.email, th)
    with pytest.raises(RuleBroken, match="Say why"):
        doing(researcher, made, verbs.decline_invitation, seen=1, said=" ")
    doing(researcher, made, verbs.decline_invitation, seen=1, said="I am away.")
    assert invitation(made).ended_by is Side.PERSON
    doing(jp.actor, made, verbs.change_invitation, terms(purpose="Later in the year."))
    assert (invitation(made).state, invitation(made).ended_by) == (S.SENT, None)
    doing(jp.actor, made, verbs.withdraw_invitation, because="The laboratory moves.")
    assert invitation(made).state is S.WITHDRAWN
    assert mails("over")[-1].values["because"] == "The laboratory moves."
    certain = agreed(jp, researcher, th)
    with pytest.raises(RuleBroken):
        doing(jp.actor, certain, verbs.withdraw_invitation, because="No.")
    with pytest.raises(RuleBroken):
        doing(jp.actor, certain, verbs.change_invitation, terms(purpose="Other."))
    doing(th.actor, certain, verbs.cancel_invitation, because="We need them here.")
    found = invitation(certain)
    assert (found.state, found.ended_by) == (S.CANCELLED, Side.HOME)


def test_who_accepted_may_still_go_back_until_the_home_agrees(jp, th, researcher) -> None:
    made = accepted(jp, researcher, th)
    doing(researcher, made, verbs.decline_invitation, seen=1, said="I cannot after all.")
    assert invitation(made).state is S.DECLINED
    assert th.actor.email in {one.address for one in mails("answered")}


def test_nobody_answers_for_a_home_that_answers_itself(jp, th, researcher) -> None:
    made = accepted(jp, researcher, th)
    with pytest.raises(RuleBroken, match="answers itself"):
        doing(jp.actor, made, verbs.record_for_home, scan(), DEAN, yes=True, seen=1)
    db.session.execute(delete(RoleGrant).where(RoleGrant.scope_id == th.id))
    db.session.commit()
    doing(jp.actor, made, verbs.record_for_home, scan(), DEAN, yes=True, seen=1)
    assert invitation(made).state is S.AGREED


def test_another_host_sees_nothing(jp, th, researcher) -> None:
    other = university("VN")
    made = agreed(jp, researcher, th)
    with pytest.raises(NotFound):
        doing(other.actor, made, verbs.cancel_invitation, because="Ours.")
    stranger = make.actor(make.person())
    assert db.session.scalars(queries.invitations_visible_to(stranger)).all() == []


def test_the_database_keeps_whose_it_is_and_what_was_said(jp, th, researcher) -> None:
    other = university("VN")
    made = agreed(jp, researcher, th)
    about = update(Invitation).where(Invitation.id == made)
    wrong = [
        (about.values(host_id=other.id), "invitation_is_of_somebody_else"),
        (about.values(home_id=other.id), "invitation_is_of_somebody_else"),
        (about.values(person_email="x@example.org"), "invitation_is_of_somebody_else"),
        (about.values(person_id=other.actor.user_id), "invitation_is_of_somebody_else"),
        (about.values(ends_on=FIRST + timedelta(days=180)), "invitation_is_too_long"),
        (update(InvitationLetter).values(fingerprint="x"), "letter_was_sent"),
        (update(InvitationAnswer).values(yes=False), "answer_was_given"),
        (text("DELETE FROM invitation_answer"), "answer_was_given"),
        (text("DELETE FROM invitation_letter"), "letter_was_sent"),
        (about.values(ended_by="home"), "ended_by_a_side"),
    ]
    for statement, word in wrong:
        with pytest.raises(DBAPIError, match=word):
            db.session.execute(statement)
        db.session.rollback()


def test_before_it_is_sent_the_host_may_still_correct_who_it_is(jp, th, researcher) -> None:
    made = begun(jp, "wrong@example.org", th)
    doing(
        *(jp.actor, made, verbs.save_invitation, terms()),
        verbs.Whom("SOMCHAI JAIDEE", researcher.email, verbs.Home(None, "Institute of Hue", "VN")),
    )
    doing(jp.actor, made, verbs.send_invitation)
    found = invitation(made)
    assert (found.person_email, found.home_id, found.home_name) == (
        *(researcher.email, None),
        "Institute of Hue",
    )
    with pytest.raises(RuleBroken):
        doing(
            *(jp.actor, made, verbs.save_invitation, terms()),
            verbs.Whom("Another", "x@example.org", verbs.Home(None, "Institute of Hue", "VN")),
        )


@pytest.mark.race
def test_of_yes_no_and_withdrawal_at_once_one_counts(app, session) -> None:
    jp, th = university("JP"), university("TH")
    for _ in rounds(5):
        who = make.actor(make.person())
        made = accepted(jp, who, th)

        def agree(made: int = made) -> str:
            doing(th.actor, made, verbs.answer_for_home, yes=True, seen=1)
            return "agreed"

        def withdraw(made: int = made) -> str:
            doing(jp.actor, made, verbs.withdraw_invitation, because="No.")
            return "withdrawn"

        told = all_at_once(app, [agree, withdraw] * (CLIENTS // 2))
        assert told["agreed"] + told["withdrawn"] == 1
        answers = select(func.count()).select_from(InvitationAnswer).join(InvitationLetter)
        of_home = answers.where(
            InvitationLetter.invitation_id == made, InvitationAnswer.side == Side.HOME
        )
        assert db.session.scalar(of_home) == told["agreed"]
        assert invitation(made).state is (S.AGREED if told["agreed"] else S.WITHDRAWN)


@pytest.mark.race
def test_eight_presses_of_a_link_are_one_answer(app, session) -> None:
    jp, th = university("JP"), university("TH")
    for number in rounds(3):
        made = sent(jp, f"guest-{number}@hue.example", th)
        secret = newest_link()

        def press(secret: str = secret) -> str:
            by_link(secret, verbs.accept_invitation, seen=1)
            return "accepted"

        told = all_at_once(app, [press] * CLIENTS)
        assert told == {"accepted": 1, "RuleBroken": CLIENTS - 1}
        assert len(invitation(made).letters[0].answers) == 1
