"""What an office writes to many: its templates, their texts, and who would get them."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import User
from app.applications.models import Application, MessageTemplate, MessageText
from app.foundation.actors import Actor, Role
from app.opportunities.models import Opportunity, OpportunityText
from app.opportunities.queries import programmes_of


class Text(NamedTuple):
    subject: str
    body: str


def templates_visible_to(actor: Actor) -> Select[MessageTemplate]:
    """The templates in use of the programmes that this person works for."""
    query = (
        select(MessageTemplate)
        .options(joinedload(MessageTemplate.programme))
        .where(MessageTemplate.ended_at.is_(None))
    )
    if actor.is_a(Role.SECRETARIAT):
        return query
    offices = programmes_of(actor, Role.MANAGER, Role.APPROVER)
    return query.where(MessageTemplate.programme_id.in_(offices))


def templates_of(actor: Actor, programme_id: int) -> Select[MessageTemplate]:
    """The templates of one programme, by name."""
    query = templates_visible_to(actor).where(MessageTemplate.programme_id == programme_id)
    return query.order_by(MessageTemplate.name, MessageTemplate.id).limit(200)


def texts_of(session: Session, template: MessageTemplate) -> dict[str, Text]:
    """The newest text of a template in each language that it has."""
    query = select(MessageText.locale, MessageText.subject, MessageText.body).where(
        MessageText.template_id == template.id, MessageText.number == template.number
    )
    return {locale: Text(subject, body) for locale, subject, body in session.execute(query)}


def readers(session: Session, applications: Sequence[Application]) -> dict[int, User]:
    """The applicants, by id."""
    ids = {application.applicant_id for application in applications}
    return {user.id: user for user in session.scalars(select(User).where(User.id.in_(ids)))}


def titles_of(session: Session, opportunity: Opportunity) -> dict[str, str]:
    """The opportunity's title in each language it has, the original first."""
    texts = select(OpportunityText.locale, OpportunityText.title).where(
        OpportunityText.opportunity_id == opportunity.id
    )
    by_locale = {opportunity.original_locale: opportunity.title}
    return by_locale | {locale: title for locale, title in session.execute(texts) if title}


def language_for(locale: str, texts: dict[str, Text]) -> str:
    """In which language somebody who reads `locale` gets a message that has these texts."""
    return next(one for one in (locale, "en", *sorted(texts)) if one in texts)


def languages_used(readers: Sequence[User], texts: dict[str, Text]) -> Counter[tuple[str, str]]:
    """How many read which language, and get the message in which: {(read, got): number}."""
    return Counter((user.locale, language_for(user.locale, texts)) for user in readers)
