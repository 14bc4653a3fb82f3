"""A learning agreement as the values of Erasmus Without Paper, and which version a file means.

What the format requires and nobody has written yet is named (`missing`), so that an office knows
what to write rather than that a file cannot be made.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.accounts.models import LanguageSkill
from app.accounts.states import LanguageLevel
from app.exchanges.levels import Known
from app.exchanges.queries import answering, best_score
from app.interchange import agreements as ewp
from app.learning import queries, standing
from app.learning.models import LearningAgreement, LearningWriting
from app.learning.states import Missing, Why
from app.learning.tables import Row, Table, Tables, difference, in_order
from app.mobility.queries import Contact, contacts_of_host
from app.mobility.states import Side

APP = "Lontar"
_PROPOSAL = re.compile(r"([1-9][0-9]{0,8})-([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Beside:
    """What a file says and no writing holds: who answers, and what is known of the language."""

    home: Contact | None
    host: Contact | None
    language: str
    known: Known | None = None
    is_first: bool = False
    asked: LanguageLevel | None = None

    @property
    def cefr(self) -> str:
        """What a test proves; else what the host asks, which the student agrees to reach."""
        if self.is_first or (self.known is None and self.asked is LanguageLevel.FIRST):
            return "NS"
        if self.known is not None:
            return self.known.level.value
        return self.asked.value if self.asked else ""


def beside_of(session: Session, agreement: LearningAgreement) -> Beside:
    """As it is known today; needs the agreement with all."""
    nomination = agreement.nomination
    language = language_of_instruction(agreement)
    native = exists().where(
        LanguageSkill.user_id == nomination.person_id,
        LanguageSkill.language == language,
        LanguageSkill.level == LanguageLevel.FIRST,
    )
    homes = answering(session, nomination.home_id, nomination.host_id).home
    hosts = contacts_of_host(session, nomination)
    return Beside(
        Contact(homes[0].name, homes[0].email, homes[0].function) if homes else None,
        hosts[0] if hosts else None,
        language,
        known=best_score(session, nomination.person_id, language) if language else None,
        is_first=bool(session.scalar(select(native))),
        asked=nomination.posting.language_level,
    )


def language_of_instruction(agreement: LearningAgreement) -> str:
    """The posting's, else that of the first course abroad that names one."""
    newest = queries.newest(agreement)
    content = queries.content_of(newest) if newest else None
    rows = content.of_table(Table.STUDIED) if content else ()
    return agreement.nomination.posting.language or next(
        (r.language for r in rows if r.language), ""
    )


def proposal_id(writing: LearningWriting) -> str:
    """How a file names a version: by its number and its fingerprint."""
    return f"{writing.number}-{writing.fingerprint}"


def version_meant(said: str) -> tuple[int, str] | None:
    """Number and fingerprint of the version that a file is about; None where it is no such."""
    found = _PROPOSAL.fullmatch(said.strip())
    return (int(found[1]), found[2]) if found else None


def proposed(agreement: LearningAgreement) -> LearningWriting | None:
    """The newest writing, where student and home have signed it and the host has said nothing."""
    newest = queries.newest(agreement)
    if newest is None or newest.number == agreement.agreed_number:
        return None
    value, signed = queries.value_of(newest), queries.signatures_of(agreement)
    if standing.refused_by(value, queries.refusals_of(agreement), signed):
        return None
    return newest if standing.signed_by(value, signed) == {Side.STUDENT, Side.HOME} else None


def missing(agreement: LearningAgreement, beside: Beside) -> list[Missing]:
    """In the order in which it is best written."""
    letter = agreement.nomination.letters[-1]
    lacks = {
        Missing.SIGNATURES: agreement.agreed_number is None and proposed(agreement) is None,
        Missing.HOME_CONTACT: beside.home is None,
        Missing.HOST_CONTACT: beside.host is None,
        Missing.FIELD: not letter.field,
        Missing.LANGUAGE: not beside.language,
        Missing.LEVEL: bool(beside.language) and not beside.cefr,
    }
    return [what for what, is_so in lacks.items() if is_so]


