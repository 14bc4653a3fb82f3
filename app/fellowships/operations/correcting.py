"""Corrections of a published call: dated, with their reason, told to everybody who counts on it."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.applications.operations.applying import titles
from app.applications.operations.telling import tell_applicants
from app.audit.record import record
from app.fellowships import policy, queries
from app.fellowships.messages import CallCorrected
from app.fellowships.models import Call, Correction, CorrectionText
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.once import earlier_result, remember_result
from app.foundation.stamps import stamp_catalogue
from app.foundation.work import Work
from app.opportunities.states import OpportunityState

CORRECT = "fellowships.correct"


@dataclass(frozen=True, slots=True)
class Change:
    """What changed and why, in one language."""

    what: str
    why: str


def correct_call(
    work: Work, call: Call, *, said: Mapping[str, Change], key: str = ""
) -> Correction:
    """Say what the call said wrongly and what holds instead, on its page and to everybody."""
    policy.CORRECT.require(work.actor, call)
    earlier = earlier_result(work, CORRECT, key)
    if earlier is not None:
        return work.session.get_one(Correction, earlier)
    if call.state not in {OpportunityState.PUBLISHED, OpportunityState.CLOSED}:
        raise RuleBroken(_("Only what is published can be corrected."))
    if call.original_locale not in said:
        raise RuleBroken(_("Write it in the language of the original text at least."))
    if any(not one.what or not one.why for one in said.values()):
        raise RuleBroken(_("Write both what changed and why in each language you use."))

    correction = Correction(
        opportunity_id=call.id, corrected_by_id=work.actor.user_id or 0, corrected_at=work.now
    )
    # The original first, so that readers of a language without a text of its own get that one.
    for locale in sorted(said, key=lambda code: code != call.original_locale):
        one = said[locale]
        correction.texts.append(CorrectionText(locale=locale, what=one.what, why=one.why))
    work.session.add(correction)
    stamp_catalogue(work)

    original = said[call.original_locale]
    record(work, "call.corrected", call, what=original.what[:300], reason=original.why[:300])
    remember_result(work, CORRECT, key, correction.id)
    _tell(work, call, correction)
    return correction


def _tell(work: Work, call: Call, correction: Correction) -> None:
    names = titles(work, call)
    changes = {text.locale: text.what for text in correction.texts}
    reasons = {text.locale: text.why for text in correction.texts}
    tell_applicants(
        work,
        call,
        queries.LIVE,
        lambda application: CallCorrected(
            application_id=application.id,
            ref=call.ref,
            titles=names,
            changes=changes,
            reasons=reasons,
            is_draft=application.submitted_at is None,
        ),
        once=str(correction.id),
    )
