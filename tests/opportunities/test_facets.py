"""What the catalogue filters by is kept when an opportunity changes."""

from sqlalchemy import select

from app.opportunities.models import OpportunityFacet
from app.opportunities.states import PlaceState
from tests import make


def facets_of(session, call):
    rows = session.execute(
        select(OpportunityFacet.facet, OpportunityFacet.value).where(
            OpportunityFacet.opportunity_id == call.id
        )
    )
    return {f"{facet}:{value}" for facet, value in rows}


def test_facets_follow_the_call_and_its_confirmed_hosts(app, session) -> None:
    call = make.call(countries=("KH", "LA"), online=True, costs_nothing=True)
    make.place(call, host=make.organisation(code="JP"))
    make.place(call, host=make.organisation(code="VN"), state=PlaceState.ASKED)
    make.facets(call)
    assert facets_of(session, call) == {
        "kind:fellowship",
        "track:researcher",
        "language:en",
        "where:JP",
        "where:online",
        "nationality:KH",
        "nationality:LA",
        "cost:nothing",
    }


def test_a_call_without_a_country_list_is_open_to_everyone(app, session) -> None:
    call = make.facets(make.facets(make.call(countries=())))
    assert "nationality:any" in facets_of(session, call)
