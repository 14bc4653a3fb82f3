"""Letters: words in the reader's language and zone, one-line subjects, links that work anywhere."""

from datetime import UTC, datetime

import pytest
from jinja2 import DictLoader, UndefinedError

from app.notifications import rendering
from app.notifications.rendering import Letterhead, render

HEAD = Letterhead("Lontar", "https://lontar.example.org")
DUE = datetime(2027, 1, 14, 14, 59, tzinfo=UTC)


@pytest.fixture
def templates(monkeypatch: pytest.MonkeyPatch):
    """Templates of this test's own, beside the real base page."""
    paper = rendering._paper()
    mine: dict[str, str] = {
        name: (rendering.TEMPLATES / name).read_text()
        for name in ("mail/base.html", "mail/parts.html")
    }
    monkeypatch.setattr(paper, "loader", DictLoader(mine))
    monkeypatch.setattr(paper, "cache", None)
    return mine


def test_a_letter_says_its_moments_in_the_readers_zone(templates) -> None:
    templates["mail/test/told/subject.txt"] = (
        "{{ _('Answer by %(day)s', day=language.moment(answer_by)) }}\n"
    )
    templates["mail/test/told/body.txt"] = "{{ name }}: {{ link('/offers/1') }}"
    letter = render(
        HEAD, "test/told", {"answer_by": DUE.isoformat(), "name": "Sok & Co"}, "en", "Asia/Tokyo"
    )
    assert letter.subject == "Answer by 14 Jan 2027, 23:59"
    assert letter.text == "Sok & Co: https://lontar.example.org/offers/1\n"
    assert letter.html == ""


def test_a_subject_stays_one_line_whatever_a_title_contains(templates) -> None:
    templates["mail/test/told/subject.txt"] = "{{ title }}"
    templates["mail/test/told/body.txt"] = "x"
    letter = render(
        HEAD,
        "test/told",
        {"title": "AI\r\nBcc: all@example.org\u2028\x00 ខ្មែរ\u200bល្អ"},
        "km",
        None,
    )
    assert letter.subject == "AI Bcc: all@example.org ខ្មែរ\u200bល្អ"


def test_the_page_of_a_letter_escapes_values_and_names_its_language(templates) -> None:
    templates["mail/test/told/subject.txt"] = "Hello <b>"
    templates["mail/test/told/body.txt"] = "x"
    templates["mail/test/told/body.html"] = (
        '{% extends "mail/base.html" %}{% import "mail/parts.html" as mail with context %}'
        "{% block content %}<p>{{ name }}</p>{{ mail.button(link('/a'), _('Go')) }}{% endblock %}"
    )
    letter = render(HEAD, "test/told", {"name": "<script>"}, "ja", None)
    assert '<html lang="ja">' in letter.html
    assert "&lt;script&gt;" in letter.html
    assert "<title>Hello &lt;b&gt;</title>" in letter.html
    assert 'href="https://lontar.example.org/a"' in letter.html


def test_a_template_that_names_a_value_nobody_gave_is_an_error(templates) -> None:
    templates["mail/test/told/subject.txt"] = "{{ nobody_gave_this }}"
    with pytest.raises(UndefinedError):
        render(HEAD, "test/told", {}, "en", None)
