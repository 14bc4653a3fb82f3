"""Lists of invitations: one's own, and those of an office, which it may take out as a table."""

from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from app.applications.forms.exports import GivingOutForm
from app.applications.forms.tracking import row_id
from app.foundation import clock
from app.foundation.database import db
from app.foundation.languages import country_name
from app.foundation.languages import gettext as _
from app.foundation.permissions import SIGNED_IN
from app.foundation.sheets import Cells, write_csv
from app.foundation.web import current_actor, needs, page_after
from app.foundation.work import unit_of_work
from app.invitations import policy, queries, wording
from app.invitations.models import Invitation
from app.invitations.operations import give_out_list
from app.invitations.operations.telling import home_of
from app.invitations.queries import PAGE, Show
from app.invitations.views import bp
from app.research_stays import policy as calls
from app.research_stays.wording import said_purpose

LONGEST_SEARCH = 100


@bp.get("/mine")
@needs(SIGNED_IN)
def mine() -> ResponseReturnValue:
    found = db.session.scalars(queries.own_invitations(current_actor())).all()
    return render_template(
        "invitations/mine.html",
        invitations=found,
        wording=wording,
        home_of=home_of,
        now=clock.now(),
    )


@bp.get("/office")
@needs(policy.SEE_OFFICE)
def office() -> ResponseReturnValue:
    policy.SEE_OFFICE.require(current_actor(), None)
    return _office_page(GivingOutForm(formdata=None))


@bp.post("/office")
@needs(policy.SEE_OFFICE)
def give_out() -> ResponseReturnValue:
    """The whole list that is shown, as a table that a spreadsheet opens."""
    policy.SEE_OFFICE.require(current_actor(), None)
    form = GivingOutForm()
    if not form.validate():
        return _office_page(form), 422
    show, text, call_id = _asked()
    with unit_of_work(current_actor()) as work:
        found = give_out_list(
            work,
            show=show,
            text=text,
            call_id=call_id,
            recipient=form.recipient.data or "",
            purpose=form.purpose.data or "",
        )
        rows = [_row(one) for one in found]
    with TemporaryDirectory(prefix="lontar-invitations-") as folder:
        path = Path(folder) / "invitations.csv"
        write_csv(path, _headings(), rows)
        content = path.read_bytes()
    return Response(
        content,
        mimetype="text/csv",
        headers={
            "Content-Disposition": f'attachment; filename="invitations-{show.value}.csv"',
            "Cache-Control": "private, no-store",
        },
    )


def _asked() -> tuple[Show, str, int | None]:
    """Which list is looked at, the words that are looked for, and the call that is meant."""
    asked = request.args.get("show", "")
    text = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    return (
        Show(asked) if asked in set(Show) else Show.WAITING,
        text,
        row_id(request.args.get("call")),
    )


def _office_page(form: GivingOutForm) -> str:
    actor = current_actor()
    show, text, call_id = _asked()
    after = page_after()
    query = queries.page_of_office(actor, show, text=text, call_id=call_id, after=after)
    found = db.session.scalars(query).all()
    return render_template(
        "invitations/office.html",
        invitations=found[:PAGE],
        more=found[PAGE - 1].id if len(found) > PAGE else None,
        first_page=after is None,
        not_sendable=queries.not_sendable(db.session(), found[:PAGE]),
        show=show,
        text=text,
        numbers=queries.numbers_of_office(db.session(), actor, text=text, call_id=call_id),
        calls=db.session.scalars(queries.calls_answered(actor)).all(),
        call_id=call_id,
        may_begin=policy.BEGIN_SOME.allows(actor, None),
        may_call=calls.SEE_OFFICE.allows(actor, None),
        form=form,
        wording=wording,
        home_of=home_of,
        now=clock.now(),
    )


def _headings() -> list[str]:
    named = wording.headings()
    return [
        *(_("Name"), _("E-mail address"), _("Home institution"), _("Country")),
        *(_("Host institution"), named["laboratory"], named["received_by"]),
        *(named["purpose_kind"], named["purpose"], named["first_on"], named["last_on"]),
        *(_("State"), _("Sent on"), _("Call")),
    ]


def _row(one: Invitation) -> Cells:
    return [
        *(one.person_name, one.person_email, home_of(one), country_name(one.home_country)),
        *(one.host.name, one.laboratory, one.received_by),
        *(said_purpose(one.purpose_kind), one.purpose),
        *(one.starts_on.isoformat(), one.ends_on.isoformat()),
        wording.states()[one.state],
        one.sent_at.date().isoformat() if one.sent_at else "",
        one.call.title if one.call else "",
    ]
