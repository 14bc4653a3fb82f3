"""Nominations in the demo: people who asked a ministry, and what it has answered so far."""

import random
from datetime import datetime, timedelta

from sqlalchemy import Select

from app.applications.models import Application
from app.applications.operations import decline_to_nominate, nominate
from app.applications.queries import nominating
from app.foundation.work import Work
from seeds.demo import applying
from seeds.demo.applying import Sent
from seeds.demo.calls import MadeCall
from seeds.demo.people import Cast
from seeds.demo.stage import Company

CALL = "call-official"
ASK = 5
DECLINED = "We nominate people in their first five years of service. Please ask again next year."


def ask_the_ministry(
    company: Company,
    cast: Cast,
    call: MadeCall,
    sent: list[Sent],
    *,
    ministry: int,
    now: datetime,
    chance: random.Random,
) -> int:
    """Some people of its country ask the ministry; one is nominated, one is not, others wait."""
    applied = {one.person_id for one in sent}
    lao = [p for p in cast.applicants if cast.country_of[p] == "LA" and p not in applied]
    plans = [plan for plan in applying.plans() if plan["lang"] == "en"]
    asked = [
        applying.apply(
            company,
            call,
            person,
            now - timedelta(days=6, hours=5 * n),
            chance,
            plan=plans[n % len(plans)],
            way=f"ministry-{ministry}",
        )
        for n, person in enumerate(lao[:ASK])
    ]
    with company.acts("nominator-la", now - timedelta(days=3)) as work:
        nominate(work, work.find(_asked(work, asked[0])))
    with company.acts("nominator-la", now - timedelta(days=3)) as work:
        decline_to_nominate(work, work.find(_asked(work, asked[1])), reason=DECLINED)
    return len(asked)


def _asked(work: Work, one: Sent) -> Select[Application]:
    return nominating.applications_to_nominate(work.actor).where(Application.id == one.id)
