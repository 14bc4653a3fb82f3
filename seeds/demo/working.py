"""What centres and universities of the demo work on together."""

from datetime import datetime, timedelta

from sqlalchemy import Select, select

from app.exchanges.models import Posting
from app.foundation.work import Work
from app.opportunities.models import Opportunity
from app.organisations.models import Organisation
from app.projects.models import Project
from app.projects.operations import (
    answer_as_partner,
    ask_partner,
    attach_opportunity,
    begin_project,
    end_project,
    publish_project,
    write_project,
)
from app.projects.queries import partner_to_answer, project_to_change, project_to_fill
from seeds.demo.stage import Company

SINGAPORE, INFORMATICS, BANGKOK, TOKYO = "aic-01", "jp-0228", "th-0824", "jp-0300"
STAFF = {
    SINGAPORE: "centre-sg",
    INFORMATICS: "centre-jp",
    BANGKOK: "coordinator-th",
    TOKYO: "coordinator-jp",
}
POSTING = "A semester of language technology in Bangkok"

KHMER_MODEL = {
    "en": (
        "A Khmer language model that everybody may use",
        (
            "Khmer has few written texts that a machine can read, and no model that writes it "
            "well. Together we collect texts with their licences, train a model of seven billion "
            "parameters, and test it with teachers, nurses and civil servants.\n\n"
            "The texts, the model and every test are open. Courses teach what we learn on the way; "
            "fellows and exchange students work on it with us."
        ),
    ),
    "km": (
        "គំរូភាសាខ្មែរសម្រាប់អ្នកទាំងអស់គ្នា",
        (
            "ភាសាខ្មែរមានអត្ថបទតិចតួចដែលម៉ាស៊ីនអាចអានបាន ហើយមិនទាន់មានគំរូដែលសរសេរភាសានេះបានល្អទេ។ "
            "យើងប្រមូលអត្ថបទជាមួយគ្នា បណ្តុះគំរូ ហើយសាកល្បងវាជាមួយគ្រូបង្រៀន គិលានុបដ្ឋាក "
            "និងមន្ត្រីរាជការ។\n\n"
            "អត្ថបទ គំរូ និងការសាកល្បងទាំងអស់បើកចំហសម្រាប់អ្នកទាំងអស់គ្នា។"
        ),
    ),
    "ja": (
        "だれもが使えるクメール語の言語モデル",
        (
            "クメール語には、機械が読める文章が少なく、うまく書けるモデルがまだありません。"
            "ライセンスの明らかな文章をともに集め、モデルを訓練し、教師・看護師・公務員とともに試します。\n\n"
            "文章もモデルも試験も、すべて公開します。"
        ),
    ),
}
SAFE_ROBOTS = {
    "ja": (
        "介護の現場で安心して使えるロボット",
        "介護施設で働く人とともに、ロボットが安全に手助けできる作業を選び、試し、結果を公開します。",
    ),
    "en": (
        "Robots that are safe where people are cared for",
        (
            "With the people who work in care homes we choose what a robot can safely help with, "
            "try it there, and publish what we find."
        ),
    ),
}
RICE = {
    "en": (
        "Seeing diseases of rice early",
        (
            "Photographs of leaves from four countries, labelled by farmers, and a model that runs "
            "on a telephone without a signal. The photographs stay open to everybody."
        ),
    ),
}


def work_together(
    company: Company,
    organisations: dict[str, int],
    dates: dict[str, int],
    call: int,
    now: datetime,
) -> str:
    """One with courses, a call and a posting of three bodies; one that asks; one that ended."""
    model = _begin(company, organisations[SINGAPORE], SINGAPORE, KHMER_MODEL, now, ago=120)
    for partner in (INFORMATICS, BANGKOK):
        _join(company, organisations, model, partner, now - timedelta(days=118))
    _publish(company, SINGAPORE, model, now - timedelta(days=110))
    posted = select(Posting.id).where(Posting.title == POSTING)
    for ref, query in (
        (SINGAPORE, select(Opportunity.id).where(Opportunity.id == dates["evenings"])),
        (INFORMATICS, select(Opportunity.id).where(Opportunity.id == dates["tokyo"])),
        (BANGKOK, posted),
    ):
        _let_belong(company, ref, model, query, now - timedelta(days=5))
    with company.acts(STAFF[SINGAPORE], now - timedelta(days=2)) as work:
        _ask(work, model, organisations[TOKYO])

    robots = _begin(company, organisations[INFORMATICS], INFORMATICS, SAFE_ROBOTS, now, ago=60)
    _publish(company, INFORMATICS, robots, now - timedelta(days=50))
    research = select(Opportunity.id).where(Opportunity.id == call)
    _let_belong(company, INFORMATICS, robots, research, now - timedelta(days=4))
    with company.acts(STAFF[INFORMATICS], now - timedelta(days=1)) as work:
        _ask(work, robots, organisations[SINGAPORE])

    rice = _begin(company, organisations[BANGKOK], BANGKOK, RICE, now, ago=900, days=720)
    _publish(company, BANGKOK, rice, now - timedelta(days=890))
    with company.acts(STAFF[BANGKOK], now - timedelta(days=170)) as work:
        end_project(work, _to_change(work, rice))
    return "3 projects"


def _begin(
    company: Company,
    body_id: int,
    ref: str,
    texts: dict[str, tuple[str, str]],
    now: datetime,
    *,
    ago: int,
    days: int | None = None,
) -> int:
    """In the language that is written first, and then in the others."""
    at = now - timedelta(days=ago)
    (locale, (name, summary)), *others = texts.items()
    with company.acts(STAFF[ref], at) as work:
        lead = work.session.get_one(Organisation, body_id)
        project = begin_project(
            work,
            lead,
            locale=locale,
            name=name,
            summary=summary,
            starts_on=(at + timedelta(days=30)).date(),
            ends_on=(at + timedelta(days=days or 1095)).date(),
            website="https://projects.demo.example.org",
        )
        project_id = project.id
    with company.acts(STAFF[ref], at + timedelta(days=1)) as work:
        project = _to_change(work, project_id)
        for locale, (name, summary) in others:
            write_project(work, project, locale=locale, name=name, summary=summary)
    return project_id


def _to_change(work: Work, project_id: int) -> Project:
    return work.find(project_to_change(work.actor, project_id))


def _publish(company: Company, ref: str, project_id: int, at: datetime) -> None:
    with company.acts(STAFF[ref], at) as work:
        publish_project(work, _to_change(work, project_id))


def _ask(work: Work, project_id: int, body_id: int) -> int:
    body = work.session.get_one(Organisation, body_id)
    partner = ask_partner(work, _to_change(work, project_id), body)
    return partner.id


def _join(
    company: Company, organisations: dict[str, int], project_id: int, ref: str, at: datetime
) -> None:
    """Singapore asks, and the body says that it takes part."""
    with company.acts(STAFF[SINGAPORE], at) as work:
        partner_id = _ask(work, project_id, organisations[ref])
    with company.acts(STAFF[ref], at + timedelta(days=2)) as work:
        partner = work.find(partner_to_answer(work.actor, partner_id))
        answer_as_partner(work, partner, confirms=True)


def _let_belong(
    company: Company, ref: str, project_id: int, which: Select[int], at: datetime
) -> None:
    with company.acts(STAFF[ref], at) as work:
        project = work.find(project_to_fill(work.actor, project_id))
        opportunity = work.session.get_one(Opportunity, work.session.scalars(which).one())
        attach_opportunity(work, project, opportunity)
