"""Views that the office of the research call keeps of its list, and a message that it sends."""

from datetime import datetime, timedelta

from app.applications.facets import Asked
from app.applications.forms.tracking import as_arguments
from app.applications.operations.saved_views import save_view
from app.applications.operations.writing import write_template
from app.applications.queries.narrowing import Filters
from app.applications.queries.writing import Text
from app.applications.states import ApplicationState
from app.opportunities.models import Programme
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


def keep_messages(company: Company, call: MadeCall, now: datetime) -> None:
    """What the office writes to people again and again, in three languages."""
    texts = {
        "en": Text(
            "Your interview for {call}",
            "Dear {name},\n\nwe would like to talk with you about your application {number}. "
            "Please write to us which days of next week suit you.\n\n{programme}",
        ),
        "ja": Text(
            "{call}の面接について",
            "{name}様\n\n申請{number}についてお話を伺いたく存じます。"
            "来週のご都合のよい日をお知らせください。\n\n{programme}",
        ),
        "km": Text(
            "បទសម្ភាសន៍របស់អ្នកសម្រាប់ {call}",
            "ជូនចំពោះ {name}\n\nយើងចង់ពិភាក្សាជាមួយអ្នកអំពីពាក្យស្នើសុំ {number}។ "
            "សូមប្រាប់យើងថា ថ្ងៃណានៅសប្តាហ៍ក្រោយងាយស្រួលសម្រាប់អ្នក។\n\n{programme}",
        ),
    }
    with company.acts(call.manager, now - timedelta(days=1)) as work:
        programme = work.session.get_one(Programme, found(work, call).programme_id)
        write_template(work, programme, name="Ask for a day to talk", texts=texts)
