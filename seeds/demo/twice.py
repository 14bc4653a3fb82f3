"""Somebody who applies a second time under another address, as the office finds it in the demo."""

import random
from datetime import datetime, timedelta

from sqlalchemy.orm import selectinload

from app.accounts.models import User
from app.accounts.operations import Profile, register_person
from app.applications.operations.likeness import find_alike, mark_application
from seeds.demo import applying
from seeds.demo.applying import Sent
from seeds.demo.calls import MadeCall
from seeds.demo.people import DOMAIN
from seeds.demo.stage import Company


def apply_twice(
    company: Company, call: MadeCall, sent: list[Sent], now: datetime, chance: random.Random
) -> None:
    """The first who sent an application comes again, with the family name at the other end."""
    first = next(one for one in sent if one.submitted_at is not None)
    with company.house_acts(now - timedelta(days=4)) as work:
        person = work.session.get_one(
            User,
            first.person_id,
            options=[selectinload(User.nationalities), selectinload(User.languages)],
        )
        family, *given = person.passport_name.split()
        again = register_person(
            work,
            email=f"again@{DOMAIN}",
            passport_name=person.passport_name,
            password_hash=person.password,
            confirmed=True,
            agreed=True,
            profile=Profile(
                passport_name=" ".join((*given, family)),
                native_name="",
                native_name_lang="",
                reading="",
                born_on=person.born_on,
                nationalities=[n.country_code for n in person.nationalities],
                residence_code=person.residence_code,
                home_institution_id=person.home_institution_id,
                track=person.track,
                locale=person.locale,
                zone=person.zone,
                languages={skill.language: skill.level for skill in person.languages},
            ),
        )
    company.by_address["again"] = again.id
    plan = applying.plans()[0]
    at = now - timedelta(days=2)
    second = applying.apply(company, call, again.id, at, chance, plan=plan, wishes=1)
    for one in (first, second):
        with company.house_acts(at) as work:
            mark_application(work, one.id)
    with company.house_acts(at) as work:
        find_alike(work, second.id)
