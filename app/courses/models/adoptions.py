"""Which courses are adapted from another centre's."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.courses.models.courses import Course, CourseVersion
from app.foundation.database import Entity, Moment


class CourseAdoption(Entity):
    """That a course began as this published version of another centre's course."""

    __tablename__ = "course_adoption"

    course_id: Mapped[int] = mapped_column(ForeignKey(Course.id), unique=True)
    original_id: Mapped[int] = mapped_column(ForeignKey(CourseVersion.id), index=True)
    adopted_at: Mapped[Moment]
    adopted_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))

    course: Mapped[Course] = relationship(lazy="raise_on_sql")
    original: Mapped[CourseVersion] = relationship(lazy="raise_on_sql")
