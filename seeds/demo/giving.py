"""What the centres of the demo give and write to their participants, and what people miss."""

from datetime import datetime, timedelta
from io import BytesIO

from app.applications.queries.writing import Text
from app.courses import queries
from app.courses.operations import MaterialTerms, add_material, write_to_group
from app.courses.states import Group
from app.files.operations import check_file
from app.foundation.actors import SYSTEM
from app.foundation.work import unit_of_work
from app.opportunities.operations import note_unmet_searches
from seeds.demo.papers import paper
from seeds.demo.stage import Company


def give_materials(company: Company, dates: dict[str, int], now: datetime) -> None:
    """A reading list for everybody, and the slides of the first meeting for those with a seat."""
    content = paper("Before we meet", "Lontar")
    slides = check_file(BytesIO(content), file_name="slides-1.pdf", declared="application/pdf")
    for name in ("autumn", "weekly", "evenings"):
        with company.acts("centre-sg", now - timedelta(days=8)) as work:
            run = work.find(queries.run_to_open(work.actor, dates[name]))
            everybody = MaterialTerms("What to read before", for_everybody=True)
            add_material(work, run, everybody, url="https://courses.example.org/reading-list")
            work.session.flush()
            first = MaterialTerms("Slides", meeting_id=run.meetings[0].id)
            add_material(work, run, first, file=slides)


BEFORE_WE_MEET = {
    "en": Text(
        "Before we meet",
        "Please read the first two pages of the reading list.\n"
        "Whoever has a corpus of their own may bring it: we look at three of them together.",
    ),
    "km": Text(
        "មុនពេលយើងជួបគ្នា",
        "សូមអានទំព័រពីរដំបូងនៃបញ្ជីអំណាន។\n"
        "អ្នកណាមានទិន្នន័យអត្ថបទផ្ទាល់ខ្លួន អាចយកមកបាន៖ "
        "យើងនឹងមើលបីក្នុងចំណោមនោះជាមួយគ្នា។",
    ),
}


def write_to_participants(company: Company, run_id: int, now: datetime) -> None:
    """A few words before the first meeting, to everybody with a seat."""
    with company.acts("centre-sg", now - timedelta(days=7)) as work:
        run = work.find(queries.run_to_open(work.actor, run_id))
        number = len(work.session.scalars(queries.group_of_run(run.id, Group.ENROLLED)).all())
        write_to_group(work, run, Group.ENROLLED, BEFORE_WE_MEET, count=number)


LOOKED_FOR = {"speech recognition for lao": 7, "ai for rice farmers": 5, "ការបកប្រែ": 4, "robots": 2}


def look_in_vain(now: datetime) -> None:
    """What readers of the catalogue looked for and did not find."""
    with unit_of_work(SYSTEM, now=now - timedelta(days=5)) as work:
        note_unmet_searches(work, LOOKED_FOR)
