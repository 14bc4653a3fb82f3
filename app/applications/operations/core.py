"""A person's answers for every application: written once, and taken into the drafts one chooses."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from app.applications import policy
from app.applications.models import Application, CoreAnswers, SectionAnswers
from app.applications.operations.applying import refuse_unless_draft
from app.applications.operations.institutions import as_listed
from app.applications.progress import not_asked
from app.applications.queries import form_of
from app.applications.queries.reuse import core_answers, core_of
from app.applications.reuse import Difference, core_sheet, differences
from app.audit.record import record
from app.foundation.errors import ChangedMeanwhile, RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.permissions import SIGNED_IN
from app.foundation.work import Work
from app.opportunities.form_definitions import read_answer


def save_core(work: Work, *, answers: Mapping[str, Any], version: int | None) -> CoreAnswers:
    """Keep what the actor says for every application. Raises ChangedMeanwhile and RuleBroken."""
    SIGNED_IN.require(work.actor, None)
    kept = work.session.scalar(core_answers(work.actor.user_id).with_for_update())
    if version is not None and version != (kept.version if kept else 0):
        raise ChangedMeanwhile(_("This was saved on another page after you opened it."))
    said: dict[str, Any] = {}
    for question in core_sheet().questions():
        value, problem = read_answer(question, answers.get(question.key))
        if problem and value is None:
            raise RuleBroken(problem)
        if value is not None:
            said[question.key] = value
    said = as_listed(work.session, said)
    if kept is None:
        kept = CoreAnswers(
            person_id=work.actor.user_id, answers={}, sources={}, saved_at=work.now, version=0
        )
        work.session.add(kept)
    before, kept.answers, kept.saved_at = kept.answers, said, work.now
    kept.sources = {k: v for k, v in kept.sources.items() if k in said and said[k] == before.get(k)}
    kept.version += 1

    changed = [key for key in {*said, *before} if said.get(key) != before.get(key)]
    record(work, "core.saved", kept, changed=sorted(changed))
    return kept


def take_core(
    work: Work, drafts: Sequence[Application], *, wanted: Collection[str]
) -> dict[int, list[str]]:
    """Put the chosen answers (`Difference.name`) into one's drafts: all of them, or none.

    Answers with the questions that each draft took. Raises ChangedMeanwhile where a draft, or
    what the person says for every application, is not as the page showed it.
    """
    for draft in drafts:
        policy.FILL_IN.require(work.actor, draft)
        refuse_unless_draft(draft)
    core, _sources = core_of(work.session, work.actor.user_id)
    offered = {d.name: (draft, d) for draft in drafts for d in differing(draft, core)}
    chosen = [offered[name] for name in wanted if name in offered]
    if len(chosen) != len(wanted) or any(d.fits.value is None for _draft, d in chosen):
        raise ChangedMeanwhile(_("A draft was changed on another page. Look at what differs now."))

    taken: dict[int, list[str]] = {}
    for draft, difference in chosen:
        row = _section_row(work, draft, difference.section.key)
        row.answers = {**row.answers, difference.question.key: difference.fits.value}
        taken.setdefault(draft.id, []).append(difference.question.key)
    for draft in drafts:
        if draft.id not in taken:
            continue
        changed = {d.section.key for of, d in chosen if of is draft}
        for row in draft.sections:
            if row.section in changed:
                row.saved_at = work.now
                row.version += 1
        draft.saved_at = work.now
        draft.version += 1
        record(
            work,
            "application.core taken",
            draft,
            opportunity_id=draft.opportunity_id,
            questions=sorted(taken[draft.id]),
        )
    return taken


def differing(draft: Application, core: Mapping[str, Any]) -> list[Difference]:
    """Where a draft says something else. All of `applications_to_fill_in` must be loaded."""
    form = form_of(draft)
    sections = {row.section: (row.answers, row.version) for row in draft.sections}
    hidden = not_asked(form, {key: answers for key, (answers, _v) in sections.items()})
    return differences(draft.id, form, sections, core, hidden)


def _section_row(work: Work, draft: Application, section: str) -> SectionAnswers:
    row = next((r for r in draft.sections if r.section == section), None)
    if row is None:
        row = SectionAnswers(
            application_id=draft.id, section=section, answers={}, saved_at=work.now, version=0
        )
        draft.sections.append(row)
    return row
