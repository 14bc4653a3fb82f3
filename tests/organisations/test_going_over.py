"""What goes over when a body goes on as another one, and what stays under the old name."""

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.exchanges.models import ExchangeContact, OfficeMailbox
from app.exchanges.operations import ask_for_mailbox, confirm_mailbox, save_contact
from app.exchanges.operations.people import ContactFacts
from app.exchanges.queries import answering, mailbox_by_key, own_university, reply_to
from app.exchanges.states import AnswersFor
from app.foundation.actors import VISITOR, Role
from app.foundation.database import Base, db
from app.foundation.errors import NotFound, RuleBroken
from app.foundation.work import unit_of_work
from app.organisations.models import Organisation
from app.organisations.operations import merge_organisation
from app.organisations.queries import locked_together, organisation_to_keep
from app.organisations.states import OrganisationState
from tests import make
from tests.exchanges.agreeing import University, university
from tests.racing import CLIENTS, all_at_once, rounds

ANONG = ContactFacts("Anong Srisai", "anong@example.org", answers_for=AnswersFor.INCOMING)
KRIT = ContactFacts("Krit Thongdee", "krit@example.org", answers_for=AnswersFor.OUTGOING)

GOES_OVER = {"exchange_contact.organisation_id", "office_mailbox.organisation_id"}
STAYS = {
    "said or signed by the body itself": {
        "agreement_side.organisation_id",
        "balance_entry.origin_id",
        "balance_entry.recorded_for_id",
        "balance_entry.target_id",
        "certificate.issuer_id",
        "certificate_batch.issuer_id",
        "certificate_counter.issuer_id",
        "group_comment.organisation_id",
        "group_membership.organisation_id",
        "issuer_settings.issuer_id",
        "pattern_holder.issuer_id",
        "recognition.home_id",
        "transcript.home_id",
        "transcript.host_id",
    },
    "under way between people and this body": {
        "application.home_institution_id",
        "choices_of_year.home_id",
        "exchange_nomination.home_id",
        "exchange_nomination.host_id",
        "invitation.home_id",
        "invitation.host_id",
        "nomination_list.home_id",
        "nominator.organisation_id",
        "place.host_id",
        "seat_reserve.organisation_id",
        "stay.home_id",
        "stay.host_id",
        "stay_request.home_id",
        "stay_request.host_id",
        "visit_group.host_id",
    },
    "offered or kept by it, by its own days and rules, for as long as somebody there has the role": {
        "academic_term.organisation_id",
        "centre_practice.organisation_id",
        "course.organisation_id",
        "course_import.organisation_id",
        "course_source.organisation_id",
        "home_dates.organisation_id",
        "opportunity.organisation_id",
        "partner_facts.organisation_id",
        "posting.origin_id",
        "programme.organisation_id",
        "project.organisation_id",
        "project_partner.organisation_id",
        "working_group.organisation_id",
    },
    "what it was called, and what became of it": {
        "organisation.successor_id",
        "organisation_domain.organisation_id",
        "organisation_name.organisation_id",
    },
    "said by a person of themselves, who says it anew": {"user.home_institution_id"},
}


def test_each_row_that_points_at_a_body_goes_over_or_is_said_to_stay(app) -> None:
    found = {
        f"{table.name}.{key.parent.name}"
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table is Organisation.__table__
    }
    said = [*GOES_OVER, *(name for names in STAYS.values() for name in names)]
    assert len(said) == len(set(said))
    assert found == set(said)


@pytest.fixture
def old(app, session) -> University:
    return university("TH")


@pytest.fixture
def new(app, session) -> University:
    return university("TH")


@pytest.fixture
def secretariat(app, session):
    return make.actor(make.grant(make.person(), Role.SECRETARIAT))


def naming(who: University, facts: ContactFacts) -> int:
    with unit_of_work(who.actor, now=make.NOW) as work:
        return save_contact(work, work.find(own_university(work.actor, who.id)), facts).id


def mailbox(who: University, address: str, *, confirmed: bool = True) -> str:
    with unit_of_work(who.actor, now=make.NOW) as work:
        found = work.find(own_university(work.actor, who.id))
        key = ask_for_mailbox(work, found, address)
    if confirmed:
        following(key)
    return key


def following(key: str) -> None:
    with unit_of_work(VISITOR, now=make.NOW) as work:
        confirm_mailbox(work, work.find(mailbox_by_key(key, make.NOW)))


