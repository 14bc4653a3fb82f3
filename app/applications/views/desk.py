"""What every page of a draft shows beside its own: the title, the task list, the deadline."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.applications import queries
from app.applications.forms import asked_if
from app.applications.models import Application, Document, DocumentSlot, Nomination, UploadGrace
from app.applications.progress import (
    Gap,
    Step,
    StepState,
    asked_answers,
    gaps,
    not_asked,
    steps,
)
from app.applications.queries.arriving import purpose_of, uploads_for
from app.applications.queries.exceptions import codes_let_pass
from app.applications.queries.grace import graces_of
from app.applications.queries.letters import Letters, letters
from app.applications.queries.nominating import Ways, nomination_of, ways
from app.applications.queries.slots import said_of_slot
from app.applications.states import SlotState
from app.files.models import Upload
from app.files.retention import days_kept_apart
from app.foundation import clock, languages
from app.foundation.web import current_actor
from app.opportunities import deadlines
from app.opportunities.eligibility import Outcome, RuleResult, excepted, may_apply
from app.opportunities.form_definitions import (
    FormDefinition,
    Question,
    Section,
    hidden_sections,
    rows_in_words,
    text_in,
)
from app.opportunities.models import Opportunity
from app.opportunities.queries import own_deadline


class Refused(NamedTuple):
    """Why something about a document was refused, and beside which of its fields it stands.

    `field` is "file", "because" (one cannot get it) or "note" (the upload fails), and `typed` what
    was written there.
    """

    sentence: str
    field: str = "file"
    typed: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """An application on its applicant's desk."""

    application: Application
    person: User
    form: FormDefinition
    steps: list[Step]
    conditions: list[RuleResult]
    arriving: list[Upload]
    letters: Letters | None = None
    # A deadline that was given to this person or country beyond everybody's.
    own_deadline: datetime | None = None
    graces: Sequence[UploadGrace] = ()
    ways: Ways | None = None
    nomination: Nomination | None = None

    @property
    def opportunity(self) -> Opportunity:
        return self.application.opportunity

    @property
    def title(self) -> str:
        return queries.title_in(self.opportunity, languages.reader().locale)[0]

    @property
    def title_lang(self) -> str:
        return queries.title_in(self.opportunity, languages.reader().locale)[1]

    @property
    def days_kept_apart(self) -> int:
        return days_kept_apart()

    @property
    def gaps(self) -> list[Gap]:
        return gaps(self.steps)

    @property
    def way_missing(self) -> bool:
        """The call asks by which way one applies, and that is not said yet."""
        return self.ways is not None and not self.ways.is_settled

    @property
    def eligible(self) -> bool:
        """Nothing in the profile stands against it, as far as the profile says."""
        return may_apply(self.conditions)

    @property
    def unsure(self) -> bool:
        return any(result.outcome is Outcome.UNKNOWN for result in self.conditions)

    @property
    def takes_applications(self) -> bool:
        return deadlines.accepts_for(self.opportunity, self.own_deadline, clock.now())

    @property
    def closes_at(self) -> datetime | None:
        """The applicant's own deadline where there is one, else everybody's."""
        ends, own = self.opportunity.closes_at, self.own_deadline
        return own if own is not None and ends is not None and own > ends else ends

    @property
    def is_extended(self) -> bool:
        return self.closes_at != self.opportunity.closes_at

    @property
    def late(self) -> bool:
        """The announced deadline is over and only the minutes of grace are left."""
        closes_at = self.closes_at
        return self.takes_applications and closes_at is not None and clock.now() > closes_at

    @property
    def days_left(self) -> int | None:
        closes_at = self.closes_at
        return None if closes_at is None else (closes_at - clock.now()).days

    @property
    def saved_today(self) -> bool:
        """Whether the clock time alone says when it was saved."""
        return clock.now() - self.application.saved_at < timedelta(hours=12)

    def section_of(self, question: Question) -> Section:
        return next(s for s in self.form.sections if question in s.questions)

    def step(self, section: Section) -> Step:
        left_out = Step(section, StepState.OPTIONAL, ())
        return next((step for step in self.steps if step.section is section), left_out)

    def asks(self, section: Section) -> bool:
        """Whether the answers in other sections ask this one at all."""
        return any(step.section is section for step in self.steps)

    def listed(self, here: str) -> list[tuple[Section, Step | None, str]]:
        """The task list beside the section `here`: (section, its step, what a script watches).

        Without a step it is not asked, but may come up by what is answered on this page.
        """
        steps = {step.section.key: step for step in self.steps}
        section = self.form.section(here)
        on_page = {question.key for question in section.questions} if section else set()
        elsewhere = self.answers_but(section) if section else {}
        told = [(s, steps.get(s.key), asked_if(s, on_page, elsewhere)) for s in self.form.sections]
        return [(s, step, watched) for s, step, watched in told if step or watched]

    def after(self, section: Section, answers: Mapping[str, Any]) -> Section | None:
        """The section that follows for who answers this one so; None after the last."""
        left_out = hidden_sections(self.form, {**self.answers_but(section), **answers})
        following = self.form.sections[self.form.sections.index(section) + 1 :]
        return next((s for s in following if s.key not in left_out), None)

    def slot(self, key: str) -> DocumentSlot | None:
        return next((slot for slot in self.application.slots if slot.kind == key), None)

    def documents(self, key: str) -> list[Document]:
        slot = self.slot(key)
        return [] if slot is None else [d for d in slot.documents if d.removed_at is None]

    def on_its_way(self, key: str) -> list[Upload]:
        """Files for this document of which a part has arrived."""
        purpose = purpose_of(self.application.id, key)
        return [upload for upload in self.arriving if upload.purpose == purpose]

    def answers_but(self, section: Section) -> dict[str, Any]:
        """What is kept in every other section, by question."""
        rows = (row for row in self.application.sections if row.section != section.key)
        return {key: value for row in rows for key, value in row.answers.items()}

    @property
    def not_asked(self) -> frozenset[str]:
        """The questions that the answers so far leave out."""
        return not_asked(self.form, {r.section: r.answers for r in self.application.sections})

    def given_time(self, key: str) -> UploadGrace | None:
        """That its upload failed in time, so that it may follow for a day."""
        slot = self.slot(key)
        if slot is None or slot.state is not SlotState.GIVEN_TIME:
            return None
        return next((grace for grace in self.graces if grace.kind == key), None)

    def decided(self, key: str) -> str:
        """What the office said of this document, in words; "" for nothing."""
        slot = self.slot(key)
        return said_of_slot(slot) if slot else ""

    def promised(self, key: str) -> bool:
        """Its digest is registered, so it counts as handed in; its bytes may come later."""
        slot = self.slot(key)
        return slot is not None and slot.state is SlotState.PROMISED

    @property
    def still_to_come(self) -> list[Question]:
        """The documents of which only the digest is there."""
        documents = [q for s in self.form.sections for q in s.documents]
        return [q for q in documents if self.promised(q.key) or self.given_time(q.key)]

    def answer(self, section: str, question: str) -> Any:
        """What is kept in answer to this question; None for nothing."""
        row = next((r for r in self.application.sections if r.section == section), None)
        return None if row is None else row.answers.get(question)

    def rows(self, section: Section, question: Question) -> list[list[str]]:
        """What is kept in rows, in words, column by column."""
        kept = self.answer(section.key, question.key)
        return rows_in_words(question, kept, languages.reader().locale)

    @property
    def nationalities(self) -> list[str]:
        return [languages.country_name(n.country_code) for n in self.person.nationalities]

    @property
    def institution(self) -> str:
        named = self.person.home_institution
        return named.name if named else self.person.home_institution_text

    def text(self, texts: dict[str, str]) -> str:
        return text_in(texts, languages.reader().locale)[0]

    def lang(self, texts: dict[str, str]) -> str:
        return text_in(texts, languages.reader().locale)[1]


