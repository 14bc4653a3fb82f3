"""From an agreement of two universities to credits that are recognised, in English and in Thai.

A Thai university and a Japanese one agree, the host posts four places, six students apply, the
home nominates four, the host verifies three and refuses one, three parties sign, one change after
arrival is signed again, then transcript and recognition. The house's clock is set for each part;
everybody reads days in the language's own years, and moments by their own clock.
"""

from datetime import UTC, datetime

import pytest

from app.foundation import clock
from app.foundation.actors import SYSTEM, Role, Scope
from app.foundation.database import db
from app.foundation.languages import speaking
from app.foundation.search.index import index_document
from app.foundation.work import unit_of_work
from tests import make
from tests.exchanges.test_tables import loaded
from tests.journeys.exchange import Cast, Journey

pytestmark = pytest.mark.browser
VARIANTS = [(1280, True, "en"), (390, True, "th")]
NAMES = ("SOMCHAI JAIDEE", "MALEE SUKJAI", "ANAN DEETA", "PIM THONGDEE", "NIRAN KAEW", "DAO RUNG")
HOME, HOST = "Chiang Mai University", "University of Tsukuba"

IN_JANUARY = datetime(2027, 1, 12, 2, 30, tzinfo=UTC)
IN_FEBRUARY = datetime(2027, 2, 10, 16, 40, tzinfo=UTC)
IN_APRIL = datetime(2027, 4, 9, 4, 5, tzinfo=UTC)
IN_AUGUST = datetime(2027, 8, 20, 1, 15, tzinfo=UTC)

# What people read of days and moments: in English, and in Thai with years of the Buddhist era.
READ = {
    "en": {
        "year": "2027/2028",
        "years": "from the academic year 2027 to that of 2029",
        "last day": "until 1 February 2027",
        "teaching": "6 April 2027 to 20 July 2027",
        "agreed, home": "12 Jan 2027, 09:30 (Bangkok)",
        "agreed, host": "12 Jan 2027, 11:30 (Tokyo)",
        "signed, home": "10 Feb 2027, 23:40 (Bangkok)",
        "signed, host": "11 Feb 2027, 01:40 (Tokyo)",
        "changed, home": "9 Apr 2027, 11:05 (Bangkok)",
        "changed, host": "9 Apr 2027, 13:05 (Tokyo)",
        "stay": "from 6 April 2027 to 3 August 2027",
        "arrived": "7 April 2027",
        "term": "6 April 2027 to 3 August 2027",
        "issued, host": "20 Aug 2027, 10:15 (Tokyo)",
        "decided": "20 Aug 2027, 08:15 (Bangkok)",
    },
    "th": {
        "year": "2570/2571",
        "years": "ตั้งแต่ปีการศึกษา 2570 ถึง 2572",
        "last day": "1 กุมภาพันธ์ 2570",
        "teaching": "6 เมษายน 2570 ถึง 20 กรกฎาคม 2570",
        "agreed, home": "12 ม.ค. 2570, 09:30 (กรุงเทพ)",
        "agreed, host": "12 ม.ค. 2570, 11:30 (โตเกียว)",
        "signed, home": "10 ก.พ. 2570, 23:40 (กรุงเทพ)",
        "signed, host": "11 ก.พ. 2570, 01:40 (โตเกียว)",
        "changed, home": "9 เม.ย. 2570, 11:05 (กรุงเทพ)",
        "changed, host": "9 เม.ย. 2570, 13:05 (โตเกียว)",
        "stay": "6 เมษายน 2570 ถึง 3 สิงหาคม 2570",
        "arrived": "7 เมษายน 2570",
        "term": "6 เมษายน 2570 ถึง 3 สิงหาคม 2570",
        "issued, host": "20 ส.ค. 2570, 10:15 (โตเกียว)",
        "decided": "20 ส.ค. 2570, 08:15 (กรุงเทพ)",
    },
}


@pytest.mark.parametrize(
    "visitor", VARIANTS, indirect=True, ids=[f"{w}-{lang}" for w, _s, lang in VARIANTS]
)
def test_from_two_universities_that_agree_to_credits_at_home(visitor, house, password_hash) -> None:
    locale = visitor.locale
    with speaking(locale, None):
        here = cast(password_hash, locale)
        journey = Journey(visitor, house, here, NAMES, READ[locale])
        journey.at(IN_JANUARY)
        journey.the_universities_agree()
        journey.the_host_posts_four_places()
        journey.six_students_apply()
        journey.the_home_nominates_four()
        journey.the_host_verifies_three_and_refuses_one()
        journey.at(IN_FEBRUARY)
        journey.three_parties_sign()
        journey.at(IN_APRIL)
        journey.a_change_after_arrival_is_signed_again()
        journey.at(IN_AUGUST)
        journey.the_host_issues_a_transcript()
        journey.the_home_recognises_it()


def cast(password_hash: str, locale: str) -> Cast:
    """Two universities, who works there, and six students of the first."""
    with clock.set_clock(IN_JANUARY):
        loaded()
        home = make.organisation(HOME, code="TH")
        host = make.organisation(HOST, code="JP")
        home.zone = "Asia/Bangkok"
        people = {"home": make.person("WANNA OFFICE", nationality="TH", zone="Asia/Bangkok")}
        people["host"] = make.person("SATO OFFICE", nationality="JP", zone="Asia/Tokyo")
        for side, body in (("home", home), ("host", host)):
            make.grant(people[side], Role.COORDINATOR, Scope.ORGANISATION, body.id)
        students = [make.person(n, nationality="TH", zone="Asia/Bangkok") for n in NAMES]
        for one in students:
            one.home_institution_id = home.id
        for one in (*people.values(), *students):
            one.password, one.locale = password_hash, locale
        db.session.commit()
        addresses = tuple(one.email for one in students)
        made = Cast(home.id, host.id, people["home"].email, people["host"].email, addresses)
        with unit_of_work(SYSTEM) as work:
            index_document(work, "organisation", made.host_id, text=HOST)
        return made
