"""From a message's kind and values to words: its subject, text and page in the reader's language.

A kind has three templates in templates/mail/<kind>/: subject.txt, body.txt and, if it wants one,
body.html (which extends mail/base.html). They see the message's values, `link(path)`, `_`,
`ngettext`, `language`, `locale` and `site_name`; the page sees `subject` too.
"""

import logging
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateNotFound,
    select_autoescape,
)

from app.foundation import languages, templates
from app.foundation.logs import say

TEMPLATES = Path(__file__).parents[2] / "templates"
MOMENTS = ("_at", "_by")
NO_PLACE_IN_A_LINE = frozenset({"Cc", "Zl", "Zp", "Cs"})


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What every letter says of the site: its name, and the address that its links begin with."""

    site_name: str
    public_url: str

    def link(self, path: str) -> str:
        """The whole address of a page of this site."""
        return path if path.startswith(("https://", "http://")) else self.public_url + path


@dataclass(frozen=True, slots=True)
class Letter:
    """A message in words; `html` is empty where the kind has no page of its own."""

    subject: str
    text: str
    html: str


def render(
    head: Letterhead, kind: str, values: Mapping[str, Any], locale: str, zone: str | None
) -> Letter:
    """Write the letter in this language, its times in this zone. Raises jinja2's errors."""
    known = locale if locale in languages.LANGUAGES else "en"
    with languages.speaking(known, zone):
        context = {
            **moments_in(values),
            "link": head.link,
            "site_name": head.site_name,
            "locale": known,
            "language": languages,
        }
        subject = _one_line(_paper().get_template(f"mail/{kind}/subject.txt").render(context))
        text = _paper().get_template(f"mail/{kind}/body.txt").render(context).strip() + "\n"
        return Letter(subject, text, _page(kind, {**context, "subject": subject}))


def letter_or_apology(
    head: Letterhead, kind: str, values: Mapping[str, Any], locale: str, zone: str | None
) -> Letter:
    """As `render`, for pages that list many: one that cannot be written spoils no other."""
    try:
        return render(head, kind, values, locale, zone)
    except Exception as error:  # a template's mistake, of whatever kind
        say("mail.unwritable", level=logging.ERROR, kind=kind, why=str(error)[:300])
        return Letter(languages.gettext("This message cannot be shown just now."), "", "")


def moments_in(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as operations named them: what ends in `_at` or `_by` is a datetime again."""
    return {name: _restored(name, value) for name, value in values.items()}


def _restored(name: str, value: Any) -> Any:
    if isinstance(value, str) and value and name.endswith(MOMENTS):
        try:
            return datetime.fromisoformat(value)
        except ValueError:  # a name: mails that were queued before said so who had signed
            return value
    if isinstance(value, list):
        return [_restored(name, one) for one in value]
    if isinstance(value, dict):
        return moments_in(value)
    return value


def _page(kind: str, context: dict[str, Any]) -> str:
    try:
        template = _paper().get_template(f"mail/{kind}/body.html")
    except TemplateNotFound:
        return ""
    return template.render(context)


def _one_line(text: str) -> str:
    """A subject is one line, whatever a title in it contains: nobody adds a header that way."""
    kept = "".join(" " if unicodedata.category(c) in NO_PLACE_IN_A_LINE else c for c in text)
    return " ".join(kept.split())[:400]


@lru_cache(maxsize=1)
def _paper() -> Environment:
    """Our own template environment: letters are written where there is no request."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=select_autoescape(["html"], default=False),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.speak(env)
    return env
