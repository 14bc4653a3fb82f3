"""What the world reads of one research stay."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app.foundation.web import one_or_404, public
from app.outcomes import queries, wording
from app.outcomes.views import bp
from app.research_stays.wording import purposes


@bp.get("/<int:outcome_id>/published")
@public
def published(outcome_id: int) -> ResponseReturnValue:
    """There is none unless the person and the host both show it."""
    found = one_or_404(queries.public_outcome(outcome_id))
    return render_template(
        "outcomes/published.html",
        found=found,
        stay=found.stay,
        purposes=purposes(),
        wording=wording,
    )
