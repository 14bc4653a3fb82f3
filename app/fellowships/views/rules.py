"""The versions of a call's rules: from when each held, and what changed, in words."""

from dataclasses import dataclass

from flask.typing import ResponseReturnValue

from app.applications.queries.checks import rule_sets
from app.fellowships import policy
from app.fellowships.views import bp
from app.fellowships.views.editing import office_call, office_page
from app.foundation.database import db
from app.foundation.web import needs
from app.opportunities.eligibility import in_words
from app.opportunities.models import RuleSet


@dataclass(frozen=True, slots=True)
class Version:
    """One version as it reads, and what came and went with it."""

    kept: RuleSet
    said: list[str]
    added: list[str]
    taken: list[str]


@bp.get("/office/<int:call_id>/rules")
@needs(policy.VIEW)
def rules(call_id: int) -> ResponseReturnValue:
    call = office_call(call_id)
    kept = db.session.scalars(rule_sets(call.id)).all()
    return office_page("rules", call, versions=versions(list(kept)))


def versions(kept: list[RuleSet]) -> list[Version]:
    """Each version beside the one before it, the newest first."""
    said = [in_words(one.rules) for one in kept]
    found = []
    for one, now, before in zip(kept, said, (*said, None)[1:], strict=True):
        added = [] if before is None else [s for s in now if s not in before]
        taken = [] if before is None else [s for s in before if s not in now]
        found.append(Version(one, now, added, taken))
    return found
