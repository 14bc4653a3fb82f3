"""Research stays: prepared, sent, accepted, certain, declined, late, and one that is over."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from sqlalchemy import select

from app.accounts.models import User
from app.files.operations import CheckedFile, check_file
from app.files.signed import Signed
from app.foundation import clock
from app.foundation.database import db
from app.foundation.languages import speaking
from app.foundation.work import unit_of_work
from app.invitations import operations as office
from app.invitations.operations import Home, Terms, Whom
from app.invitations.queries import invitation_with_all, keys_of, own_host
from app.invitations.states import Side
from app.opportunities.money import Period
from app.organisations.models import Organisation
from app.outcomes import operations as outcomes
from app.outcomes.operations import Named
from app.outcomes.queries import outcome_of_stay, outcome_with_all
from app.outcomes.states import ResultKind
from app.projects.models import ProjectText
from app.research_stays.operations import Line
from app.research_stays.states import Paid, Payer, Purpose
from app.stays import operations as stays
from app.stays.models import Stay
from app.stays.queries import stay_with_all
from seeds.demo.papers import paper
from seeds.demo.stage import Company

TOKYO, INFORMATICS, BANGKOK, DANANG = "jp-0300", "jp-0228", "th-0824", "vn-0943"
STAFF = {TOKYO: "coordinator-jp", INFORMATICS: "centre-jp", BANGKOK: "coordinator-th"}
DEAN = Signed("Hoang Minh Duc", "Director of the institute")
YEN_A_DAY = Line(Paid.ALLOWANCE, Payer.HOST, 7_000, "JPY", Period.DAY)
FULL = (
    Line(Paid.TRAVEL, Payer.HOST),
    Line(Paid.LODGING, Payer.HOST, 90_000, "JPY", Period.MONTH),
    YEN_A_DAY,
)
LONG = 40
WHOLE: dict[str, Any] = {
    "done": (
        "We recorded forty speakers of Thai and Japanese who read the same news, and built a test"
        " of how well machines understand both. Two students of the laboratory go on with it."
    ),
    "next_steps": "In spring we test the recognisers of both countries, and open the test to all.",
    "results": [
        Named(ResultKind.DATASET, "Spoken news in Thai and Japanese", "10.5281/zenodo.1234567"),
        Named(ResultKind.SOFTWARE, "A scorer for the test", "https://github.com/example/scorer"),
        Named(ResultKind.PROPOSAL, "Speech for public services: a proposal of both universities"),
    ],
}
SHORT: dict[str, Any] = {
    "done": "I learnt how the laboratory cuts long recordings, and gave a talk about our own way.",
    "next_steps": "",
    "results": [Named(ResultKind.TALK, "Cutting lectures in Thai into sentences")],
}
MODEL = "A Khmer language model that everybody may use"


@dataclass(frozen=True, slots=True)
class Scene:
    """One invitation: who invites whom, and for what."""

    host: str
    name: str
    email: str
    home: str
    purpose_kind: Purpose
    purpose: str
    first: int
    days: int
    laboratory: str
    received_by: str
    paid: tuple[Line, ...] = FULL
    country: str = ""
    project: str = ""


class Stage:
    """Everybody and everything that the scenes need."""

    def __init__(self, company: Company, organisations: dict[str, int], now: datetime) -> None:
        self.company, self.organisations, self.now = company, organisations, now

    def invite(self, scene: Scene, at: datetime, *, answer_in: int = 21) -> int:
        """Write an invitation; gives its id."""
        with self.company.acts(STAFF[scene.host], at) as work:
            body = work.session.get(Organisation, self.organisations.get(scene.home, 0))
            project = select(ProjectText.project_id).where(ProjectText.name == scene.project)
            first = (at + timedelta(days=scene.first)).date()
            return office.begin_invitation(
                work,
                work.find(own_host(work.actor, self.organisations[scene.host])),
                Terms(
                    purpose_kind=scene.purpose_kind,
                    purpose=scene.purpose,
                    starts_on=first,
                    ends_on=first + timedelta(days=scene.days - 1),
                    answer_by=(at + timedelta(days=answer_in)).replace(minute=0, second=0),
                    laboratory=scene.laboratory,
                    received_by=scene.received_by,
                    project_id=work.session.scalar(project) if scene.project else None,
                    paid=scene.paid,
                ),
                Whom(
                    scene.name,
                    scene.email,
                    Home(body) if body else Home(None, scene.home, scene.country),
                ),
            )

    def send(self, scene: Scene, at: datetime, **named: Any) -> int:
        made = self.invite(scene, at - timedelta(hours=2), **named)
        self.do(STAFF[scene.host], at, made, office.send_invitation)
        return made

    def do(self, who: str | int, at: datetime, made: int, do: Any, *said: Any, **named: Any) -> Any:
        with self.company.acts(who, at) as work:
            return do(work, work.find(invitation_with_all(work.actor, made)), *said, **named)


def invite_researchers(company: Company, organisations: dict[str, int], now: datetime) -> str:
    """Gives what there is to say of it."""
    stage = Stage(company, organisations, now)
    at_home = db.session.scalars(
        select(User)
        .where(User.home_institution_id == organisations[BANGKOK])
        .order_by(User.id.desc())
        .limit(4)
    ).all()
    db.session.rollback()
    coming, waiting, was_there, just_left = (
        (one.id, one.passport_name, one.email) for one in at_home
    )
    khmer = db.session.get_one(User, company.by_address["applicant-kh"])
    to_tell = (khmer.id, khmer.passport_name, khmer.email)
    db.session.rollback()
    cambodia = ("Institute of Technology of Cambodia", "KH")
    made = [
        _prepare(stage),
        _ask_who_signs_in(stage),
        _wait_for_home(stage, *waiting),
        _certain(stage, *coming),
        *_off_the_house(stage),
        *_no_answer(stage),
        _over(stage, *was_there, first=now - timedelta(days=120), days=60),
        _over(stage, *just_left, first=now - timedelta(days=40), days=30),
        _over(stage, *to_tell, first=now - timedelta(days=24), days=15, home=cambodia),
    ]
    with company.house_acts(now - timedelta(hours=1)) as work:
        stays.plan_stays(work)
    with company.house_acts(now - timedelta(hours=1)) as work:
        office.follow_up(work)
    return f"{len(made)} invitations to research stays"


def _prepare(stage: Stage) -> int:
    scene = Scene(
        *(INFORMATICS, "Dr Rina Wulandari", "rina.wulandari@demo.example.org"),
        *("Bandung Institute of Technology", Purpose.TRAINING),
        "To learn how our archive of speech is annotated, and to take the practice home.",
        first=120,
        days=21,
        laboratory="Digital content and media",
        received_by="Professor Okada Rina",
        country="ID",
    )
    return stage.invite(scene, stage.now - timedelta(hours=6), answer_in=45)


def _ask_who_signs_in(stage: Stage) -> int:
    """Somebody of the sign-in page has an invitation to answer."""
    person = db.session.get_one(User, stage.company.by_address["applicant-vn"])
    scene = Scene(
        *(INFORMATICS, person.passport_name, person.email, DANANG, Purpose.JOINT_RESEARCH),
        "To compare how Khmer and Vietnamese are cut into words, on the corpora of both sides.",
        first=90,
        days=45,
        laboratory="Principles of informatics",
        received_by="Professor Sato Haruka",
        project=MODEL,
    )
    db.session.rollback()
    return stage.send(scene, stage.now - timedelta(days=2))


def _wait_for_home(stage: Stage, person: int, name: str, email: str) -> int:
    scene = Scene(
        *(TOKYO, name, email, BANGKOK, Purpose.FACILITIES),
        "To measure our speech recogniser on the computing cluster of the laboratory.",
        first=70,
        days=28,
        laboratory="Speech and hearing",
        received_by="Professor Mori Takeshi",
        paid=(Line(Paid.TRAVEL, Payer.HOME), YEN_A_DAY),
    )
    made = stage.send(scene, stage.now - timedelta(days=5))
    stage.do(person, stage.now - timedelta(days=4), made, office.accept_invitation, seen=1)
    return made


def _certain(stage: Stage, person: int, name: str, email: str) -> int:
    """Sent, sent anew with other days, accepted and agreed to."""
    scene = Scene(
        *(INFORMATICS, name, email, BANGKOK, Purpose.JOINT_RESEARCH),
        "To finish the evaluation of the Khmer language model with teachers of both countries.",
        first=85,
        days=60,
        laboratory="Principles of informatics",
        received_by="Professor Sato Haruka",
        project=MODEL,
    )
    now = stage.now
    made = stage.send(scene, now - timedelta(days=20))
    with stage.company.acts(STAFF[INFORMATICS], now - timedelta(days=16)) as work:
        found = work.find(invitation_with_all(work.actor, made))
        terms = Terms(
            purpose_kind=found.purpose_kind,
            purpose=found.purpose,
            starts_on=found.starts_on + timedelta(days=7),
            ends_on=found.ends_on + timedelta(days=7),
            answer_by=found.answer_by,
            laboratory=found.laboratory,
            received_by=found.received_by,
            project_id=found.project_id,
            paid=FULL,
        )
        office.change_invitation(work, found, terms)
    said = "Thank you. A week later suits me better, too."
    later = now - timedelta(days=14)
    stage.do(person, later, made, office.accept_invitation, seen=2, said=said)
    agree = {"yes": True, "seen": 2}
    stage.do(STAFF[BANGKOK], now - timedelta(days=10), made, office.answer_for_home, **agree)
    return made


def _off_the_house(stage: Stage) -> list[int]:
    """Two of an institute that is not here: one has its letter, one waits for a link."""
    scene = Scene(
        *(TOKYO, "Dr Batbayar Enkhtuya", "enkhtuya@demo.example.org"),
        *("Institute of Mathematics and Digital Technology", Purpose.DATA),
        "To record readings of Mongolian in the sound studio of the laboratory.",
        first=100,
        days=30,
        laboratory="Speech and hearing",
        received_by="Professor Mori Takeshi",
        country="MN",
    )
    now = stage.now
    made = [stage.send(scene, now - timedelta(days=12))]
    _accept_by_link(made[0], now - timedelta(days=11))
    said = {"yes": True, "seen": 1}
    stage.do(
        STAFF[TOKYO],
        now - timedelta(days=6),
        made[0],
        office.record_for_home,
        letter_of_the_director(),
        DEAN,
        **said,
    )
    scene = Scene(
        *(INFORMATICS, "Tran Quoc Bao", "quoc.bao@demo.example.org", DANANG, Purpose.TEACHING),
        "To teach two weeks of the winter school, and to supervise its projects.",
        first=110,
        days=14,
        laboratory="Graduate school",
        received_by="Professor Okada Rina",
    )
    made.append(stage.send(scene, now - timedelta(days=8)))
    agrees = {"agrees": DEAN, "agrees_email": "director@demo.example.org"}
    _accept_by_link(made[1], now - timedelta(days=7), **agrees)
    return made


def letter_of_the_director() -> CheckedFile:
    content = BytesIO(paper("We agree to the stay of our colleague.", DEAN.name))
    return check_file(content, file_name="letter-of-the-director.pdf")


def _accept_by_link(made: int, at: datetime, **named: Any) -> None:
    key = db.session.scalars(keys_of(made, Side.PERSON)).first()
    if key is None:
        return
    actor = office.as_guest(key)
    db.session.rollback()
    with clock.set_clock(at), speaking("en"), unit_of_work(actor) as work:
        found = work.find(invitation_with_all(work.actor, made))
        link = work.session.scalars(keys_of(made, Side.PERSON)).first()
        office.accept_invitation(work, found, seen=1, key=link, **named)


def _no_answer(stage: Stage) -> list[int]:
    """One was declined, one is late; no clock turns it down."""
    scene = Scene(
        *(TOKYO, "Dr Aung Kyaw Zin", "aung.kyaw@demo.example.org"),
        *("University of Computer Studies, Mandalay", Purpose.JOINT_RESEARCH),
        "To translate our test of reading into Burmese.",
        first=60,
        days=20,
        laboratory="Language and information",
        received_by="Professor Hayashi Naoko",
        country="MM",
    )
    now = stage.now
    late = stage.send(scene, now - timedelta(days=20), answer_in=17)
    person = db.session.get_one(User, stage.company.by_address["applicant-kh"])
    scene = Scene(
        *(TOKYO, person.passport_name, person.email, "Institute of Technology", Purpose.TRAINING),
        "To take part in the spring workshop on field recordings.",
        first=55,
        days=10,
        laboratory="Language and information",
        received_by="Professor Hayashi Naoko",
        country="KH",
    )
    who = person.id
    db.session.rollback()
    declined = stage.send(scene, now - timedelta(days=15))
    said = "The examinations of my students are in these weeks. Please ask me again in autumn."
    stage.do(who, now - timedelta(days=13), declined, office.decline_invitation, seen=1, said=said)
    return [late, declined]


def _over(
    stage: Stage,
    person: int,
    name: str,
    email: str,
    *,
    first: datetime,
    days: int,
    home: tuple[str, str] = (BANGKOK, ""),
) -> int:
    """A stay from its invitation to its last day; a home off the house agrees on paper."""
    scene = Scene(
        *(TOKYO, name, email, home[0], Purpose.JOINT_RESEARCH),
        "To build a common test of spoken language, and to publish it.",
        first=60,
        days=days,
        laboratory="Speech and hearing",
        received_by="Professor Mori Takeshi",
        paid=(Line(Paid.TRAVEL, Payer.HOME), YEN_A_DAY),
        country=home[1],
    )
    begun = first - timedelta(days=60)
    agreed = begun + timedelta(days=5)
    made = stage.send(scene, begun)
    stage.do(person, begun + timedelta(days=3), made, office.accept_invitation, seen=1)
    agree = {"yes": True, "seen": 1}
    if home[1]:
        record = office.record_for_home
        stage.do(STAFF[TOKYO], agreed, made, record, letter_of_the_director(), DEAN, **agree)
    else:
        stage.do(STAFF[BANGKOK], agreed, made, office.answer_for_home, **agree)
    with stage.company.house_acts(begun + timedelta(days=6)) as work:
        stays.plan_stays(work)
    going = db.session.scalars(select(Stay.id).where(Stay.invitation_id == made)).one()
    db.session.rollback()
    for verb, at in (
        (stays.confirm_arrival, first + timedelta(days=1)),
        (stays.confirm_departure, first + timedelta(days=days + 1)),
    ):
        with stage.company.acts(STAFF[TOKYO], at) as work:
            found = work.find(stay_with_all(work.actor, going))
            on = found.starts_on if verb is stays.confirm_arrival else found.ends_on
            verb(work, found, on=on)
    told_at = first + timedelta(days=days + 2)
    with stage.company.house_acts(told_at) as work:
        outcomes.ask_for_outcomes(work)
    if not home[1]:
        _tell(stage, going, person, told_at, whole=days > LONG)
    return made


def _tell(stage: Stage, going: int, person: int, at: datetime, *, whole: bool) -> None:
    """Tell what came of it; of the longer stay the host confirms it, and both show it."""
    made = db.session.scalars(outcome_of_stay(going)).one()
    db.session.rollback()

    def do(who: str | int, days: int, verb: Any, **named: Any) -> None:
        with stage.company.acts(who, min(at + timedelta(days=days), stage.now)) as work:
            verb(work, work.find(outcome_with_all(work.actor, made)), **named)

    do(person, 2, outcomes.save_outcome, **(WHOLE if whole else SHORT), version=1)
    do(person, 2, outcomes.send_outcome)
    if whole:
        said = "A good summary. The laboratory keeps the recordings for you."
        do(STAFF[TOKYO], 5, outcomes.confirm_outcome, answer=said)
        do(person, 6, outcomes.show_outcome, shown=True)
        do(STAFF[TOKYO], 7, outcomes.publish_outcome, published=True)
