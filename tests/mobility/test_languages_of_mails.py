"""In which language people without an account are written to, and read what a link opens."""

import pytest
from sqlalchemy import delete, select

from app.accounts.models import RoleGrant
from app.exchanges.operations.people import ContactFacts
from app.exchanges.states import AnswersFor
from app.foundation.database import db
from app.foundation.work import unit_of_work
from app.mobility import operations as verbs
from app.mobility.operations.links import ask_partner_again
from app.mobility.queries import nomination_with_all
from app.notifications.models import OutboxMessage
from app.organisations.models import Country, OrganisationName
from app.organisations.queries import country_of_body, language_for
from app.organisations.states import NameKind
from tests import make
from tests.exchanges.test_agreement_pages import press, signed_in
from tests.exchanges.test_people import naming
from tests.mobility.choosing import answering, nominated, opened, sent, student_of


def speaks(code: str, *languages: str) -> None:
    make.country(code)
    db.session.rollback()
    with unit_of_work(make.actor(make.person())) as work:
        work.session.get_one(Country, code).languages = list(languages)


def newest() -> OutboxMessage:
    db.session.rollback()
    return db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id.desc())).first()


@pytest.mark.parametrize(
    ("chosen", "languages", "spoken"),
    [
        ("", ["km"], "km"),
        ("", ["th"], "th"),
        ("", ["ja"], "ja"),
        ("", ["lo"], "en"),
        ("", ["ms", "en"], "en"),
        ("ja", ["km"], "ja"),
    ],
)
def test_what_was_chosen_counts_else_a_language_of_the_country_that_is_offered(
    app, session, chosen, languages, spoken
) -> None:
    speaks("KH", *languages)
    assert language_for(db.session(), chosen, "KH") == spoken
    assert language_for(db.session(), chosen, None) == (chosen or "en")


def test_a_body_is_known_by_any_of_its_names_unless_countries_share_it(app, session) -> None:
    body = make.organisation("Institute of Technology", "KH")
    make.add(OrganisationName(organisation_id=body.id, name="ITC", kind=NameKind.ACRONYM))
    assert country_of_body(db.session(), "ITC") == "KH"
    assert country_of_body(db.session(), "Nobody knows it") is None
    make.organisation("Institute of Technology", "TH")
    assert country_of_body(db.session(), "Institute of Technology") is None


@pytest.fixture
def off(th, jp) -> int:
    """A nomination to a host in Japan that named whom to ask, and has nobody here any more."""
    speaks("JP", "ja")
    facts = ContactFacts("Sato", "sato@host.example", answers_for=AnswersFor.INCOMING)
    naming(jp, facts)
    place = opened(jp, th)
    number = nominated(th, sent(student_of(th, "SOMCHAI JAIDEE"), place), place)
    db.session.execute(delete(RoleGrant).where(RoleGrant.scope_id == jp.id))
    db.session.commit()
    return number


def test_a_host_is_written_to_and_reads_in_the_language_beside_its_name(client, th, off) -> None:
    signed_in(client, th)
    page = client.get(f"/mobility/nominations/{off}").text
    assert "Sato · 日本語 · sato@host.example" in page
    sent_to = {"email": "sato@host.example", "locale": ""}
    assert press(client, f"/mobility/nominations/{off}/ask", sent_to).status_code == 302
    mail = newest()
    assert (mail.address, mail.locale) == ("sato@host.example", "ja")
    client.delete_cookie("session", domain="localhost")
    client.delete_cookie("lang", domain="localhost")
    opened_by_link = client.get(mail.values["path"])
    assert '<html lang="ja"' in opened_by_link.text


def test_the_home_may_choose_another_language_which_stays_after_a_correction(th, jp, off) -> None:
    answering(th.actor, off, verbs.ask_partner, email="sato@host.example", locale="km")
    first = newest()
    assert first.locale == "km" and first.values["path"].endswith("?lang=km")
    with unit_of_work(th.actor, now=make.NOW) as work:
        found = work.find(nomination_with_all(work.actor, off))
        ask_partner_again(work, found)
    assert newest().locale == "km" and newest().values["path"] != first.values["path"]


def test_the_link_to_a_mailbox_is_in_the_language_that_was_chosen(client, th) -> None:
    speaks("TH", "th")
    signed_in(client, th)
    address = f"/exchanges/facts/{th.id}/mailbox"
    for locale, spoken in (("", "th"), ("ja", "ja")):
        values = {"address": f"o{locale}@example.org", "locale": locale, "version": ""}
        values["version"] = "0" if not locale else "1"
        assert press(client, address, values).status_code == 302
        assert newest().locale == spoken
        assert newest().values["path"].endswith(f"?lang={spoken}")
    refused = press(client, address, {"address": "a@example.org", "locale": "tlh", "version": "2"})
    assert refused.status_code == 422
