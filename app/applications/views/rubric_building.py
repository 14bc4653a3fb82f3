"""The builder of a rubric: criteria, weights, and what each score means, in several languages.

Every floor above whose opportunities take applications offers it at its own addresses.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.applications import queries
from app.applications.forms.rubrics import RubricForm
from app.foundation.database import db
from app.foundation.languages import LANGUAGES, reader
from app.foundation.languages import gettext as _
from app.foundation.settling import Editing
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work
from app.opportunities.models import Opportunity, RubricVersion

MOST_CRITERIA = 20


@dataclass(frozen=True)
class RubricBuilder:
    """How one office builds the rubrics of its opportunities."""

    edit: Editing[Any]
    save: Callable[..., RubricVersion]
    page: Callable[..., str]

    def offer(self, bp: Blueprint, base: str) -> None:
        """Give the page its address, `base` with the id of the opportunity in it."""
        for method, view in (("GET", self.rubric), ("POST", self.set_rubric)):
            bp.add_url_rule(base, view.__name__, self._marked(view), methods=[method])

    def _marked(self, view: Callable[..., ResponseReturnValue]) -> Any:
        @needs(self.edit.may)
        @wraps(view)
        def marked(**named: Any) -> ResponseReturnValue:
            return view(**named)

        return marked

    def _to_change(self, call_id: int) -> Any:
        call = one_or_404(self.edit.of(current_actor(), call_id))
        self.edit.may.require(current_actor(), call)
        return call

    def rubric(self, call_id: int) -> ResponseReturnValue:
        call = self._to_change(call_id)
        return self._page(call, _form_of(call, bound=False))

    def set_rubric(self, call_id: int) -> ResponseReturnValue:
        if request.form.get("do") in {"add", "scale"}:
            call = self._to_change(call_id)
            form = _form_of(call, bound=True)
            if request.form.get("do") == "add" and len(form.criteria) < MOST_CRITERIA:
                form.criteria.append_entry({})
            return self._page(call, form)

        def save(work: Work, call: Any, form: RubricForm) -> None:
            self.save(work, call, _written(call, form), version=form.version.data)

        again = self.edit(call_id, _form_of, save, self._page)
        if again is not None:
            return again
        flash(_("The rubric is saved."), "success")
        locale = _language_of(request.form.get("locale"))
        return redirect(url_for(".rubric", call_id=call_id, texts=locale))

    def _page(self, call: Any, form: RubricForm, **values: Any) -> str:
        return self.page(
            "rubric",
            call,
            form=form,
            kept=db.session.scalar(queries.newest_rubric(call.id)),
            locale_of_text=_language_of(form.locale.data),
            total=sum(row.weight.data or 0 for row in form.criteria if not row.take_out.data),
            **values,
        )


def _language_of(told: str | None) -> str:
    return told if told in LANGUAGES else reader().locale


def _kept(call: Opportunity) -> dict[str, Any]:
    kept = db.session.scalar(queries.newest_rubric(call.id))
    return dict(kept.definition) if kept else {"scale": [1, 5], "criteria": []}


def _form_of(call: Opportunity, *, bound: bool) -> RubricForm:
    """The rubric with its texts in one language."""
    locale = _language_of(request.form.get("locale") if bound else request.args.get("texts"))
    kept = _kept(call)
    low, high = kept["scale"]
    form = RubricForm(
        formdata=request.form if bound else None,
        data={
            "locale": locale,
            "scale": f"{low}-{high}",
            "version": call.version,
            "criteria": [_row(criterion, locale) for criterion in kept["criteria"]],
        },
    )
    if not len(form.criteria) and not (bound and request.form.get("criteria-0-key")):
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


def _written(call: Opportunity, form: RubricForm) -> dict[str, Any]:
    """The rubric with these texts put in, those in other languages kept."""
    kept = {criterion["key"]: criterion for criterion in _kept(call)["criteria"]}
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
