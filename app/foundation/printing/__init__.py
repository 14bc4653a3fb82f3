"""Paper: a template of `templates/print/` and its data, as a PDF in every script of the region.

A template is typst. It begins

    #import "paper.typ": *
    #show: paper

and reads what it was given as `data`, which is JSON and never markup: a name or an answer that
looks like typst prints as it was typed. Fonts are our own (`fonts/`), so the same data gives the
same pages on every machine; Latin, Cyrillic, Greek, Khmer, Lao, Thai, Myanmar and Tamil regular
and bold, Japanese, Chinese and Arabic (Jawi) regular, and a serif for Latin headings. What none of
them draws would be an empty box: `undrawable` names it before anything is printed.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import typst

TEMPLATES = Path(__file__).parents[3] / "templates" / "print"
_FONTS = Path(__file__).parent / "fonts"
# What typst says when PDF/UA, which allows no empty box, cannot be had.
_NOT_DRAWN = re.compile(r'the text `"(.+?)"` could not be displayed')
_JAPANESE_FIRST = ("Noto Sans CJK JP", "Noto Sans CJK SC")


def pdf(
    template: str, data: Mapping[str, Any], *, locale: str, title: str, at: datetime | None = None
) -> bytes:
    """The pages of `templates/print/<template>.typ` as a tagged PDF/UA-1.

    `data` is what JSON can hold; `locale` is the language of the text, `title` what the document
    is called by its reader's window, `at` the moment it was made (none is written without).
    Raises ValueError with the template's fault.
    """
    made: bytes = _compiled(template, data, locale, title, at=at)
    return made


def pictures(
    template: str, data: Mapping[str, Any], *, locale: str, title: str, dots: int = 60
) -> list[bytes]:
    """The same pages as PNGs, `dots` to the inch: what a person sees of them."""
    made = _compiled(template, data, locale, title, dots=dots)
    return [made] if isinstance(made, bytes) else list(made)


def _compiled(
    template: str,
    data: Mapping[str, Any],
    locale: str,
    title: str,
    *,
    dots: int | None = None,
    at: datetime | None = None,
) -> Any:
    import typst  # with its fonts the heaviest of all: only who prints carries it

    told = {
        "data": json.dumps(data, ensure_ascii=False),
        "lang": locale.partition("-")[0],
        "title": title,
        "fonts": json.dumps(_families(locale)),
    }
    try:
        return typst.Compiler(
            str(TEMPLATES / f"{template}.typ"),
            root=str(TEMPLATES),
            font_paths=_fonts(),
            sys_inputs=told,
        ).compile(
            format="png" if dots else "pdf",
            ppi=dots,
            pdf_standards=[] if dots else "ua-1",
            timestamp=int(at.timestamp()) if at else None,
        )
    except typst.TypstError as fault:
        raise ValueError(f"{template}: {fault.diagnostic}") from fault


@lru_cache
def _fonts() -> "typst.Fonts":
    """Ours only, read once a process; what the machine has is not asked."""
    import typst

    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(_FONTS)]
    )


def _families(locale: str) -> Sequence[str]:
    """Every family, first the Han shapes of the reader's language."""
    han = _JAPANESE_FIRST[::-1] if locale.startswith("zh") else _JAPANESE_FIRST
    scripts = [f"Noto Sans {name}" for name in ("Khmer", "Lao", "Thai", "Myanmar", "Tamil")]
    return ["Noto Sans", *scripts, "Noto Naskh Arabic", *han]


def undrawable(lines: Iterable[str]) -> list[str]:
    """What of these lines cannot be printed because none of our fonts draws it, each once.

    A whole cluster is named, for a mark may be there and not on this letter. Invisible characters
    are written as their code.
    """
    try:
        _compiled("proof", {"lines": list(lines)}, "en", "Proof")
    except ValueError as fault:
        return list(dict.fromkeys(_NOT_DRAWN.findall(str(fault)))) or ["…"]
    return []
