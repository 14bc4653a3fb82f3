"""What the two universities of the demo tell their partners."""

from datetime import date, datetime, timedelta
from typing import Any

from app.accounts.states import LanguageLevel
from app.exchanges.models import Posting
from app.exchanges.operations import (
    ask_for_mailbox,
    begin_posting,
    confirm_mailbox,
    open_posting,
    save_contact,
    save_host_course,
    save_partner_facts,
    save_posting_text,
    save_term,
    say_home_dates,
)
from app.exchanges.operations.partners import CourseFacts, FactSheet, TermDates
from app.exchanges.operations.people import ContactFacts
from app.exchanges.operations.postings import PostingTerms, PostingText
from app.exchanges.queries import (
    mailbox_by_key,
    own_university,
    posting_to_change,
    posting_with_all,
    senders_to,
    terms_of_university,
)
from app.exchanges.states import AnswersFor, Housing, Tuition
from app.foundation.work import Work
from app.organisations.models import Organisation
from seeds.demo.agreeing import JAPANESE, THAI
from seeds.demo.stage import Company

OFFICES = {THAI: "coordinator-th", JAPANESE: "coordinator-jp"}
SHEETS = {
    THAI: FactSheet(
        contact="exchange-office@demo.example.org",
        website="https://exchange.demo.example.org/th",
        decision_weeks=3,
        transcript_weeks=6,
        recognition_weeks=5,
        housing="Rooms in the international residence, 10 minutes on foot from the faculties. "
        "Ask for one in the application; about four in five exchange students get one.",
        visa="A student visa is needed. The invitation letter comes with the answer to the "
        "nomination; allow five weeks for the embassy.",
        insurance="Bring a health insurance that is valid in Thailand for the whole stay.",
        access="Most lecture halls have lifts. Tell us early, so that a room is found near them.",
        access_contact="access@demo.example.org",
    ),
    JAPANESE: FactSheet(
        contact="kokusai@demo.example.org",
        website="https://exchange.demo.example.org/jp",
        decision_weeks=4,
        transcript_weeks=8,
        recognition_weeks=6,
        housing="Single rooms in university housing for everybody who is nominated in time.",
        visa="The university applies for the certificate of eligibility; send the passport copy "
        "with the application papers.",
        insurance="National health insurance is joined on arrival; we go to the ward office with "
        "you in the first week.",
        access="Captions, note-takers and accessible rooms are arranged when asked for two months "
        "before the term.",
        access_contact="support@demo.example.org",
    ),
}
PEOPLE = {
    THAI: [
        ContactFacts(
            *("Anong Srisai", "anong@demo.example.org", "Head of the international office"),
            phone="+66 2 555 0100",
            listed=True,
        ),
        ContactFacts(
            *("Krit Thongdee", "krit@demo.example.org", "Advisor of students who go"),
            answers_for=AnswersFor.OUTGOING,
        ),
    ],
    JAPANESE: [
        ContactFacts(
            *("Sato Kenta", "sato@demo.example.org", "Exchange coordinator"),
            phone="+81 3 5555 0100",
            answers_for=AnswersFor.INCOMING,
            listed=True,
        ),
        ContactFacts(
            *("Mori Hana", "mori@demo.example.org", "Advisor of students who go"),
            answers_for=AnswersFor.OUTGOING,
        ),
    ],
}
COURSES = {
    THAI: [
        CourseFacts("2110571", "Machine learning", 300, "us", 7, "en"),
        CourseFacts(
            *("2110572", "Natural language processing for Thai", 300, "us", 7, "en"),
            own_title="การประมวลผลภาษาธรรมชาติ",
            own_title_lang="th",
        ),
        CourseFacts("2110413", "Computer security", 300, "us", 6, "en"),
    ],
    JAPANESE: [
        CourseFacts(
            *("CS-5101", "Foundations of trustworthy AI", 200, "jp-tani", 7, "en"),
            own_title="信頼できるAIの基礎",
            own_title_lang="ja",
        ),
        CourseFacts("CS-5120", "Robot learning", 200, "jp-tani", 7, "en"),
        CourseFacts(
            *("GEN-210", "Japanese for exchange students", 100, "jp-tani", 6, "ja"),
            own_title="留学生のための日本語",
            own_title_lang="ja",
        ),
    ],
}


def terms_of(ref: str, year: int) -> list[TermDates]:
    """Two terms of the academic year that begins in `year`."""
    after = year + 1
    if ref == THAI:
        return [
            TermDates(
                *("First semester", year, date(year, 8, 9), date(year, 11, 26)),
                *(date(year, 11, 29), date(year, 12, 14), date(year, 4, 30), date(year, 5, 31)),
            ),
            TermDates(
                *("Second semester", year, date(after, 1, 10), date(after, 4, 28)),
                *(date(after, 5, 2), date(after, 5, 17), date(year, 9, 30), date(year, 10, 31)),
            ),
        ]
    return [
        TermDates(
            *("Spring semester", year, date(year, 4, 6), date(year, 7, 20)),
            *(date(year, 7, 21), date(year, 8, 3), date(year - 1, 12, 20), date(year, 1, 20)),
        ),
        TermDates(
            *("Autumn semester", year, date(year, 10, 1), date(after, 1, 20)),
            *(date(after, 1, 21), date(after, 2, 3), date(year, 4, 15), date(year, 5, 15)),
        ),
    ]


