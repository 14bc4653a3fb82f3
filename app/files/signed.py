"""Letters on paper and names under them, for a side that has nobody who signs in here."""

from dataclasses import dataclass

from app.files.models import StoredFile
from app.files.operations import CheckedFile, keep_checked_file
from app.files.states import Sensitivity
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work

# The scan of a letter is of both universities and the student: in nobody's list of own files.
NOBODY = 0


@dataclass(frozen=True, slots=True)
class Signed:
    """Who speaks for a side where that is nobody who signs in."""

    name: str
    function: str


NOBODY_SIGNED = Signed("", "")


def sound(signed: Signed) -> Signed:
    """The same without spaces around. Raises RuleBroken where one of the two is missing."""
    name, function = signed.name.strip(), signed.function.strip()
    if not name or not function:
        raise RuleBroken(_("Write name and function of whoever signed."))
    return Signed(name, function)


def keep_scan(work: Work, scan: CheckedFile | None) -> StoredFile:
    """The letter that somebody records for another side. Nothing is recorded without it."""
    if scan is None:
        raise RuleBroken(_("Add the scan of the letter."))
    return keep_checked_file(work, scan, owner_id=NOBODY, sensitivity=Sensitivity.PERSONAL)
