"""What other answers leave out is not sent, though it was written before them."""

from sqlalchemy import delete
from sqlalchemy.orm.attributes import set_committed_value

from app.applications.models import Application, Preference
from app.applications.progress import not_asked, sections_not_asked
from app.foundation.work import Work
from app.opportunities.form_definitions import FormDefinition


def leave_out_what_is_not_asked(work: Work, application: Application, form: FormDefinition) -> None:
    """Take out what was written, ranked and uploaded where nothing is asked any more.

    Everything of `queries.applications_to_fill_in` must be loaded.
    """
    answers = {row.section: row.answers for row in application.sections}
    hidden, sections = not_asked(form, answers), sections_not_asked(form, answers)
    left_out = {section.key for section in sections}
    for row in application.sections:
        kept = {
            key: None if key in hidden or row.section in left_out else value
            for key, value in row.answers.items()
        }
        if kept != row.answers:
            row.answers = kept
            row.version += 1
    for slot in application.slots:
        if slot.kind in hidden:
            for document in slot.documents:
                document.removed_at = work.now
    if any(section.kind == "preferences" for section in sections):
        work.session.execute(delete(Preference).where(Preference.application_id == application.id))
        set_committed_value(application, "preferences", [])
