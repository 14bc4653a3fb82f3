"""Who works on cases: notes, tasks, messages, and people who applied twice."""

from app.applications.models import (
    CaseNote,
    Likeness,
    MessageTemplate,
)
from app.applications.policy.whose import (
    is_applicant,
    manages_call,
    office_of_call,
    runs_call,
    was_submitted,
)
from app.foundation.actors import Actor, Role, Scope
from app.foundation.permissions import Permission, Rule
from app.opportunities import policy as opportunities
from app.opportunities.models import Programme


@Rule
def wrote_note(actor: Actor, note: CaseNote) -> bool:
    return actor.user_id is not None and note.author_id == actor.user_id


@Rule
def office_of_both(actor: Actor, pair: Likeness) -> bool:
    """Both applications must be loaded with their opportunities, here and below."""
    return all((office_of_call & ~is_applicant).holds(actor, a) for a in (pair.first, pair.second))


@Rule
def manages_both(actor: Actor, pair: Likeness) -> bool:
    return all(manages_call.holds(actor, a) for a in (pair.first, pair.second))


@Rule
def shares_more_than_kept_apart(_actor: Actor, pair: Likeness) -> bool:
    """Not only a health or passport document tells that the two are alike."""
    return pair.shown


@Rule
def manages_programme(actor: Actor, programme: Programme) -> bool:
    return actor.holds(Role.MANAGER, Scope.PROGRAMME, programme.id)


@Rule
def template_of_own_programme(actor: Actor, template: MessageTemplate) -> bool:
    return actor.holds(Role.MANAGER, Scope.PROGRAMME, template.programme_id)


MESSAGE = Permission(
    "applications.message",
    "Only managers of the programme or staff of the centre may write to applicants, and nobody "
    "to themselves.",
    manages_call & was_submitted & ~is_applicant,
)
MESSAGE_TOGETHER = Permission(
    "applications.message together",
    "Only managers of this programme may write to its applicants.",
    opportunities.manages,
)
WORK_TOGETHER = Permission(
    "applications.work together",
    "Only the office that runs this call works on several of its cases at once.",
    runs_call,
)
WRITE_TEMPLATES = Permission(
    "applications.write templates",
    "Only managers of this programme may write its messages.",
    manages_programme,
)
HANDLE_TEMPLATE = Permission(
    "applications.handle template",
    "Only managers of this programme may change its messages.",
    template_of_own_programme,
)
WORK_ON_CASE = Permission(
    "applications.work on case",
    "Only the office of this call works on its cases.",
    office_of_call & ~is_applicant,
)
COMPARE = Permission(
    "applications.compare",
    "Two applications are compared by who works in the offices of both.",
    office_of_both & (shares_more_than_kept_apart | manages_both),
)
REMOVE_NOTE = Permission(
    "applications.remove note", "Only who wrote a note takes it away.", wrote_note
)
