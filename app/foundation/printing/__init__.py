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
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import typst

TEMPLATES = Path(__file__).parents[3] / "templates" / "print"
_FONTS = Path(__file__).parent / "fonts"
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


# They have no shape of their own, and need none.
_SHAPELESS = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})


def undrawable(text: str) -> list[str]:
    """The characters of a text that none of our fonts has a shape for, each once, in order."""
    return [c for c in dict.fromkeys(text) if not _is_drawn(c)]


@lru_cache(maxsize=20_000)
def _is_drawn(character: str) -> bool:
    if unicodedata.category(character) in _SHAPELESS:
        return True
    return any(bytes(font.getmask(character)) != nothing for font, nothing in _shapes())


@lru_cache
def _shapes() -> Sequence[tuple[Any, bytes]]:
    """Every font, with what it draws for a character that it does not have."""
    from PIL import ImageFont

    fonts = [ImageFont.truetype(str(file), 24) for file in sorted(_FONTS.glob("*.?tf"))]
    return [(font, bytes(font.getmask("\uffff"))) for font in fonts]
