"""Lists of invitations: one's own, and those of an office."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.foundation import clock
from app.foundation.database import db
from app.foundation.permissions import SIGNED_IN
from app.foundation.web import current_actor, needs
from app.invitations import policy, queries, wording
from app.invitations.operations.telling import home_of
from app.invitations.queries import Show
from app.invitations.views import bp


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
    actor = current_actor()
    policy.SEE_OFFICE.require(actor, None)
    asked = request.args.get("show", "")
    show = Show(asked) if asked in set(Show) else Show.WAITING
    return render_template(
        "invitations/office.html",
        invitations=db.session.scalars(queries.invitations_of_office(actor, show)).all(),
        show=show,
        numbers=queries.numbers_of_office(db.session(), actor),
        may_begin=policy.BEGIN_SOME.allows(actor, None),
        hosts=set(queries.hosts_of(actor)),
        wording=wording,
        home_of=home_of,
        now=clock.now(),
    )
