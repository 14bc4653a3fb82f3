"""What an organisation offers, in a frame of its own site: the one page that others may frame."""

import re

import pytest

from app.foundation import clock
from tests import make
from tests.courses.centres import centre_of
from tests.courses.dates import published_run


@pytest.fixture(autouse=True)
def january():
    with clock.set_clock(make.NOW):
        yield


@pytest.fixture
def centre(app):
    made = centre_of()
    published_run(made)
    return made


def address(centre, locale: str = "en") -> str:
    return f"/embed/{locale}/organisations/{centre.organisation.ref}"


def test_another_site_may_show_it_in_a_frame(client, centre) -> None:
    answer = client.get(address(centre))
    assert answer.status_code == 200
    assert "Language models" in answer.text
    assert "X-Frame-Options" not in answer.headers
    said = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors *" in said and "form-action 'none'" in said
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "<form" not in answer.text and "<script" not in answer.text


def test_its_links_leave_the_frame(client, centre) -> None:
    html = client.get(address(centre)).text
    assert '<base target="_top">' in html
    assert f'href="/organisations/{centre.organisation.ref}"' in html


def test_no_other_page_may_be_framed(app, client, centre) -> None:
    framed = {name for name, view in app.view_functions.items() if hasattr(view, "is_embeddable")}
    assert framed == {"public.embedded"}
    for other in (
        "/",
        f"/organisations/{centre.organisation.ref}",
        "/sign-in",
        "/embed/en/organisations/x",
    ):
        answer = client.get(other)
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("more", ["", "?lang=ja"])
def test_it_sets_no_cookie_and_speaks_the_language_of_its_address(client, centre, more) -> None:
    answer = client.get(address(centre, "km") + more)
    assert "Set-Cookie" not in answer.headers
    assert '<html lang="km">' in answer.text
    assert answer.headers["Content-Language"] == "km"


def test_who_is_signed_in_is_shown_what_everybody_is(client, centre) -> None:
    before = client.get(address(centre)).text
    make.sign_in(client, centre.writer)
    assert client.get(address(centre)).text == before


@pytest.mark.parametrize("path", ["/embed/xx/organisations/{}", "/embed/en/organisations/none"])
def test_what_there_is_not_is_said_so(client, centre, path) -> None:
    assert client.get(path.format(centre.organisation.ref)).status_code == 404


def test_the_page_of_the_organisation_has_the_lines_to_copy(client, centre) -> None:
    html = client.get(f"/organisations/{centre.organisation.ref}").text
    source = re.search(r'<textarea[^>]*readonly[^>]*><iframe src="([^"]+)"', html)[1]
    assert source.endswith(address(centre))
    assert (
        client.get(source.partition("/embed")[1] + source.partition("/embed")[2]).status_code == 200
    )
