"""The centre's pages of who completed the course, by which rule, and their certificates."""

from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from app.certificates.models import CertificateBatch
from app.certificates.states import CertificateKind
from app.courses import policy, queries, timetable, wording
from app.courses.completion import Rule, gaps
from app.courses.forms import ButtonForm
from app.courses.forms.attendance import OtherwiseForm, RuleForm
from app.courses.models import CourseRun, Enrolment
from app.courses.operations import (
    certify_run,
    find_enrolment,
    judge_everybody,
    judge_otherwise,
    state_rule,
)
from app.courses.views import bp
from app.courses.views.attendance import run_to_record
from app.courses.views.running import run_office_page
from app.foundation import clock
from app.foundation.database import db
from app.foundation.errors import NotFound
from app.foundation.languages import gettext as _
from app.foundation.settling import settle
from app.foundation.web import needs
from app.foundation.work import Work


@bp.get("/office/dates/<int:run_id>/completion")
@needs(policy.RECORD)
def completion(run_id: int) -> ResponseReturnValue:
    """The rule, and everybody with what they lack or that they completed."""
    page: ResponseReturnValue = _completion_page(run_to_record(run_id))
    return page


def _completion_page(
    run: CourseRun,
    rule_form: RuleForm | None = None,
    otherwise: OtherwiseForm | None = None,
    refusal: str = "",
    about: int = 0,
) -> Any:
    register = queries.register_of(db.session(), run)
    stated = db.session.scalar(queries.rule_in_use(run.id))
    rule = stated.rule if stated else Rule()
    known = queries.completions_of(db.session(), run.id)
    held = queries.certificates_of_run(db.session(), run.id)
    people = []
    for one in register.people:
        facts = register.facts(one)
        lacks = [wording.gap_in_words(gap, rule, facts) for gap in gaps(rule, facts)]
        certificates = [held[key] for key in held if key[0] == one.person_id]
        people.append((one, known.get(one.id), lacks, certificates))
    done = sum(row is not None and row.completed for _one, row, _lacks, _held in people)
    span = timetable.span(run.meetings)
    data = {"share": rule.share, "excused": rule.excused.value, "result": rule.result}
    return run_office_page(
        "completion",
        run,
        stated=stated,
        in_words=wording.rule_in_words(rule),
        excuses=wording.excuses(),
        rule_form=rule_form or RuleForm(formdata=None, data=data),
        otherwise=otherwise or OtherwiseForm(formdata=None),
        refusals=[refusal] if refusal else [],
        about=about,
        people=people,
        done=done,
        judged=len(known),
        without_certificate=sum(
            row is not None and row.completed and (one.person_id, "completion") not in held
            for one, row, _lacks, _held in people
        ),
        only_there=sum(
            row is not None
            and not row.completed
            and bool(register.facts(one).present)
            and (one.person_id, "attendance") not in held
            for one, row, _lacks, _held in people
        ),
        missing=[m for m in register.meetings if register.missing[m.id]],
        has_ended=span is not None and span[1] <= clock.now(),
    )


def _find(work: Work, run_id: int) -> CourseRun:
    run = work.find(queries.run_to_open(work.actor, run_id))
    policy.RECORD.require(work.actor, run)
    return run


@bp.post("/office/dates/<int:run_id>/completion/rule")
@needs(policy.RECORD)
def state_completion_rule(run_id: int) -> ResponseReturnValue:
    form = RuleForm()
    return settle(
        form,
        find=lambda work: _find(work, run_id),
        do=lambda work, run: state_rule(work, run, form.rule()),
        said=_("The rule is stated. Participants see it."),
        to=url_for(".completion", run_id=run_id),
        again=lambda refusal: _completion_page(run_to_record(run_id), form, refusal=refusal),
    )


@bp.post("/office/dates/<int:run_id>/completion")
@needs(policy.RECORD)
def judge(run_id: int) -> ResponseReturnValue:
    return settle(
        ButtonForm(),
        find=lambda work: _find(work, run_id),
        do=judge_everybody,
        said=lambda outcome: _(
            "%(completed)s completed the course, %(others)s did not.",
            completed=outcome[0],
            others=outcome[1],
        ),
        to=url_for(".completion", run_id=run_id),
    )


@bp.post("/office/dates/<int:run_id>/completion/<int:enrolment_id>")
@needs(policy.RECORD)
def judge_person(run_id: int, enrolment_id: int) -> ResponseReturnValue:
    form = OtherwiseForm()

    def find(work: Work) -> tuple[CourseRun, Enrolment]:
        enrolment = find_enrolment(work, enrolment_id)
        if enrolment.run_id != run_id:
            raise NotFound(_("There is no such page, or it is not yours to see."))
        return _find(work, run_id), enrolment

    def do(work: Work, found: tuple[CourseRun, Enrolment]) -> None:
        completed, reason = form.completed.data == "yes", form.reason.data or ""
        judge_otherwise(work, *found, completed=completed, reason=reason)

    return settle(
        form,
        find=find,
        do=do,
        said=_("It is decided as you say."),
        to=url_for(".completion", run_id=run_id),
        again=lambda refusal: _completion_page(
            run_to_record(run_id), otherwise=form, refusal=refusal, about=enrolment_id
        ),
    )


@bp.post("/office/dates/<int:run_id>/certificates")
@needs(policy.RECORD)
def certify(run_id: int) -> ResponseReturnValue:
    """Ask for the certificates of those who completed, or of the others who were there."""
    attended = request.form.get("kind") == CertificateKind.ATTENDANCE.value
    kind = CertificateKind.ATTENDANCE if attended else CertificateKind.COMPLETION

    def find(work: Work) -> CourseRun:
        run = work.find(queries.run_to_certify(work.actor, run_id))
        policy.RECORD.require(work.actor, run)
        return run

    def do(work: Work, run: CourseRun) -> CertificateBatch:
        return certify_run(work, run, kind)

    return settle(
        ButtonForm(),
        find=find,
        do=do,
        said=_("The certificates are being made; each person is told."),
        to=url_for(".completion", run_id=run_id),
    )
