"""Writing to those of some dates: shown before, sent once to each."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.accounts.queries import recipient
from app.applications.queries.writing import Text, language_for
from app.audit.record import record
from app.courses import policy, queries
from app.courses.messages import GroupWritten
from app.courses.models import CourseRun, Enrolment, GroupMessage
from app.courses.states import Group
from app.foundation import languages
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.languages import ngettext
from app.foundation.once import earlier_result, remember_result
from app.foundation.work import Work
from app.notifications.notify import notify_each, told_already

SEND = "courses.write to group"


@dataclass(frozen=True, slots=True)
class Readers:
    """Who gets a message, and how many of the group have this very message already."""

    to_tell: Sequence[Enrolment]
    told: int


def readers_of(
    session: Session,
    run: CourseRun,
    group: Group,
    meeting_id: int | None,
    texts: Mapping[str, Text],
) -> Readers:
    """The group as it is now, without those who were sent these very words before."""
    everybody = session.scalars(queries.group_of_run(run.id, group, meeting_id)).all()
    addresses = [one.person.email for one in everybody]
    told = told_already(session, GroupWritten, once=_occasion(run, texts), addresses=addresses)
    return Readers([one for one in everybody if one.person.email not in told], len(told))


def _occasion(run: CourseRun, texts: Mapping[str, Text]) -> str:
    """The same words to the same dates are one occasion, from however many pages they are sent."""
    said = json.dumps(sorted((locale, *text) for locale, text in texts.items()))
    return f"group {run.id}:{hashlib.sha256(said.encode()).hexdigest()[:32]}"


def write_to_group(
    work: Work,
    run: CourseRun,
    group: Group,
    texts: Mapping[str, Text],
    *,
    meeting_id: int | None = None,
    count: int | None,
    request_key: str = "",
) -> int:
    """Send it to everybody of the group, each in their language. The run must be held.

    `count` is the number that the person typed after reading the list.
    """
    policy.WRITE_TO_GROUP.require(work.actor, run)
    earlier = earlier_result(work, SEND, request_key)
    if earlier is not None:
        return work.session.get_one(GroupMessage, earlier).number
    refuse_unclear(texts)
    if (group is Group.MISSED) != (meeting_id in {one.id for one in run.meetings}):
        raise RuleBroken(_("Choose one of the meetings of these dates."))
    readers = readers_of(work.session, run, group, meeting_id, texts).to_tell
    if not readers:
        raise RuleBroken(_("Nobody would get it: the group is empty, or all have it already."))
    if count != len(readers):
        raise RuleBroken(
            ngettext(
                "It goes to %(num)s person now. Read the list again, and type this number.",
                "It goes to %(num)s people now. Read the list again, and type this number.",
                len(readers),
            )
        )
    made = GroupMessage(
        run_id=run.id,
        readers=group,
        meeting_id=meeting_id,
        texts={locale: text._asdict() for locale, text in texts.items()},
        number=len(readers),
        sent_at=work.now,
        sent_by_id=work.actor.user_id or 0,
    )
    work.session.add(made)
    work.session.flush()
    remember_result(work, SEND, request_key, made.id)
    notify_each(
        work,
        ((recipient(one.person), message_to(one, run, texts)) for one in readers),
        once=_occasion(run, texts),
    )

    heading = texts[language_for(run.original_locale, dict(texts))].subject
    record(work, "run.group written to", run, number=len(readers), heading=heading)
    return made.number


def message_to(reader: Enrolment, run: CourseRun, texts: Mapping[str, Text]) -> GroupWritten:
    """The message as this person gets it."""
    locale = language_for(reader.person.locale, dict(texts))
    return GroupWritten(
        enrolment_id=reader.id,
        ref=run.ref,
        title=run.title,
        centre=run.organisation.name,
        written_in=locale,
        heading=" ".join(texts[locale].subject.split()),
        text=texts[locale].body,
    )


def refuse_unclear(texts: Mapping[str, Text]) -> None:
    if not texts:
        raise RuleBroken(_("Write the message in one language at least."))
    for locale, text in texts.items():
        if not text.subject or not text.body:
            language = languages.language_name(locale)
            raise RuleBroken(
                _("%(language)s: write both the subject and the text.", language=language)
            )
