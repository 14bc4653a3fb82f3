"""How Flask-Security's pages are drawn, and the page that asks before an address is confirmed."""

from typing import Any

from flask import Flask, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response
from wtforms import Form as WTForm

from app.foundation.forms import Form
from app.foundation.web import safe_next


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
    """Opening the link shows a button; pressing it confirms the address.

    Who came to sign up from a page, such as a call's, goes back to it after signing in.
    """
    confirm: Any = app.view_functions["security.confirm_email"]

    def confirm_email(token: str) -> ResponseReturnValue:
        form = ConfirmByButton()
        if form.validate_on_submit():
            answer: ResponseReturnValue = confirm(token=token)
            onward, sign_in = safe_next(request.args.get("next")), url_for("security.login")
            if onward and isinstance(answer, Response) and answer.location == sign_in:
                return redirect(url_for("security.login", next=onward))
            return answer
        return render("accounts/confirm_address.html", form=form, token=token)

    app.view_functions["security.confirm_email"] = confirm_email
