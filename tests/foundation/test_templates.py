"""How templates say things: escaped where they are HTML, filled in, in the reader's language."""

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
