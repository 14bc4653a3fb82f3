"""What an application asks for: when somebody would come, for what, and from where."""

from dataclasses import dataclass
from datetime import date

from app.applications.models import Application
from app.applications.states import ApplicationState
from app.audit.record import record
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.organisations.models import Organisation
from app.research_stays import policy, queries
from app.research_stays.models import ResearchStayCall, StayRequest
from app.research_stays.states import Purpose


@dataclass(frozen=True, slots=True)
class Home:
    """Where somebody works: a body of the house, or one as it writes itself, with its country."""

    body: Organisation | None = None
    name: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A stay as somebody wishes it. Days are days where the host is."""

    purpose_kind: Purpose
    purpose: str
    starts_on: date
    ends_on: date
    home: Home
    function: str
    brings: str = ""
    project_id: int | None = None


def find_application(work: Work, application_id: int) -> Application:
    """One's own application for a research stay, held."""
    visible = queries.own_application(work.actor, application_id)
    return work.find(visible.execution_options(populate_existing=True))


def ask_for_stay(
    work: Work, application: Application, wanted: Wanted, *, version: int | None = None
) -> StayRequest:
    """Say what the application asks for, until it is submitted. Raises RuleBroken."""
    policy.ASK.require(work.actor, application)
    if application.state is not ApplicationState.DRAFT:
        raise RuleBroken(_("This request was sent, so it cannot be changed any more."))
    call = work.session.get_one(ResearchStayCall, application.opportunity_id)
    refuse_other_days(call, wanted.starts_on, wanted.ends_on)
    if wanted.purpose_kind.value not in call.purposes:
        raise RuleBroken(_("Choose one of the kinds of stay that the call names."))
    _refuse_home(call, wanted.home)
    if not (wanted.purpose.strip() and wanted.function.strip()):
        raise RuleBroken(_("Say what the stay is for, and what you do at your institution."))

    kept = work.session.scalar(queries.request_of(application.id).with_for_update(of=StayRequest))
    asked = kept or StayRequest(
        application_id=application.id, call_id=call.id, host_id=call.organisation_id
    )
    if kept is not None:
        work.edit(kept, version)
    _write(work, asked, wanted)
    work.session.add(asked)
    application.lacks = ""
    work.session.flush()

    record(
        work,
        "stayrequest.saved",
        asked,
        application_id=application.id,
        opportunity_id=call.id,
    )
    return asked


def _write(work: Work, asked: StayRequest, wanted: Wanted) -> None:
    home = wanted.home
    asked.purpose_kind, asked.purpose = wanted.purpose_kind, wanted.purpose.strip()
    asked.starts_on, asked.ends_on = wanted.starts_on, wanted.ends_on
    asked.home_id = home.body.id if home.body else None
    asked.home_name = "" if home.body else home.name.strip()
    asked.home_country = home.body.country_code if home.body else home.country
    asked.function, asked.brings = wanted.function.strip(), wanted.brings.strip()
    asked.project_id = _project(work, asked.host_id, wanted.project_id)


def _project(work: Work, host_id: int, project_id: int | None) -> int | None:
    """One of the host's own that is under way."""
    if project_id is None:
        return None
    if all(one.id != project_id for one in work.session.scalars(queries.projects_of([host_id]))):
        raise RuleBroken(_("Choose a project in which the host takes part."))
    return project_id


def _refuse_home(call: ResearchStayCall, home: Home) -> None:
    if home.body is not None and home.body.id == call.organisation_id:
        raise RuleBroken(_("You ask for a stay elsewhere than at your own institution."))
    if home.body is None and not (home.name.strip() and home.country):
        raise RuleBroken(_("Say where you work, and in which country that is."))


def refuse_other_days(call: ResearchStayCall, first_on: date, last_on: date) -> None:
    """Refuse days that the call does not name."""
    days = (last_on - first_on).days + 1
    if days < 1:
        raise RuleBroken(_("The last day comes after the first."))
    if not call.fewest_days <= days <= call.most_days:
        raise RuleBroken(
            _(
                "A stay lasts from %(fewest)s to %(most)s days; this one has %(days)s.",
                fewest=call.fewest_days,
                most=call.most_days,
                days=days,
            )
        )
    early = call.starts_on is not None and first_on < call.starts_on
    if early or (call.ends_on is not None and last_on > call.ends_on):
        raise RuleBroken(_("The days are outside those that the call names."))