def desk(session: Session, application: Application) -> Desk:
    """Everything of `queries.applications_to_fill_in` must be loaded."""
    person = session.execute(queries.person_with_profile(application.applicant_id)).scalar_one()
    form = queries.form_of(application)
    places = queries.number_of_places(session, application.opportunity_id)
    found = ways(session, application, person)
    return Desk(
        application,
        person,
        form,
        steps(form, queries.filled(application, person, places)),
        _conditions(session, application, person, form),
        list(session.scalars(uploads_for(application))),
        letters(session, application),
        own_deadline(session, current_actor(), application.opportunity_id),
        _graces(session, application),
        found,
        session.scalar(nomination_of(application.id)) if found else None,
    )


def _conditions(
    session: Session, application: Application, person: User, form: FormDefinition
) -> list[RuleResult]:
    """What comes of each, with what the office lets pass (read only where one is not met)."""
    said = asked_answers(form, {row.section: row.answers for row in application.sections})
    results = queries.conditions(application.opportunity, person, said, session=session)
    if may_apply(results):
        return results
    return excepted(results, codes_let_pass(session, application))


def _graces(session: Session, application: Application) -> Sequence[UploadGrace]:
    """Read only where a document of the application was given time."""
    if all(slot.state is not SlotState.GIVEN_TIME for slot in application.slots):
        return ()
    return session.scalars(graces_of(application.id)).all()
