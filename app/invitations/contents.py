"""What an invitation says, its fingerprint, and what one letter says otherwise than another. Pure.

Contents are plain JSON: `{"host": …, "first_on": "2027-05-10", "paid": [{"kind": "travel", …}]}`.
Amounts are whole numbers of the currency's smallest unit.
"""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

Contents = Mapping[str, Any]
# What a letter says, in the order in which pages tell it; `paid` is a list of lines.
TOLD = (
    "laboratory",
    "received_by",
    "purpose_kind",
    "purpose",
    "project",
    "first_on",
    "last_on",
    "language",
    "paid",
    "programme",
)


def fingerprint(contents: Contents) -> str:
    """SHA-256 (hexadecimal) over everything that is said, in one order."""
    text = json.dumps(contents, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def differences(before: Contents, after: Contents) -> list[tuple[str, Any, Any]]:
    """What is said otherwise: (what, before, after), in the order of `TOLD`."""
    return [
        (name, before.get(name), after.get(name))
        for name in TOLD
        if before.get(name) != after.get(name)
    ]
