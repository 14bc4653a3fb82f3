"""What is said after a call is published: questions with their answers, and a correction."""

from datetime import datetime, timedelta

from sqlalchemy import select

from app.fellowships.models import Call, Enquiry
from app.fellowships.operations import Change, Said, answer_for_all, ask_about, correct_call
from app.fellowships.queries.answers import enquiries_about
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
