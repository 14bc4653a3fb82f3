"""Our own name: a forged one gets no page, and what watches over us may ask by number."""

import pytest


@pytest.mark.parametrize("path", ["/", "/sign-in", "/dev/mail", "/healthz/", "/healthz.json"])
def test_a_request_by_anothers_name_gets_no_page(client, path) -> None:
    answer = client.get(path, headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert "evil" not in answer.text


@pytest.mark.parametrize("host", ["10.0.0.7:8000", "evil.example", ""])
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_what_watches_over_the_process_asks_by_any_name(client, path, host) -> None:
    answer = client.get(path, headers={"Host": host})
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})
    assert "evil" not in str(answer.headers)
