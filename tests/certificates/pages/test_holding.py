"""A holder's own certificates."""

import pytest

from tests import make
from tests.certificates.pages.pressing import take_back
from tests.certificates.scene import scene


def test_a_holder_finds_theirs_and_takes_paper_and_badge(client, session) -> None:
    here = scene()
    certificate = here.issue()
    make.sign_in(client, here.holder)
    page = client.get("/certificates").text
    assert certificate.serial in page
    paper = client.get(f"/certificates/{certificate.id}/paper")
    assert paper.mimetype == "application/pdf"
    assert paper.data.startswith(b"%PDF")
    assert certificate.serial in paper.headers["Content-Disposition"]
    one = client.get(f"/certificates/{certificate.id}").text
    assert f"http://localhost/verify/{certificate.token}" in one
    assert "Take it back" not in one


def test_no_paper_is_given_out_of_one_that_was_taken_back(client, session) -> None:
    here = scene()
    certificate = here.issue()
    take_back(here, certificate)
    make.sign_in(client, here.holder)
    assert client.get(f"/certificates/{certificate.id}/paper").status_code == 410
    page = client.get(f"/certificates/{certificate.id}").text
    assert "Copied work" in page


@pytest.mark.parametrize("page", ["", "/paper", "/revoke", "/replace"])
def test_others_do_not_find_it(client, session, page) -> None:
    here, there = scene(), scene("Another Centre")
    certificate = here.issue()
    for stranger in (there.staff, there.holder):
        make.sign_in(client, stranger)
        assert client.get(f"/certificates/{certificate.id}{page}").status_code == 404
