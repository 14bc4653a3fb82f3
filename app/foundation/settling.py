"""What a view does with a form that was sent: one unit of work, or the page again with why not."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, Protocol, TypeVar, cast

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from sqlalchemy import Select

from app.foundation.actors import Actor
from app.foundation.errors import ChangedMeanwhile, Refusal, RuleBroken
from app.foundation.forms import Button, Form
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

    def found(self, subject_id: int) -> S:
        """The thing, for a page on which it is changed."""
        subject = one_or_404(self.of(current_actor(), subject_id))
        self.may.require(current_actor(), subject)
        return subject

    def held(self, work: Work, subject_id: int) -> S:
        """The same, locked, for what is done with it in this unit."""
        subject = work.find(self.of(work.actor, subject_id))
        self.may.require(work.actor, subject)
        return subject

    def press(
        self,
        subject_id: int,
        do: Callable[[Work, S], R],
        *,
        said: str | Callable[[R], str],
        to: str,
    ) -> ResponseReturnValue:
        """A button of its page: done, or the reason why not, and on to the address `to`."""
        find = partial(self.held, subject_id=subject_id)
        return settle(Button(), find=find, do=do, said=said, to=to)

    def settle(
        self,
        subject_id: int,
        make: Maker[S, F],
        save: Callable[[Work, S, F], R],
        page: Callable[..., str],
        *,
        said: str,
        to: str | Callable[[R], str],
    ) -> ResponseReturnValue:
        """Save what was sent and go on to `to`, which may read what `save` returned."""
        kept: list[R] = []
        again = self(subject_id, make, lambda *sent: kept.append(save(*sent)), page)
        if again is not None:
            return again
        flash(said, "success")
        return redirect(to if isinstance(to, str) else to(kept[0]))

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
                subject = self.held(work, subject_id)
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
        subject = self.found(subject_id)
        newest = make(subject, bound=False)
        form = form or newest
        clash = isinstance(refusal, ChangedMeanwhile)
        if clash and "version" in form and "version" in newest:
            form["version"].data = newest["version"].data
        values: dict[str, Any] = {"refusals": [str(refusal)], "newest": newest if clash else None}
        return page(subject, form, **values)
