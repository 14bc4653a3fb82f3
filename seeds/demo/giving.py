"""What the centres of the demo give their participants: links, and files of their meetings."""

from datetime import datetime, timedelta
from io import BytesIO

from app.courses import queries
from app.courses.operations import MaterialTerms, add_material
from app.files.operations import check_file
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
