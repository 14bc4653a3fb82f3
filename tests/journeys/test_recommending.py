"""A letter of recommendation on a phone: asked for, written in two visits, sent, and kept.

The person who recommends has no account and no scripts; so has the applicant. With scripts axe
looks at every page on the way.
"""

import re

import pytest
from sqlalchemy import select

from app.applications.models import Letter, LetterTerms, ReferenceRequest
from app.applications.states import ReferenceState
from app.foundation import clock
from app.foundation.database import db
from tests import make
from tests.applications import recommenders as letters
from tests.files import samples
from tests.journeys.test_journey import cast

pytestmark = pytest.mark.browser
VARIANTS = [(390, False, "en"), (390, True, "km")]
WORDS = "I supervised her for three years; nobody asked better questions."


@pytest.mark.parametrize("visitor", VARIANTS, indirect=True, ids=["390-plain-en", "390-scripts-km"])
def test_a_letter_from_asking_to_thanks(visitor, session, house, password_hash, tmp_path) -> None:
    people, call, _place = cast(password_hash)
    now = clock.now()
    make.add(
        LetterTerms(opportunity_id=call.id, least=1, most=2, letters_by=now + 30 * letters.DAY)
    )
    call_id = call.id
    paper = tmp_path / "letter.pdf"
    paper.write_bytes(samples.PDF)

    applicant = visitor()
    applicant.signs_in(people["applicant"])
    applicant.goes_to(f"/applications/start/{call_id}")
    applicant.presses(f"form[action*='/applications/start/{call_id}'] button")
    mine = int(re.search(r"/applications/(\d+)", applicant.page.url).group(1))
    applicant.presses(f"a[href='/applications/{mine}/letters']")
    applicant.page.fill("[name=name]", "Professor Dara Kim")
    applicant.page.fill("[name=email]", "dara@uni.example.org")
    applicant.page.fill("[name=known_as]", "my supervisor")
    applicant.page.select_option("[name=locale]", applicant.locale)
    applicant.presses("form:has([name=known_as]) button.button:not(.quiet)")
    request_id = db.session.scalars(select(ReferenceRequest.id)).one()
    link = f"/letters/{letters.token(request_id)}"

    # A first visit: a draft. A second one, from elsewhere: the file, and off it goes.
    first = visitor()
    first.goes_to(link)
    first.page.fill("[name=body]", WORDS)
    first.presses("button[value=save]")
    assert state_of(request_id) is ReferenceState.WRITING
    second = visitor()
    second.goes_to(link)
    assert second.page.input_value("[name=body]") == WORDS
    second.page.set_input_files("[name=file]", str(paper))
    second.presses("button[value=send]")
    assert WORDS not in second.page.content()
    assert state_of(request_id) is ReferenceState.RECEIVED
    assert db.session.scalars(select(Letter)).one().body == WORDS

    applicant.goes_to(f"/applications/{mine}/letters")
    assert WORDS not in applicant.page.content()
    assert applicant.page.locator(".chip.good").count() >= 1


def state_of(request_id: int) -> ReferenceState:
    """As it is now, whatever this test has read before."""
    db.session.rollback()
    return letters.reload(request_id).state
