"""Public comments on a version, and how the group answers each."""

from dataclasses import dataclass

from app.audit.record import record
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.stamps import stamp_catalogue
from app.foundation.work import Work
from app.working_groups import policy, queries
from app.working_groups.clauses import clauses
from app.working_groups.messages import CommentAnswered
from app.working_groups.models import DocumentVersion, GroupComment, GroupDocument
from app.working_groups.operations.telling import (
    ask_for_answers,
    body_spoken_for,
    tell,
)
from app.working_groups.states import CommentKind, Disposition, DocumentState

# More than anybody has to say; a robot is stopped here.
MOST_BY_ONE = 200


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says: `clause` counts paragraphs from 1, 0 is the whole document."""

    clause: int
    kind: CommentKind
    comment: str
    proposal: str = ""
    speaks_for: int | None = None


def make_comment(work: Work, document: GroupDocument, said: Said) -> GroupComment:
    """Comment on the version that is open, for everybody to read. Versions must be loaded."""
    policy.COMMENT.require(work.actor, document)
    version = _open_version(work, document)
    if not 0 <= said.clause <= len(clauses(version.text)):
        raise RuleBroken(_("Choose a paragraph of this version, or the whole document."))
    if queries.comments_of(work.session, document.id, work.actor.user_id or 0) >= MOST_BY_ONE:
        raise RuleBroken(
            _("One person makes at most %(most)s comments on a document.", most=MOST_BY_ONE)
        )
    made = GroupComment(
        document_id=document.id,
        version_id=version.id,
        person_id=work.actor.user_id,
        organisation=body_spoken_for(work, said.speaks_for),
        locale=work.actor.locale,
        clause=said.clause,
        kind=said.kind,
        comment=said.comment,
        proposal=said.proposal,
        said_at=work.now,
    )
    work.session.add(made)
    ask_for_answers(work, document)

    record(work, "standard.commented", document, number=version.number)
    stamp_catalogue(work)
    return made


def take_comment_back(work: Work, comment: GroupComment) -> None:
    """Nobody reads it any more; an answered one stays. Needs the document with its group."""
    policy.TAKE_BACK.require(work.actor, comment)
    document = comment.document
    if comment.disposition is not None:
        raise RuleBroken(_("The group has answered this comment: it stays with its answer."))
    if comment.taken_back_at is not None or document.state is not DocumentState.DRAFT:
        raise RuleBroken(_("This comment cannot be taken back any more."))
    comment.taken_back_at = work.now
    ask_for_answers(work, document)

    record(work, "standard.comment taken back", document)
    stamp_catalogue(work)


def answer_comment(
    work: Work, comment: GroupComment, *, disposition: Disposition, answer: str
) -> None:
    """Say what the group does with a comment; it may say otherwise until it publishes."""
    policy.ANSWER_COMMENT.require(work.actor, comment)
    document = comment.document
    if document.state is not DocumentState.DRAFT:
        raise RuleBroken(_("The document is published: its comments and answers stay."))
    if comment.taken_back_at is not None:
        raise RuleBroken(_("This comment was taken back."))
    if disposition is not Disposition.ACCEPTED and not answer.strip():
        raise RuleBroken(_("Say why it is not taken, or not as a whole."))
    comment.disposition, comment.answer = disposition, answer
    comment.answer_locale = work.actor.locale
    comment.answered_at, comment.answered_by_id = work.now, work.actor.user_id
    ask_for_answers(work, document)

    record(work, "standard.comment answered", document, outcome=disposition.value)
    told = CommentAnswered(
        ref=document.ref,
        document=document.title,
        comment=comment.comment[:200],
        outcome=disposition.value,
        answer=answer,
    )
    tell(work, [comment.person], told, once=f"{comment.id}:{work.now.isoformat()}")
    stamp_catalogue(work)


def _open_version(work: Work, document: GroupDocument) -> DocumentVersion:
    if document.state is DocumentState.DRAFT:
        for version in document.versions:
            period = version.period
            if period is not None and period.opens_at <= work.now <= period.closes_at:
                return version
    raise RuleBroken(_("This document is not open for comment."))
