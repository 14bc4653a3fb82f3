"""A learning agreement on paper: its tables, who signed, and nothing for others."""

from app.accounts.models import User
from app.foundation.database import db
from app.mobility.states import Side
from tests import make
from tests.exchanges.test_agreement_pages import signed_in
from tests.learning.signing import content, signing, writing
from tests.learning.changing import OTHERWISE, SAID
from tests.mobility.test_letters import read


def test_it_says_what_is_studied_and_who_signed(client, jp, stay) -> None:
    person = db.session.get_one(User, stay.actors[Side.STUDENT].user_id)
    person.native_name = "สมชาย ใจดี"
    db.session.commit()
    writing(stay, content(stay))
    signing(stay, *Side)
    writing(stay, content(stay, *OTHERWISE), **SAID)
    signing(stay, Side.STUDENT)
    signed_in(client, jp)
    address = f"/learning/{stay.agreement_id}"
    first = read(client.get(f"{address}/1/agreement.pdf"))
    for words in ("SOMCHAI JAIDEE", "Deep learning", "AI-501", "Dean of studies", "In force"):
        assert words in first, words
    second = read(client.get(f"{address}/2/agreement.pdf"))
    for words in ("2.5 Japanese credits", "Not signed yet", "Not signed by all three sides"):
        assert words in second, words
    assert client.get(f"{address}/3/agreement.pdf").status_code == 404


def test_others_get_no_paper(client, vn, stay) -> None:
    writing(stay, content(stay))
    make.sign_in(client, db.session.get_one(User, vn.actor.user_id))
    assert client.get(f"/learning/{stay.agreement_id}/1/agreement.pdf").status_code == 404