def tell_partners(company: Company, organisations: dict[str, int], now: datetime) -> int:
    """Facts, this year's and the next years' terms, and the courses of next year's."""
    listed = 0
    for ref, who in OFFICES.items():
        with company.acts(who, now - timedelta(days=60)) as work:
            university: Organisation = work.find(own_university(work.actor, organisations[ref]))
            save_partner_facts(work, university, SHEETS[ref])
            for one in PEOPLE[ref]:
                save_contact(work, university, one)
            for year in (now.year, now.year + 1):
                for dates in terms_of(ref, year):
                    term = save_term(work, university, dates)
                    if year == now.year:
                        continue
                    for course in COURSES[ref]:
                        save_host_course(work, term, course)
                        listed += 1
        # One office has followed its link; the other was asked yesterday.
        with company.acts(who, now - timedelta(days=60 if ref == THAI else 1)) as work:
            university = work.find(own_university(work.actor, organisations[ref]))
            key = ask_for_mailbox(work, university, SHEETS[ref].contact)
            if ref == THAI:
                confirm_mailbox(work, work.session.scalars(mailbox_by_key(key, work.now)).one())
    return listed


JAPANESE_TEXT = PostingText(
    title="交換留学生の受け入れ：信頼できるAI（東京）",
    summary="春学期に、信頼できるAI、ロボット学習、日本語を学びます。",
    description="英語で行われる大学院の科目と、研究室での小さな課題に取り組みます。",
    who_may_apply="情報科学を学ぶ学部の最終学年または修士課程の学生。",
)


def post_places(company: Company, organisations: dict[str, int], now: datetime) -> int:
    """One under the agreement, with the day of its sender; two for everybody; and a draft."""
    soon = now.date() + timedelta(days=35)
    spring = _post(
        company,
        organisations,
        (JAPANESE, "Spring semester", now.year + 1),
        now - timedelta(days=20),
        PostingText(
            title="Exchange places in trustworthy AI, Tokyo",
            summary="A spring term of trustworthy AI, robot learning and Japanese.",
            description="Graduate courses taught in English, and a small project in one of the "
            "laboratories. A tutor helps in the first weeks.",
            who_may_apply="Final-year bachelor and master students of computing.",
        ),
        capacity=3,
        sender=THAI,
        levels=(6, 7),
        fields=("0613", "0619"),
        nominate_by=soon,
        papers_by=soon + timedelta(days=21),
        housing=Housing.GIVEN,
        language_level=LanguageLevel.B2,
    )
    with company.acts("coordinator-jp", now - timedelta(days=19)) as work:
        save_posting_text(work, _read(work, spring), JAPANESE_TEXT, locale="ja")
    _open(company, JAPANESE, spring, now - timedelta(days=18))
    with company.acts("coordinator-th", now - timedelta(days=10)) as work:
        found = work.find(posting_with_all(work.actor, posting_id=spring))
        home = work.session.get_one(Organisation, organisations[THAI])
        note = "Send your transcript and a study plan of one page to the faculty office."
        say_home_dates(work, found, home, tell_by=soon - timedelta(days=14), note=note)
    quantum = _post(
        company,
        organisations,
        (JAPANESE, "Spring semester", now.year + 1),
        now - timedelta(days=17),
        PostingText(
            title="Exchange places in quantum machine learning, Tokyo",
            summary="A spring term in one laboratory.",
            description="Seminars in English, and a project that the laboratory proposes.",
            who_may_apply="Bachelor and master students of computing or physics.",
        ),
        capacity=2,
        levels=(6, 7),
        nominate_by=soon,
    )
    _open(company, JAPANESE, quantum, now - timedelta(days=16))
    autumn = _post(
        company,
        organisations,
        (THAI, "First semester", now.year + 1),
        now - timedelta(days=9),
        PostingText(
            title="A semester of language technology in Bangkok",
            summary="Natural language processing for the languages of the region.",
            description="Courses in English and a project with a company of the city.",
            who_may_apply="Bachelor and master students of any university of the region.",
        ),
        capacity=6,
        levels=(6, 7),
        nominate_by=soon + timedelta(days=60),
        language_level=LanguageLevel.B1,
    )
    _open(company, THAI, autumn, now - timedelta(days=8))
    _post(
        company,
        organisations,
        (JAPANESE, "Autumn semester", now.year + 1),
        now - timedelta(days=2),
        PostingText(title="Exchange places in robotics, Tokyo"),
        capacity=5,
        sender=THAI,
        levels=(7, 8),
    )
    return 4


def _post(
    company: Company,
    organisations: dict[str, int],
    where: tuple[str, str, int],
    at: datetime,
    text: PostingText,
    *,
    sender: str = "",
    **terms: Any,
) -> int:
    """A draft for (university, term, academic year)."""
    host, name, year = where
    with company.acts(OFFICES[host], at) as work:
        university = work.find(own_university(work.actor, organisations[host]))
        known = work.session.scalars(terms_of_university(university.id))
        term = next(t for t in known if (t.year, t.name) == (year, name))
        under = (
            (agreement, body.id)
            for agreement, body in senders_to(work.session, university.id)
            if body.ref == sender
        )
        usual = {
            "languages": ("en",),
            "language": "en",
            "tuition": Tuition.WAIVED,
            "documents": "Transcript of records\nStudy plan\nPassport copy",
            "contact": SHEETS[host].contact,
        }
        offered = PostingTerms(term_id=term.id, agreement=next(under, None), **usual | terms)
        return begin_posting(work, university, offered, text).id


def _open(company: Company, host: str, posting_id: int, at: datetime) -> None:
    with company.acts(OFFICES[host], at) as work:
        open_posting(work, _read(work, posting_id))


def _read(work: Work, posting_id: int) -> Posting:
    found: Posting = work.find(posting_to_change(work.actor, posting_id))
    return found
