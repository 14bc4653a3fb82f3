"""How an address names an object: each set of arguments, and all objects there are."""

from werkzeug.routing import Rule

from tests.demo.subjects.addresses import (
    applications,
    calls,
    cooperation,
    courses,
    exchanges,
    hosting,
    people,
    research,
)
from tests.demo.subjects.addresses.naming import Named, NamedByArguments

__all__ = ["NAMED", "Named", "named_by"]

NAMED: NamedByArguments = {
    **applications.NAMED,
    **calls.NAMED,
    **hosting.NAMED,
    **research.NAMED,
    **courses.NAMED,
    **exchanges.NAMED,
    **cooperation.NAMED,
    **people.NAMED,
}


def named_by(rule: Rule) -> Named | None:
    """What the address of this route names; None when the table has no case for it."""
    arguments = tuple(sorted(rule.arguments))
    return NAMED.get((rule.endpoint.split(".")[0], *arguments)) or NAMED.get(arguments)
