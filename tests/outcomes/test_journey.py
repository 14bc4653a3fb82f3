"""From an invitation that a host types to what the world reads of the stay, page by page."""

from datetime import timedelta

from sqlalchemy import select

from app.foundation import clock
from app.foundation.database import db
from app.invitations import operations as inviting
from app.organisations.models import Organisation
from app.outcomes import operations as outcomes
from app.outcomes.models import Outcome
from app.stays import operations as stays
from app.stays.models import Stay
from tests import make
from tests.exchanges.test_agreement_pages import press, signed_in
from tests.invitations.inviting import FIRST, day, newest_link
from tests.invitations.test_pages import LAST, guest_press, written
from tests.stays.staying import by_itself, on


def test_from_an_invitation_to_the_page_of_the_host(client, jp, th) -> None:
    body = db.session.get_one(Organisation, th.id)
    home = {"home": body.name, "home-for": body.name, "home-is": str(th.id), "home_country": ""}
    with clock.set_clock(make.NOW):
        signed_in(client, jp)
        invitation = press(client, "/research-stays/office/new", written(jp, **home)).location
        assert press(client, f"{invitation}/send", {}).status_code == 302
    visitor = client.application.test_client()
    link = f"/research-stays/answer/{newest_link()}"
    with clock.set_clock(make.NOW + timedelta(days=1)):
        said = {"said": "Gladly.", "seen": "1", "agrees_name": ""}
        assert guest_press(visitor, link, f"{link}/accept", said).status_code == 302
        signed_in(client, th)
        assert press(client, f"{invitation}/agree", {"said": "", "seen": "1"}).status_code == 302
    person = make.person("SOMCHAI JAIDEE", email="somchai@thai.example", nationality="TH")
    by_itself(inviting.know_people)
    by_itself(stays.plan_stays)
    going = db.session.scalars(select(Stay.id)).one()
    for who, what in (("arrival", FIRST), ("departure", LAST)):
        with clock.set_clock(on(what)):
            signed_in(client, jp)
            assert press(client, f"/stays/{going}/{who}", day("on", what)).status_code == 302
    after = on(LAST + timedelta(days=1))
    by_itself(outcomes.ask_for_outcomes, after)
    page = f"/research-stays/outcomes/{db.session.scalars(select(Outcome.id)).one()}"
    with clock.set_clock(after):
        make.sign_in(client, person)
        assert "Tell what came of your research stay" in client.get("/dashboard").text
        rows = {f"kind_{n}": "dataset" for n in range(12)}
        rows |= {"title_0": "Rulings", "link_0": "10.5281/zenodo.4711"}
        told = rows | {"done": "We aligned our corpora.", "next_steps": "", "version": "1"}
        assert press(client, page, told).status_code == 302
        assert press(client, f"{page}/send", {}).status_code == 302
        assert press(client, f"{page}/show", {"wish": "yes"}).status_code == 302
        signed_in(client, jp)
        assert press(client, f"{page}/confirm", {"answer": ""}).status_code == 302
        assert press(client, f"{page}/publish", {"wish": "yes"}).status_code == 302
        host = db.session.get_one(Organisation, jp.id)
        shown = visitor.get(f"/organisations/{host.ref}").text
        assert "We aligned our corpora." in shown
        assert "https://doi.org/10.5281/zenodo.4711" in visitor.get(f"{page}/published").text
