"""What a view does with a form that was sent: one unit of work, or the page again with why not."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar, cast

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from sqlalchemy import Select

from app.foundation.actors import Actor
from app.foundation.errors import ChangedMeanwhile, Refusal, RuleBroken
from app.foundation.forms import Form
from app.foundation.permissions import Permission
from app.foundation.web import current_actor, one_or_404
from app.foundation.work import Work, unit_of_work

S = TypeVar("S")
R = TypeVar("R")
F = TypeVar("F", bound=Form)
S_contra = TypeVar("S_contra", contravariant=True)
F_co = TypeVar("F_co", bound=Form, covariant=True)


def settle(
    form: Form,
    *,
    find: Callable[[Work], S],
    do: Callable[[Work, S], R],
    said: str | Callable[[R], str],
    to: str,
    again: Callable[[str], str] | None = None,
) -> ResponseReturnValue:
    """Find the subject, validate, do it, and go on to the address `to`, where it is `said`.

    `said` may read what `do` returned. A form that is wrong, or a rule that refuses, shows the
    page `again` with the refusal ("" where the form's own fields say it); a button without such a
    page leads to the same address, with the refusal as a notice.
    """
    refusal, status, result = "", 422, None
    try:
        with unit_of_work(current_actor()) as work:
            subject = find(work)
            done = form.validate()
            if done:
                result = do(work, subject)
    except (RuleBroken, ChangedMeanwhile) as broken:
        refusal, status, done = str(broken), broken.http_status, False
    if done:
        flash(said if isinstance(said, str) else said(cast("R", result)), "success")
    elif again is not None:
        return again(refusal), status
    else:
        flash(refusal or form.first_error(), "warning")
    return redirect(to)


class Maker(Protocol[S_contra, F_co]):
    """Makes the form of a page: bound to what was sent, or showing what is kept."""

    def __call__(self, subject: S_contra, /, *, bound: bool) -> F_co: ...


@dataclass(frozen=True, slots=True)
class Editing(Generic[S]):
    """How an office edits one kind of thing that has a page for each of its parts."""

    of: Callable[[Actor, int], Select[S]]
    may: Permission[Any]

    def __call__(
        self,
        subject_id: int,
        make: Maker[S, F],
        save: Callable[[Work, S, F], object],
        page: Callable[..., str],
    ) -> ResponseReturnValue | None:
        """Save what was sent: None when it is saved, else the page again, with what was typed.

        When somebody else saved meanwhile, the page shows theirs (`newest`) beside it, and saving
        again is a choice between the two.
        """
        form: F | None = None
        try:
            with unit_of_work(current_actor()) as work:
                subject = work.find(self.of(work.actor, subject_id))
                self.may.require(work.actor, subject)
                form = make(subject, bound=True)
                if not form.validate():
                    return page(subject, form), 422
                save(work, subject, form)
                return None
        except (RuleBroken, ChangedMeanwhile) as refusal:
            return self._again(subject_id, make, form, page, refusal), 409

    def _again(
        self,
        subject_id: int,
        make: Maker[S, F],
        form: F | None,
        page: Callable[..., str],
        refusal: Refusal,
    ) -> str:
        actor = current_actor()
        subject = one_or_404(self.of(actor, subject_id))
        self.may.require(actor, subject)
        newest = make(subject, bound=False)
        form = form or newest
        clash = isinstance(refusal, ChangedMeanwhile)
        if clash and "version" in form and "version" in newest:
            form["version"].data = newest["version"].data
        values: dict[str, Any] = {"refusals": [str(refusal)], "newest": newest if clash else None}
        return page(subject, form, **values)
