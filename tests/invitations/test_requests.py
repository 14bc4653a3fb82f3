"""Who asked in answer to a call is invited: as was asked, within its places, and followed up."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.applications.models import ApplicationCount
from app.applications.operations.screening import find_together, pass_over
from app.applications.states import ApplicationState as A
from app.audit.models import AuditEntry
from app.foundation import clock
from app.foundation.actors import Role, Scope
from app.foundation.database import db
from app.foundation.errors import NotFound, NotPermitted, RuleBroken
from app.foundation.work import unit_of_work
from app.invitations import operations as verbs
from app.invitations import queries
from app.invitations.models import Invitation
from app.invitations.states import InvitationState as S
from app.invitations.states import Side
from app.opportunities.models import Opportunity
from app.research_stays.models import ResearchStayCall
from app.research_stays.states import Paid, Payer
from tests import make
from tests.counting import statements
from tests.exchanges.agreeing import university
from tests.exchanges.test_agreement_pages import press, signed_in
from tests.invitations.asking import (
    asked,
    begun,
    call_of,
    having,
    leaving,
    sending,
    sent,
    stands,
    undoing,
)
from tests.invitations.inviting import FIRST, invitation, terms
from tests.invitations.inviting import mails, tasks
from tests.invitations.test_pages import as_person
from tests.racing import CLIENTS, all_at_once, rounds

YES = {"seen": 1}
NO = {"seen": 1, "said": "I cannot."}


def test_an_invitation_says_what_was_asked_for_and_what_the_call_pays(jp, th, researcher) -> None:
    call = call_of(jp)
    made = begun(jp, asked(call, researcher, th))
    found = invitation(made)
    assert (found.state, found.person_id, found.person_name) == (
        *(S.DRAFT, researcher.user_id),
        "SOMCHAI JAIDEE",
    )
    assert (found.person_email, found.home_id, found.host_id) == (researcher.email, th.id, jp.id)
    assert (found.starts_on, found.ends_on) == (FIRST, FIRST + timedelta(days=29))
    assert (found.purpose, found.language) == ("To align our corpora of court rulings.", "ja")
    assert (found.received_by, found.programme) == ("Professor Yamada Hanako", "Foundation of Fuji")
    assert [(one.kind, one.payer, one.amount) for one in found.paid] == [
        (Paid.TRAVEL, Payer.PROGRAMME, None),
        (Paid.ALLOWANCE, Payer.HOST, 6000),
    ]
    assert queries.TO_SEND in tasks(jp.actor)
    assert stands(made)[1] is A.SHORTLISTED, "nobody but the host reads it"


def test_a_request_is_begun_once_and_days_that_are_over_come_later(jp, th, researcher) -> None:
    application = asked(call_of(jp), researcher, th)
    late = make.NOW + timedelta(days=100)
    made = begun(jp, application, now=late)
    assert begun(jp, application, now=late) == made
    found = invitation(made)
    assert found.starts_on > late.date()
    assert (found.ends_on - found.starts_on).days == 29


@pytest.mark.parametrize("state", [A.SUBMITTED, A.ELIGIBLE, A.IN_REVIEW, A.NOT_SELECTED])
def test_only_the_shortlist_is_invited(jp, th, researcher, state) -> None:
    with pytest.raises(RuleBroken, match="on the shortlist"):
        begun(jp, asked(call_of(jp), researcher, th, state=state))


def test_only_the_office_of_the_host_invites_and_nobody_themselves(jp, th, researcher) -> None:
    application = asked(call_of(jp), researcher, th)
    for other in (th, university("VN")):
        with pytest.raises(NotFound):
            begun(other, application)
    own = asked(call_of(jp), jp.actor, th)
    with pytest.raises((NotPermitted, NotFound)):
        begun(jp, own)


def test_the_application_follows_the_invitation(jp, th, researcher) -> None:
    call = call_of(jp, stays=3)
    application = asked(call, researcher, th)
    made = sent(jp, application)
    assert stands(made) == (S.SENT, A.OFFERED)
    having(researcher, made, verbs.accept_invitation, **YES)
    assert stands(made) == (S.ACCEPTED, A.ACCEPTED)
    having(jp.actor, made, verbs.change_invitation, terms(purpose="Other words."))
    assert stands(made) == (S.SENT, A.OFFERED)
    having(researcher, made, verbs.accept_invitation, seen=2)
    having(th.actor, made, verbs.answer_for_home, yes=True, seen=2)
    assert stands(made) == (S.AGREED, A.ACCEPTED)
    counts = select(ApplicationCount.state, ApplicationCount.number).where(
        ApplicationCount.opportunity_id == call,
        ApplicationCount.country_code == "",
        ApplicationCount.number > 0,
    )
    assert db.session.execute(counts).all() == [("accepted", 1)]
    history = select(AuditEntry.verb).where(AuditEntry.application_id == application)
    told = list(db.session.scalars(history.order_by(AuditEntry.id)))
    assert "invitation.begun" not in told, "only the host knows of a draft"
    assert told[0] == "invitation.sent"
    assert told[-1] == "invitation.agreed"


def test_the_no_of_the_person_declines_and_that_of_the_home_does_not(jp, th, researcher) -> None:
    call = call_of(jp, stays=3)
    made = sent(jp, asked(call, researcher, th))
    having(researcher, made, verbs.decline_invitation, **NO)
    assert stands(made) == (S.DECLINED, A.DECLINED)
    with pytest.raises(RuleBroken, match="on the shortlist"):
        having(jp.actor, made, verbs.change_invitation, terms(purpose="Please."))
    back = make.actor(make.person())
    made = sent(jp, asked(call, back, th))
    having(back, made, verbs.accept_invitation, **YES)
    having(back, made, verbs.decline_invitation, **NO)
    assert stands(made) == (S.DECLINED, A.DECLINED)
    other = make.actor(make.person())
    made = sent(jp, asked(call, other, th))
    having(other, made, verbs.accept_invitation, **YES)
    having(th.actor, made, verbs.answer_for_home, yes=False, **NO)
    assert stands(made) == (S.DECLINED, A.SHORTLISTED)
    having(jp.actor, made, verbs.change_invitation, terms(purpose="In the holidays."))
    assert stands(made) == (S.SENT, A.OFFERED)


def test_a_host_that_withdraws_or_calls_off_passes_the_request_over(jp, th, researcher) -> None:
    call = call_of(jp, stays=3)
    application = asked(call, researcher, th)
    draft = begun(jp, application)
    having(jp.actor, draft, verbs.withdraw_invitation, because="Wrong person.")
    assert stands(draft) == (S.WITHDRAWN, A.SHORTLISTED)
    made = sent(jp, application)
    having(jp.actor, made, verbs.withdraw_invitation, because="We move.")
    assert stands(made) == (S.WITHDRAWN, A.NOT_SELECTED)
    for side, after in ((jp.actor, A.NOT_SELECTED), (th.actor, A.SHORTLISTED), (None, A.DECLINED)):
        who = make.actor(make.person())
        made = sent(jp, asked(call, who, th))
        having(who, made, verbs.accept_invitation, **YES)
        having(th.actor, made, verbs.answer_for_home, yes=True, seen=1)
        having(side or who, made, verbs.cancel_invitation, because="It cannot be.")
        assert stands(made) == (S.CANCELLED, after)


def test_who_withdraws_the_application_ends_the_invitation_with_it(jp, th, researcher) -> None:
    call = call_of(jp, stays=3)
    application = asked(call, researcher, th)
    made = sent(jp, application)
    having(researcher, made, verbs.accept_invitation, **YES)
    leaving(researcher, application, "My visa was refused.")
    found = invitation(made)
    assert stands(made) == (S.WITHDRAWN, A.WITHDRAWN)
    assert (found.ended_by, found.ended_because) == (Side.PERSON, "My visa was refused.")
    assert {one.address for one in mails("over")} == {jp.actor.email, th.actor.email}
    undoing(researcher, application)
    assert stands(made) == (S.WITHDRAWN, A.SHORTLISTED), "it is invited anew, by another letter"
    leaving(researcher, application)
    assert tasks(th.actor) == []
    other = make.actor(make.person())
    application = asked(call, other, th)
    made = sent(jp, application)
    having(other, made, verbs.accept_invitation, **YES)
    having(th.actor, made, verbs.answer_for_home, yes=True, seen=1)
    with pytest.raises(RuleBroken, match="first day is over"):
        leaving(other, application, now=make.NOW + timedelta(days=70))
    leaving(other, application)
    assert stands(made) == (S.CANCELLED, A.WITHDRAWN)
    assert queries.stays_left(db.session(), db.session.get_one(ResearchStayCall, call)) == 3


def test_no_more_are_invited_than_the_call_has_places(jp, th, researcher) -> None:
    call = call_of(jp)
    first = sent(jp, asked(call, researcher, th))
    second = begun(jp, asked(call, None, th))
    with pytest.raises(RuleBroken, match="All places"):
        sending(jp, second)
    having(jp.actor, first, verbs.withdraw_invitation, because="Too late.")
    sending(jp, second)
    assert stands(second) == (S.SENT, A.OFFERED)


def test_nobody_is_invited_for_a_call_that_was_cancelled(jp, th, researcher) -> None:
    call = call_of(jp)
    made = begun(jp, asked(call, researcher, th))
    table = Opportunity.__table__
    db.session.execute(update(table).where(table.c.id == call).values(state="cancelled"))
    db.session.commit()
    with pytest.raises(RuleBroken, match="was cancelled"):
        sending(jp, made)


def test_the_database_refuses_what_must_never_be(jp, th, researcher) -> None:
    call = call_of(jp)
    application = asked(call, researcher, th)
    made = sent(jp, application)
    second = begun(jp, asked(call, None, th))
    about = update(Invitation).where(Invitation.id == second)
    other_call = call_of(jp, stays=2)
    wrong = [
        (about.values(state=S.SENT, sent_at=make.NOW), "no_stay_is_left"),
        (about.values(application_id=application), "invitation_is_of_somebody_else"),
        (about.values(person_name="Another"), "invitation_is_of_somebody_else"),
        (about.values(application_id=None, call_id=None), "invitation_is_of_somebody_else"),
    ]
    kept = {c.name: getattr(invitation(made), c.name) for c in Invitation.__table__.c}
    kept.pop("id")
    again = insert(Invitation).values(**kept)
    copied = insert(Invitation).values(**kept | {"call_id": other_call, "state": S.DRAFT})
    elsewhere = insert(Invitation).values(**kept | {"host_id": th.id, "home_id": jp.id})
    wrong += [
        (again, "uq__invitation__living|application_id|no_stay_is_left"),
        (copied, "invitation_of_another_request"),
        (elsewhere, "invitation_of_another_request"),
    ]
    for statement, word in wrong:
        with pytest.raises((DBAPIError, IntegrityError), match=word):
            db.session.execute(statement)
        db.session.rollback()


def test_places_that_are_promised_are_not_taken_back(jp, th, researcher) -> None:
    call = call_of(jp, stays=2)
    for who in (researcher, None):
        sent(jp, asked(call, who, th))
    fewer = update(ResearchStayCall).where(ResearchStayCall.id == call).values(stays=1)
    with pytest.raises(DBAPIError, match="places_only_grow|stays_are_promised"):
        db.session.execute(fewer)
    db.session.rollback()


@pytest.mark.race
def test_the_last_place_is_sent_once(app, session) -> None:
    jp, th = university("JP"), university("TH")
    for _ in rounds(4):
        call = call_of(jp, stays=2)
        made = [begun(jp, asked(call, None, th)) for _ in range(CLIENTS)]

        def send(one: int) -> str:
            sending(jp, one)
            return "sent"

        told = all_at_once(app, [lambda one=one: send(one) for one in made])
        assert told == {"sent": 2, "RuleBroken": CLIENTS - 2}


@pytest.mark.race
def test_of_an_answer_a_withdrawal_and_leaving_at_once_both_rows_agree(app, session) -> None:
    jp, th = university("JP"), university("TH")
    for _ in rounds(4):
        who = make.actor(make.person())
        application = asked(call_of(jp), who, th)
        made = sent(jp, application)

        def accept(made: int = made, who=who) -> str:
            having(who, made, verbs.accept_invitation, **YES)
            return "accepted"

        def withdraw(made: int = made) -> str:
            having(jp.actor, made, verbs.withdraw_invitation, because="No.")
            return "withdrawn"

        def leave(application: int = application, who=who) -> str:
            leaving(who, application)
            return "left"

        all_at_once(app, [accept, withdraw, leave])
        state, follows = stands(made)
        assert state is S.WITHDRAWN
        assert follows in {A.NOT_SELECTED, A.WITHDRAWN}


def test_the_office_goes_from_the_request_to_the_invitation(client, jp, th, researcher) -> None:
    call = call_of(jp)
    application = asked(call, researcher, th)
    page = f"/research-stays/office/requests/{application}"
    with clock.set_clock(make.NOW):
        signed_in(client, jp)
        shown = client.get(page).text
        assert "1 place of 1 is left." in shown
        assert "To align our corpora of court rulings." in shown
        made = press(client, page, {})
        assert made.status_code == 302
        address = made.location
        edit = client.get(f"{address}/edit").text
        assert "Come and align our corpora" in client.get(address).text
        assert "コーパスを共に整える" in client.get(f"{address}?lang=ja").text
        client.get(f"{address}?lang=en")
        assert 'name="person_email"' not in edit
        assert "Send it anew" not in edit
        assert press(client, f"{address}/send", {}).status_code == 302
        after = client.get(page).text
        assert "0 places of 1 are left." in after
        assert "Write the invitation" not in after
        second = asked(call, None, th)
        draft = press(client, f"/research-stays/office/requests/{second}", {}).location
        refused = press(client, f"{draft}/send", {})
        assert "All places of this call are taken." in client.get(refused.location).text
        listed = client.get(f"/research-stays/office?call={call}").text
        assert "SOMCHAI JAIDEE" in listed
        assert "For the call:" in listed
        none = client.get("/research-stays/office?call=999999").text
        assert "Nobody on this list is invited for this call." in none
        third = asked(call_of(jp), None, th, state=A.IN_REVIEW)
        refused = press(client, f"/research-stays/office/requests/{third}", {})
        assert refused.status_code == 409
        assert "Only those on the shortlist are invited." in refused.text
        signed_in(client, th)
        assert client.get(page).status_code == 404
        as_person(client, researcher)
        assert client.get(page).status_code in {403, 404}
        found = client.get(f"/research-stays/of/{application}")
        assert found.location.endswith(address.rpartition("/")[2])


def test_a_draft_that_answers_a_request_changes_its_terms_alone(jp, th, researcher) -> None:
    made = begun(jp, asked(call_of(jp), researcher, th))
    having(jp.actor, made, verbs.save_invitation, terms(purpose="Other words."))
    found = invitation(made)
    assert (found.purpose, found.person_name) == ("Other words.", "SOMCHAI JAIDEE")
    whom = verbs.Whom("Another", "x@example.org", verbs.Home(None, "Institute of Hue", "VN"))
    with pytest.raises(RuleBroken, match="Who asked is invited"):
        having(jp.actor, made, verbs.save_invitation, terms(), whom)


def test_a_request_that_is_off_the_shortlist_meanwhile_is_not_sent(
    client, jp, th, researcher
) -> None:
    call = call_of(jp)
    application = asked(call, researcher, th)
    made = begun(jp, application)
    with unit_of_work(jp.actor, now=make.NOW) as work:
        [one] = find_together(work, call, [application])
        pass_over(work, one, note="Another was chosen.")
    with pytest.raises(RuleBroken, match="on the shortlist"):
        sending(jp, made)
    with clock.set_clock(make.NOW):
        signed_in(client, jp)
        page = client.get(f"/research-stays/{made}").text
        assert "not on the shortlist any more" in page
        assert "Send the invitation" not in page
        assert (
            "not on the shortlist any more"
            in client.get("/research-stays/office?show=prepared").text
        )


def test_lists_are_read_in_as_many_statements_whatever_their_length(client, jp, th) -> None:
    with clock.set_clock(make.NOW):
        signed_in(client, jp)
        call = call_of(jp, stays=20)
        sent(jp, asked(call, None, th))
        with statements() as one:
            client.get("/research-stays/office")
        for _ in range(6):
            sent(jp, asked(call, None, th))
        with statements() as many:
            client.get("/research-stays/office")
        assert len(many) == len(one)


def test_a_laboratory_head_sees_no_requests(jp, th, researcher) -> None:
    application = asked(call_of(jp), researcher, th)
    head = make.actor(make.grant(make.person(), Role.HOST, Scope.ORGANISATION, jp.id))
    query = queries.request_with_all(head, application)
    assert db.session.scalars(query).unique().all() == []
