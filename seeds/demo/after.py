"""What comes after a call is published and after people submit: answers, changes, more time."""

from datetime import datetime, timedelta

from sqlalchemy import select

from app.applications import queries as applications
from app.applications.models import Application, ChangeRequest
from app.applications.operations import (
    ask_for_exception,
    make_appeal,
    resubmit,
    save_changes,
    say_upload_fails,
    start_application,
)
from app.applications.queries.changes import own_changes
from app.applications.states import ApplicationState
from app.fellowships.models import Call, Enquiry
from app.fellowships.operations import (
    Change,
    Said,
    answer_for_all,
    ask_about,
    correct_call,
    extend_for_country,
)
from app.fellowships.queries.answers import enquiries_about
from app.foundation.database import db
from app.foundation.work import Work
from app.opportunities.form_definitions import questions_of_kind
from app.opportunities.models import Opportunity
from app.reviews.operations import request_changes
from app.reviews.queries.office import application_as_office
from seeds.demo.calls import MadeCall, found
from seeds.demo.stage import Company

ANSWERED = {
    "en": Said(
        "May I apply if my degree is awarded before the fellowship begins, but after the deadline?",
        "Yes. Upload a letter of your university that names the day on which it is awarded.",
    ),
    "ja": Said(
        "締切の後、フェローシップの開始前に学位を取得する場合も申請できますか。",
        "はい。学位授与日が記された大学の証明書をアップロードしてください。",
    ),
    "km": Said(
        "តើខ្ញុំអាចដាក់ស្នើបានទេ បើសញ្ញាបត្ររបស់ខ្ញុំត្រូវបានប្រគល់ក្រោយថ្ងៃកំណត់ ប៉ុន្តែមុនពេលចាប់ផ្តើម?",
        "បាន។ សូមផ្ទុកឡើងលិខិតពីសាកលវិទ្យាល័យរបស់អ្នក ដែលបញ្ជាក់ថ្ងៃប្រគល់សញ្ញាបត្រ។",
    ),
}
CORRECTED = {
    "en": Change(
        "Travel between your home and Japan is paid by the programme, both ways. The call said "
        "that only the journey to Japan is paid.",
        "The first text was taken from last year’s call.",
    ),
    "ja": Change(
        "自国と日本の間の渡航費は、往復ともプログラムが負担します。募集には来日の渡航費のみと記載していました。",
        "前年度の募集の文章をそのまま使っていたためです。",
    ),
    "km": Change(
        "កម្មវិធីចេញថ្លៃធ្វើដំណើររវាងប្រទេសរបស់អ្នក និងជប៉ុន ទាំងទៅទាំងមក។ ការប្រកាសបាននិយាយថា ចេញតែថ្លៃទៅជប៉ុនប៉ុណ្ណោះ។",
        "អត្ថបទដំបូងត្រូវបានយកពីការប្រកាសឆ្នាំមុន។",
    ),
}
VISITED = {
    "employer": "National Institute of Informatics",
    "country": "JP",
    "role": "Visiting student in the group of Dr. Sato",
    "begun": "2026-04",
    "ended": "2026-08",
}


def ask_and_correct(company: Company, made: dict[str, MadeCall], now: datetime) -> None:
    """One question is answered for everybody, one still waits; one sentence is corrected."""
    research = made["call-research"]
    _ask(
        company,
        research,
        "applicant-kh",
        "ខ្ញុំនឹងបញ្ចប់អនុបណ្ឌិតនៅខែមេសា។ តើខ្ញុំអាចដាក់ស្នើបានទេ?",
        now - timedelta(days=6),
    )
    with company.acts(research.manager, now - timedelta(days=5)) as work:
        call = found(work, research)
        enquiry = work.find(enquiries_about(call.id).order_by(None).order_by(Enquiry.id).limit(1))
        answer_for_all(work, call, enquiry, said=ANSWERED, version=None)
    _ask(
        company,
        research,
        "applicant-vn",
        "May my letter of recommendation be written in Vietnamese?",
        now - timedelta(hours=20),
    )
    with company.acts(research.manager, now - timedelta(days=3)) as work:
        correct_call(work, found(work, research), said=CORRECTED)


def _ask(company: Company, made: MadeCall, who: str, text: str, at: datetime) -> None:
    with company.acts(who, at) as work:
        call = work.find(select(Call).where(Call.id == made.id))
        ask_about(work, call, text=text, locale=work.actor.locale)


