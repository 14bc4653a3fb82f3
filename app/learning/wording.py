"""What pages say about learning agreements, in the reader's words. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.exchanges.wording import credits_of
from app.foundation.languages import gettext as _
from app.foundation.languages import language_name, listed
from app.learning.states import Missing, Standing, Why
from app.learning.tables import MOST_ROWS, Changed, Fault, Row, Table, totals

STANDING_CHIPS = {
    Standing.DRAFT: "warn",
    Standing.WAITING: "now",
    Standing.REFUSED: "bad",
    Standing.AGREED: "good",
    Standing.CHANGED: "now",
}


def standings() -> dict[Standing, str]:
    return {
        Standing.DRAFT: _("Being written"),
        Standing.WAITING: _("Waiting for signatures"),
        Standing.REFUSED: _("Refused: to be written again"),
        Standing.AGREED: _("Agreed by all three"),
        Standing.CHANGED: _("Agreed, a change waits for signatures"),
    }


def tables() -> dict[Table, str]:
    return {
        Table.STUDIED: _("Table A: studied at the host"),
        Table.RECOGNISED: _("Table B: recognised at home"),
        Table.VIRTUAL: _("Table C: studied online"),
    }


def reasons() -> dict[Why, str]:
    return {
        Why.NOT_AVAILABLE: _("A course is not offered"),
        Why.LANGUAGE: _("A course is in another language than was said"),
        Why.TIMETABLE: _("Two courses are at the same time"),
        Why.SUBSTITUTING: _("A course takes the place of one that was taken out"),
        Why.EXTENDING: _("The stay is longer"),
        Why.ADDING_VIRTUAL: _("An online course is added"),
        Why.OTHER: _("Another reason"),
    }


def fault_sentence(fault: Fault) -> str:
    """Why it cannot be signed yet."""
    return {
        Fault.NOTHING_STUDIED: _("Write at least one course that is studied."),
        Fault.NOTHING_RECOGNISED: _("Write what is recognised at home."),
        Fault.DAYS: _("The last day cannot be before the first."),
        Fault.NO_TITLE: _("Write the name of the course."),
        Fault.NO_CREDITS: _("Write the credits, and of which system they are."),
        Fault.CODE_TWICE: _("The same code stands in this table twice."),
        Fault.UNLINKED: _("Say what it counts as at home, or that it is not recognised."),
        Fault.LINKED_AND_NOT: _("It counts as something at home and is not recognised: choose."),
        Fault.LINKED_TO_NOTHING: _("It counts as a row of table B that is not there any more."),
        Fault.FOR_NOTHING: _("Nothing that is studied counts as this. Link it, or take it out."),
    }[fault]


def missing() -> dict[Missing, str]:
    """What has to be written before a file of it can be made."""
    return {
        Missing.SIGNATURES: _("The student and the university at home sign it first."),
        Missing.HOME_CONTACT: _("The university at home names who answers for its students."),
        Missing.HOST_CONTACT: _("The host names who answers for students who come."),
        Missing.FIELD: _("The nomination names the field of study."),
        Missing.LANGUAGE: _("The posting, or a course abroad, names the language of instruction."),
        Missing.LEVEL: _(
            "The student writes a score of a test of this language, or the posting says which "
            "level it asks."
        ),
    }


def too_many() -> str:
    return _("At most %(most)s rows make one agreement.", most=MOST_ROWS)


@dataclass(frozen=True, slots=True)
class Line:
    """A row as facts that are read one after the other, the title first."""

    key: str
    facts: tuple[str, ...]


def line(row: Row) -> Line:
    facts = [
        row.title,
        row.code,
        credits_of(row.credits, row.system),
        row.term,
        language_name(row.language) if row.language else "",
        counting(row),
    ]
    return Line(row.key, tuple(fact for fact in facts if fact))


def counting(row: Row) -> str:
    """What a row of A or C is for at home."""
    if row.table is Table.RECOGNISED:
        return ""
    if row.unrecognised:
        return _("not recognised at home")
    if not row.counts_as:
        return _("not said yet what it counts as")
    return _("counts as %(keys)s", keys=", ".join(row.counts_as))


@dataclass(frozen=True, slots=True)
class Turned:
    """A row before and after, for reading; None where it is new, or gone."""

    before: Line | None
    after: Line | None


def turned(changed: Changed) -> Turned:
    return Turned(
        line(changed.before) if changed.before else None,
        line(changed.after) if changed.after else None,
    )


def total(rows: Iterable[Row]) -> str:
    """The credits of a table, by system."""
    return listed([credits_of(number, system) for system, number in totals(rows).items()])
