"""What everybody reads: the groups, one with its results, a document with what was said of it."""

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from app.foundation import clock
from app.foundation.database import db
from app.foundation.errors import NotFound
from app.foundation.languages import gettext as _
from app.foundation.page_cache import cacheable, good_until
from app.foundation.texts import for_reader
from app.foundation.web import current_actor, one_or_404, page_after, public, refuse_odd
from app.working_groups import policy, queries, wording
from app.working_groups.clauses import clauses
from app.working_groups.forms import AskForm, CommentForm, SpeakingForm
from app.working_groups.models import (
    CommentPeriod,
    DocumentVersion,
    GroupComment,
    GroupDocument,
    GroupMeeting,
    GroupMembership,
    WorkingGroup,
)
from app.working_groups.states import (
    LIVING,
    Audience,
    DocumentState,
    GroupState,
    Joining,
    MembershipState,
)
from app.working_groups.views import bp


@bp.get("")
@public
@cacheable
def groups() -> ResponseReturnValue:
    found = db.session.scalars(queries.groups_listed(page_after())).all()
    shown = found[: queries.PAGE]
    return render_template(
        "working_groups/groups.html",
        groups=[(group, for_reader(group.texts)) for group in shown],
        more=shown[-1].id if len(found) > queries.PAGE else None,
        first_page=page_after() is None,
        wording=wording,
        may_convene=policy.CONVENE_SOME.allows(current_actor(), None),
    )


@bp.get("/<ref>")
@public
@cacheable
def group(ref: str) -> ResponseReturnValue:
    refuse_odd(ref)
    return group_page(one_or_404(queries.group_with_all(current_actor(), ref)))


def group_page(
    found: WorkingGroup,
    form: AskForm | None = None,
    joining: SpeakingForm | None = None,
    refusal: str = "",
) -> str:
    """Its mandate, members, results and meetings; to its members also drafts and links."""
    actor, at = current_actor(), clock.now()
    inside = policy.READ_INSIDE.allows(actor, found)
    mine = _mine(found)
    meetings = db.session.scalars(queries.meetings_of(found.id)).all()
    documents = db.session.scalars(queries.documents_of(actor, found.id)).all()
    ahead = [one for one in reversed(meetings) if one.ends_at > at]
    ends = [one.closes_at for one in map(open_period, documents) if one and one.closes_at > at]
    good_until(min([*ends, *(one.ends_at for one in ahead)], default=None))
    may_ask = (
        actor.user_id is not None
        and mine is None
        and found.state is GroupState.ACTIVE
        and found.joining is Joining.REQUEST
    )
    # A visitor is given no form, and so no cookie: the page is kept for all visitors.
    if may_ask and form is None:
        form = AskForm(formdata=None)
        form.offer(db.session.scalars(queries.bodies_named(actor)))
    if mine is not None and mine.state is MembershipState.INVITED and joining is None:
        joining = SpeakingForm(formdata=None)
        joining.offer(db.session.scalars(queries.bodies_named(actor)))
    return render_template(
        "working_groups/group.html",
        group=found,
        text=for_reader(found.texts),
        members=[one for one in found.memberships if one.state is MembershipState.MEMBER],
        mine=mine,
        ahead=ahead,
        past=[one for one in meetings if one.ends_at <= at and one.cancelled_at is None],
        reads_minutes=lambda meeting: _reads_minutes(meeting, inside=inside),
        documents=documents,
        open_period=open_period,
        at=at,
        inside=inside,
        form=form,
        joining=joining,
        may_ask=may_ask,
        may_write=policy.WRITE.allows(actor, found),
        refusals=[refusal] if refusal else [],
        wording=wording,
    )


def _mine(group: WorkingGroup) -> GroupMembership | None:
    """The reader's own question or membership."""
    person_id = current_actor().user_id
    return next(
        (one for one in group.memberships if one.person_id == person_id and one.state in LIVING),
        None,
    )


def _reads_minutes(meeting: GroupMeeting, *, inside: bool) -> bool:
    return meeting.minutes_for is Audience.PUBLIC or (inside and meeting.minutes_for is not None)


def open_period(document: GroupDocument) -> CommentPeriod | None:
    """The last time that everybody could comment on it; it may be over."""
    periods = [version.period for version in document.versions if version.period is not None]
    return periods[-1] if periods and document.state is DocumentState.DRAFT else None


@bp.get("/documents/<document_ref>")
@public
@cacheable
def document(document_ref: str) -> ResponseReturnValue:
    """A version of it: the one that is asked for, else the result, the open one, the newest."""
    refuse_odd(document_ref)
    return document_page(one_or_404(queries.document_with_all(current_actor(), document_ref)))


def document_page(found: GroupDocument, form: CommentForm | None = None, refusal: str = "") -> str:
    actor, at = current_actor(), clock.now()
    policy.READ_DOCUMENT.require(actor, found)
    version = _chosen(found)
    if version is None:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    parts = clauses(version.text)
    period = version.period
    is_open = found.state is DocumentState.DRAFT and period is not None and at <= period.closes_at
    good_until(period.closes_at if period is not None and is_open else None)
    if is_open and actor.user_id is not None and form is None:
        form = CommentForm(formdata=None)
        form.about(parts)
        form.offer(db.session.scalars(queries.bodies_named(actor)))
    comments = db.session.scalars(queries.comments_on(found.id)).all()
    return render_template(
        "working_groups/document.html",
        document=found,
        group=found.group,
        text=for_reader(found.group.texts),
        shown=version,
        clauses=parts,
        period=period,
        is_open=is_open,
        versions=[one for one in found.versions if _reads(found, one)],
        comments=[one for one in comments if one.version_id == version.id],
        others=len([one for one in comments if one.version_id != version.id]),
        is_mine=_is_mine,
        form=form,
        refusals=[refusal] if refusal else [],
        may_write=policy.WRITE_DOCUMENT.allows(actor, found),
        wording=wording,
    )


def _is_mine(comment: GroupComment) -> bool:
    return policy.TAKE_BACK.allows(current_actor(), comment)


def _reads(document: GroupDocument, version: DocumentVersion) -> bool:
    """Members read every version, the world what was open for comment or published."""
    if policy.READ_INSIDE.allows(current_actor(), document.group):
        return True
    return version.period is not None or version.number == document.published_version


def _chosen(document: GroupDocument) -> DocumentVersion | None:
    readable = [one for one in document.versions if _reads(document, one)]
    asked = request.args.get("version", "")
    if asked.isascii() and asked.isdigit() and len(asked) < 7:
        return next((one for one in readable if one.number == int(asked)), None)
    result = [one for one in readable if one.number == document.published_version]
    opened = [one for one in readable if one.period is not None]
    return next(reversed(result or opened or readable), None)


@bp.get("/documents/<document_ref>/<int:number>.txt")
@public
def text(document_ref: str, number: int) -> ResponseReturnValue:
    """The very bytes of a version that its fingerprint is of."""
    refuse_odd(document_ref)
    found = one_or_404(queries.document_with_all(current_actor(), document_ref))
    version = next((v for v in found.versions if v.number == number and _reads(found, v)), None)
    if version is None:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    named = f"{(found.number or found.ref).replace(' ', '-').replace(':', '-')}-v{number}.txt"
    headers = {"Content-Disposition": f'attachment; filename="{named}"'}
    return Response(version.text.encode(), mimetype="text/plain", headers=headers)
