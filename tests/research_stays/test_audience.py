"""Who may ask is data: it is read by people, checked by the desk, and only becomes wider."""

import re

import pytest
from sqlalchemy import func, select

from app.foundation import clock
from app.foundation.database import db
from app.foundation.errors import RuleBroken
from app.opportunities.models import OpportunityFacet, RuleSet
from app.opportunities.states import Facet
from app.research_stays import operations as verbs
from app.research_stays.models import ResearchStayCall
from app.research_stays.operations import Audience
from tests import make
from tests.courses.test_pages import page, send
from tests.research_stays.calling import NOW, applied, begun, changing, published


@pytest.fixture(autouse=True)
def at_this_moment(host):
    for code in ("KH", "VN", "LA"):
        make.country(code)
    with clock.set_clock(NOW):
        yield


def saying(host, call_id: int, **values) -> None:
    changing(host.office, call_id, verbs.say_who_may_ask, Audience(**values))


@pytest.mark.parametrize("name", ["nationality", "residence", "home_in"])
def test_once_people_ask_it_only_becomes_wider(host, name) -> None:
    call_id = begun(host)
    saying(host, call_id, **{name: ("KH", "VN")})
    saying(host, call_id, **{name: ("KH",)})
    changing(host.office, call_id, verbs.publish_call)
    with pytest.raises(RuleBroken, match="none taken away"):
        saying(host, call_id, **{name: ("VN",)})
    saying(host, call_id, **{name: ("KH", "LA")})
    saying(host, call_id)
    with pytest.raises(RuleBroken, match="none taken away"):
        saying(host, call_id, **{name: ("KH", "LA", "VN")})


def test_each_change_of_what_was_published_is_a_version_of_the_rules(host) -> None:
    call_id = begun(host)
    saying(host, call_id, nationality=("KH",))
    changing(host.office, call_id, verbs.publish_call)
    saying(host, call_id, nationality=("KH", "VN"))
    versions = select(func.count()).where(RuleSet.opportunity_id == call_id)
    assert db.session.scalar(versions) == 2
    nationals = select(OpportunityFacet.value).where(
        OpportunityFacet.opportunity_id == call_id, OpportunityFacet.facet == Facet.NATIONALITY
    )
    assert set(db.session.scalars(nationals)) == {"KH", "VN"}


def test_the_office_writes_it_and_everybody_reads_it(client, host) -> None:
    call_id = published(host, fields=())
    draft = begun(host)
    make.sign_in(client, host.office)
    desk = f"/research-stays/calls/{draft}"
    send(client, f"{desk}/audience", {"nationality": ["KH"], "home_in": ["KH", "VN"]})
    kept = re.findall(r'<input checked[^>]*value="(..)"', page(client, f"{desk}/audience"))
    assert kept == ["KH", "KH", "VN"]
    send(client, desk, to=f"{desk}/publish")
    seen = page(client, f"/research-stays/{db.session.get_one(ResearchStayCall, draft).ref}")
    assert "Open to nationals of Cambodia." in seen
    send(client, f"{desk}/audience", {"nationality": ["VN"]}, status=409)
    other = page(client, f"/research-stays/{db.session.get_one(ResearchStayCall, call_id).ref}")
    assert "Open to" not in other


def test_the_desk_says_who_may_not_ask(client, host) -> None:
    call_id = begun(host)
    saying(host, call_id, nationality=("VN",))
    changing(host.office, call_id, verbs.publish_call)
    for code, may in (("VN", True), ("KH", False)):
        person = make.person(nationality=code)
        application_id = applied(person, call_id)
        make.sign_in(client, person)
        told = "you may not apply for this" in page(client, f"/applications/{application_id}")
        assert told is not may
