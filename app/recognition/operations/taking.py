"""A transcript that comes as a file of another system: read, and recognised here."""

from collections.abc import Iterator
from datetime import date, datetime
from fractions import Fraction
from hashlib import sha256

from app.accounts.queries import recipient
from app.audit.record import record
from app.exchanges.queries import reply_to
from app.exchanges.wording import credit_systems
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.interchange import elmo
from app.mobility.models import ExchangeNomination
from app.mobility.states import NominationState
from app.notifications.notify import notify_each
from app.recognition import policy, queries
from app.recognition.contents import Line
from app.recognition.messages import TranscriptTaken
from app.recognition.models import Transcript, TranscriptLine
from app.recognition.operations.issuing import (
    came_from_a_file,
    draft_for,
    make_valid,
    office_of,
)
from app.recognition.operations.writing import MOST_LINES
from app.recognition.states import Origin, Result

# What systems of credits are called in files, where it is not their name here.
_SCHEMES = {"umap": "ucts", "uct": "ucts", "tani": "jp-tani", "jp": "jp-tani", "clar": "clar"}
LARGEST_CREDITS = 1000


def take_file(
    work: Work,
    nomination: ExchangeNomination,
    data: bytes,
    *,
    name: str,
) -> Transcript:
    """Take a transcript from a file (ELMO) for a student who was verified elsewhere.

    Of several systems of credits in a line the first that is known here counts. The nomination
    must be locked. Raises `interchange.reading.Unreadable` with what is wrong with the file.
    """
    policy.TAKE_FILE.require(work.actor, nomination)
    if nomination.state is not NominationState.VERIFIED:
        raise RuleBroken(_("Transcripts are for students whose nomination is verified."))
    living = work.session.scalar(queries.living_transcript(nomination.id))
    if living is not None and not came_from_a_file(living):
        raise RuleBroken(_("The host has issued a transcript here: ask the host to correct it."))
    records = elmo.read_records(data)
    _require_same_person(nomination, records.learner.born_on)
    lines = [_line(one) for one in _courses(records)]
    if not lines:
        raise RuleBroken(_("The file names no course with a result."))
    if len(lines) > MOST_LINES:
        raise RuleBroken(_("A transcript has at most %(most)s lines.", most=MOST_LINES))
    digest = sha256(data).hexdigest()
    if living is not None and living.file_sha256 == digest:
        raise RuleBroken(_("This very file was brought before."))

    taken = draft_for(work, nomination, replaces=None)
    taken.origin = Origin.FILE
    taken.file_sha256, taken.file_name = digest, name[:200]
    learner = records.learner
    taken.file_learner = f"{learner.given_names} {learner.family_name}"[:300]
    taken.dated_at = _issued(records)
    taken.lines = [
        TranscriptLine(place=place, **{n: getattr(said, n) for n in Line.__dataclass_fields__})
        for place, said in enumerate(lines, 1)
    ]
    work.session.flush()
    make_valid(work, taken, living)

    record(work, "transcript.taken", taken, name=taken.student_name, file=taken.file_name)
    by_student = work.actor.user_id == nomination.person_id
    told = office_of(work, nomination.home_id) if by_student else [nomination.person]
    said = TranscriptTaken(transcript_id=taken.id, student=taken.student_name, host=taken.host_name)
    answers = reply_to(work.session, work.actor, nomination.home_id)
    letters = [(recipient(one), said) for one in told]
    notify_each(work, letters, once=str(taken.id), reply_to=answers)
    return taken


def _require_same_person(nomination: ExchangeNomination, born_on: date | None) -> None:
    """The name is written in many ways and shown beside; a day of birth is not."""
    known = nomination.person.born_on
    if born_on is not None and known is not None and born_on != known:
        raise RuleBroken(_("The file is about somebody with another day of birth."))


def _issued(records: elmo.Records) -> datetime:
    return max(report.issued_at for report in records.reports)


def _courses(records: elmo.Records) -> Iterator[elmo.Opportunity]:
    """What was finished; of modules and programmes the parts, whose credits theirs are made of."""

    def parts_of(one: elmo.Opportunity) -> Iterator[elmo.Opportunity]:
        if not one.parts:
            yield one
        for part in one.parts:
            yield from parts_of(part)

    for report in records.reports:
        for opportunity in report.opportunities:
            for course in parts_of(opportunity):
                if course.instance.status is not elmo.Status.IN_PROGRESS:
                    yield course


def _line(course: elmo.Opportunity) -> Line:
    taken = course.instance
    titles = sorted(course.titles, key=lambda one: one.language.partition("-")[0] != "en")
    other = next((one for one in titles[1:] if one.language), None)
    amount, system = _credits(taken.credits)
    distribution = dict(taken.distribution.counts[:30]) if taken.distribution else {}
    return Line(
        code=next((one.value for one in course.identifiers if one.kind == "local"), "")[:40],
        title=titles[0].said[:300],
        title_lang=titles[0].language[:20] or "en",
        own_title=other.said[:300] if other else "",
        own_title_lang=other.language[:20] if other else "",
        credits=amount,
        credit_system=system,
        hours=Fraction(taken.hours) if taken.hours is not None and taken.hours >= 0 else None,
        grade=taken.grade[:40],
        result=Result.FAILED if taken.status is elmo.Status.FAILED else Result.PASSED,
        language=taken.language[:20],
        distribution={label[:40]: count for label, count in distribution.items()},
    )


def _credits(named_in_file: tuple[elmo.Credit, ...]) -> tuple[Fraction, str]:
    known = credit_systems()
    named = [
        (Fraction(one.value), _SCHEMES.get(one.scheme.casefold(), one.scheme.casefold()))
        for one in named_in_file
        if one.value is not None
    ]
    amount, system = next(
        (pair for pair in named if pair[1] in known), named[0] if named else (Fraction(0), "")
    )
    if not 0 <= amount <= LARGEST_CREDITS or len(str(amount)) > 40:
        raise RuleBroken(_("The file names a number of credits that nobody gives."))
    return amount, system[:40]
