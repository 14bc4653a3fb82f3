"""What a learning agreement promised, against what the transcript says."""

from fractions import Fraction

from app.mobility.states import Side
from app.recognition import queries
from app.recognition.contents import Promise
from tests.exchanges.test_agreement_pages import signed_in
from tests.learning.signing import content, signing, verified, writing
from tests.mobility.choosing import student_of
from tests.recognition.recognising import choosing, issued, line, recognition


def test_promises_are_those_of_the_agreement_in_force(client, session, tables, th, jp) -> None:
    stay = verified(student_of(th, "SOMCHAI JAIDEE"), th, jp)
    writing(stay, content(stay))
    signing(stay, Side.STUDENT, Side.HOME)
    assert queries.promises_of(session, stay.nomination_id) == (), "the host has not signed yet"
    signing(stay, Side.HOST)
    first, second = queries.promises_of(session, stay.nomination_id)
    assert first == Promise(
        "AI-501", "Deep learning", Fraction(2), "jp-tani", "CS-301", "Machine learning"
    )
    assert second.own_title == "Machine learning, Free elective"

    waiting = issued(jp, stay.nomination_id, line("AI-501"), line("AI-9"))
    choosing(th, waiting)
    signed_in(client, th)
    page = client.get(f"/recognition/decisions/{waiting}").text
    for words in ("Promised and delivered", "Not on the transcript", "Not promised"):
        assert words in page, words
    kept, other = recognition(th, waiting).transcript.lines
    form = client.get(f"/recognition/decisions/{waiting}/lines/{kept.id}").text
    assert 'value="Machine learning"' in form and 'value="CS-301"' in form
    form = client.get(f"/recognition/decisions/{waiting}/lines/{other.id}").text
    assert 'value="Machine learning"' not in form


def test_without_an_agreement_nothing_is_said_of_promises(client, tables, th, jp) -> None:
    stay = verified(student_of(th), th, jp)
    waiting = issued(jp, stay.nomination_id)
    signed_in(client, th)
    assert "Promised" not in client.get(f"/recognition/decisions/{waiting}").text
