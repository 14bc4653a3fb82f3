"""The centre's pages of selective dates: the form that one answers, and who gets a seat."""

from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue

from app.applications.models import Application
from app.applications.views.form_building import FormBuilder
from app.courses import policy, queries
from app.courses.forms import ButtonForm
from app.courses.models import CourseRun
from app.courses.operations import admit_application, find_application, save_run_form
from app.courses.views import bp
from app.courses.views.running import run_office_page
from app.foundation.errors import NotFound
from app.foundation.languages import gettext as _
from app.foundation.settling import Editing, settle
from app.foundation.web import needs
from app.foundation.work import Work


def _page(template: str, run: CourseRun, **values: Any) -> str:
    page: str = run_office_page(
        template,
        run,
        folder="form_building",
        call=run,
        checks=[],
        layout="courses/office/run_layout.html",
        is_printed=False,
        **values,
    )
    return page


FormBuilder(
    edit=Editing(of=queries.run_with_form, may=policy.EDIT_RUN), save=save_run_form, page=_page
).offer(bp, "/office/dates/<int:call_id>/form")


@bp.post("/office/dates/<int:run_id>/applications/<int:application_id>/admit")
@needs(policy.ADMIT)
def admit_applicant(run_id: int, application_id: int) -> ResponseReturnValue:
    def find(work: Work) -> Application:
        application = find_application(work, application_id)
        policy.ADMIT.require(work.actor, application)
        if application.opportunity_id != run_id:
            raise NotFound(_("There is no such page, or it is not yours to see."))
        return application

    return settle(
        ButtonForm(),
        find=find,
        do=admit_application,
        said=_("The seat is offered. The person is told, and by when to answer."),
        to=url_for(".people", run_id=run_id),
    )
