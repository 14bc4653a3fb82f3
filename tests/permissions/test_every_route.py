"""Every route has its line in the policy, and keeps strangers out by it."""

from typing import Any

import pytest
from flask import Flask

from app.applications.states import ApplicationState
from app.foundation.permissions import Permission
from tests import make
from tests.demo.subjects import ABOUT, named_by


def addresses(app: Flask, method: str) -> list[tuple[str, str, bool]]:
    """(endpoint, an address of it, whether it names an object) of each route that is not public."""
    found = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            view = app.view_functions[rule.endpoint]
            if rule.endpoint == "static" or getattr(view, "is_public", False):
                continue
            if method in (rule.methods or set()):
                numbers = "<int:" in rule.rule
                values = {
                    name: 1 if f"<int:{name}>" in rule.rule else "x" for name in rule.arguments
                }
                built = app.url_map.bind("localhost").build(rule.endpoint, values, method=method)
                found.append((rule.endpoint, built, numbers))
    return found


def test_every_route_is_public_or_says_what_it_needs(app) -> None:
    without = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static"
        and not getattr(app.view_functions[rule.endpoint], "is_public", False)
        and not getattr(app.view_functions[rule.endpoint], "permissions", ())
    ]
    assert without == []


def test_every_route_has_a_case_in_the_table_over_the_demo(app) -> None:
    """A new route fails here until tests/demo/subjects/addresses says what its address names."""
    without = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static"
        and (
            named_by(rule) is None
            or any(p.name not in ABOUT for p in permissions_of(app, rule.endpoint))
        )
    ]
    assert without == []


def permissions_of(app: Flask, endpoint: str) -> tuple[Permission[Any], ...]:
    return getattr(app.view_functions[endpoint], "permissions", ())


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_visitor_is_asked_to_sign_in_wherever_it_is_not_public(app, client, method) -> None:
    wrong = []
    for endpoint, address, _numbers in addresses(app, method):
        answer = client.open(address, method=method)
        asked = answer.status_code == 302 and answer.location.startswith("/sign-in")
        if not asked and answer.status_code not in {401, 403, 404}:
            wrong.append((endpoint, address, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_stranger_opens_nothing_of_anybody_else(app, session, client, method) -> None:
    """A person without any role, with numbers that are somebody else's objects."""
    call = make.call()
    make.place(call)
    make.application(call, state=ApplicationState.SUBMITTED)
    make.sign_in(client, make.person())
    # Where one begins an application oneself, the number is a public call's.
    own = {"applications.before_starting", "applications.start"}
    wrong = []
    for endpoint, address, numbers in addresses(app, method):
        if not numbers or endpoint in own:
            continue
        status = client.open(address, method=method).status_code
        if status not in {403, 404, 409, 422} or (method == "GET" and status not in {403, 404}):
            wrong.append((endpoint, address, status))
    assert wrong == []
