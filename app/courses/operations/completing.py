"""Who has completed a course: the rule stated, everybody judged by it, certificates asked for."""

from app.accounts.models import User
from app.audit.record import record
from app.certificates.facts import Achievement, Competency, Texts
from app.certificates.keyring import keyring
from app.certificates.models import CertificateBatch
from app.certificates.operations import Wanted, ask_for_certificates
from app.certificates.states import CertificateKind
from app.courses import policy, queries, timetable, wording
from app.courses.completion import Facts, Rule, gaps
from app.courses.models import Completion, CompletionRule, CourseRun, CourseVersion, Enrolment
from app.courses.operations.telling import ask_centre
from app.foundation.errors import RuleBroken
from app.foundation.languages import LANGUAGES, speaking
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.notifications.tasks import close_tasks
from app.opportunities import competencies

TO_CERTIFY = "certificates to issue"


def state_rule(work: Work, run: CourseRun, rule: Rule) -> CompletionRule:
    """State when these dates are completed: the next version, unless it says the same.

    The run must be held. Who was judged by an earlier version stays so until judged again.
    """
    policy.RECORD.require(work.actor, run)
    newest = work.session.scalar(queries.rule_in_use(run.id))
    if newest is not None and newest.rule == rule:
        return newest
    stated = CompletionRule(
        run_id=run.id,
        number=newest.number + 1 if newest else 1,
        share=rule.share,
        excused=rule.excused,
        result=rule.result,
        saved_at=work.now,
        saved_by_id=work.actor.user_id or 0,
    )
    work.session.add(stated)

    record(work, "run.completion rule stated", run, number=stated.number)
    return stated


def judge_everybody(work: Work, run: CourseRun) -> tuple[int, int]:
    """Judge all with a seat by the rule in use: (completed, not). Who was judged by hand stays.

    The run must be held, with its meetings.
    """
    policy.RECORD.require(work.actor, run)
    rule = _rule_to_judge_by(work, run)
    register = queries.register_of(work.session, run)
    missing = sum(map(bool, register.missing.values()))
    if missing:
        raise RuleBroken(
            _("Say first who was there: attendance is missing for %(number)s.", number=missing)
        )
    known = queries.completions_of(work.session, run.id)
    outcome: list[tuple[Enrolment, bool]] = []
    for person in register.people:
        row = known.get(person.id) or Completion(enrolment_id=person.id)
        if not row.by_hand:
            facts = register.facts(person)
            _keep(work, row, rule, facts, completed=not gaps(rule.rule, facts))
        outcome.append((person, row.completed))

    completed, everybody = sum(done for _person, done in outcome), len(outcome)
    held = queries.certificates_of_run(work.session, run.id)
    waiting = sum(
        done and (person.person_id, CertificateKind.COMPLETION.value) not in held
        for person, done in outcome
    )
    ask_centre(work, TO_CERTIFY, run, waiting)
    record(work, "run.completion decided", run, completed=completed, people=everybody)
    return completed, everybody - completed


def judge_otherwise(
    work: Work, run: CourseRun, enrolment: Enrolment, *, completed: bool, reason: str
) -> None:
    """Decide about one person otherwise than the rule would, and say why. The run must be held."""
    policy.RECORD.require(work.actor, run)
    if not reason.strip():
        raise RuleBroken(_("Say why; the person reads it."))
    rule = _rule_to_judge_by(work, run)
    register = queries.register_of(work.session, run)
    if enrolment.id not in {one.id for one in register.people}:
        raise RuleBroken(_("Somebody in this list has no seat any more. Look at it again."))
    known = queries.completions_of(work.session, run.id)
    row = known.get(enrolment.id) or Completion(enrolment_id=enrolment.id)
    row.by_hand, row.reason = True, reason.strip()
    _keep(work, row, rule, register.facts(enrolment), completed=completed)

    name = work.session.get_one(User, enrolment.person_id).shown_name
    record(work, "run.completion decided otherwise", run, person=name, reason=row.reason)


