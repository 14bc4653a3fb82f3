"""Pages on which the home decides what a transcript counts as, and the student reads it."""

from dataclasses import dataclass
from fractions import Fraction

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.exchanges import wording as exchange_words
from app.exchanges.credits import Meter
from app.exchanges.queries import credit_caps, credit_rules, grade_table
from app.foundation import clock
from app.foundation.database import db
from app.foundation.errors import NotFound
from app.foundation.languages import gettext as _
from app.foundation.settling import settle
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work
from app.recognition import policy, queries, wording
from app.recognition.contents import CountsAs, Promise, counts_as, held_against
from app.recognition.forms import OutcomeForm, SeenForm, SystemForm, typed
from app.recognition.models import Recognition, TranscriptLine
from app.recognition.operations import choose_system, decide_line, decide_recognition
from app.recognition.states import Outcome, RecognitionState, Result
from app.recognition.views import bp

# In whose credits the caps of a country are, and which of them are for a level of ISCED 2011.
CAPPED = {"jp-tani": "JP"}
CAP_LEVELS = {
    5: frozenset({"junior_college_2y", "junior_college_3y"}),
    6: frozenset({"undergraduate"}),
    7: frozenset({"graduate"}),
    8: frozenset({"graduate"}),
}


@bp.get("/decisions/<int:recognition_id>")
@needs(policy.VIEW_RECOGNITION)
def recognition(recognition_id: int) -> ResponseReturnValue:
    return _page(recognition_id)


@bp.post("/decisions/<int:recognition_id>/system")
@needs(policy.DECIDE)
def system(recognition_id: int) -> ResponseReturnValue:
    form = SystemForm()
    return settle(
        form,
        find=lambda work: _found(work, recognition_id),
        do=lambda work, found: choose_system(
            work, found, form.system.data, version=form.version.data
        ),
        said=_("Saved."),
        to=_page_of(recognition_id),
        again=lambda refusal: _page(recognition_id, choosing=form, refusal=refusal),
    )


@bp.post("/decisions/<int:recognition_id>/decide")
@needs(policy.DECIDE)
def decide(recognition_id: int) -> ResponseReturnValue:
    form = SeenForm()
    return settle(
        form,
        find=lambda work: _found(work, recognition_id),
        do=lambda work, found: decide_recognition(work, found, version=form.seen.data),
        said=_("It is decided, and the student is told."),
        to=_page_of(recognition_id),
        again=lambda refusal: _page(recognition_id, refusal=refusal),
    )


@bp.route("/decisions/<int:recognition_id>/lines/<int:line_id>", methods=["GET", "POST"])
@needs(policy.DECIDE)
def outcome(recognition_id: int, line_id: int) -> ResponseReturnValue:
    if request.method == "GET":
        return _line_page(recognition_id, line_id)
    form = OutcomeForm()

    def find(work: Work) -> tuple[Recognition, TranscriptLine]:
        found = _found(work, recognition_id)
        line = _one_line(found, line_id)
        _name_choices(form, _shown(found, line))
        return found, line

    return settle(
        form,
        find=find,
        do=lambda work, both: decide_line(work, *both, form.decision(), version=form.version.data),
        said=_("Saved."),
        to=_page_of(recognition_id),
        again=lambda refusal: _line_page(recognition_id, line_id, form=form, refusal=refusal),
    )


def _found(work: Work, recognition_id: int) -> Recognition:
    found = work.find(queries.recognition_with_all(work.actor, recognition_id))
    policy.DECIDE.require(work.actor, found)
    return found


def _one_line(found: Recognition, line_id: int) -> TranscriptLine:
    line = next((one for one in found.transcript.lines if one.id == line_id), None)
    if line is None:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    return line


def _page_of(recognition_id: int) -> str:
    return url_for(".recognition", recognition_id=recognition_id)


def _shown(found: Recognition, line: TranscriptLine) -> tuple[CountsAs, ...]:
    """Every result of a published rule of today."""
    if not found.system:
        return ()
    return counts_as(
        line.said,
        found.system,
        credit_rules(db.session()),
        day=clock.now().date(),
        home=found.transcript.home.ref,
    )


def _name_choices(form: OutcomeForm, shown: tuple[CountsAs, ...]) -> None:
    form.among(
        shown,
        [
            _(
                "%(credits)s, by the factor %(factor)s",
                credits=exchange_words.amount(one.credits),
                factor=one.factor,
            )
            for one in shown
        ],
    )


@dataclass(frozen=True, slots=True)
class Filled:
    """A cap with what was recognised before and what this transcript adds."""

    meter: Meter
    before: Fraction


