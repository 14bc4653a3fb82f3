"""The report of a language test, opened by the universities of a nomination."""

from typing import BinaryIO

from app.exchanges.models import LanguageScore
from app.exchanges.queries import scores_of
from app.files.operations import open_file
from app.foundation.errors import NotFound
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.ledger.operations import note_view
from app.mobility import policy
from app.mobility.models import ExchangeNomination


def open_report(
    work: Work, nomination: ExchangeNomination, score_id: int
) -> tuple[LanguageScore, BinaryIO]:
    """Open the report of a score of the student, who reads later that one did.

    The nomination must be what the actor's page found.
    """
    policy.VIEW_NOMINATION.require(work.actor, nomination)
    scores = scores_of(nomination.person_id).where(LanguageScore.id == score_id)
    score = work.session.scalars(scores).one_or_none()
    if score is None or score.file is None:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    note_view(work, score, person_id=nomination.person_id, what="language test")
    return score, open_file(score.file)
