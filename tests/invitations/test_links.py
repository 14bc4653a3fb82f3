"""An invitation is answered by links, and for a home off the house by a letter with its scan."""

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
    NAMES,
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


def test_somebody_without_an_account_accepts_by_a_link(jp, th) -> None:
    made = sent(jp, "new@hue.example", th)
    secret = newest_link()
    by_link(secret, verbs.accept_invitation, seen=1)
    found = invitation(made)
    assert (found.state, found.person_id) == (S.ACCEPTED, None)
    assert found.letters[0].answers[0].way is Way.LINK
    doing(th.actor, made, verbs.answer_for_home, yes=True, seen=1)
    own = next(one for one in mails("answered") if one.address == "new@hue.example")
    assert own.values["needs_account"]
    assert by_itself(verbs.know_people) == 0
    person = make.person("NGUYEN AN", email="new@hue.example")
    assert by_itself(verbs.know_people) == 1
    assert invitation(made).person_id == person.id


def test_who_makes_an_account_finds_what_waits_for_an_answer(jp, th) -> None:
    sent(jp, "new@hue.example", th)
    person = make.person(email="new@hue.example")
    assert by_itself(verbs.know_people) == 1
    assert tasks(make.actor(person)) == [queries.TO_ANSWER]


def test_an_address_that_nobody_confirmed_is_nobodys(jp, th) -> None:
    made = sent(jp, "new@hue.example", th)
    person = make.person(email="new@hue.example")
    person.confirmed_at = None
    db.session.commit()
    assert by_itself(verbs.know_people) == 0
    assert invitation(made).person_id is None


def test_a_new_link_and_other_terms_kill_the_one_before(jp, th) -> None:
    made = sent(jp, "new@hue.example", th)
    first = newest_link()
    doing(jp.actor, made, verbs.send_link_again)
    second = newest_link()
    with pytest.raises(NoLonger):
        by_link(first, verbs.accept_invitation, seen=1)
    doing(jp.actor, made, verbs.change_invitation, terms(purpose="Something else."))
    with pytest.raises(NoLonger):
        by_link(second, verbs.accept_invitation, seen=1)
    assert len(open_keys(made, Side.PERSON)) == 1
    assert second not in {one.key_hash for one in db.session.scalars(select(InvitationKey))}
    by_link(newest_link(), verbs.accept_invitation, seen=2)
    with pytest.raises(NoLonger):
        by_link(newest_link(), verbs.decline_invitation, seen=2, said="Late.", now=FIRST_AND_MORE)


FIRST_AND_MORE = make.NOW + timedelta(days=61)


def test_a_link_of_the_person_does_not_agree_for_the_home(jp, th) -> None:
    made = sent(jp, "new@hue.example", th)
    secret = newest_link()
    by_link(secret, verbs.accept_invitation, seen=1)
    with pytest.raises(NotPermitted):
        by_link(secret, verbs.answer_for_home, yes=True, seen=1, signed=DEAN)
    assert policy.AGREE.allows(guest_with(secret), invitation(made)) is False


def test_a_home_off_the_house_agrees_by_a_link_to_whom_the_person_named(jp, researcher) -> None:
    made = sent(jp, researcher.email)
    with pytest.raises(RuleBroken, match="your own address"):
        doing(
            *(researcher, made, verbs.accept_invitation),
            **{"seen": 1, "agrees": DEAN, "agrees_email": researcher.email},
        )
    doing(researcher, made, verbs.accept_invitation, seen=1, **NAMES)
    secret = newest_link("home_asked")
    assert mails("home_asked")[-1].address == "dean@hue.example"
    by_link(secret, verbs.answer_for_home, yes=True, seen=1, signed=DEAN)
    answer = invitation(made).letters[0].answers[-1]
    assert (answer.way, answer.name, answer.function) == (Way.LINK, DEAN.name, DEAN.function)
    with pytest.raises(NoLonger):
        by_link(secret, verbs.answer_for_home, yes=False, seen=1, signed=DEAN, said="No.")


def test_a_letter_of_the_home_is_recorded_with_its_scan(jp, researcher) -> None:
    made = accepted(jp, researcher)
    assert queries.TO_REACH in tasks(jp.actor)
    with pytest.raises(RuleBroken, match="has named nobody"):
        doing(jp.actor, made, verbs.ask_home_by_link)
    with pytest.raises(RuleBroken, match="Add the scan"):
        doing(jp.actor, made, verbs.record_for_home, None, DEAN, yes=True, seen=1)
    with pytest.raises(NotPermitted):
        doing(researcher, made, verbs.record_for_home, scan(), DEAN, yes=True, seen=1)
    doing(jp.actor, made, verbs.record_for_home, scan(), DEAN, yes=True, seen=1)
    found = invitation(made)
    answer = found.letters[0].answers[-1]
    assert (found.state, answer.way, answer.by_id) == (S.AGREED, Way.LETTER, jp.actor.user_id)
    with unit_of_work(jp.actor, now=make.NOW) as work:
        one = work.find(queries.invitation_with_all(work.actor, made))
        file, stream = verbs.open_scan(work, one, answer.id)
        stream.close()
        assert file.file_name == "letter.pdf"
    seen = select(ViewEntry.person_id).where(ViewEntry.subject_kind == "invitation_answer")
    assert db.session.scalars(seen).all() == [researcher.user_id]
