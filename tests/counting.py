"""Counting the statements that a page asks of the database, beyond the person's own."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from app.foundation.database import db

# What knowing the person costs: the session, and the person with grants and nationalities.
OWN = re.compile(r'FROM "?(session_row|user|role_grant|nationality)"?\s')
SIGNED_IN = re.compile(r'FROM "?user"? LEFT OUTER JOIN role_grant .*fs_uniquifier = ', re.DOTALL)


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collects each SELECT that is sent within the block, but for those about the person."""
    seen: list[str] = []

    def note(_conn, _cursor, statement: str, *_rest) -> None:
        about_the_person = (OWN.search(statement) and "JOIN" not in statement) or SIGNED_IN.search(
            statement
        )
        if statement.lstrip().upper().startswith(("SELECT", "WITH")) and not about_the_person:
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
