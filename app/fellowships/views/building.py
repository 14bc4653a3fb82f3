"""The builder of a call's application form."""

from typing import Any

from flask import render_template

from app.applications.views.form_building import FormBuilder
from app.fellowships import policy
from app.fellowships.models import Call
from app.fellowships.operations import save_form
from app.fellowships.views import bp
from app.fellowships.views.editing import checks_of, edit_call


def _page(template: str, call: Call, **values: Any) -> str:
    return render_template(
        f"form_building/{template}.html",
        call=call,
        checks=checks_of(call),
        policy=policy,
        layout="fellowships/office/layout.html",
        is_printed=True,
        **values,
    )


FormBuilder(edit=edit_call, save=save_form, page=_page).offer(bp, "/office/<int:call_id>/form")
