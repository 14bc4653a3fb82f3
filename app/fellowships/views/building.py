"""What a call shares with all that takes applications: form, rubric, and the ways to come to it."""

from typing import Any

from flask import render_template

from app.applications.views.form_building import FormBuilder
from app.applications.views.route_setting import RouteSetting
from app.applications.views.rubric_building import RubricBuilder
from app.fellowships import policy
from app.fellowships.models import Call
from app.fellowships.operations import save_form, save_rubric
from app.fellowships.views import bp
from app.fellowships.views.editing import checks_of, edit_call


def _page(template: str, call: Call, **values: Any) -> str:
    return render_template(
        f"{template}.html",
        call=call,
        checks=checks_of(call),
        policy=policy,
        layout="fellowships/office/layout.html",
        **values,
    )


def _form_page(template: str, call: Call, **values: Any) -> str:
    return _page(f"form_building/{template}", call, **values)


def _ways_page(template: str, call: Call, **values: Any) -> str:
    return _page(f"route_setting/{template}", call, **values)


def _rubric_page(template: str, call: Call, **values: Any) -> str:
    return _page(f"rubric_building/{template}", call, **values)


FormBuilder(edit=edit_call, save=save_form, page=_form_page).offer(bp, "/office/<int:call_id>/form")
RubricBuilder(edit=edit_call, save=save_rubric, page=_rubric_page).offer(
    bp, "/office/<int:call_id>/rubric"
)
RouteSetting(edit=edit_call, page=_ways_page).offer(bp, "/office/<int:call_id>")
