"""Who may do what with applications: one line a permission, read it aloud."""

from app.applications.models import (
    Appeal,
    Application,
    CaseNote,
    ChangeRequest,
    DocumentSlot,
    EligibilityException,
    Export,
    Letter,
    Likeness,
    MessageTemplate,
    Nomination,
    Nominator,
    ReferenceRequest,
    SavedView,
)
from app.applications.states import ApplicationState, NominationState, RouteKind
from app.foundation.actors import SYSTEM, Actor, Role, Scope
from app.foundation.permissions import Permission, Rule
from app.opportunities import policy as opportunities
from app.opportunities.models import Opportunity, Programme


@Rule
def is_applicant(actor: Actor, application: Application) -> bool:
    return actor.user_id is not None and application.applicant_id == actor.user_id


@Rule
def is_somebody(actor: Actor, _opportunity: Opportunity) -> bool:
    return actor.user_id is not None


@Rule
def manages_call(actor: Actor, application: Application) -> bool:
    """Decides on who came to it: `opportunities.decides_on`. The opportunity must be loaded."""
    return opportunities.decides_on.holds(actor, application.opportunity)


@Rule
def manages_programme_of_call(actor: Actor, application: Application) -> bool:
    """For what only calls have: placements. The opportunity must be loaded."""
    return (opportunities.manages & opportunities.is_a_call).holds(actor, application.opportunity)


@Rule
def approves_for_call(actor: Actor, application: Application) -> bool:
    return opportunities.approves_for.holds(actor, application.opportunity)


@Rule
def is_secretariat(actor: Actor, application: Application) -> bool:
    return opportunities.is_secretariat.holds(actor, application.opportunity)


@Rule
def was_submitted(_actor: Actor, application: Application) -> bool:
    """Drafts are the applicant's own: no office sees who is writing one."""
    return application.submitted_at is not None


@Rule
def is_draft(_actor: Actor, application: Application) -> bool:
    return application.state is ApplicationState.DRAFT


@Rule
def has_an_office(actor: Actor, _subject: object) -> bool:
    """Manages or approves for some programme, or is the secretariat."""
    return any(actor.is_a(r) for r in (Role.MANAGER, Role.APPROVER, Role.SECRETARIAT))


@Rule
def asked_for_it(actor: Actor, export: Export) -> bool:
    return actor.user_id is not None and export.asked_by_id == actor.user_id


@Rule
def call_is_in_own_office(actor: Actor, export: Export) -> bool:
    """The opportunity must be loaded. Roles may have ended since the export was asked for."""
    return (opportunities.decides_on | opportunities.is_secretariat).holds(
        actor, export.opportunity
    )


@Rule
def is_the_site(actor: Actor, _subject: object) -> bool:
    return actor is SYSTEM


@Rule
def opened_by_link(actor: Actor, request: ReferenceRequest) -> bool:
    """Came by the link (or the code) of this request: it opens this one and nothing else."""
    return actor.guest_of == (request.__tablename__, request.id)


@Rule
def is_sent(_actor: Actor, letter: Letter) -> bool:
    """What is being written is its writer's alone."""
    return letter.submitted_at is not None


@Rule
def is_confidential(_actor: Actor, letter: Letter) -> bool:
    return letter.confidential


@Rule
def recommends_actor(actor: Actor, letter: Letter) -> bool:
    """The letter is about the actor. Its request with the application must be loaded."""
    return is_applicant.holds(actor, letter.request.application)


@Rule
def is_for_own_office(actor: Actor, letter: Letter) -> bool:
    return office_of_call.holds(actor, letter.request.application)


@Rule
def changes_own(actor: Actor, request: ChangeRequest) -> bool:
    """Was asked to change the own application. It must be loaded."""
    return is_applicant.holds(actor, request.application)


@Rule
def wrote_note(actor: Actor, note: CaseNote) -> bool:
    return actor.user_id is not None and note.author_id == actor.user_id


@Rule
def answers_for_nominator(actor: Actor, nominator: Nominator) -> bool:
    """Nominates for this body. Its route must be loaded."""
    roles = [Role.NOMINATOR, Role.COORDINATOR]
    also = {RouteKind.CENTRE: Role.CENTRE, RouteKind.HOST: Role.HOST}.get(nominator.route.kind)
    return any(
        actor.holds(role, Scope.ORGANISATION, nominator.organisation_id)
        for role in (*roles, *([also] if also else []))
    )


