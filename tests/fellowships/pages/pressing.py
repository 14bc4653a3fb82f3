"""How the tests of calls' pages press and read."""

import re

from app.foundation.database import db


def page(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status, answer.text
    return answer.text


def hidden(html):
    """Every hidden value of the page's forms, by name; the last one wins."""
    fields = re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", html)
    found = {}
    for field in fields:
        name = re.search(r'name="([^"]+)"', field)
        value = re.search(r'value="([^"]*)"', field)
        if name:
            found[name[1]] = value[1] if value else ""
    return found


def send(client, address, data=None, *, to=None, status=302):
    """Open the page, fill in the form, send it."""
    kept = hidden(page(client, address))
    answer = client.post(to or address, data={**kept, **(data or {})})
    assert answer.status_code == status, answer.text
    return answer


def wall(name, day, month, year, hour, minute):
    parts = {"day": day, "month": month, "year": year, "hour": hour, "minute": minute}
    return {f"{name}-{part}": str(value) for part, value in parts.items()}


def reload(kind, row_id):
    db.session.expire_all()
    return db.session.get(kind, row_id, populate_existing=True)


PAGES = (
    "/fellowships/office/{0}",
    "/fellowships/office/{0}/places",
)


EDIT_PAGES = (
    "/fellowships/office/{0}/texts/en",
    "/fellowships/office/{0}/texts/km",
    "/fellowships/office/{0}/window",
    "/fellowships/office/{0}/audience",
    "/fellowships/office/{0}/terms",
    "/fellowships/office/{0}/places/new",
    "/fellowships/office/{0}/places/{1}",
    "/fellowships/office/{0}/form",
    "/fellowships/office/{0}/rubric",
    "/fellowships/office/{0}/publish",
    "/fellowships/office/{0}/extend",
    "/fellowships/office/{0}/close",
    "/fellowships/office/{0}/reopen",
    "/fellowships/office/{0}/cancel",
)


POSTS = (
    "/fellowships/office/{0}/texts/en",
    "/fellowships/office/{0}/window",
    "/fellowships/office/{0}/audience",
    "/fellowships/office/{0}/terms",
    "/fellowships/office/{0}/places/{1}",
    "/fellowships/office/{0}/places/{1}/remove",
    "/fellowships/office/{0}/form",
    "/fellowships/office/{0}/rubric",
    "/fellowships/office/{0}/publish",
    "/fellowships/office/{0}/extend",
    "/fellowships/office/{0}/close",
    "/fellowships/office/{0}/reopen",
    "/fellowships/office/{0}/cancel",
)
