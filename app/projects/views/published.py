"""What the world reads of projects: the list, and each one with all that belongs to it."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.foundation import clock
from app.foundation.database import db
from app.foundation.errors import NotFound
from app.foundation.languages import gettext as _
from app.foundation.languages import reader
from app.foundation.page_cache import cacheable, good_until
from app.foundation.web import current_actor, one_or_404, public
from app.opportunities import catalogue
from app.opportunities import wording as opportunities
from app.opportunities.views import drawn
from app.projects import policy, queries, wording
from app.projects.models import Project, ProjectText
from app.projects.states import PartnerState
from app.projects.views import bp


@bp.get("")
@public
@cacheable
def projects() -> ResponseReturnValue:
    found = db.session.scalars(queries.projects_listed(_after())).all()
    shown = found[: queries.PAGE]
    return render_template(
        "projects/projects.html",
        projects=[(project, text_of(project)) for project in shown],
        more=shown[-1].id if len(found) > queries.PAGE else None,
        first_page=_after() is None,
        wording=wording,
        may_lead=policy.BEGIN_SOME.allows(current_actor(), None),
    )


def _after() -> int | None:
    told = request.args.get("after", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 10 else None


@bp.get("/<ref>")
@public
@cacheable
def project(ref: str) -> ResponseReturnValue:
    """Who leads it and takes part, and what one can apply for in it."""
    actor, at = current_actor(), clock.now()
    if len(ref) > 80 or "\0" in ref:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    found = one_or_404(queries.project_with_all(actor, ref))
    rows = catalogue.among(db.session(), queries.belonging(found.id), locale=reader().locale)
    still_open = [row for row in reversed(rows) if catalogue.is_open(row, at)]
    good_until(still_open[0].closes_at if still_open else None)
    return render_template(
        "projects/project.html",
        project=found,
        text=text_of(found),
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
        wording=wording,
        may_edit=policy.EDIT.allows(actor, found),
        may_fill=policy.FILL.allows(actor, found),
    )


def text_of(project: Project) -> ProjectText:
    """The reader's version, else the original. The texts must be loaded."""
    own = next((text for text in project.texts if text.locale == reader().locale), None)
    return own or next(text for text in project.texts if text.is_original)
