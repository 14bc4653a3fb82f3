"""Lists of nominations: looked into, judged and sent as they were seen."""

from sqlalchemy import func, select

from app.accounts.models import User
from app.exchanges.queries import own_university
from app.foundation.database import db
from app.foundation.dry_runs import seal
from app.foundation.work import unit_of_work
from app.mobility import operations as verbs
from app.mobility import queries
from app.mobility.comparing import as_told
from app.mobility.models import ExchangeNomination
from app.mobility.operations.bringing import rows_of
from app.mobility.states import LIVING
from tests import make

HERE = "/mobility/office/lists"


def address_of(student) -> str:
    return db.session.get_one(User, student.user_id).email


def table(*rows, headings="student,place,note,level,field") -> str:
    return "\n".join([headings, *(",".join(map(str, row)) for row in rows)]) + "\n"


def looked(home, content: str | bytes, name: str = "list.csv") -> int:
    content = content.encode() if isinstance(content, str) else content
    with unit_of_work(home.actor, now=make.NOW) as work:
        university = work.find(own_university(work.actor, home.id))
        return verbs.look_into_list(work, university, content=content, file_name=name).id


def judged(home, list_id: int):
    db.session.rollback()
    db.session.expire_all()
    found = db.session.scalars(queries.list_to_open(home.actor, list_id)).one()
    rows = queries.judged(db.session(), found.home_id, rows_of(found).rows, make.NOW)
    return [one for one, _row in rows]


def seal_of(home, list_id: int) -> str:
    return seal(as_told(judged(home, list_id)))


def bringing(home, list_id: int, seen: str | None = None):
    seen = seal_of(home, list_id) if seen is None else seen
    with unit_of_work(home.actor, now=make.NOW) as work:
        found = work.find(queries.list_to_open(work.actor, list_id))
        return verbs.nominate_as_seen(work, found, seen=seen)


def living(place: int) -> int:
    query = select(func.count(ExchangeNomination.id)).where(
        ExchangeNomination.posting_id == place, ExchangeNomination.state.in_(LIVING)
    )
    return db.session.scalar(query) or 0


def told(rows) -> list[tuple[str, str]]:
    return [(one.fate.value, one.why) for one in rows]