def as_ewp(agreement: LearningAgreement, beside: Beside) -> ewp.LearningAgreement:
    """The agreement in force, and the change of it that waits for the host.

    Needs everything that a page loads, and the letters of the nomination. Names are not divided
    here: the whole name is the family name, as in transcripts. Raises ValueError where something
    is missing.
    """
    if missing(agreement, beside) or beside.home is None or beside.host is None:
        raise ValueError("something is missing")
    nomination = agreement.nomination
    person, letter, year = nomination.person, nomination.letters[-1], nomination.posting.term.year
    by_number = {one.number: one for one in agreement.writings}
    first = by_number.get(agreement.first_agreed_number or 0)
    in_force = by_number.get(agreement.agreed_number or 0)
    waits = proposed(agreement)
    stays = queries.content_of(in_force or waits or agreement.writings[-1])
    changed = in_force is not None and first is not None and in_force.number != first.number
    return ewp.LearningAgreement(
        omobility_id=queries.number_of(agreement),
        sending=_institution(nomination.home.ref, beside.home),
        receiving=_institution(nomination.host.ref, beside.host),
        year=f"{year}/{year + 1}",
        student=ewp.Student(
            family_name=person.passport_name, born_on=person.born_on, email=person.email
        ),
        start=stays.first_on,
        end=stays.last_on,
        eqf_level=letter.study_level,
        isced=letter.field,
        language=beside.language,
        cefr_level=beside.cefr,
        first_version=_tables(first, None) if first else None,
        approved_changes=_tables(in_force, first) if changed and in_force else None,
        proposal=ewp.Proposal(proposal_id(waits), _tables(waits, first)) if waits else None,
    )


def _institution(ref: str, contact: Contact) -> ewp.Institution:
    return ewp.Institution(ref, ewp.Contact("", contact.name, contact.email))


def _tables(writing: LearningWriting, first: LearningWriting | None) -> ewp.Tables:
    """One writing; against the first that was agreed, what is new in it and what is gone."""
    content = queries.content_of(writing)
    before = queries.content_of(first) if first else None
    said = list(_components(content, before, writing))

    def of(table: Table) -> tuple[ewp.Component, ...]:
        return tuple(component for where, component in said if where is table)

    student, home = _signature(writing, Side.STUDENT), _signature(writing, Side.HOME)
    if student is None or home is None:
        raise ValueError("student and home sign before a file is made")
    return ewp.Tables(
        student,
        home,
        _signature(writing, Side.HOST),
        studied=of(Table.STUDIED),
        recognised=of(Table.RECOGNISED),
        virtual=of(Table.VIRTUAL),
    )


def _components(
    content: Tables, before: Tables | None, writing: LearningWriting
) -> Iterator[tuple[Table, ewp.Component]]:
    if before is None:
        yield from ((row.table, _component(row)) for row in content.rows)
        return
    changed = {one.key: one for one in difference(before, content).rows}
    now = {row.key: row for row in content.rows}
    for key in sorted(now.keys() | changed.keys(), key=in_order):
        if key not in changed:
            yield now[key].table, _component(now[key])
            continue
        one = changed[key]
        if one.before is not None:
            yield one.before.table, _component(one.before, ewp.Change.DELETED, writing)
        if one.after is not None:
            yield one.after.table, _component(one.after, ewp.Change.INSERTED, writing)


def _component(
    row: Row, change: ewp.Change | None = None, writing: LearningWriting | None = None
) -> ewp.Component:
    reason, words = _reason(change, writing)
    return ewp.Component(
        title=row.title,
        code=row.code,
        credits=(ewp.Credit(row.system, decimal_of(row.credits)),) if row.system else (),
        description=_description(row),
        change=change,
        reason=reason,
        reason_text=words,
    )


def _reason(
    change: ewp.Change | None, writing: LearningWriting | None
) -> tuple[ewp.ChangeReason | None, str]:
    """Why the version changes, where the format has a word for it that goes with the change."""
    if change is None or writing is None or writing.why is None:
        return None, ""
    if writing.why is not Why.OTHER:
        reason = ewp.ChangeReason(writing.why.value)
        if reason in ewp.REASONS[change]:
            return reason, ""
    return None, " ".join(writing.note.split())


def _description(row: Row) -> str:
    """Which row it is and what it counts as: the format has no place of its own for either."""
    facts = [row.key, row.term, row.language]
    if row.counts_as:
        facts.append(f"counts as {', '.join(row.counts_as)}")
    return "; ".join(fact for fact in facts if fact)


def _signature(writing: LearningWriting, side: Side) -> ewp.Signature | None:
    """The first of a side; of one that came as a file, what that said. Students sign unnamed."""
    said = next((one for one in writing.signatures if one.side is side), None)
    if said is None:
        return None
    if said.message is not None:
        one = said.message
        return ewp.Signature(one.signed_at, one.signer, one.function, one.email)
    if side is Side.STUDENT:
        return ewp.Signature(said.at, app=APP)
    person = said.person
    return ewp.Signature(said.at, person.passport_name, said.function, person.email, APP)


def decimal_of(value: Fraction) -> Decimal:
    """Exactly where decimals can say it, else to six places."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact if Fraction(exact) == value else round(exact, 6)
