"""The centre's pages of selective dates: form, rubric, ways to apply, and who gets a seat."""

from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue

from app.applications.models import Application
from app.applications.states import RouteKind
from app.applications.views.form_building import FormBuilder
from app.applications.views.route_setting import RouteSetting
from app.applications.views.rubric_building import RubricBuilder
from app.courses import policy, queries
from app.courses.forms import ButtonForm
from app.courses.models import CourseRun
from app.courses.operations import (
    admit_application,
    find_application,
    save_run_form,
    save_run_rubric,
)
from app.courses.views import bp
from app.courses.views.running import run_office_page
from app.foundation.errors import NotFound
from app.foundation.languages import gettext as _
from app.foundation.settling import Editing, settle
from app.foundation.web import needs
from app.foundation.work import Work


def _page(folder: str, template: str, run: CourseRun, **values: Any) -> str:
    page: str = run_office_page(
        template,
        run,
        folder=folder,
        call=run,
        checks=[],
        layout="courses/office/run_layout.html",
        **values,
    )
    return page


def _form_page(template: str, run: CourseRun, **values: Any) -> str:
    return _page("form_building", template, run, **values)


def _rubric_page(template: str, run: CourseRun, **values: Any) -> str:
    return _page("rubric_building", template, run, **values)


def _ways_page(template: str, run: CourseRun, **values: Any) -> str:
    return _page("route_setting", template, run, **values)


EDITING: Editing[CourseRun] = Editing(of=queries.run_with_form, may=policy.EDIT_RUN)
FormBuilder(edit=EDITING, save=save_run_form, page=_form_page).offer(
    bp, "/office/dates/<int:call_id>/form"
)
RubricBuilder(edit=EDITING, save=save_run_rubric, page=_rubric_page).offer(
    bp, "/office/dates/<int:call_id>/rubric"
)
# Nobody hosts who comes to a course.
RouteSetting(
    edit=EDITING, page=_ways_page, kinds=tuple(k for k in RouteKind if k is not RouteKind.HOST)
).offer(bp, "/office/dates/<int:call_id>")


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
