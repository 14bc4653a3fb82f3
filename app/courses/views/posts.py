"""Officials' posts: the centre's terms and table, the applicant's employer, the answer after."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.applications.policy import NOMINATE_SOMEWHERE
from app.applications.queries import title_in
from app.courses import policy, queries, wording
from app.courses.forms import ButtonForm
from app.courses.forms.posts import EmployerForm, PostTermsForm, StandForm
from app.courses.models import CourseRun, PostQuestion, PostTerms, Release
from app.courses.operations import (
    ask_employer,
    ask_employer_again,
    set_post_terms,
    take_back_release,
    tell_own_post,
)
from app.courses.states import ReleaseState, Teller
from app.courses.views import bp
from app.courses.views.running import run_of_centre, run_office_page
from app.foundation.database import db
from app.foundation.languages import LANGUAGES, country_name, day, ngettext, reader
from app.foundation.languages import gettext as _
from app.foundation.settling import Editing, settle
from app.foundation.sheets import Cells, write_csv
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work

EDITING: Editing[CourseRun] = Editing(of=queries.run_with_form, may=policy.EDIT_RUN)

# --- What the dates ask --------------------------------------------------------------------------


@bp.get("/office/dates/<int:run_id>/return")
@needs(policy.EDIT_RUN)
def return_terms(run_id: int) -> ResponseReturnValue:
    run = one_or_404(EDITING.of(current_actor(), run_id))
    policy.EDIT_RUN.require(current_actor(), run)
    return _terms_page(run, _terms_form(run, bound=False))


@bp.post("/office/dates/<int:run_id>/return")
@needs(policy.EDIT_RUN)
def save_return_terms(run_id: int) -> ResponseReturnValue:
    def save(work: Work, run: CourseRun, form: PostTermsForm) -> None:
        set_post_terms(work, run, form.terms(), version=form.version.data)

    again = EDITING(run_id, _terms_form, save, _terms_page)
    return again or redirect(url_for(".return_terms", run_id=run_id))


def _terms_form(run: CourseRun, *, bound: bool) -> PostTermsForm:
    kept = db.session.scalar(queries.post_terms_of(run.id))
    return PostTermsForm(formdata=request.form if bound else None, data=_kept_terms(run, kept))


def _kept_terms(run: CourseRun, kept: PostTerms | None) -> dict[str, Any]:
    if kept is None:
        return {"version": 0}
    return {
        "returns": True,
        "release_needed": run.release_needed,
        "months": kept.months,
        "ask_after": ", ".join(str(months) for months in kept.ask_after),
        "version": kept.version,
        **{f"commitment_{code}": kept.commitment.get(code, "") for code in LANGUAGES},
    }


def _terms_page(run: CourseRun, form: PostTermsForm, **values: Any) -> str:
    kept = db.session.scalar(queries.post_terms_of(run.id))
    page: str = run_office_page("return_terms", run, form=form, kept=kept, **values)
    return page


# --- Who is back ---------------------------------------------------------------------------------


@bp.get("/office/dates/<int:run_id>/posts")
@needs(policy.SEE_POSTS)
def posts(run_id: int) -> ResponseReturnValue:
    """Who promised to go back, and who is: person by person, and country by country."""
    run, terms = _run_with_terms(run_id)
    people = queries.posts_of_run(db.session(), run.id)
    page: ResponseReturnValue = run_office_page(
        "posts",
        run,
        terms=terms,
        people=people,
        figures=queries.post_figures(people),
        answers=wording.post_answers(),
        answer_chips=wording.POST_CHIPS,
        releases=wording.releases(),
        release_chips=wording.RELEASE_CHIPS,
        tellers=wording.tellers(),
    )
    return page


def _run_with_terms(run_id: int) -> tuple[CourseRun, PostTerms]:
    run = run_of_centre(run_id)
    policy.SEE_POSTS.require(current_actor(), run)
    return run, one_or_404(queries.post_terms_of(run.id))


@bp.get("/office/dates/<int:run_id>/posts.csv")
@needs(policy.SEE_POSTS)
def posts_file(run_id: int) -> ResponseReturnValue:
    run, terms = _run_with_terms(run_id)
    headings = [
        *(_("Name"), _("Country"), _("Nominated by"), _("Employer"), _("Post"), _("Release")),
        *(part for m in terms.ask_after for part in _of_moment(m)),
    ]
    rows = [_row(one, terms) for one in queries.posts_of_run(db.session(), run.id)]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "posts.csv"
        write_csv(path, headings, rows)
        content = path.read_bytes()
    named = {"Content-Disposition": f'attachment; filename="{run.ref}-posts.csv"'}
    return Response(content, mimetype="text/csv", headers=named)


def _of_moment(months: int) -> tuple[str, str]:
    after = ngettext("%(num)s month after", "%(num)s months after", months)
    return after, _("%(after)s: since", after=after)


def _row(one: queries.Posted, terms: PostTerms) -> Cells:
    release = one.release
    told: list[str] = []
    for months in terms.ask_after:
        asked = one.answers.get(months)
        answer = asked.answer if asked else None
        told.append(wording.post_answers()[answer] if answer else _("No answer") if asked else "")
        told.append(asked.since_on.isoformat() if asked and asked.since_on else "")
    return [
        one.name,
        country_name(one.country) if one.country else "",
        one.body or "",
        release.employer if release else "",
        release.post if release else "",
        wording.releases()[release.state] if release else "",
        *told,
    ]


# --- The applicant's employer --------------------------------------------------------------------


@bp.get("/applications/<int:application_id>/employer")
@needs(policy.ASK_EMPLOYER)
def employer(application_id: int) -> ResponseReturnValue:
    return _employer_page(application_id)


def _employer_page(application_id: int, form: EmployerForm | None = None, refusal: str = "") -> str:
    db.session.rollback()
    application = one_or_404(queries.application_of_official(current_actor(), application_id))
    release = db.session.scalar(queries.newest_release(application.id))
    run = application.opportunity
    title, lang = title_in(run, reader().locale)
    return render_template(
        "courses/mine/employer.html",
        a=application,
        run=run,
        title=title,
        lang=lang,
        release=release,
        names=wording.releases(),
        chips=wording.RELEASE_CHIPS,
        may_ask=release is None or release.state in {ReleaseState.REFUSED, ReleaseState.TAKEN_BACK},
        form=form
        or EmployerForm(formdata=None, data={"from_on": run.starts_on, "until_on": run.ends_on}),
        button=ButtonForm(formdata=None),
        refusal=refusal,
    )


@bp.post("/applications/<int:application_id>/employer")
@needs(policy.ASK_EMPLOYER)
def ask_the_employer(application_id: int) -> ResponseReturnValue:
    form = EmployerForm()
    return settle(
        form,
        find=lambda work: work.find(queries.application_of_official(work.actor, application_id)),
        do=lambda work, application: ask_employer(work, application, form.asked()),
        said=_("Your employer is asked by mail. You are told when there is an answer."),
        to=url_for(".employer", application_id=application_id),
        again=lambda refusal: _employer_page(application_id, form, refusal),
    )


def _with_release(application_id: int, do: Any, said: str) -> ResponseReturnValue:
    def find(work: Work) -> Release:
        work.find(queries.application_of_official(work.actor, application_id))
        return work.find(queries.own_release(work.actor, application_id))

    to = url_for(".employer", application_id=application_id)
    return settle(ButtonForm(), find=find, do=do, said=said, to=to)


@bp.post("/applications/<int:application_id>/employer/again")
@needs(policy.ASK_EMPLOYER)
def send_again(application_id: int) -> ResponseReturnValue:
    said = _("A new link is sent; the one before works no more.")
    return _with_release(application_id, ask_employer_again, said)


@bp.post("/applications/<int:application_id>/employer/take-back")
@needs(policy.ASK_EMPLOYER)
def ask_no_longer(application_id: int) -> ResponseReturnValue:
    return _with_release(application_id, take_back_release, _("This person is not asked any more."))


# --- Where one works now -------------------------------------------------------------------------


@bp.get("/posts/<int:question_id>")
@needs(policy.VIEW_POST)
def post(question_id: int) -> ResponseReturnValue:
    return _post_page(question_id)


def _post_page(question_id: int, form: StandForm | None = None, refusal: str = "") -> str:
    db.session.rollback()
    actor = current_actor()
    query = queries.posts_visible_to(actor).where(PostQuestion.id == question_id)
    question = one_or_404(query)
    kept = {
        "answer": question.answer.value if question.answer else "",
        "since_on": question.since_on,
        "note": question.note,
        "version": question.version,
    }
    if form is not None:
        form.version.data = question.version
    mine = question.enrolment.person_id == actor.user_id
    return render_template(
        "courses/mine/post.html",
        question=question,
        run=question.enrolment.run,
        mine=mine,
        may_tell=mine and question.said_by is not Teller.EMPLOYER,
        answers=wording.post_answers(),
        chips=wording.POST_CHIPS,
        tellers=wording.tellers(),
        form=form or StandForm(formdata=None, data=kept),
        refusal=refusal,
    )


@bp.post("/posts/<int:question_id>")
@needs(policy.TELL_POST)
def tell_post(question_id: int) -> ResponseReturnValue:
    form = StandForm()
    return settle(
        form,
        find=lambda work: _own_question(work, question_id),
        do=lambda work, question: tell_own_post(
            work, question, form.stand(), version=form.version.data
        ),
        said=_("Thank you, this is kept."),
        to=url_for(".post", question_id=question_id),
        again=lambda refusal: _post_page(question_id, form, refusal),
    )


def _own_question(work: Work, question_id: int) -> PostQuestion:
    """Who sees it and may not answer is told so, whatever the form holds."""
    visible = queries.posts_visible_to(work.actor).where(PostQuestion.id == question_id)
    question: PostQuestion = work.find(visible)
    policy.TELL_POST.require(work.actor, question)
    return question


@bp.get("/posts")
@needs(NOMINATE_SOMEWHERE)
def nominated_posts() -> ResponseReturnValue:
    """Where those work whom one's body nominated."""
    NOMINATE_SOMEWHERE.require(current_actor(), None)
    found = db.session.scalars(queries.posts_of_nominated(current_actor())).unique().all()
    return render_template(
        "courses/nominated_posts.html",
        found=found,
        answers=wording.post_answers(),
        chips=wording.POST_CHIPS,
        tellers=wording.tellers(),
        day=day,
    )
