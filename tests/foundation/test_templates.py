"""How templates say things: escaped where they are HTML, filled in, in the reader's language."""

from datetime import UTC, date, datetime

import pytest
from jinja2 import Environment

from app.foundation import templates
from app.foundation.languages import speaking


def said(source: str, *, html: bool = True, **values: object) -> str:
    environment = Environment(autoescape=html)
    templates.speak(environment)
    return environment.from_string(source).render(**values)


@pytest.mark.parametrize("locale", ["en", "ja", "km", "th"])
def test_what_is_filled_in_is_escaped_in_html_and_only_there(locale) -> None:
    source = "{{ _('Written in %(language)s', language=name) }}"
    with speaking(locale):
        assert "&lt;b&gt; &amp; c" in said(source, name="<b> & c")
        assert "<b> & c" in said(source, html=False, name="<b> & c")


def test_a_sentence_is_the_readers_each_time() -> None:
    for locale, word in (("en", "Sign in"), ("ja", "サインイン"), ("en", "Sign in")):
        with speaking(locale):
            assert said("{{ _('Sign in') }}") == word


def test_two_percent_signs_are_one_filled_in_or_not() -> None:
    assert said("{{ _('100 %% sure') }}") == "100 % sure"
    assert said("{{ _('%(n)s %% sure', n=5) }}") == "5 % sure"


def test_a_number_is_written_as_its_reader_writes_it() -> None:
    source = (
        "{{ ngettext('%(num)s row of %(name)s', '%(num)s rows of %(name)s', 1234, name=name) }}"
    )
    with speaking("en"):
        assert said(source, name="<i>") == "1,234 rows of &lt;i&gt;"
        assert said(source, html=False, name="<i>") == "1,234 rows of <i>"


@pytest.mark.parametrize(
    ("locale", "day", "moment"),
    [
        ("en", "6 April 2027", "6 Apr 2027, 09:30 (Bangkok)"),
        ("th", "6 เมษายน 2570", "6 เม.ย. 2570, 09:30 (กรุงเทพ)"),
    ],
)
def test_machines_are_told_in_iso_whatever_years_people_count(locale, day, moment) -> None:
    values = {"on": date(2027, 4, 6), "at": datetime(2027, 4, 6, 2, 30, tzinfo=UTC)}
    source = "{{ _('On %(day)s', day=dated(on)) }}|{{ dated(at) }}"
    with speaking(locale, "Asia/Bangkok"):
        first, second = said(source, **values).split("|")
        assert f'<time class="whole" datetime="2027-04-06">{day}</time>' in first
        assert second == f'<time datetime="2027-04-06T02:30:00+00:00">{moment}</time>'
        plain = said(source, html=False, **values)
        assert day in plain and moment in plain and "<" not in plain
