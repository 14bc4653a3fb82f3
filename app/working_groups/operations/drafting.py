"""Documents of a working group: drafted, put forward, opened for comment, published, withdrawn."""

import secrets
from datetime import datetime, timedelta

from app.audit.record import record
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.once import earlier_result, remember_result
from app.foundation.stamps import stamp_catalogue
from app.foundation.work import Work
from app.opportunities.deadlines import instant_of
from app.working_groups import policy, queries
from app.working_groups.clauses import fingerprint
from app.working_groups.messages import CommentsOpened, ResultPublished
from app.working_groups.models import (
    CommentPeriod,
    DocumentVersion,
    GroupDocument,
    WorkingGroup,
)
from app.working_groups.operations.telling import (
    known_language,
    known_zone,
    members,
    refuse_closed,
    refuse_not_running,
    tell,
    tell_members,
    title_of,
)
from app.working_groups.states import DocumentFlow, DocumentState

BEGIN = "working_groups.begin document"
SHORTEST = timedelta(days=1)


def begin_document(
    work: Work,
    group: WorkingGroup,
    *,
    locale: str,
    title: str,
    text: str = "",
    request_key: str = "",
) -> GroupDocument:
    """Begin a draft that members read."""
    policy.WRITE.require(work.actor, group)
    earlier = earlier_result(work, BEGIN, request_key)
    if earlier is not None:
        return work.session.get_one(GroupDocument, earlier)
    refuse_closed(group)
    document = GroupDocument(
        ref=f"document-{secrets.token_hex(5)}",
        group=group,
        locale=known_language(locale),
        title=title,
        text=text,
        versions=[],
    )
    work.session.add(document)
    work.session.flush()
    remember_result(work, BEGIN, request_key, document.id)

    record(work, "standard.begun", document, title=title)
    return document


def write_document(
    work: Work, document: GroupDocument, *, title: str, text: str, version: int | None = None
) -> None:
    """Go on with a draft."""
    policy.WRITE_DOCUMENT.require(work.actor, document)
    _refuse_unless_draft(document)
    work.edit(document, version)
    document.title, document.text = title, text

    record(work, "standard.written", document, title=title)


def put_forward(work: Work, document: GroupDocument, *, changes: str = "") -> DocumentVersion:
    """Make the draft of this moment the next version, which never changes again."""
    policy.WRITE_DOCUMENT.require(work.actor, document)
    _refuse_unless_draft(document)
    if not document.text.strip():
        raise RuleBroken(_("Write the document before it is put forward."))
    _refuse_while_open(work, document)
    last = document.versions[-1] if document.versions else None
    if last is not None and (last.title, last.text) == (document.title, document.text):
        raise RuleBroken(_("Nothing has changed since version %(number)s.", number=last.number))
    made = DocumentVersion(
        number=last.number + 1 if last is not None else 1,
        title=document.title,
        text=document.text,
        sha256=fingerprint(document.text),
        changes=changes,
        put_forward_at=work.now,
        put_forward_by_id=work.actor.user_id,
        period=None,
    )
    document.versions.append(made)
    document.version += 1

    record(work, "standard.put forward", document, number=made.number)
    return made


def open_for_comment(
    work: Work, document: GroupDocument, *, closes_wall: str, zone: str
) -> CommentPeriod:
    """Ask everybody to comment on the newest version, from now until a moment."""
    policy.WRITE_DOCUMENT.require(work.actor, document)
    _refuse_unless_draft(document)
    version = _newest(document)
    if version.period is not None:
        raise RuleBroken(_("This version was open for comment already: put forward another."))
    closes_at = instant_of(closes_wall, known_zone(zone))
    if closes_at < work.now + SHORTEST:
        raise RuleBroken(_("Give people a day at least."))
    version.period = CommentPeriod(opens_at=work.now, closes_at=closes_at, zone=zone)
    document.version += 1

    record(work, "standard.opened for comment", document, number=version.number)
    _tell_open(work, document, version, longer=False)
    stamp_catalogue(work)
    return version.period


