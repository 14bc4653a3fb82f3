"""A certificate from the centre's desk to a stranger's phone: printed, checked, corrected, ended.

The stranger has no account; with scripts axe looks at every page on the way.
"""

import re
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from app.certificates import signing
from app.certificates.numbering import printed_code
from app.foundation.database import db
from app.notifications.models import OutboxMessage
from tests.certificates.scene import scene

pytestmark = pytest.mark.browser
VARIANTS = [(390, False, "en"), (390, True, "km"), (1280, True, "ja")]


@pytest.mark.parametrize(
    "visitor", VARIANTS, indirect=True, ids=["390-plain-en", "390-scripts-km", "1280-scripts-ja"]
)
def test_a_certificate_from_its_issue_to_its_end(visitor, house, password_hash) -> None:
    here = scene()
    for person in (here.staff, here.holder):
        db.session.merge(person).password = password_hash
    db.session.commit()
    certificate = here.issue(now=None)
    office = f"/certificates/office/{here.issuer.id}"

    holder = visitor()
    holder.signs_in(here.holder.email)
    holder.presses("main a[href='/certificates']")
    holder.presses(f"a[href='/certificates/{certificate.id}']")
    address = holder.page.input_value("#address")
    paper = holder.page.request.get(f"/certificates/{certificate.id}/paper")
    sheet = PdfReader(BytesIO(paper.body())).pages[0]
    assert certificate.serial in sheet.extract_text()

    # A stranger scans it; another types number and code; a third asks as a machine.
    stranger = visitor()
    stranger.goes_to(address)
    assert "SOK Sophea" in stranger.page.inner_text("main")
    assert stranger.page.locator(".verdict.good").count() == 1
    stranger.goes_to("/verify")
    stranger.page.fill("[name=serial]", certificate.serial.lower())
    stranger.page.fill("[name=code]", printed_code(certificate.code))
    stranger.presses("main form button")
    assert stranger.page.url.split("?")[0] == address
    badge = stranger.page.request.get(address, headers={"Accept": "application/vc+jwt"}).text()
    key = stranger.page.request.get(signing.opened(badge)[0]["kid"]).json()
    assert signing.verify(badge, key)["id"] == certificate.urn

    # The office corrects the name: another one holds.
    staff = visitor()
    staff.signs_in(here.staff.email)
    staff.goes_to(office)
    staff.presses(f"a[href='/certificates/{certificate.id}']")
    staff.presses(f"a[href='/certificates/{certificate.id}/replace']")
    staff.page.fill("[name=latin]", "SOK Sopheap")
    staff.page.fill("[name=note]", "One letter was missing.")
    staff.presses("main form button")
    instead = int(re.search(r"/certificates/(\d+)$", staff.page.url).group(1))
    assert instead != certificate.id
    stranger.goes_to(address)
    assert stranger.page.locator(".verdict.bad").count() == 1
    assert "Sopheap" not in stranger.page.inner_text("main")

    # And takes that one back: its holder is told why, everybody else in one word.
    staff.presses(f"a[href='/certificates/{instead}/revoke']")
    staff.page.check("[name=reason][value='issued in error']")
    staff.page.fill("[name=note]", "It was meant for somebody else.")
    staff.presses("main form button")
    holder.goes_to(f"/certificates/{instead}")
    assert "It was meant for somebody else." in holder.page.inner_text("main")
    db.session.rollback()
    told = db.session.scalars(
        select(OutboxMessage.kind).where(OutboxMessage.person_id == here.holder.id)
    )
    assert sorted(told) == ["certificates/issued", "certificates/replaced", "certificates/revoked"]
