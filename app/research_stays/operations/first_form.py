"""The short form with which every call begins: one line, a curriculum vitae, a declaration."""

from typing import Any

from app.foundation.languages import LANGUAGES, lazy, speaking

IN_ONE_LINE = lazy("Your stay in one line")
CV = lazy("Curriculum vitae")
TRUE = lazy("All that I say is true, and my institution knows that I ask.")
YOU = lazy("About you")
ABOUT = lazy("About your stay")


def first_form() -> dict[str, Any]:
    """As the form builder keeps it, in every language that is offered."""
    return {
        "sections": [
            {
                "key": "profile",
                "kind": "profile",
                "title": _in_all(YOU),
                "questions": [],
            },
            {
                "key": "stay",
                "title": _in_all(ABOUT),
                "questions": [
                    {
                        "key": "headline",
                        "kind": "short text",
                        "label": _in_all(IN_ONE_LINE),
                        "required": True,
                        "max_characters": 200,
                    },
                    {"key": "cv", "kind": "document", "label": _in_all(CV), "required": True},
                    {
                        "key": "true",
                        "kind": "declaration",
                        "label": _in_all(TRUE),
                        "required": True,
                    },
                ],
            },
        ]
    }


def _in_all(said: str) -> dict[str, str]:
    told = {}
    for locale in LANGUAGES:
        with speaking(locale):
            told[locale] = str(said)
    return told