@Rule
def was_asked_to_nominate(actor: Actor, nomination: Nomination) -> bool:
    """The body that this person chose is the actor's. Nominator and route must be loaded."""
    asked = nomination.state is not NominationState.CHOSEN
    return asked and answers_for_nominator.holds(actor, nomination.nominator)


@Rule
def may_nominate_somewhere(actor: Actor, _subject: object) -> bool:
    roles = (Role.NOMINATOR, Role.COORDINATOR, Role.CENTRE, Role.HOST)
    return any(actor.scopes(role, Scope.ORGANISATION) for role in roles)


@Rule
def appeals_own(actor: Actor, appeal: Appeal) -> bool:
    """Made the appeal: nobody answers the own one. The application must be loaded."""
    return is_applicant.holds(actor, appeal.application)


@Rule
def decided_it(actor: Actor, appeal: Appeal) -> bool:
    """Took the decision that is appealed."""
    return appeal.decided_by_id is not None and appeal.decided_by_id == actor.user_id


@Rule
def office_of_appeal(actor: Actor, appeal: Appeal) -> bool:
    return office_of_call.holds(actor, appeal.application)


@Rule
def office_decides_on(actor: Actor, slot: DocumentSlot) -> bool:
    """Of what was sent, or what the office was asked about. The application must be loaded."""
    application = slot.application
    known = application.submitted_at is not None or slot.asked_at is not None
    return known and (manages_call & ~is_applicant).holds(actor, application)


@Rule
def asked_for_exception(actor: Actor, asked: EligibilityException) -> bool:
    """The application must be loaded with its opportunity, here and below."""
    return is_applicant.holds(actor, asked.application)


@Rule
def manages_call_of_exception(actor: Actor, asked: EligibilityException) -> bool:
    return manages_call.holds(actor, asked.application)


@Rule
def office_of_exception(actor: Actor, asked: EligibilityException) -> bool:
    return runs_call.holds(actor, asked.application.opportunity)


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
def saved_view(actor: Actor, view: SavedView) -> bool:
    return actor.user_id is not None and view.owner_id == actor.user_id


@Rule
def manages_programme(actor: Actor, programme: Programme) -> bool:
    return actor.holds(Role.MANAGER, Scope.PROGRAMME, programme.id)


@Rule
def template_of_own_programme(actor: Actor, template: MessageTemplate) -> bool:
    return actor.holds(Role.MANAGER, Scope.PROGRAMME, template.programme_id)


@Rule
def view_is_shared(_actor: Actor, view: SavedView) -> bool:
    return view.shared


@Rule
def manages_call_of_view(actor: Actor, view: SavedView) -> bool:
    """The opportunity must be loaded, here and below."""
    return opportunities.decides_on.holds(actor, view.opportunity)


@Rule
def view_is_of_own_office(actor: Actor, view: SavedView) -> bool:
    return runs_call.holds(actor, view.opportunity)


runs_call = opportunities.works_on
office_of_call = (manages_call | approves_for_call | is_secretariat) & was_submitted

