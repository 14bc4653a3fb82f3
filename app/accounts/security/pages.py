"""How Flask-Security's pages are drawn, and the page that asks before an address is confirmed."""

from typing import Any

from flask import Flask, g, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import Form as WTForm

from app.foundation.forms import Form


def render(template: str, **context: Any) -> str:
    """The page; a form that was sent and has something wrong makes the answer a refusal."""
    forms = [value for value in context.values() if isinstance(value, WTForm)]
    if forms and request.method == "POST":
        for form in forms:
            form.form_errors = list(dict.fromkeys(map(str, form.form_errors)))
        g.page_refused = any(form.errors for form in forms)
    return render_template(template, **context)


class ConfirmByButton(Form):
    """Only a token: a mail scanner that opens the link confirms nothing."""


def confirm_by_button(app: Flask) -> None:
    """Opening the link shows a button; pressing it confirms the address."""
    confirm: Any = app.view_functions["security.confirm_email"]

    def confirm_email(token: str) -> ResponseReturnValue:
        form = ConfirmByButton()
        if form.validate_on_submit():
            answer: ResponseReturnValue = confirm(token=token)
            return answer
        return render("accounts/confirm_address.html", form=form, token=token)

    app.view_functions["security.confirm_email"] = confirm_email