def give_comments_time(work: Work, document: GroupDocument, *, closes_wall: str, zone: str) -> None:
    """Let people comment for longer; what was announced is never made shorter."""
    policy.WRITE_DOCUMENT.require(work.actor, document)
    _refuse_unless_draft(document)
    version = _newest(document)
    if version.period is None or version.period.closes_at < work.now:
        raise RuleBroken(_("This document is not open for comment."))
    closes_at = instant_of(closes_wall, known_zone(zone))
    if closes_at <= version.period.closes_at:
        raise RuleBroken(_("The end that was announced is only ever put off."))
    version.period.closes_at, version.period.zone = closes_at, zone
    document.version += 1

    record(work, "standard.given time", document, number=version.number)
    _tell_open(work, document, version, longer=True)
    stamp_catalogue(work)


def publish_document(
    work: Work, document: GroupDocument, *, replaces: GroupDocument | None = None
) -> None:
    """Publish the newest version under the group's next number. It never changes again."""
    policy.WRITE_DOCUMENT.require(work.actor, document)
    _refuse_unless_draft(document)
    version = _newest(document)
    if (version.title, version.text) != (document.title, document.text):
        raise RuleBroken(
            _("The draft has changed since version %(number)s.", number=version.number)
        )
    _refuse_while_open(work, document)
    if queries.unanswered(work.session, document.id):
        raise RuleBroken(_("Answer every comment before the document is published."))
    group = work.find(queries.group_to_write(work.actor, document.group_id))
    document.number = _number(group, queries.results_so_far(work.session, group.id), work.now)
    document.published_version, document.published_at = version.number, work.now
    DocumentFlow.publish(document)
    document.version += 1
    work.session.flush()
    if replaces is not None:
        _supersede(work, replaces, document)

    record(work, "standard.published", document, title=document.title, number=document.number)
    said = ResultPublished(
        ref=document.ref, group=title_of(group), document=document.title, number=document.number
    )
    commented = work.session.scalars(queries.people_who_commented(document.id))
    people = [*(one.person for one in members(group)), *commented]
    tell(work, people, said, once=str(document.id))
    stamp_catalogue(work)


def withdraw_document(work: Work, document: GroupDocument, *, reason: str) -> None:
    """Say that a result holds no longer, and why; it stays readable."""
    policy.WRITE_DOCUMENT.require(work.actor, document)
    if not reason.strip():
        raise RuleBroken(_("Say why: everybody reads it beside the document."))
    DocumentFlow.withdraw(document)
    document.ended_at, document.ended_because = work.now, reason

    record(work, "standard.withdrawn", document, title=document.title, reason=reason)
    stamp_catalogue(work)


def _number(group: WorkingGroup, so_far: int, now: datetime) -> str:
    return f"{group.acronym} {so_far + 1}:{now.year}"


def _supersede(work: Work, old: GroupDocument, new: GroupDocument) -> None:
    if old.group_id != new.group_id:
        raise RuleBroken(_("A document replaces one of its own group."))
    DocumentFlow.supersede(old)
    old.ended_at, old.superseded_by_id = work.now, new.id
    old.ended_because = str(new.number)

    record(work, "standard.superseded", old, title=old.title, number=str(new.number))


def _newest(document: GroupDocument) -> DocumentVersion:
    refuse_not_running(document.group)
    if not document.versions:
        raise RuleBroken(_("Put a version forward first."))
    return document.versions[-1]


def _refuse_unless_draft(document: GroupDocument) -> None:
    if document.state is not DocumentState.DRAFT:
        raise RuleBroken(_("What was published never changes."))
    refuse_closed(document.group)


def _refuse_while_open(work: Work, document: GroupDocument) -> None:
    """The versions and their periods must be loaded."""
    for version in document.versions:
        if version.period is not None and version.period.closes_at >= work.now:
            raise RuleBroken(
                _(
                    "Version %(number)s is open for comment: wait for its end.",
                    number=version.number,
                )
            )


def _tell_open(
    work: Work, document: GroupDocument, version: DocumentVersion, *, longer: bool
) -> None:
    period = version.period
    if period is None:
        return
    said = CommentsOpened(
        ref=document.ref,
        group=title_of(document.group),
        document=version.title,
        number=version.number,
        closes_at=period.closes_at,
        zone=period.zone,
        longer=longer,
    )
    once = f"{version.id}:{period.closes_at.isoformat()}"
    tell_members(work, document.group, said, once=once)
