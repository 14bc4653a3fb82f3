"""The rules of a call as they are published: each change of them is a numbered version."""

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.applications.queries import rules_of
from app.fellowships.models import Call
from app.foundation.work import Work
from app.opportunities.operations import numbered_rules


def number_rules(work: Work, call: Call) -> None:
    """Keep the rules of a published call as they stand now, if they are not as they were."""
    work.session.flush()
    countries = selectinload(Call.countries)
    work.session.scalars(
        select(Call)
        .where(Call.id == call.id)
        .options(countries)
        .execution_options(populate_existing=True)
    ).one()
    numbered_rules(work, call, rules_of(call, work.session))
