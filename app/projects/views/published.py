"""What the world reads of projects: the list, and each one with all that belongs to it."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app.foundation import clock
from app.foundation.database import db
from app.foundation.languages import reader
from app.foundation.page_cache import cacheable, good_until
from app.foundation.texts import for_reader
from app.foundation.web import current_actor, one_or_404, page_after, public, refuse_odd
from app.opportunities import catalogue
from app.opportunities import wording as opportunities
from app.opportunities.views import drawn
from app.projects import policy, queries, wording
from app.projects.states import PartnerState
from app.projects.views import bp


@bp.get("")
@public
@cacheable
def projects() -> ResponseReturnValue:
    found = db.session.scalars(queries.projects_listed(page_after())).all()
    shown = found[: queries.PAGE]
    return render_template(
        "projects/projects.html",
        projects=[(project, for_reader(project.texts)) for project in shown],
        more=shown[-1].id if len(found) > queries.PAGE else None,
        first_page=page_after() is None,
        wording=wording,
        may_lead=policy.BEGIN_SOME.allows(current_actor(), None),
    )


@bp.get("/<ref>")
@public
@cacheable
def project(ref: str) -> ResponseReturnValue:
    """Who leads it and takes part, and what one can apply for in it."""
    actor, at = current_actor(), clock.now()
    refuse_odd(ref)
    found = one_or_404(queries.project_with_all(actor, ref))
    rows = catalogue.among(db.session(), queries.belonging(found.id), locale=reader().locale)
    still_open = [row for row in reversed(rows) if catalogue.is_open(row, at)]
    good_until(still_open[0].closes_at if still_open else None)
    return render_template(
        "projects/project.html",
        project=found,
        text=for_reader(found.texts),
        partners=[one for one in found.partners if one.state is PartnerState.CONFIRMED],
        to_answer=[
            one
            for one in found.partners
            if one.state is PartnerState.ASKED and policy.ANSWER.allows(actor, one)
        ],
        still_open=drawn(still_open, at),
        over=[row for row in rows if not catalogue.is_open(row, at)],
        at=at,
        window=opportunities.window,
        beside=queries.told_beside(db.session(), found.id),
        wording=wording,
        may_edit=policy.EDIT.allows(actor, found),
        may_fill=policy.FILL.allows(actor, found),
    )
