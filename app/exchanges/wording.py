"""What pages say about agreements, in the reader's words. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from app.exchanges.credits import Rule, Way
from app.exchanges.overlap import Lies, Overlap
from app.exchanges.states import AgreementState, AnswersFor, Housing, PostingStage, Tuition
from app.exchanges.terms import MOST_MONTHS, Changed, Condition, Fault
from app.foundation import languages
from app.foundation.languages import decimal, language_name, listed, ngettext, number, year
from app.foundation.languages import gettext as _
from app.opportunities.fields import field_name, study_levels

STATE_CHIPS = {
    AgreementState.TALKED_ABOUT: "warn",
    AgreementState.IN_FORCE: "good",
    AgreementState.ENDED: "",
}


def agreement_states() -> dict[AgreementState, str]:
    return {
        AgreementState.TALKED_ABOUT: _("Talked about"),
        AgreementState.IN_FORCE: _("In force"),
        AgreementState.ENDED: _("Ended"),
    }


def system_name(scheme: str, otherwise: str = "") -> str:
    """A system of credits, as readers know it; `otherwise` as its list calls it."""
    names = {
        "ucts": _("UCTS credits (UMAP)"),
        "aac": _("Asian Academic Credits"),
        "us": _("semester credits of the United States and Canada"),
        "ects": _("ECTS credits (Europe)"),
        "clar": _("CLAR credits (Latin America)"),
        "jp-tani": _("Japanese credits"),
        "acts": _("ACTS credits (AUN)"),
    }
    return names.get(scheme) or otherwise or scheme


def cap_level(level: str) -> str:
    """The level of study that a cap is for."""
    names = {
        "undergraduate": _("Bachelor’s studies"),
        "junior_college_2y": _("Junior college, two years"),
        "junior_college_3y": _("Junior college, three years"),
        "graduate": _("Graduate school"),
    }
    return names.get(level, level)


TESTS = {
    "ielts_academic": "IELTS Academic",
    "toefl_ibt_0_120": "TOEFL iBT (0–120)",
    "toeic_lr": "TOEIC Listening & Reading",
    "cambridge_scale": "Cambridge English Scale",
    **{f"jlpt_n{n}": f"JLPT N{n}" for n in range(1, 6)},
}


def test_name(test: str) -> str:
    """A language test by its own name, which is the same in every language."""
    return TESTS.get(test, test)


def amount(value: Fraction) -> str:
    """An exact number as people read it; where decimals cannot say it, the fraction beside."""
    if 1000 % value.denominator == 0:
        return number(float(value))
    return _(
        "%(fraction)s (about %(number)s)", fraction=value, number=number(round(float(value), 2))
    )


def credits_of(value: Fraction, scheme: str) -> str:
    """So many, and of which system: 7.5 ECTS credits (Europe). Without a system the number."""
    n, said = 1 if value == 1 else 2, amount(value)
    counted = {
        "ucts": ngettext("%(n)s UCTS credit (UMAP)", "%(n)s UCTS credits (UMAP)", n, n=said),
        "aac": ngettext("%(n)s Asian Academic Credit", "%(n)s Asian Academic Credits", n, n=said),
        "us": ngettext(
            "%(n)s semester credit of the United States and Canada",
            "%(n)s semester credits of the United States and Canada",
            n,
            n=said,
        ),
        "ects": ngettext("%(n)s ECTS credit (Europe)", "%(n)s ECTS credits (Europe)", n, n=said),
        "clar": ngettext(
            "%(n)s CLAR credit (Latin America)", "%(n)s CLAR credits (Latin America)", n, n=said
        ),
        "jp-tani": ngettext("%(n)s Japanese credit", "%(n)s Japanese credits", n, n=said),
        "acts": ngettext("%(n)s ACTS credit (AUN)", "%(n)s ACTS credits (AUN)", n, n=said),
    }
    return counted.get(scheme) or f"{said} {scheme}".strip()


def rounding(rule: Rule) -> str:
    """How a rule rounds."""
    if rule.rounding is None:
        return _("Not rounded")
    step = amount(rule.rounding.step)
    return {
        Way.DOWN: _("Down, to steps of %(step)s", step=step),
        Way.NEAREST: _("To the nearest %(step)s", step=step),
        Way.UP: _("Up, to steps of %(step)s", step=step),
    }[rule.rounding.way]


_ADDRESS = re.compile(r"https?://[^\s;]+")


@dataclass(frozen=True, slots=True)
class Source:
    """Where something is said: an address, and what the list says about it."""

    address: str
    words: str


def sources(text: str) -> list[Source]:
    """The sources of a row, each with its address where it has one."""
    found = []
    for part in text.split(" ; "):
        address = _ADDRESS.search(part)
        words = _ADDRESS.sub("", part).strip().strip("()") if address else part
        found.append(Source(address[0].rstrip(".,)") if address else "", words.strip()))
    return found


def credit_systems() -> dict[str, str]:
    """Systems that courses are listed in, by their codes; and whatever a university has."""
    known = ("ects", "ucts", "acts", "jp-tani", "aac", "us")
    own = {"own": _("Credits of the university's own kind")}
    return {code: system_name(code) for code in known} | own


def columns_of_courses(most: int) -> dict[str, str]:
    """What each column of a table of courses says, and how much it may hold."""
    return {
        "code": _(
            "The code under which your university lists the course. By it a course is found again."
        ),
        "title": _("The title in English. At most %(most)s rows.", most=number(most)),
        "credits": _("How many credits it gives, for example 7.5."),
        "system": _(
            "Which credits these are, by the code on the next sheet. Empty: those that your"
            " courses have so far."
        ),
        "level": _("6 for a bachelor, 7 for a master, 8 for a doctorate. Empty: 7."),
        "language": _("Taught in, by its code. Empty: en."),
        "own title": _("The title in your own language, if you wish."),
        "own title language": _("Which language that is, by its code."),
    }


def course_facts() -> dict[str, str]:
    """What is compared of a course of a term."""
    return {
        "title": _("Title in English"),
        "credit_hundredths": _("Credits"),
        "credit_system": _("Credits of which system"),
        "level": _("Level of study"),
        "language": _("Taught in"),
        "own_title": _("Title in your own language"),
        "own_title_lang": _("Which language that is"),
    }


def course_facts_said(name: str, value: Any) -> str:
    """One of these as readers know it."""
    if name == "credit_hundredths":
        return credits_said(value)
    if name == "credit_system":
        return str(credit_systems().get(value, value))
    if name == "level":
        return study_levels().get(value, str(value))
    if name in {"language", "own_title_lang"} and value:
        return language_name(value)
    return str(value) or "–"


def credits_said(hundredths: int) -> str:
    """How many, in the reader's writing: 2, 7.5."""
    if hundredths % 100 == 0:
        return number(hundredths // 100)
    return decimal(hundredths / 100, 1 if hundredths % 10 == 0 else 2)


def academic_year(begins: int) -> str:
    """By the years in which it begins and ends, as the reader counts years."""
    return f"{year(begins)}/{year(begins + 1)}"


def answering_for() -> dict[AnswersFor, str]:
    return {
        AnswersFor.BOTH: _("Students who come and students who go"),
        AnswersFor.INCOMING: _("Students who come"),
        AnswersFor.OUTGOING: _("Students who go"),
    }


POSTING_CHIPS = {
    PostingStage.DRAFT: "",
    PostingStage.OPEN: "good",
    PostingStage.NOMINATIONS_CLOSED: "warn",
    PostingStage.FILLED: "now",
    PostingStage.CLOSED: "",
    PostingStage.WITHDRAWN: "bad",
}


def posting_stages() -> dict[PostingStage, str]:
    return {
        PostingStage.DRAFT: _("In preparation"),
        PostingStage.OPEN: _("Nominations are open"),
        PostingStage.NOMINATIONS_CLOSED: _("Nominations are closed"),
        PostingStage.FILLED: _("All places are filled"),
        PostingStage.CLOSED: _("Closed"),
        PostingStage.WITHDRAWN: _("Withdrawn"),
    }


def tuitions() -> dict[Tuition, str]:
    return {
        Tuition.WAIVED: _("Tuition is waived"),
        Tuition.REDUCED: _("Tuition is reduced"),
        Tuition.CHARGED: _("Tuition is charged"),
    }


def housings() -> dict[Housing, str]:
    return {
        Housing.GIVEN: _("A room is guaranteed"),
        Housing.HELPED: _("We help to find a room"),
        Housing.OWN: _("Students find a room themselves"),
    }


def lies(overlap: Overlap) -> str:
    """How a term at home lies under the stay, as a sentence."""
    first, last = languages.day(overlap.home.first), languages.day(overlap.home.last)
    said = {
        Lies.FREE: _("“%(term)s” (%(first)s to %(last)s) is free of the stay."),
        Lies.WHOLE: _("“%(term)s” (%(first)s to %(last)s) is spent abroad as a whole."),
        Lies.CUT: _(
            "“%(term)s” (%(first)s to %(last)s) is cut: so many of its %(whole)s days are abroad:"
            " %(days)s."
        ),
    }[overlap.lies]
    return said % {
        "term": overlap.home.name,
        "first": first,
        "last": last,
        "whole": number(overlap.home.days),
        "days": number(overlap.days),
    }


@dataclass(frozen=True, slots=True)
class Line:
    """A condition for reading: who sends whom where, and the rest of it in short words."""

    origin: str
    target: str
    facts: tuple[str, ...]


def line(condition: Condition, names: Mapping[str, str]) -> Line:
    """`names` gives the name of each side by its reference."""
    first, last = year(condition.first_year), year(condition.last_year)
    facts = [
        ngettext("%(num)s person a year", "%(num)s people a year", condition.places),
        ngettext("for %(num)s month", "for %(num)s months", condition.months),
        _("from the academic year %(first)s to that of %(last)s", first=first, last=last)
        if last != first
        else _("in the academic year %(first)s", first=first),
    ]
    if condition.levels:
        facts.append(listed([study_levels()[level] for level in sorted(condition.levels)]))
    if condition.fields:
        named = [f"{field_name(code)} ({code})" for code in sorted(condition.fields)]
        facts.append(_("fields: %(fields)s", fields=listed(named)))
    if condition.language:
        name = language_name(condition.language)
        level = condition.language_level
        facts.append(f"{name} {level.value}" if level else name)
    return Line(names[condition.origin], names[condition.target], tuple(facts))


@dataclass(frozen=True, slots=True)
class Difference:
    """A condition before and after, for reading; None where it is new, or gone."""

    before: Line | None
    after: Line | None


def difference(changed: Changed, names: Mapping[str, str]) -> Difference:
    return Difference(
        line(changed.before, names) if changed.before else None,
        line(changed.after, names) if changed.after else None,
    )


def fault_sentence(fault: Fault) -> str:
    """Why terms cannot be put before anybody."""
    return {
        Fault.ONE_SIDE: _("An agreement is between two universities at least."),
        Fault.NOTHING: _("Write at least one condition: who sends how many people to whom."),
        Fault.STRANGER: _("A condition names a university that is no side of this agreement."),
        Fault.TO_ITSELF: _("Choose two different universities: people go from one to another."),
        Fault.NO_PLACES: _("Offer at least one place a year."),
        Fault.MONTHS: _("Write a stay of 1 to %(most)s months.", most=MOST_MONTHS),
        Fault.YEARS: _("The last year cannot be before the first."),
        Fault.FIELD: _("Write fields by their four digits, for example 0613."),
        Fault.LEVEL: _("Choose levels of study among those in the list."),
        Fault.LEVEL_OF_NO_LANGUAGE: _("Choose the language that the level is of."),
        Fault.TWICE: _("The same condition stands here twice."),
    }[fault]