def change_and_give_time(company: Company, made: dict[str, MadeCall], now: datetime) -> None:
    """One applicant is asked to change something, one has done so; a country has more time."""
    research = made["call-research"]
    vietnamese = company.by_address["applicant-vn"]
    waiting = _application(research, vietnamese)
    query = select(Application.id, Application.applicant_id).where(
        Application.opportunity_id == research.id,
        Application.state == ApplicationState.SUBMITTED,
        Application.applicant_id != vietnamese,
        Application.submitted_at < now - timedelta(days=4),
    )
    changed, person = db.session.execute(query.order_by(Application.id).limit(1)).one()
    _ask_to_change(company, research, waiting, now - timedelta(hours=18))
    _ask_to_change(company, research, changed, now - timedelta(days=3), "jobs")
    with company.acts(person, now - timedelta(days=2)) as work:
        application = _own(work, changed)
        request = work.find(own_changes(work.actor).where(ChangeRequest.application_id == changed))
        sent = {key: said for row in application.sections for key, said in row.answers.items()}
        plan = f"{sent['plan']}\n\nDr. Sato, NII, has agreed to host me."
        save_changes(
            work, request, answers={"plan": plan, "jobs": [*(sent["jobs"] or []), VISITED]}
        )
        resubmit(work, request, application, key="demo")
    with company.acts(research.manager, now - timedelta(days=1)) as work:
        call = found(work, research)
        work.session.refresh(call, ["countries"])
        closes = (research.closes_at + timedelta(days=7)).strftime("%Y-%m-%dT23:59")
        reason = "A typhoon has cut off the network in three provinces."
        extend_for_country(work, call, "PH", closes_wall=closes, reason=reason)
    with company.acts("applicant-kh", now - timedelta(hours=5)) as work:
        application = _own(work, _application(research, company.by_address["applicant-kh"]))
        question = questions_of_kind(applications.form_of(application), "document")[-1]
        say_upload_fails(work, application, question, note="")


def appeal(company: Company, now: datetime) -> None:
    """Whoever was found not eligible last asks that somebody else looks at it."""
    query = (
        select(Application.id, Application.applicant_id, Application.state_since)
        .where(
            Application.state == ApplicationState.INELIGIBLE,
            Application.state_since < now - timedelta(hours=2),
        )
        .order_by(Application.state_since.desc(), Application.id)
        .limit(1)
    )
    application_id, person, since = db.session.execute(query).one()
    with company.acts(person, min(since + timedelta(days=2), now - timedelta(hours=1))) as work:
        reason = "My degree is shown on the second page of the transcript; please look at it again."
        make_appeal(work, _own(work, application_id), reason=reason)


def ask_to_let_pass(
    company: Company, made: MadeCall, applicants: dict[int, str], now: datetime
) -> None:
    """Somebody of a country that the call does not name asks the office all the same."""
    named = set(made.data["countries"])
    person = min(p for p, country in applicants.items() if country not in named)
    with company.acts(person, now - timedelta(days=1)) as work:
        call = work.session.get_one(Opportunity, made.id)
        application = start_application(work, call, key=f"demo-{made.id}-{person}")
        work.session.flush()
        because = (
            "I have lived and worked in Phnom Penh for nine years, at the ministry that runs the "
            "land register which my plan is about."
        )
        ask_for_exception(work, _own(work, application.id), because=because)


def _application(made: MadeCall, person_id: int) -> int:
    query = select(Application.id).where(
        Application.opportunity_id == made.id, Application.applicant_id == person_id
    )
    return db.session.scalars(query).one()


def _own(work: Work, application_id: int) -> Application:
    query = applications.applications_to_fill_in(work.actor)
    return work.find(query.where(Application.id == application_id))


def _ask_to_change(
    company: Company, made: MadeCall, application_id: int, at: datetime, *also: str
) -> None:
    """The plan, which should name a host, and what else."""
    with company.acts(made.manager, at) as work:
        application = work.find(application_as_office(work.actor, made.id, application_id))
        request_changes(
            work,
            application,
            questions=["plan", *also],
            reason="Please name the person at the host institution who would supervise you.",
            closes_wall=(at + timedelta(days=7)).strftime("%Y-%m-%dT17:00"),
        )
