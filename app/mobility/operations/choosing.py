"""A student ranks up to five places of a year, and sends the choices to the office at home."""

from sqlalchemy import select

from app.accounts.models import User
from app.accounts.queries import person
from app.audit.record import record
from app.exchanges.models import HomeDates, Posting
from app.exchanges.states import PostingStage
from app.exchanges.terms import STUDY_LEVELS, is_detailed_field
from app.foundation.actors import Role, Scope
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.languages import ngettext
from app.foundation.work import Work
from app.mobility import policy, queries
from app.mobility.models import MOST_CHOICES, Choice, ChoicesOfYear
from app.mobility.states import LIVING, ChoicesFlow, ChoicesState, all_called_off
from app.notifications.tasks import close_tasks, open_task
from app.opportunities.deadlines import end_of_day
from app.organisations.models import Organisation
from app.organisations.states import OrganisationState

TO_NOMINATE = "student to nominate"


def rank_posting(work: Work, posting: Posting) -> ChoicesOfYear:
    """Put a place last among one's choices of its year; once is enough.

    The posting must be loaded with its term, its host and whom it is for.
    """
    policy.RANK.require(work.actor, posting)
    if posting.stage is not PostingStage.OPEN:
        raise RuleBroken(_("Nominations are not open."))
    year = posting.term.year
    choices = work.session.scalar(
        queries.choices_of(work.actor.user_id or 0, year).with_for_update(of=ChoicesOfYear)
    )
    home = _home(work) if choices is None else choices.home
    if home.id == posting.organisation_id:
        raise RuleBroken(_("You study at this university already."))
    if posting.origin is not None and posting.origin_id != home.id:
        raise RuleBroken(_("These places are for students of %(name)s.", name=posting.origin.name))
    if choices is None:
        choices = ChoicesOfYear(
            person=work.session.scalars(person(work.actor)).one(),
            home=home,
            year=year,
            study_level=posting.levels[0] if posting.levels else 6,
            version=0,
            choices=[],
            nominations=[],
        )
        work.session.add(choices)
    if any(choice.posting_id == posting.id for choice in choices.choices):
        return choices
    _require_draft(choices)
    if len(choices.choices) >= MOST_CHOICES:
        raise RuleBroken(
            _("You rank %(most)s places of a year at most. Take one out first.", most=MOST_CHOICES)
        )
    choices.choices.append(Choice(posting_id=posting.id, rank=len(choices.choices) + 1))
    choices.version += 1
    work.session.flush()

    record(work, "choices.ranked", choices, about=posting.title)
    return choices


def raise_choice(work: Work, choices: ChoicesOfYear, posting_id: int) -> None:
    """Like this place better than the one before it."""
    policy.EDIT_CHOICES.require(work.actor, choices)
    _require_draft(choices)
    order = [choice.posting_id for choice in choices.choices]
    if posting_id in order[1:]:
        at = order.index(posting_id)
        order[at - 1], order[at] = order[at], order[at - 1]
        _rank(work, choices, order)

    record(work, "choices.reordered", choices)


def drop_choice(work: Work, choices: ChoicesOfYear, posting_id: int) -> None:
    """Take a place out; those behind it move up."""
    policy.EDIT_CHOICES.require(work.actor, choices)
    _require_draft(choices)
    order = [one.posting_id for one in choices.choices if one.posting_id != posting_id]
    _rank(work, choices, order)

    record(work, "choices.dropped", choices)


def save_choices(
    work: Work,
    choices: ChoicesOfYear,
    *,
    study_level: int,
    field: str,
    statement: str,
    version: int | None = None,
) -> None:
    """Write what the office at home and the hosts read."""
    policy.EDIT_CHOICES.require(work.actor, choices)
    _require_draft(choices)
    if study_level not in STUDY_LEVELS:
        raise RuleBroken(_("Choose levels of study among those in the list."))
    if field and not is_detailed_field(field):
        raise RuleBroken(_("Write fields by their four digits, for example 0613."))
    work.edit(choices, version)
    choices.study_level, choices.field, choices.statement = study_level, field, statement

    record(work, "choices.saved", choices)


