"""What applicants of the demo say beside their plan: schools, jobs, languages, money, and after."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.accounts.models import LanguageSkill, User
from app.accounts.states import LanguageLevel
from app.applications.models import Application, SectionAnswers
from app.foundation.work import Work
from app.opportunities.form_definitions import Section
from app.organisations.models import Organisation

DATA = Path(__file__).parents[1] / "data"
Rows = list[dict[str, Any]]


def answers(
    work: Work, application: Application, section: Section, plan: Mapping[str, Any]
) -> dict[str, Any]:
    """What this person says in a section that asks for any of it (None: nothing to that)."""
    asked = {question.key for question in section.questions} & set(_SAID)
    if not asked:
        return {}
    person = work.session.get_one(User, application.applicant_id)
    teller = _Teller(work, application, person, plan, _about()["countries"][person.residence_code])
    return {key: _SAID[key](teller) for key in asked}


@lru_cache
def _about() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((DATA / "backgrounds.json").read_text(encoding="utf-8"))
    return loaded


@dataclass(frozen=True, slots=True)
class _Teller:
    """One person, the same every time: what differs from others goes by their number."""

    work: Work
    application: Application
    person: User
    plan: Mapping[str, Any]
    country: Mapping[str, Any]

    def schools(self) -> Rows:
        """The degree that was said, as the month of graduation ends it, and the one before."""
        said = self._said_before("study")
        ended = str(said.get("graduation") or "2026-06")
        year = int(ended[:4])
        if said.get("degree") != "master":
            return [self._school(self._home(), year - 4, ended)]
        began = (self.person.born_on or date(1999, 1, 1)).year + 18
        first = self._school(self._home(), began, f"{began + 4}-06")
        return [first, self._school(self._abroad(), year - 2, ended, number=1)]

    def jobs(self) -> Rows:
        """None, one or two, the last of which some still have."""
        known = self.country["jobs"]
        some = known[: (self.person.id + len(known)) % (len(known) + 1)]
        last = len(some) - 1
        return [
            {
                "employer": employer,
                "country": self.person.residence_code,
                "role": role,
                "begun": f"{2020 + 2 * n}-0{1 + (self.person.id + n) % 9}",
                "ended": "" if n == last and self.person.id % 2 else f"{2021 + 2 * n}-11",
            }
            for n, (employer, role) in enumerate(some)
        ]

    def languages(self) -> Rows:
        """Those of the profile; a few learn Japanese."""
        query = select(LanguageSkill.language, LanguageSkill.level).where(
            LanguageSkill.user_id == self.person.id
        )
        known = {language: level.value for language, level in self.work.session.execute(query)}
        if self.person.id % 3 == 0:
            known.setdefault("ja", LanguageLevel.A2.value)
        return [{"language": language, "level": level} for language, level in known.items()]

    def works_with(self) -> list[str]:
        return list(self.plan["works_with"])

    def journey(self) -> str:
        """In whole thousands of yen."""
        return str(self.country["journey"] + 1000 * (self.person.id % 7))

    def other_money(self) -> str:
        return "yes" if self._is_paid() else "no"

    def payer(self) -> str | None:
        return self.country["pays"][0] if self._is_paid() else None

    def paid(self) -> str | None:
        """In US dollars, some with cents."""
        return self.country["pays"][1] if self._is_paid() else None

    def afterwards(self) -> str:
        return str(self.plan["afterwards"])

    def in_english(self) -> str | None:
        return self.plan.get("afterwards_in_english")

    def translator(self) -> str | None:
        if not self.in_english():
            return None
        return "commissioned" if self.person.id % 3 == 0 else "applicant"

    def _is_paid(self) -> bool:
        return self.person.id % 4 == 1

    def _said_before(self, section: str) -> dict[str, Any]:
        self.work.session.flush()
        query = select(SectionAnswers.answers).where(
            SectionAnswers.application_id == self.application.id,
            SectionAnswers.section == section,
        )
        return self.work.session.scalar(query) or {}

    def _home(self) -> tuple[Any, str | None]:
        at = self.person.home_institution_id
        if at is None:
            return "Open Institute of Languages and Machines", self.person.residence_code
        return {"organisation": at, "name": "of the list"}, self.person.residence_code

    def _abroad(self) -> tuple[Any, str | None]:
        """Some went abroad for their second degree, others stayed where they were."""
        refs = _about()["abroad"]
        if self.person.id % 2:
            return self._home()
        query = select(Organisation).where(
            Organisation.ref == refs[self.person.id // 2 % len(refs)]
        )
        there = self.work.session.scalars(query).one()
        return {"organisation": there.id, "name": there.name}, there.country_code

    def _school(
        self, where: tuple[Any, str | None], began: int, ended: str, *, number: int = 0
    ) -> dict[str, Any]:
        institution, country = where
        fields = _about()["fields"]
        return {
            "institution": institution,
            "country": country,
            "field": fields[(self.person.id + number) % len(fields)],
            "begun": f"{began}-09",
            "ended": ended,
        }


_SAID: dict[str, Callable[[_Teller], Any]] = {
    "schools": _Teller.schools,
    "jobs": _Teller.jobs,
    "languages_known": _Teller.languages,
    "works_with": _Teller.works_with,
    "journey": _Teller.journey,
    "other_money": _Teller.other_money,
    "other_money_from": _Teller.payer,
    "other_money_amount": _Teller.paid,
    "afterwards": _Teller.afterwards,
    "afterwards.translation": _Teller.in_english,
    "afterwards.translator": _Teller.translator,
}
