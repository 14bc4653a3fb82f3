"""Materials of some dates: added, changed, put in order, taken away."""

from dataclasses import dataclass

from app.audit.record import record
from app.courses import policy, queries
from app.courses.models import CourseRun, Material
from app.files.operations import CheckedFile, erase_file, keep_checked_file
from app.files.states import FileState, Sensitivity
from app.foundation.errors import NotFound, RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.once import earlier_result, remember_result
from app.foundation.stamps import stamp_catalogue
from app.foundation.work import Work

MOST_MATERIALS = 100


@dataclass(frozen=True, slots=True)
class MaterialTerms:
    """What is said of a link or a file; `meeting_id` None: of all meetings."""

    title: str
    meeting_id: int | None = None
    for_everybody: bool = False


def add_material(
    work: Work,
    run: CourseRun,
    terms: MaterialTerms,
    *,
    url: str = "",
    file: CheckedFile | None = None,
    request_key: str = "",
) -> Material:
    """Give participants a link or a file, after the others. The run must be held."""
    policy.EDIT_RUN.require(work.actor, run)
    earlier = earlier_result(work, "add material", request_key)
    if earlier is not None:
        return _of(work, run, earlier)[1]
    if bool(url) == bool(file):
        raise RuleBroken(_("Write a link or choose a file, not both."))
    _refuse_other_meetings(run, terms)
    known = queries.materials_of(work.session, run.id)
    if len(known) >= MOST_MATERIALS:
        raise RuleBroken(_("There are %(most)s materials already.", most=MOST_MATERIALS))
    kept = None
    if file is not None:
        owner = work.actor.user_id or 0
        kept = keep_checked_file(work, file, owner_id=owner, sensitivity=Sensitivity.ORDINARY)
        work.session.flush()
    made = Material(
        run_id=run.id,
        url=url,
        file_id=kept.id if kept else None,
        position=known[-1].position + 1 if known else 1,
        added_at=work.now,
        added_by_id=work.actor.user_id or 0,
    )
    _say(made, terms)
    work.session.add(made)
    work.session.flush()
    remember_result(work, "add material", request_key, made.id)
    stamp_catalogue(work)

    record(work, "run.material added", run, title=made.title)
    return made


def _refuse_other_meetings(run: CourseRun, terms: MaterialTerms) -> None:
    if terms.meeting_id is not None and terms.meeting_id not in {one.id for one in run.meetings}:
        raise RuleBroken(_("Choose one of the meetings of these dates."))


def _say(material: Material, terms: MaterialTerms) -> None:
    material.title, material.meeting_id = terms.title, terms.meeting_id
    material.for_everybody = terms.for_everybody


def _of(work: Work, run: CourseRun, material_id: int) -> tuple[list[Material], Material]:
    known = queries.materials_of(work.session, run.id)
    found = next((one for one in known if one.id == material_id), None)
    if found is None:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    return known, found


def change_material(
    work: Work, run: CourseRun, material_id: int, terms: MaterialTerms, *, version: int | None
) -> None:
    """Say something else of it, or of whom it is for. The run must be held."""
    policy.EDIT_RUN.require(work.actor, run)
    _refuse_other_meetings(run, terms)
    _known, material = _of(work, run, material_id)
    work.edit(material, version)
    _say(material, terms)
    stamp_catalogue(work)

    record(work, "run.material changed", run, title=terms.title)


def move_material_up(work: Work, run: CourseRun, material_id: int) -> None:
    """Put it before the one that stands before it. The run must be held."""
    policy.EDIT_RUN.require(work.actor, run)
    known, material = _of(work, run, material_id)
    place = known.index(material)
    if place > 0:
        known[place - 1 : place + 1] = [material, known[place - 1]]
    for position, one in enumerate(known, start=1):
        one.position = position
    stamp_catalogue(work)

    record(work, "run.materials ordered", run)


def remove_material(work: Work, run: CourseRun, material_id: int) -> None:
    """Take it away; the bytes of a file go with it. The run must be held."""
    policy.EDIT_RUN.require(work.actor, run)
    _known, material = _of(work, run, material_id)
    title, file = material.title, material.file
    work.session.delete(material)
    if file is not None and file.state is FileState.KEPT:
        erase_file(work, file)
    stamp_catalogue(work)

    record(work, "run.material removed", run, title=title)
