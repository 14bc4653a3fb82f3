"""Two AI centres certify what people did there, in the scripts of the region."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO

from app.accounts.models import User
from app.certificates import queries
from app.certificates.facts import Achievement, Competency, Names
from app.certificates.models import Certificate
from app.certificates.operations import (
    BATCH_JOB,
    LogoWanted,
    SignatoryWanted,
    Wanted,
    ask_for_certificates,
    issue_batch,
    issue_certificate,
    replace_certificate,
    revoke_certificate,
    save_settings,
)
from app.certificates.states import CertificateKind, RevocationReason
from app.files.operations import CheckedFile, check_file
from app.foundation import clock
from app.jobs.running import Handler, run_next
from app.organisations.models import Organisation
from seeds.demo.people import LANGUAGE_OF, Cast
from seeds.demo.stage import Company

SINGAPORE, JAPAN = "aic-01", "jp-0228"
CRITERIA = {
    "en": "Attended at least 80 percent of the meetings and passed the final task.",
    "ja": "全回の8割以上に出席し、最終課題に合格したこと。",
    "km": "ចូលរួមយ៉ាងតិច ៨០ ភាគរយនៃការប្រជុំ និងប្រឡងជាប់កិច្ចការចុងក្រោយ។",
}
THERE = {
    "en": "Attended at least four of the five evenings.",
    "ja": "全5回のうち4回以上に出席したこと。",
}
CAN = (
    Competency(
        {
            "en": "Judges the risks of an AI system",
            "ja": "AIシステムのリスクを評価できる",
            "km": "វាយតម្លៃហានិភ័យនៃប្រព័ន្ធ AI",
        }
    ),
    Competency(
        {
            "en": "Explains a model to the public",
            "ja": "モデルを一般の人に説明できる",
            "km": "ពន្យល់គំរូដល់សាធារណជន",
        }
    ),
)
RESPONSIBLE = {
    "en": "Responsible AI for public services",
    "ja": "公共サービスのための責任あるAI",
    "km": "បញ្ញាសិប្បនិម្មិតប្រកបដោយទំនួលខុសត្រូវសម្រាប់សេវាសាធារណៈ",
    "th": "ปัญญาประดิษฐ์อย่างมีความรับผิดชอบสำหรับบริการสาธารณะ",
    "vi": "Trí tuệ nhân tạo có trách nhiệm cho dịch vụ công",
    "lo": "ປັນຍາປະດິດທີ່ມີຄວາມຮັບຜິດຊອບສຳລັບການບໍລິການສາທາລະນະ",
    "my": "အများပြည်သူဝန်ဆောင်မှုအတွက် တာဝန်ယူမှုရှိသော ဉာဏ်ရည်တု",
    "ta": "பொதுச் சேவைகளுக்கான பொறுப்புள்ள செயற்கை நுண்ணறிவு",
}
MODELS = {
    "ja": "大規模言語モデル入門",
    "en": "An introduction to large language models",
}
WITH_RESULT = {
    "en": "Passed with distinction",
    "ja": "優秀な成績で合格",
    "km": "ជាប់ដោយនិទ្ទេសល្អ",
}


@dataclass(frozen=True, slots=True)
class Course:
    """What was taught, and how many days before its certificates it ended."""

    ref: str
    titles: Mapping[str, str]
    original: str
    days_ago: int
    hours: float
    competencies: tuple[Competency, ...] = CAN
    criteria: Mapping[str, str] = field(default_factory=lambda: CRITERIA)

    def achievement(self, now: datetime) -> Achievement:
        ended = (now - timedelta(days=self.days_ago)).date()
        return Achievement(
            ref=self.ref,
            titles=self.titles,
            original=self.original,
            criteria=self.criteria,
            starts_on=ended - timedelta(days=25),
            ends_on=ended,
            hours=self.hours,
            competencies=self.competencies,
        )


AUTUMN = Course("demo:responsible-ai", RESPONSIBLE, "en", 9, 30)
SUMMER = Course("demo:language-models", MODELS, "ja", 6, 12, (), THERE)


def certify(company: Company, cast: Cast, organisations: dict[str, int], now: datetime) -> int:
    """Settings, single certificates, a batch, one taken back and one corrected."""
    _settle(company, organisations, now - timedelta(days=130))
    japanese = now - timedelta(days=110)
    for address, language in (("applicant-offer", "en"), ("reviewer-1", "ja")):
        with company.acts("centre-jp", japanese) as work:
            issue_certificate(
                work,
                work.session.get_one(Organisation, organisations[JAPAN]),
                work.session.get_one(User, cast.by_address[address]),
                kind=CertificateKind.ATTENDANCE,
                occasion=f"{SUMMER.ref}:{address}",
                achievement=SUMMER.achievement(japanese),
                language=language,
            )
    at = now - timedelta(days=50)
    for address, language in (("applicant-kh", "km"), ("applicant-vn", "en")):
        with company.acts("centre-sg", at) as work:
            issue_certificate(
                work,
                work.session.get_one(Organisation, organisations[SINGAPORE]),
                work.session.get_one(User, cast.by_address[address]),
                kind=CertificateKind.COMPLETION,
                occasion=f"{AUTUMN.ref}:{address}",
                achievement=AUTUMN.achievement(at),
                language=language,
                result=WITH_RESULT,
            )
    _batch(company, cast, organisations[SINGAPORE], at + timedelta(hours=2))
    people = _one_of_each(cast)
    _correct(company, people[0], at + timedelta(days=5))
    _take_back(company, people[1], at + timedelta(days=9))
    return 4 + len(people) + 1


def _settle(company: Company, organisations: dict[str, int], at: datetime) -> None:
    with company.acts("centre-sg", at) as work:
        save_settings(
            work,
            work.session.get_one(Organisation, organisations[SINGAPORE]),
            pattern="AISG-{year}-{number:04}",
            signatories=[
                SignatoryWanted("LIM Mei Hua", "Director", "林美华", picture=_signature()),
                SignatoryWanted("Arvind s/o Ramasamy", "Head of training", "அரவிந்த் ராமசாமி"),
            ],
            logos=[LogoWanted("Japan–ASEAN AI cooperation", picture=_leaf())],
        )
    with company.acts("centre-jp", at) as work:
        save_settings(
            work,
            work.session.get_one(Organisation, organisations[JAPAN]),
            pattern="AIJP/{year}/{number:03}",
            signatories=[SignatoryWanted("TANAKA Hiroshi", "センター長", "田中 宏")],
            logos=[LogoWanted("Japan–ASEAN AI cooperation", picture=_leaf())],
        )


def _batch(company: Company, cast: Cast, issuer: int, at: datetime) -> None:
    """The whole course at once, as the worker makes it a moment later."""
    with company.acts("centre-sg", at) as work:
        ask_for_certificates(
            work,
            work.session.get_one(Organisation, issuer),
            [
                Wanted(
                    holder_id=person,
                    kind=CertificateKind.COMPLETION,
                    occasion=f"{AUTUMN.ref}:{person}",
                    achievement=AUTUMN.achievement(at),
                    language="km" if cast.country_of[person] == "KH" else "en",
                )
                for person in _one_of_each(cast)
            ],
            title=RESPONSIBLE["en"],
        )
    with clock.set_clock(at + timedelta(seconds=5)):
        run_next({BATCH_JOB: Handler(issue_batch)})


def _one_of_each(cast: Cast) -> list[int]:
    """Some applicants of each country, so that every script is there."""
    found: list[int] = []
    for country in LANGUAGE_OF:
        found += [p for p in cast.applicants if cast.country_of[p] == country][:3]
    return found


def _correct(company: Company, person: int, at: datetime) -> None:
    with company.acts("centre-sg", at) as work:
        certificate = work.find(
            queries.certificates_visible_to(work.actor).where(Certificate.holder_id == person)
        )
        names = certificate.facts.names
        replace_certificate(
            work,
            certificate,
            names=Names(names.latin.title() + " Jr.", names.native, names.native_lang),
            note="The last part of the name was missing.",
        )


def _take_back(company: Company, person: int, at: datetime) -> None:
    with company.acts("centre-sg", at) as work:
        certificate = work.find(
            queries.certificates_visible_to(work.actor).where(Certificate.holder_id == person)
        )
        revoke_certificate(
            work,
            certificate,
            reason=RevocationReason.RESULT_CHANGED,
            note="The final task was counted for the wrong person.",
        )


def _signature() -> CheckedFile:
    """A line that looks as if somebody had signed; nobody's."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (440, 130), "white")
    points = [(20, 95), (60, 25), (80, 100), (130, 45), (165, 95), (215, 60), (250, 88), (420, 70)]
    ImageDraw.Draw(picture).line(points, fill="#1b2a6b", width=5, joint="curve")
    return _as_file(picture, "signature.png")


def _leaf() -> CheckedFile:
    """An invented mark: a leaf and a line."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (260, 130), "white")
    drawn = ImageDraw.Draw(picture)
    drawn.chord((20, 10, 240, 230), 200, 300, fill="#1d5c4d")
    drawn.line((40, 118, 235, 30), fill="#a8843c", width=6)
    return _as_file(picture, "logo.png")


def _as_file(picture: object, name: str) -> CheckedFile:
    content = BytesIO()
    picture.save(content, "PNG")  # type: ignore[attr-defined]
    content.seek(0)
    return check_file(content, file_name=name)