PUT_IN_ORDER: Permission[object] = Permission(
    "applications.put_in_order", "Only the site itself puts its lists in order.", is_the_site
)
LIST_AGAIN: Permission[object] = Permission(
    "applications.list again", "Only the site itself keeps its lists afresh.", is_the_site
)
VIEW = Permission(
    "applications.view", "You may not see this application.", is_applicant | office_of_call
)
READ_APART = Permission(
    "applications.read apart",
    "Health and passport documents are opened by the applicant and who decides about the "
    "application.",
    is_applicant | (manages_call & was_submitted),
)
START = Permission(
    "applications.start",
    "Sign in to apply for this; for a group, its host institution applies.",
    is_somebody
    & opportunities.is_published
    & opportunities.takes_applications
    & opportunities.may_come_to_it,
)
FILL_IN = Permission(
    "applications.fill in", "Only the applicant may fill in this application.", is_applicant
)
TRACK = Permission(
    "applications.track",
    "Only the office that runs this call may see its applications.",
    runs_call,
)
SAVE_VIEW = Permission(
    "applications.save view",
    "Only the office that runs this call may save views of its list.",
    runs_call,
)
HANDLE_VIEW = Permission(
    "applications.handle view",
    "Only who saved this view, or who manages the call, may change it.",
    view_is_of_own_office & (saved_view | (view_is_shared & manages_call_of_view)),
)
TRACK_ANY: Permission[object] = Permission(
    "applications.track any",
    "Only offices that run calls may see this page.",
    has_an_office,
)
DECIDE_TOGETHER = Permission(
    "applications.decide together",
    "Only managers of the programme or staff of the centre may decide about applications.",
    opportunities.decides_on,
)
SCREEN = Permission(
    "applications.screen",
    "Only managers of the programme or staff of the centre may decide on eligibility.",
    manages_call & was_submitted & ~is_applicant,
)
DECIDE = Permission(
    "applications.decide",
    "Only managers of the programme or staff of the centre may shortlist applications or pass "
    "them over.",
    manages_call & was_submitted & ~is_applicant,
)
READ_AS_OFFICE = Permission(
    "applications.read as office",
    "Only the office that runs this call may read this page, and nobody their own application.",
    office_of_call & ~is_applicant,
)
WITHDRAW = Permission(
    "applications.withdraw", "Only the applicant may withdraw this application.", is_applicant
)
EXPORT = Permission(
    "applications.export",
    "Only managers of the programme or staff of the centre and the secretariat may take "
    "applications out.",
    opportunities.decides_on | opportunities.is_secretariat,
)
HANDLE_EXPORT = Permission(
    "applications.handle export",
    "Only who asked for this file may take it or call it off.",
    asked_for_it & call_is_in_own_office,
)
SET_LETTERS = Permission(
    "applications.set letters",
    "Only managers of the programme or staff of the centre may say how many letters are asked for.",
    opportunities.decides_on,
)
SET_ROUTES = Permission(
    "applications.set routes",
    "Only managers of the programme or staff of the centre may say by which ways people apply.",
    opportunities.decides_on,
)
NOMINATE_SOMEWHERE: Permission[object] = Permission(
    "applications.nominate somewhere",
    "Only bodies that nominate people have this page.",
    may_nominate_somewhere,
)
NOMINATE = Permission(
    "applications.nominate",
    "Only the body that this person chose may answer.",
    was_asked_to_nominate,
)
NOT_ONESELF = Permission("applications.not oneself", "Nobody nominates themselves.", ~is_applicant)
RANK_NOMINATED = Permission(
    "applications.rank nominated",
    "Only the body that nominated these people may put them in order.",
    answers_for_nominator,
)
ASK_FOR_LETTERS = Permission(
    "applications.ask for letters",
    "Only the applicant may ask people for letters of recommendation.",
    is_applicant,
)
RECOMMEND = Permission(
    "applications.recommend",
    "This link opens one letter of recommendation, and not this one.",
    opened_by_link,
)
READ_LETTER = Permission(
    "applications.read letter",
    "You may not read this letter.",
    is_sent & ((is_for_own_office & ~recommends_actor) | (recommends_actor & ~is_confidential)),
)
HANDLE_LETTERS = Permission(
    "applications.handle letters",
    "Only managers of the programme or staff of the centre may record letters that came by post.",
    manages_call & was_submitted & ~is_applicant,
)
CHASE: Permission[object] = Permission(
    "applications.chase", "Reminders go out by themselves.", is_the_site
)
ASK_FOR_CHANGES = Permission(
    "applications.ask for changes",
    "Only managers of the programme or staff of the centre may ask an applicant to change "
    "something.",
    manages_call & was_submitted & ~is_applicant,
)
MAKE_CHANGES = Permission(
    "applications.make changes",
    "Only the applicant may change this application.",
    changes_own,
)
ANSWER_EXCEPTION = Permission(
    "applications.answer exception",
    "Only managers of the programme or staff of the centre may let a condition pass, and nobody "
    "their own.",
    manages_call_of_exception & ~asked_for_exception,
)
READ_EXCEPTION = Permission(
    "applications.read exception",
    "Only the office of this call reads what it was asked.",
    office_of_exception & ~asked_for_exception,
)
DECIDE_DOCUMENT = Permission(
    "applications.decide document",
    "Only managers of the programme or staff of the centre decide about a document, and nobody "
    "about their own.",
    office_decides_on,
)
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
FIND_ALIKE: Permission[object] = Permission(
    "applications.find alike", "Only the site itself looks for who applied twice.", is_the_site
)
COMPARE = Permission(
    "applications.compare",
    "Two applications are compared by who works in the offices of both.",
    office_of_both & (shares_more_than_kept_apart | manages_both),
)
REMOVE_NOTE = Permission(
    "applications.remove note", "Only who wrote a note takes it away.", wrote_note
)
APPEAL = Permission(
    "applications.appeal", "Only the applicant may appeal this decision.", is_applicant
)
ANSWER_APPEAL = Permission(
    "applications.answer appeal",
    "An appeal is answered by somebody of the office who did not take the decision.",
    office_of_appeal & ~decided_it & ~appeals_own,
)
