"""Page of a call's rubric."""

import re
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.fellowships import policy, queries
from app.fellowships.forms.definitions import RubricForm
from app.fellowships.models import Call
from app.fellowships.operations import save_rubric
from app.fellowships.views import bp
from app.fellowships.views.editing import call_to_change, edit_call, office_page
from app.foundation.database import db
from app.foundation.languages import LANGUAGES, reader
from app.foundation.languages import gettext as _
from app.foundation.web import needs
from app.foundation.work import Work


def _sent(*, bound: bool) -> Any:
    return request.form if bound else None


@bp.get("/office/<int:call_id>/rubric")
@needs(policy.EDIT)
def rubric(call_id: int) -> ResponseReturnValue:
    call = call_to_change(call_id)
    return _rubric_page(call, _rubric_form(call, bound=False))


@bp.post("/office/<int:call_id>/rubric")
@needs(policy.EDIT)
def set_rubric(call_id: int) -> ResponseReturnValue:
    if request.form.get("do") in {"add", "scale"}:
        call = call_to_change(call_id)
        form = _rubric_form(call, bound=True)
        if request.form.get("do") == "add" and len(form.criteria) < 20:
            form.criteria.append_entry({})
        return _rubric_page(call, form)

    def save(work: Work, call: Call, form: RubricForm) -> None:
        save_rubric(work, call, _written(call, form), version=form.version.data)

    again = edit_call(call_id, _rubric_form, save, _rubric_page)
    if again is not None:
        return again
    flash(_("The rubric is saved."), "success")
    locale = _language_of(request.form.get("locale"))
    return redirect(url_for(".rubric", call_id=call_id, texts=locale))


def _language_of(told: str | None) -> str:
    return told if told in LANGUAGES else reader().locale


def _kept_rubric(call: Call) -> dict[str, Any]:
    kept = db.session.scalar(queries.current_rubric(call.id))
    return dict(kept.definition) if kept else {"scale": [1, 5], "criteria": []}


def _rubric_form(call: Call, *, bound: bool) -> RubricForm:
    """The rubric with its texts in one language."""
    locale = _language_of(request.form.get("locale") if bound else request.args.get("texts"))
    kept = _kept_rubric(call)
    low, high = kept["scale"]
    form = RubricForm(
        formdata=_sent(bound=bound),
        data={
            "locale": locale,
            "scale": f"{low}-{high}",
            "version": call.version,
            "criteria": [_row(criterion, locale) for criterion in kept["criteria"]],
        },
    )
    if bound and not request.form.get("criteria-0-key") and not len(form.criteria):
        form.criteria.append_entry({})
    for row in form.criteria:
        while len(row.anchors) < len(form.values):
            row.anchors.append_entry("")
    return form


def _row(criterion: dict[str, Any], locale: str) -> dict[str, Any]:
    return {
        "key": criterion["key"],
        "title": criterion["title"].get(locale, ""),
        "hint": (criterion.get("hint") or {}).get(locale, ""),
        "weight": criterion["weight"],
        "anchors": [anchor.get(locale, "") for anchor in criterion["anchors"]],
    }


def _written(call: Call, form: RubricForm) -> dict[str, Any]:
    """The rubric with these texts put in, those in other languages kept."""
    kept = {criterion["key"]: criterion for criterion in _kept_rubric(call)["criteria"]}
    locale = _language_of(form.locale.data)
    rows, keys = [], set(kept)
    for row in form.criteria:
        if row.take_out.data or not (row.title.data or row.key.data in kept):
            continue
        before = kept.get(row.key.data or "", {})
        key = before.get("key") or _new_key(row.title.data or "", keys)
        keys.add(key)
        anchors = [field.data or "" for field in row.anchors][: len(form.values)]
        old = before.get("anchors") or []
        rows.append(
            {
                "key": key,
                "weight": row.weight.data,
                "title": _put(before.get("title"), locale, row.title.data or ""),
                "hint": _put(before.get("hint"), locale, row.hint.data or ""),
                "anchors": [
                    _put(old[i] if i < len(old) else {}, locale, text)
                    for i, text in enumerate(anchors)
                ],
            }
        )
    return {"scale": [form.values.start, form.values.stop - 1], "criteria": rows}


def _put(texts: dict[str, str] | None, locale: str, text: str) -> dict[str, str]:
    others = {code: said for code, said in (texts or {}).items() if code != locale}
    return others | ({locale: text} if text else {})


def _new_key(title: str, taken: set[str]) -> str:
    """A key that stays, whatever becomes of the title."""
    base = re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_")[:30]
    base = base if re.match(r"[a-z]", base) else "criterion"
    numbered = [base, *(f"{base}_{n}" for n in range(2, 40))]
    return next(key for key in numbered if key not in taken)


def _rubric_page(call: Call, form: RubricForm, **values: Any) -> str:
    kept = db.session.scalar(queries.current_rubric(call.id))
    return office_page(
        "rubric",
        call,
        form=form,
        kept=kept,
        locale_of_text=_language_of(form.locale.data),
        total=sum(row.weight.data or 0 for row in form.criteria if not row.take_out.data),
        **values,
    )
