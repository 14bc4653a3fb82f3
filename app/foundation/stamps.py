"""The number that grows with every change that a public page shows: kept pages ask it."""

from sqlalchemy import update
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.database import Base
from app.foundation.work import Work


class CatalogueStamp(Base):
    """One row whose number grows with every change that the catalogue shows: caches ask it."""

    __tablename__ = "catalogue_stamp"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]


def stamp_catalogue(work: Work) -> None:
    """Say that public pages show something else from now on, so that kept ones are dropped."""
    stamped = work.session.execute(
        update(CatalogueStamp)
        .where(CatalogueStamp.id == 1)
        .values(number=CatalogueStamp.number + 1)
    )
    if stamped.rowcount == 0:  # type: ignore[attr-defined]
        work.session.add(CatalogueStamp(id=1, number=1))
