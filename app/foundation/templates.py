"""How templates say things: the reader's words, escaped as HTML where the template is HTML.

A page says a hundred sentences, so the way to each is short: one that fills nothing in is made
ready once for each language. As everywhere in Jinja's new style, `%%` is a percent sign.
"""

from collections.abc import Callable, Hashable
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemBytecodeCache, pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup, escape

from app.foundation import languages


def speak(environment: Environment) -> None:
    """Give the environment's templates `_`, `gettext`, `ngettext`, `pgettext` and `dated`."""
    environment.globals.update(
        _=gettext,
        gettext=gettext,
        ngettext=ngettext,
        pgettext=pgettext,
        dated=dated,
        drawn_once=_kept_parts(environment),
    )


def compiled_in(instance: Path) -> FileSystemBytecodeCache:
    """Templates are compiled once for all processes and starts; a changed one is compiled anew."""
    folder = instance / "templates"
    folder.mkdir(parents=True, exist_ok=True)
    return FileSystemBytecodeCache(str(folder))


def _kept_parts(environment: Environment) -> Callable[..., Markup]:
    @lru_cache(maxsize=500)
    def drawn(name: str, _reader: languages.Reader, **values: Hashable) -> Markup:
        html = environment.get_template(name).render(values)
        return Markup(html)  # noqa: S704 - escaped there

    def drawn_once(name: str, **values: Hashable) -> Markup:
        """A part of pages that depends on these values and the reader's language and zone alone.

        It is drawn once for each: nothing of the request or the person reaches it.
        """
        return drawn(name, languages.reader(), **values)

    return drawn_once


@pass_eval_context
def gettext(context: EvalContext, message: str, /, **values: Any) -> str:
    if not values:
        ready = _ready(languages.reader().locale, message)
        return ready if context.autoescape else str(ready)
    return _filled(context, languages.gettext(message), values)


@pass_eval_context
def ngettext(context: EvalContext, one: str, many: str, num: int, /, **values: Any) -> str:
    said = languages.ngettext_in_templates(one, many, num)
    return _filled(context, said, {"num": num, **values})


@pass_eval_context
def pgettext(context: EvalContext, where: str, message: str, /, **values: Any) -> str:
    return _filled(context, languages.pgettext(where, message), values)


@pass_eval_context
def dated(context: EvalContext, value: date) -> str:
    """A day, or a moment by the reader's clock, for people; in ISO for machines, where it is HTML.

    Readers of Thai count years of the Buddhist era, which no machine should have to guess.
    """
    if isinstance(value, datetime):
        said, kept = languages.moment_here(value), ""
    else:
        said, kept = languages.day(value), ' class="whole"'
    if not context.autoescape:
        return said
    return Markup(f'<time{kept} datetime="{value.isoformat()}">{{}}</time>').format(said)  # noqa: S704 - escaped


@lru_cache(maxsize=8192)
def _ready(locale: str, message: str) -> Markup:
    said: str = languages.catalogue(locale).gettext(message)
    return Markup(said % {})  # noqa: S704 - our own words


def _filled(context: EvalContext, said: str, values: dict[str, Any]) -> str:
    if not context.autoescape:
        return said % values
    safe = {name: escape(value) for name, value in values.items()}
    return Markup(said % safe)  # noqa: S704 - our words, and values that are escaped