def send_choices(work: Work, choices: ChoicesOfYear) -> None:
    """Give them to the international office at home, while it listens."""
    policy.EDIT_CHOICES.require(work.actor, choices)
    _require_draft(choices)
    if not choices.choices:
        raise RuleBroken(_("Rank one place at least."))
    if not choices.field:
        raise RuleBroken(_("Say what you study before you send your choices."))
    for choice in choices.choices:
        if choice.posting.stage is not PostingStage.OPEN:
            raise RuleBroken(
                _(
                    "Nominations to “%(title)s” are not open any more. Take it out.",
                    title=choice.posting.title,
                )
            )
    _refuse_late(work, choices)

    ChoicesFlow.send(choices)
    choices.sent_at = work.now
    choices.version += 1
    ask_to_nominate(work, choices)

    record(work, "choices.sent", choices, name=choices.home.name)


def take_back_choices(work: Work, choices: ChoicesOfYear) -> None:
    """Change them once more; possible until the office nominates, or when that is called off."""
    policy.EDIT_CHOICES.require(work.actor, choices)
    if choices.state is not ChoicesState.SENT:
        raise RuleBroken(_("These choices are not with your office."))
    if not all_called_off(choices.nominations):
        raise RuleBroken(_("Your office has nominated you already; speak with it."))

    ChoicesFlow.take_back(choices)
    choices.version += 1
    close_tasks(work, TO_NOMINATE, choices)

    record(work, "choices.taken back", choices)


def withdraw_choices(work: Work, choices: ChoicesOfYear) -> None:
    """Not go abroad in this year after all."""
    policy.EDIT_CHOICES.require(work.actor, choices)
    if choices.state is ChoicesState.WITHDRAWN:
        return
    if any(one.state in LIVING for one in choices.nominations):
        raise RuleBroken(_("You are nominated: cancel the nomination first."))

    ChoicesFlow.withdraw(choices)
    choices.version += 1
    close_tasks(work, TO_NOMINATE, choices)

    record(work, "choices.withdrawn", choices)


def ask_to_nominate(work: Work, choices: ChoicesOfYear) -> None:
    """It is the office at home that has the student now."""
    open_task(
        work,
        TO_NOMINATE,
        choices,
        role=Role.COORDINATOR,
        scope=Scope.ORGANISATION,
        scope_id=choices.home_id,
        about=choices.person.passport_name,
        year=choices.year,
    )


def _home(work: Work) -> Organisation:
    """Where the profile says that one studies."""
    home_id = work.session.scalar(
        select(User.home_institution_id).where(User.id == work.actor.user_id)
    )
    home = work.session.get(Organisation, home_id) if home_id else None
    if home is None or home.state is not OrganisationState.ACTIVE:
        raise RuleBroken(
            _("Say in your profile which university you study at: its office nominates you.")
        )
    return home


def _require_draft(choices: ChoicesOfYear) -> None:
    if choices.state is ChoicesState.SENT:
        raise RuleBroken(_("Your choices are with your office. Take them back to change them."))
    if choices.state is ChoicesState.WITHDRAWN:
        raise RuleBroken(_("You have withdrawn these choices."))


def _rank(work: Work, choices: ChoicesOfYear, order: list[int]) -> None:
    """Anew from the first on: no rank may be given twice, not even for a moment."""
    choices.choices = []
    work.session.flush()
    choices.choices = [Choice(posting_id=one, rank=n) for n, one in enumerate(order, 1)]
    choices.version += 1
    work.session.flush()


def _refuse_late(work: Work, choices: ChoicesOfYear) -> None:
    """The office at home may have named a last day for its own students."""
    ids = [choice.posting_id for choice in choices.choices]
    said = select(HomeDates.tell_by).where(
        HomeDates.posting_id.in_(ids), HomeDates.organisation_id == choices.home_id
    )
    days = work.session.scalars(said).all()
    over = [day for day in days if end_of_day(day, choices.home.zone) < work.now]
    if over:
        raise RuleBroken(
            ngettext(
                "Your office wanted to hear from you earlier, for %(num)s of these places. "
                "Ask it, or take the place out.",
                "Your office wanted to hear from you earlier, for %(num)s of these places. "
                "Ask it, or take the places out.",
                len(over),
            )
        )
