"""What the tests of calls' verbs share."""

from app.organisations.models import Organisation


def reload(session, kind, row):
    return session.get(kind, row.id, populate_existing=True)


def make_host(work):
    host = Organisation(
        ref="another",
        name="Another host",
        kind="university",
        country_code="JP",
        zone="Asia/Tokyo",
    )
    work.session.add(host)
    work.session.flush()
    return host
