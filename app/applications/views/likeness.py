"""Applications that may be of one person: a call's list of them, and two side by side."""

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Select

from app.applications import policy
from app.applications.forms.likeness import LikenessForm
from app.applications.forms.tracking import row_id
from app.applications.likeness import (
    FACTS,
    SIGNS,
    VERDICTS,
    Fact,
    File,
    Sign,
    Verdict,
    same_fact,
)
from app.applications.models import Likeness
from app.applications.operations.likeness import settle_likeness
from app.applications.queries import likeness as queries
from app.applications.states import STATE_NAMES
from app.applications.views.tracking import TONES, opportunity_of
from app.foundation import languages
from app.foundation.database import db
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.languages import ngettext
from app.foundation.settling import settle
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work
from app.opportunities.form_definitions import parse_form, text_in

bp = Blueprint("alike", __name__, url_prefix="/tracking/<int:call_id>/alike")


@bp.get("")
@needs(policy.TRACK)
def of_call(call_id: int) -> ResponseReturnValue:
    """The pairs to look at; with `settled`, those that the office has looked at."""
    call, actor = opportunity_of(call_id), current_actor()
    settled, before = "settled" in request.args, row_id(request.args.get("before"))
    query = queries.alike_in_call(actor, call_id, settled=settled, before=before)
    pairs = db.session.scalars(query).all()
    more = len(pairs) > queries.PAGE
    return render_template(
        "tracking/alike.html",
        call=call,
        pairs=[(pair, said_of(pair)) for pair in pairs[: queries.PAGE]],
        after=pairs[queries.PAGE - 1].id if more else None,
        settled=settled,
        verdicts=VERDICTS,
    )


@bp.get("/<int:pair_id>")
@needs(policy.COMPARE)
def pair(call_id: int, pair_id: int) -> ResponseReturnValue:
    return _page(call_id, pair_id, LikenessForm(formdata=None))


@bp.post("/<int:pair_id>")
@needs(policy.COMPARE)
def settle_pair(call_id: int, pair_id: int) -> ResponseReturnValue:
    """`do` is the button's."""
    form, wanted = LikenessForm(request.form), request.form.get("do", "")
    if wanted != Verdict.OPEN:
        form.ask_for_reason()

    def do(work: Work, found: Likeness) -> None:
        if wanted not in set(Verdict):
            raise RuleBroken(_("Choose what you found out."))
        settle_likeness(
            work,
            found,
            Verdict(wanted),
            because=form.because.data or "",
            version=form.version.data,
        )

    return settle(
        form,
        find=lambda work: work.find(_of_office(call_id, pair_id)),
        do=do,
        said=_("It is written down."),
        to=url_for(".pair", call_id=call_id, pair_id=pair_id),
        again=partial(_page, call_id, pair_id, form),
    )


def _of_office(call_id: int, pair_id: int) -> Select[Likeness]:
    return queries.likenesses_visible_to(current_actor()).where(
        Likeness.id == pair_id, queries.of_call(call_id)
    )


def _page(call_id: int, pair_id: int, form: LikenessForm, refusal: str = "") -> str:
    db.session.rollback()
    found = one_or_404(_of_office(call_id, pair_id))
    if form.version.data is None or refusal:
        form.version.data = found.version
    sent = queries.newest_content(db.session(), (found.first_id, found.second_id))
    first, second = (
        sent[i].content if i in sent else {} for i in (found.first_id, found.second_id)
    )
    born = first.get("applicant", {}).get("born_on") or ""
    return render_template(
        "tracking/pair.html",
        call_id=call_id,
        pair=found,
        signs=said_of(found),
        first_of_january=Sign.BIRTH in found.signs and born.endswith("-01-01"),
        facts=[*_of_people(first, second), *_of_files(found)],
        names=STATE_NAMES,
        tones=TONES,
        verdicts=VERDICTS,
        form=form,
        refusals=[refusal] if refusal else [],
    )


def said_of(pair: Likeness) -> list[str]:
    """Why the two look alike, as far as this reader may know."""
    opens = _opens(pair)
    return [str(SIGNS[s]) for s in map(Sign, pair.signs) if opens or s is not Sign.FILE_APART]


def _opens(pair: Likeness) -> bool:
    """Whether this reader may know of documents that are kept apart."""
    return policy.manages_both.holds(current_actor(), pair)


def _of_people(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[Fact]:
    """What the two wrote of themselves, as it was sent; what neither says is left out."""
    one, other = first.get("applicant", {}), second.get("applicant", {})
    return [
        Fact(
            str(label),
            in_words(key, one),
            in_words(key, other),
            same_fact(key, *both),
            both[0] == both[1],
        )
        for key, label in FACTS.items()
        if any(both := (one.get(key), other.get(key)))
    ]


def in_words(key: str, who: Mapping[str, Any]) -> str:
    said = who.get(key)
    if not said:
        return ""
    if key == "born_on":
        return languages.day(date.fromisoformat(said))
    if key == "residence":
        return languages.country_name(said)
    if key == "nationalities":
        return ", ".join(languages.country_name(code) for code in said)
    return str(said)


def _of_files(pair: Likeness) -> list[Fact]:
    """For which documents the two sent files, and whether one of them is the same."""
    files = queries.files_of(db.session(), (pair.first_id, pair.second_id))
    labels = _labels(pair)
    opens = _opens(pair)
    one, other = (
        [f for f in files.get(i, ()) if opens or not f.apart]
        for i in (pair.first_id, pair.second_id)
    )
    shared = {f.sha256 for f in one} & {f.sha256 for f in other}
    facts = []
    for question in dict.fromkeys(f.question for f in (*one, *other)):
        first, second = ([f for f in side if f.question == question] for side in (one, other))
        same = any(f.sha256 in shared for f in (*first, *second))
        known = same or None if not (first and second) else same
        label = labels.get(question, question)
        facts.append(Fact(label, _number(first), _number(second), known))
    return facts


def _number(files: list[File]) -> str:
    if not files:
        return ""
    return ngettext("%(num)s file", "%(num)s files", len(files))


def _labels(pair: Likeness) -> dict[str, str]:
    """What the two forms call their documents."""
    versions = {one.form_version_id for one in (pair.first, pair.second)}
    locale = languages.reader().locale
    return {
        question.key: text_in(question.label, locale)[0]
        for definition in queries.definitions(db.session(), versions)
        for section in parse_form(definition).sections
        for question in section.documents
    }