def merging(actor, before: University, after: University) -> None:
    with unit_of_work(actor, now=make.NOW) as work:
        work.session.execute(locked_together(before.ref, after.ref)).all()
        one = work.find(organisation_to_keep(before.ref))
        other = work.find(organisation_to_keep(after.ref))
        merge_organisation(work, one, other, on=None)


def people(who: University) -> dict[str, AnswersFor]:
    db.session.rollback()
    rows = select(ExchangeContact).where(ExchangeContact.organisation_id == who.id)
    return {one.email: one.answers_for for one in db.session.scalars(rows)}


def test_whom_partners_reach_goes_over_each_person_once(old, new, secretariat) -> None:
    naming(old, ANONG)
    naming(old, KRIT)
    naming(new, ContactFacts("Anong S.", "Anong@example.org", answers_for=AnswersFor.OUTGOING))
    merging(secretariat, old, new)
    assert people(old) == {}
    assert people(new) == {
        "Anong@example.org": AnswersFor.BOTH,
        "krit@example.org": AnswersFor.OUTGOING,
    }
    entry = db.session.scalar(select(AuditEntry).where(AuditEntry.verb == "partner.taken_over"))
    assert (entry.subject_id, entry.details["people"]) == (new.id, ["Krit Thongdee"])


def test_what_stands_under_the_old_name_leads_to_who_answers_now(old, new, secretariat) -> None:
    last, partner = university("TH"), university("JP")
    naming(old, ANONG)
    mailbox(old, "office@example.org")
    merging(secretariat, old, new)
    merging(secretariat, new, last)
    found = answering(db.session(), partner.id, old.id)
    assert [one.name for one in found.host] == ["Anong Srisai"]
    assert [one.name for one in answering(db.session(), last.id, partner.id).home] == []
    assert reply_to(db.session(), old.actor, old.id) == "office@example.org"
    with pytest.raises(RuleBroken, match="another one"):
        naming(old, KRIT)
    with pytest.raises(RuleBroken, match="another one"):
        mailbox(old, "again@example.org")


@pytest.mark.parametrize(
    ("before", "after", "then"),
    [
        ("old@example.org", None, "old@example.org"),
        ("old@example.org", "new@example.org", "new@example.org"),
        (None, "new@example.org", "new@example.org"),
    ],
)
def test_an_address_that_the_successor_confirmed_stays(
    old, new, secretariat, before, after, then
) -> None:
    for who, address in ((old, before), (new, after)):
        if address:
            mailbox(who, address)
    merging(secretariat, old, new)
    db.session.rollback()
    kept = db.session.scalars(select(OfficeMailbox)).all()
    assert [(one.organisation_id, one.address) for one in kept] == [(new.id, then)]


def test_a_link_that_waits_is_dead_and_one_of_the_successor_lives(old, new, secretariat) -> None:
    mailbox(old, "old@example.org")
    dead = mailbox(old, "later@example.org", confirmed=False)
    alive = mailbox(new, "new@example.org", confirmed=False)
    merging(secretariat, old, new)
    with pytest.raises(NotFound):
        following(dead)
    assert reply_to(db.session(), new.actor, new.id) == "old@example.org"
    following(alive)
    db.session.rollback()
    assert reply_to(db.session(), new.actor, new.id) == "new@example.org"


@pytest.mark.race
def test_a_person_named_while_two_become_one_is_kept_once(app, session, secretariat) -> None:
    for _number in rounds(3):
        before, after = university("TH"), university("TH")
        naming(before, ANONG)
        half = CLIENTS // 2
        told = all_at_once(
            app,
            [lambda b=before, a=after: merging(secretariat, b, a) or "merged"]
            + [lambda a=after, b=before: merging(secretariat, a, b) or "merged"]
            + [lambda a=after: naming(a, ANONG) and "named"] * (half - 1)
            + [lambda b=before: naming(b, KRIT) and "named"] * half,
        )
        assert told["merged"] == 1, told
        bodies = db.session.scalars(
            select(Organisation).where(Organisation.id.in_((before.id, after.id)))
        ).all()
        gone = next(one for one in bodies if one.state is OrganisationState.MERGED)
        rows = select(ExchangeContact).where(
            ExchangeContact.organisation_id.in_((before.id, after.id))
        )
        kept = db.session.scalars(rows).all()
        emails = [one.email for one in kept]
        assert len(emails) == len(set(emails)) and ANONG.email in emails
        assert all(one.organisation_id != gone.id for one in kept)
