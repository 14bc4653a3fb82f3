"""How the tests of certificates' pages press and read."""

import re

from app.certificates import queries
from app.certificates.models import Certificate
from app.certificates.operations import revoke_certificate
from app.certificates.states import RevocationReason
from app.foundation.work import unit_of_work
from tests import make


def token_in(page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found is not None
    return found[1]


def sent(client, address: str, form_at: str = "", **fields):
    token = token_in(client.get(form_at or address).text)
    return client.post(address, data={"csrf_token": token, **fields})


def take_back(here, certificate, reason=RevocationReason.MISCONDUCT, note="Copied work") -> None:
    with unit_of_work(make.actor(here.staff), now=make.NOW) as work:
        row = work.find(
            queries.certificates_visible_to(work.actor).where(Certificate.id == certificate.id)
        )
        revoke_certificate(work, row, reason=reason, note=note)
