"""Views that the office of the research call keeps of its list."""

from datetime import datetime, timedelta

from app.applications.facets import Asked
from app.applications.forms.tracking import as_arguments
from app.applications.operations.saved_views import save_view
from app.applications.queries.narrowing import Filters
from app.applications.states import ApplicationState
from seeds.demo.calls import MadeCall, found
from seeds.demo.stage import Company


def keep_views(company: Company, call: MadeCall, now: datetime) -> None:
    """One for the whole office, one that is the manager's own."""
    strong = Filters(answers=(Asked("english", ("C1", "C2")),), sort="score")
    waiting = Filters(state=ApplicationState.SUBMITTED, days=3, sort="submitted")
    with company.acts(call.manager, now - timedelta(days=2)) as work:
        opportunity = found(work, call)
        save_view(
            work,
            opportunity,
            name="Fluent in English",
            arguments=as_arguments(strong),
            shared=True,
        )
        save_view(
            work,
            opportunity,
            name="Screen these first",
            arguments=as_arguments(waiting),
            shared=False,
        )
