"""Letters of recommendation in the demo: asked for, written by link, declined, still awaited."""

import io
import random
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.applications.models import Application, ReferenceRequest
from app.applications.operations import (
    Person,
    Written,
    ask_for_letter,
    correct_relationship,
    decline_to_recommend,
    remind_of_letters,
    save_letter,
    send_letter,
)
from app.applications.operations.keys import guest, take_up
from app.applications.queries import own_applications
from app.applications.states import KeyKind
from app.files.operations import check_file
from app.foundation import clock
from app.foundation.database import db
from app.foundation.languages import speaking
from app.foundation.work import unit_of_work
from app.notifications.models import OutboxMessage
from seeds.demo.applying import Sent
from seeds.demo.calls import MadeCall
from seeds.demo.papers import paper
from seeds.demo.people import DOMAIN, Cast
from seeds.demo.stage import Company

# How many of a call's applications have letters, besides those of the people that are named.
NUMBERS = {"call-research": 24, "call-jointmaster": 6}
PEOPLE = (
    ("Professor Bounmy Keovilay", "National University of Laos", "supervised my thesis"),
    ("Dr Nguyễn Thị Lan Hương", "Hanoi University of Science and Technology", "my head of group"),
    ("Dr Sok Chanthol", "Institute of Technology of Cambodia", "taught me machine learning"),
    ("Associate Professor Anong Srisuk", "Chulalongkorn University", "examined my thesis"),
    ("佐藤 恵子", "Keio University", "led the project that I worked in"),
    ("Ir. Siti Rahmawati", "Institut Teknologi Bandung", "my employer for two years"),
)
WORDS = (
    (
        "I have known the applicant for three years. Of some forty students whom I have "
        "supervised, few have asked better questions. The work on data that nobody else wanted "
        "to clean was careful, and the results were used."
    ),
    (
        "The applicant works without being pushed, says when something is not understood, and "
        "finishes what was begun. I recommend this application without reservation."
    ),
)
FATES = ("received", "received", "received", "as a file", "writing", "asked", "declined")


def recommend(
    company: Company,
    cast: Cast,
    made: dict[str, MadeCall],
    sent: dict[str, list[Sent]],
    now: datetime,
) -> int:
    """Ask people for letters and have some of them answer; returns how many were asked."""
    chance = random.Random(27)  # noqa: S311 - invented people, no secret; others' stay as they are
    asked = 0
    for name, number in NUMBERS.items():
        named = {cast.by_address[address] for address in ("applicant-kh", "applicant-vn")}
        chosen = [s for s in sent[name] if s.submitted_at and s.person_id not in named][:number]
        for one in chosen:
            least = made[name].data["letters"][0]
            answers = zip(chance.sample(FATES, least), chance.sample(PEOPLE, least), strict=True)
            for fate, who in answers:
                asked += _ask(company, one, one.submitted_at or now, fate, who, now=now)
    for one in sent["call-research"]:
        fates = {
            cast.by_address["applicant-kh"]: ("received", "writing"),
            cast.by_address["applicant-vn"]: ("open", "declined", "corrected"),
        }.get(one.person_id, ())
        for fate, who in zip(fates, PEOPLE, strict=False):
            asked += _ask(company, one, now - timedelta(days=6), fate, who, now=now)
    for one in sent["call-jointmaster"]:
        if one.person_id == cast.by_address["applicant-offer"] and one.submitted_at:
            asked += _ask(company, one, one.submitted_at, "received", PEOPLE[0], now=now)
    with company.house_acts(now - timedelta(hours=1)) as work:
        remind_of_letters(work)
    return asked


def _ask(
    company: Company,
    one: Sent,
    at: datetime,
    fate: str,
    who: tuple[str, str, str],
    *,
    now: datetime,
) -> int:
    name, institution, known_as = who
    number = f"{one.id}-{PEOPLE.index(who) + 1}"
    person = Person(
        name=name,
        email=f"recommends-{number}@{DOMAIN}",
        known_as=known_as,
        institution=institution,
        note="Thank you for writing. The call asks what I could do in a year at the host.",
        locale="ja" if name.startswith("佐") else "en",
    )
    with company.acts(one.person_id, at) as work:
        mine = own_applications(work.actor).where(Application.id == one.id)
        asked = ask_for_letter(work, work.find(mine), person).id
    answered_at = min(at + timedelta(days=3), now - timedelta(hours=2))
    if fate != "asked" and answered_at > at:
        _answer(asked, person, fate, answered_at)
    return 1


def _answer(request_id: int, person: Person, fate: str, at: datetime) -> None:
    """What this person does with the link in the mail."""
    mail = select(OutboxMessage.values).where(OutboxMessage.address == person.email)
    path: Any = db.session.scalars(mail.order_by(OutboxMessage.id.desc())).first()
    secret = path["path"].removeprefix("/letters/").partition("?")[0]
    whom = db.session.get_one(ReferenceRequest, request_id)
    with clock.set_clock(at), speaking(person.locale), unit_of_work(guest(whom)) as work:
        request, key = take_up(work, secret, KeyKind.LINK)
        words = WORDS[request_id % len(WORDS)]
        match fate:
            case "received" | "open":
                written = Written(body=words, confidential=fate == "received")
                send_letter(work, request, written, key=key)
            case "as a file":
                scan = paper("Letter of recommendation", person.name)
                file = check_file(io.BytesIO(scan), file_name="letter.pdf")
                send_letter(work, request, Written(file=file), key=key)
            case "writing":
                save_letter(work, request, Written(body=words[:120]))
            case "corrected":
                correct_relationship(work, request, known_as="examined the thesis, once")
                save_letter(work, request, Written(body=words[:80]))
            case "declined":
                reason = "I am on leave until the summer and could not do it justice."
                decline_to_recommend(work, request, reason=reason)