def _rule_to_judge_by(work: Work, run: CourseRun) -> CompletionRule:
    rule = work.session.scalar(queries.rule_in_use(run.id))
    if rule is None:
        raise RuleBroken(_("State first when the course is completed."))
    span = timetable.span(run.meetings)
    if span is None or span[1] > work.now:
        raise RuleBroken(_("The last meeting is not over yet."))
    return rule


def _keep(
    work: Work, row: Completion, rule: CompletionRule, facts: Facts, *, completed: bool
) -> None:
    row.rule_id, row.completed, row.facts = rule.id, completed, facts.as_json()
    row.decided_at, row.decided_by_id = work.now, work.actor.user_id or 0
    work.session.add(row)


def certify_run(work: Work, run: CourseRun, kind: CertificateKind) -> CertificateBatch:
    """Ask for the certificates of all who completed, or of all others who were there.

    Needs the run as `queries.run_to_certify` reads it. Nobody gets a second one of a kind.
    """
    policy.RECORD.require(work.actor, run)
    register = queries.register_of(work.session, run)
    known = queries.completions_of(work.session, run.id)
    done = {i for i, one in known.items() if one.completed}
    if kind is CertificateKind.COMPLETION:
        people = [one for one in register.people if one.id in done]
    else:
        people = [
            one for one in register.people if one.id not in done and register.facts(one).present
        ]
    rules = {one.rule_id: one.rule.rule for one in known.values()}
    achievements = {number: _achievement(run, kind, rule) for number, rule in rules.items()}
    wanted = [
        Wanted(
            holder_id=one.person_id,
            kind=kind,
            occasion=f"run:{run.id}:{kind.value}:{one.person_id}",
            achievement=(
                achievements[known[one.id].rule_id]
                if one.id in known
                else _achievement(run, kind, None)
            ),
            result=_result(known.get(one.id)) if kind is CertificateKind.COMPLETION else None,
            language=one.person.locale if one.person.locale in LANGUAGES else "en",
        )
        for one in people
    ]
    batch = ask_for_certificates(work, run.organisation, wanted, title=run.title)

    if kind is CertificateKind.COMPLETION:
        close_tasks(work, TO_CERTIFY, run)
    record(work, "run.certificates asked", run, number=len(wanted))
    return batch


def _achievement(run: CourseRun, kind: CertificateKind, rule: Rule | None) -> Achievement:
    version = run.course_version
    criteria = {}
    for locale in LANGUAGES:
        with speaking(locale):
            if kind is CertificateKind.COMPLETION and rule is not None:
                criteria[locale] = wording.rule_in_words(rule)
            else:
                criteria[locale] = _("Was present at meetings of the course.")
    days = timetable.days_of(timetable.span(run.meetings), run.zone)
    first, last = days or (None, None)
    return Achievement(
        ref=f"run:{run.id}",
        titles={text.locale: text.title for text in version.texts if text.title},
        original=next(text.locale for text in version.texts if text.is_original),
        criteria=criteria,
        starts_on=first,
        ends_on=last,
        hours=version.minutes / 60 if version.minutes else None,
        field_of_study=version.field_code or "",
        level=version.level,
        competencies=_learned(version) if kind is CertificateKind.COMPLETION else (),
    )


def _learned(version: CourseVersion) -> tuple[Competency, ...]:
    """What who completed it can do: having been there shows no competency."""
    return tuple(
        Competency(
            names=competencies.in_every_language(code),
            code=code,
            framework=competencies.FRAMEWORK,
            url=f"{keyring().site}/competencies#{code}",
        )
        for code in version.competencies
    )


def _result(decided: Completion | None) -> Texts:
    """What was reached when it was decided, in every language."""
    reached = decided.facts["result"] if decided else None
    if reached is None:
        return {}
    said = {}
    for locale in LANGUAGES:
        with speaking(locale):
            said[locale] = wording.in_percent(reached)
    return said
