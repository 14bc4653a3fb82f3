"""Finding a part of a stay to change it: the stay is locked first, whatever part it is."""

from app.foundation.work import Work
from app.stays import queries
from app.stays.models import Preparation, StayChange, StayReport


def find_preparation(work: Work, preparation_id: int) -> Preparation:
    stay = work.find(queries.stay_of(work.actor, Preparation, preparation_id))
    return next(one for one in stay.preparations if one.id == preparation_id)


def find_change(work: Work, change_id: int) -> StayChange:
    stay = work.find(queries.stay_of(work.actor, StayChange, change_id))
    return next(one for one in stay.changes if one.id == change_id)


def find_report(work: Work, report_id: int) -> StayReport:
    stay = work.find(queries.stay_of(work.actor, StayReport, report_id))
    return next(one for one in stay.reports if one.id == report_id)
