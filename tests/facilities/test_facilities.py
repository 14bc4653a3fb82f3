"""A centre writes a facility, publishes it, closes it and gives it up."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.facilities import operations as office
from app.facilities.models import Facility, FacilityConditions
from app.facilities.queries import facilities_of, facilities_visible_to, facility_by_ref, own_centre
from app.facilities.states import FacilityType, Per, Unit
from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile, NotFound, NotPermitted, RuleBroken
from app.opportunities.models import OpportunityFacet, RuleSet
from app.opportunities.queries import office_of, opportunities_visible_to
from app.opportunities.states import OpportunityState, address_of
from app.organisations.models import Organisation
from tests import make
from tests.facilities.granting import (
    FORM,
    NOW,
    TERMS,
    TODAY,
    WORDS,
    accepting,
    begun,
    changing,
    day,
    listed,
    offered,
    published,
    working,
)
from tests.telling import who_was_told


def the(facility_id: int) -> Facility:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Facility, facility_id)


def test_it_is_published_with_words_conditions_and_a_form(centre) -> None:
    facility_id = begun(centre, replace(WORDS, conditions=""))
    with pytest.raises(RuleBroken, match="conditions of use"):
        changing(centre.writer, facility_id, office.publish_facility)
    changing(centre.writer, facility_id, office.save_facility_text, WORDS, locale="en", version=1)
    with pytest.raises(RuleBroken, match="no application form"):
        changing(centre.writer, facility_id, office.publish_facility)
    changing(centre.writer, facility_id, office.save_facility_form, FORM, version=None)
    changing(centre.writer, facility_id, office.publish_facility)
    found = the(facility_id)
    assert found.state is OpportunityState.PUBLISHED
    assert found.takes_applications
    assert address_of(found.kind, found.ref) == "/facilities/FAC-27-01"
    assert db.session.scalars(select(RuleSet.opportunity_id)).all() == [facility_id]
    facets = select(OpportunityFacet.facet, OpportunityFacet.value).where(
        OpportunityFacet.opportunity_id == facility_id
    )
    assert {("kind", "facility"), ("where", "JP"), ("where", "online")} <= {
        tuple(row) for row in db.session.execute(facets)
    }


def test_a_data_set_says_its_licence_and_nothing_else_has_one(centre) -> None:
    data = {"type": FacilityType.DATA_SET, "unit": Unit.COPIES, "per": Per.AT_ONCE}
    facility_id = begun(centre, **data, personal_data=True, use_in=("KH", "JP", "KH"))
    changing(centre.writer, facility_id, office.save_facility_form, FORM, version=None)
    with pytest.raises(RuleBroken, match="licence"):
        changing(centre.writer, facility_id, office.publish_facility)
    terms = replace(TERMS, **data, licence="CC-BY-SA-4.0", personal_data=True, use_in=("KH",))
    changing(centre.writer, facility_id, office.save_facility, terms)
    changing(centre.writer, facility_id, office.publish_facility)
    assert the(facility_id).use_in == ["KH"]
    cluster = the(begun(centre, licence="MIT", personal_data=True, use_in=("JP",)))
    assert (cluster.licence, cluster.personal_data, cluster.use_in) == ("", False, [])


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"available": 0, "most": 0}, "how much there is"),
        ({"available": 10, "most": 11}, "no more than there is"),
        ({"first_on": day(9), "last_on": day(8)}, "comes after the first"),
    ],
)
def test_terms_that_make_no_sense_are_refused(centre, wrong, said) -> None:
    with pytest.raises(RuleBroken, match=said):
        begun(centre, **wrong)


def test_begun_twice_by_one_press_it_is_there_once(centre) -> None:
    made = []
    for _press in range(2):
        with working(centre.writer) as work:
            here = work.find(own_centre(work.actor, centre.organisation.id))
            made.append(office.begin_facility(work, here, TERMS, WORDS, request_key="one").id)
    assert made[0] == made[1]


def test_how_use_is_counted_stays_once_it_is_published(centre) -> None:
    facility_id = published(centre)
    with pytest.raises(RuleBroken, match="kind and unit stay"):
        changing(centre.writer, facility_id, office.save_facility, replace(TERMS, per=Per.WEEK))
    changing(centre.writer, facility_id, office.save_facility, replace(TERMS, available=120))
    assert the(facility_id).available == 120


def test_there_cannot_be_less_than_is_granted(centre) -> None:
    facility_id = published(centre)
    offered(centre, listed(facility_id), amount=50, first_on=day(0), last_on=day(9))
    offered(centre, listed(facility_id), amount=50, first_on=day(9), last_on=day(20))
    offered(centre, listed(facility_id), amount=30, first_on=day(21), last_on=day(30))
    with pytest.raises(RuleBroken, match="granted already"):
        changing(centre.writer, facility_id, office.save_facility, replace(TERMS, available=99))
    changing(centre.writer, facility_id, office.save_facility, TERMS)


def test_an_old_form_is_refused(centre) -> None:
    facility_id = begun(centre)
    changing(centre.writer, facility_id, office.save_facility, TERMS, version=1)
    with pytest.raises(ChangedMeanwhile):
        changing(centre.reader, facility_id, office.save_facility, TERMS, version=1)


def test_conditions_are_written_in_languages_and_taken_away_again(centre) -> None:
    facility_id = published(centre)
    khmer = replace(WORDS, title="កុំព្យូទ័រ", conditions="សូមដាក់ឈ្មោះ")

    def write(words) -> list[str]:
        version = None if words is khmer else 1
        given = {"locale": "km", "version": version}
        changing(centre.writer, facility_id, office.save_facility_text, words, **given)
        db.session.expire_all()
        kept = select(FacilityConditions.locale).order_by(FacilityConditions.locale)
        return list(db.session.scalars(kept))

    assert write(khmer) == ["en", "km"]
    assert write(replace(khmer, conditions="")) == ["en"]
    with pytest.raises(RuleBroken, match="conditions of use"):
        bare = replace(WORDS, conditions="")
        changing(centre.writer, facility_id, office.save_facility_text, bare, locale="en")


def test_it_is_closed_opened_again_and_given_up(centre) -> None:
    facility_id = published(centre, closes_on=day(10))
    changing(centre.writer, facility_id, office.close_facility)
    with pytest.raises(RuleBroken, match="Nobody can apply now"):
        changing(centre.writer, facility_id, office.close_facility)
    with pytest.raises(RuleBroken, match="last day to apply is over"):
        late = NOW + timedelta(days=12)
        changing(centre.writer, facility_id, office.reopen_facility, now=late)
    changing(centre.writer, facility_id, office.reopen_facility)
    grant_id = offered(centre, listed(facility_id))
    with pytest.raises(RuleBroken, match="count on what you granted"):
        changing(centre.writer, facility_id, office.give_up_facility, reason="Sold.")
    accepting(grant_id)
    with working(centre.writer) as work:
        office.withdraw_use(work, office.find_grant(work, grant_id), reason="It is sold.")
    with pytest.raises(RuleBroken, match="Give the reason"):
        changing(centre.writer, facility_id, office.give_up_facility, reason=" ")
    writing = make.application(the(facility_id))
    changing(centre.writer, facility_id, office.give_up_facility, reason="Sold.")
    assert writing.applicant_id in who_was_told("applications/called_off")
    with pytest.raises(RuleBroken, match="not offered any more"):
        changing(centre.writer, facility_id, office.save_facility, TERMS)
    with pytest.raises(RuleBroken, match="not offered any more"):
        offered(centre, listed(facility_id))


def test_another_centre_neither_reads_nor_changes_a_draft(centre) -> None:
    facility_id = begun(centre)
    ref = the(facility_id).ref
    for outsider in (centre.stranger, make.person()):
        with working(outsider) as work:
            assert work.session.scalars(facilities_visible_to(work.actor)).all() == []
            assert work.session.scalars(opportunities_visible_to(work.actor)).all() == []
            with pytest.raises(NotFound):
                work.find(facility_by_ref(work.actor, ref))
        with pytest.raises(NotFound):
            changing(outsider, facility_id, office.save_facility, TERMS)
    with working(centre.stranger) as work, pytest.raises(NotPermitted):
        here = work.session.get_one(Organisation, centre.organisation.id)
        office.begin_facility(work, here, TERMS, WORDS)
    with working(centre.reader) as work:
        assert work.find(facility_by_ref(work.actor, ref)).id == facility_id
        assert len(work.session.scalars(opportunities_visible_to(work.actor)).all()) == 1


def test_its_centre_is_the_office_of_what_is_applied_for(centre) -> None:
    found = the(published(centre))
    named = office_of(found)
    assert (named["role"].value, named["scope_id"]) == ("centre", centre.organisation.id)


def test_the_office_sees_what_waits_what_is_in_use_and_what_is_free_soon(centre) -> None:
    facility_id = published(centre)
    listed(facility_id)
    accepting(offered(centre, listed(facility_id), amount=40, last_on=day(9)))
    offered(centre, listed(facility_id), amount=30, last_on=day(4))
    offered(centre, listed(facility_id), amount=30, first_on=day(40), last_on=day(50))
    with working(centre.writer) as work:
        [row] = facilities_of(work.session, [centre.organisation.id], TODAY, "en")
    assert (row.waiting, row.offered, row.in_use, row.users) == (1, 2, 70, 2)
    assert row.freed_on == day(4)