@dataclass(frozen=True, slots=True)
class Kept:
    """A promise with the line that keeps it; either may be missing."""

    promise: Promise | None
    line: TranscriptLine | None


def _promised(found: Recognition) -> list[Kept]:
    """What was promised against what was delivered; nothing where nothing was promised."""
    promises = queries.promises_of(db.session(), found.transcript.nomination_id)
    if not promises:
        return []
    lines = found.transcript.lines
    return [
        Kept(
            None if one.promise is None else promises[one.promise],
            None if one.line is None else lines[one.line],
        )
        for one in held_against(promises, [line.said for line in lines])
    ]


def _caps(found: Recognition) -> list[Filled]:
    """The caps of the home's country for the level of the stay; none where it has none."""
    country = CAPPED.get(found.system)
    if country is None or country != found.transcript.home.country_code:
        return []
    before = queries.credits_recognised(
        db.session(),
        person_id=found.person_id,
        home_id=found.home_id,
        system=found.system,
        but=found.id,
    )
    levels = CAP_LEVELS[found.transcript.study_level]
    caps = [
        cap for cap in credit_caps(db.session()) if cap.system == country and cap.level in levels
    ]
    return [Filled(Meter(cap, before + _recognised(found)), before) for cap in caps]


def _recognised(found: Recognition) -> Fraction:
    outcomes = [line.outcome for line in found.transcript.lines if line.outcome]
    return sum((one.credits for one in outcomes if one.credits), Fraction(0))


def _page(recognition_id: int, *, choosing: SystemForm | None = None, refusal: str = "") -> str:
    actor = current_actor()
    found = one_or_404(queries.recognition_with_all(actor, recognition_id))
    policy.VIEW_RECOGNITION.require(actor, found)
    waiting = found.state is RecognitionState.WAITING
    decides = waiting and policy.DECIDE.allows(actor, found)
    choosing = choosing or SystemForm(formdata=None, data={"system": found.system})
    choosing.version.data = found.version
    return render_template(
        "recognition/recognition.html",
        found=found,
        transcript=found.transcript,
        # Until it is decided, the student reads that it waits, and not what is thought of.
        shows=decides or not waiting or not policy.is_recognised_for.holds(actor, found),
        decides=decides,
        choosing=choosing,
        pressing=SeenForm(formdata=None, data={"seen": found.version}),
        promised=_promised(found),
        caps=_caps(found),
        total=_recognised(found),
        complete=all(line.outcome for line in found.transcript.lines),
        today=clock.now().date(),
        refusals=[refusal] if refusal else [],
        wording=wording,
        exchange_words=exchange_words,
    )


def _line_page(
    recognition_id: int, line_id: int, *, form: OutcomeForm | None = None, refusal: str = ""
) -> str:
    actor = current_actor()
    found = one_or_404(queries.recognition_with_all(actor, recognition_id))
    policy.DECIDE.require(actor, found)
    line = _one_line(found, line_id)
    if found.state is not RecognitionState.WAITING:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    shown = _shown(found, line)
    table = grade_table(db.session())
    home, host = found.transcript.home, found.transcript.host
    proposed = table.proposals(line.grade, host.acronym or "", home.acronym or "")
    if form is None:
        promise = next((one.promise for one in _promised(found) if one.line is line), None)
        form = OutcomeForm(formdata=None, data=_as_kept(line, shown, promise))
    _name_choices(form, shown)
    form.version.data = found.version
    return render_template(
        "recognition/outcome.html",
        found=found,
        line=line,
        form=form,
        shown=shown,
        differ=len({one.credits for one in shown}) > 1,
        proposed=proposed,
        source=table.source,
        refusals=[refusal] if refusal else [],
        wording=wording,
        exchange_words=exchange_words,
    )


def _as_kept(
    line: TranscriptLine, shown: tuple[CountsAs, ...], promise: Promise | None
) -> dict[str, object]:
    """What was written about the line; of one without, what was promised and the only result."""
    kept = line.outcome
    if kept is None:
        only = shown[0].key if len({one.credits for one in shown}) == 1 else None
        failed = line.result is Result.FAILED
        return {
            "outcome": Outcome.REFUSED.value if failed else None,
            "follows": only,
            "own_code": promise.own_code[:40] if promise else "",
            "own_title": promise.own_title[:300] if promise else "",
        }
    followed = next(
        (
            one.key
            for one in shown
            if (one.credits, one.factor, one.source) == (kept.credits, kept.factor, kept.source)
        ),
        "",
    )
    return {
        "outcome": kept.outcome.value,
        "own_code": kept.own_code,
        "own_title": kept.own_title,
        "follows": followed,
        "credits": "" if followed else typed(kept.credits),
        "grade": kept.grade,
        "reason": kept.reason,
    }
