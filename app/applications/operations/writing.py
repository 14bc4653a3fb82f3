"""Writing to applicants: templates of a programme, and one message to one or many."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from app.accounts.models import User
from app.accounts.queries import recipient
from app.applications import policy
from app.applications.messages import OfficeWrote
from app.applications.models import Application, MessageTemplate, MessageText
from app.applications.operations.applying import titles
from app.applications.operations.together import confirm_count, do_with_each, once
from app.applications.placeholders import PLACEHOLDERS, filled, unknown
from app.applications.queries.writing import Text, language_for, readers, texts_of
from app.audit.record import record
from app.foundation import languages
from app.foundation.errors import ChangedMeanwhile, RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.notifications.notify import notify_each
from app.opportunities.models import Opportunity, Programme

MOST_TEMPLATES = 200
SEND = "applications.message together"


def write_template(
    work: Work, programme: Programme, *, name: str, texts: Mapping[str, Text]
) -> MessageTemplate:
    """Write a message that the programme's office can send from now on."""
    policy.WRITE_TEMPLATES.require(work.actor, programme)
    _refuse_unclear(texts)
    _refuse_name(work, programme.id, name)
    template = MessageTemplate(programme_id=programme.id, name=name, number=1)
    work.session.add(template)
    work.session.flush()
    _keep(work, template, texts)

    record(work, "template.written", template, programme_id=programme.id, name=name)
    return template


def rewrite_template(
    work: Work,
    template: MessageTemplate,
    *,
    name: str,
    texts: Mapping[str, Text],
    version: int | None,
) -> None:
    """Change a message: what was sent before stays as it was."""
    policy.HANDLE_TEMPLATE.require(work.actor, template)
    _refuse_unclear(texts)
    work.edit(template, version)
    _refuse_name(work, template.programme_id, name, except_for=template.id)
    template.name = name
    if dict(texts) != texts_of(work.session, template):
        template.number += 1
        _keep(work, template, texts)

    record(work, "template.rewritten", template, programme_id=template.programme_id, name=name)


def end_template(work: Work, template: MessageTemplate) -> None:
    """Take a message out of use."""
    policy.HANDLE_TEMPLATE.require(work.actor, template)
    template.ended_at = work.now

    record(work, "template.ended", template, programme_id=template.programme_id, name=template.name)


def message_together(
    work: Work,
    opportunity: Opportunity,
    applications: Sequence[Application],
    template: MessageTemplate,
    *,
    number: int | None,
    count: int | None,
    key: str = "",
) -> int:
    """Send a message to the applicants, each in their language; to all of them or to none.

    `number` is the version of the text that the person read, `count` the number that they typed.
    """
    if not once(work, SEND, key, opportunity):
        return len(applications)
    do_with_each(applications, lambda a: policy.MESSAGE.require(work.actor, a))
    confirm_count(count, len(applications))
    if template.programme_id != opportunity.programme_id:
        raise RuleBroken(_("This message is of another programme."))
    if template.number != number:
        raise ChangedMeanwhile(
            _("The message was changed meanwhile. Read it as it is now, then send it.")
        )
    texts = texts_of(work.session, template)
    people = readers(work.session, applications)
    named = titles(work, opportunity)
    programme = work.session.scalars(
        select(Programme.name).where(Programme.id == template.programme_id)
    ).one()
    notify_each(
        work,
        (
            (
                recipient(people[a.applicant_id]),
                message_for(people[a.applicant_id], a, texts, named=named, programme=programme),
            )
            for a in applications
        ),
        once=f"template {template.id}:{key or work.now.isoformat()}",
    )
    for application in applications:
        record(
            work,
            "application.written to",
            application,
            opportunity_id=opportunity.id,
            name=template.name,
        )
    return len(applications)


def message_for(
    reader: User,
    application: Application,
    texts: Mapping[str, Text],
    *,
    named: Mapping[str, str],
    programme: str,
) -> OfficeWrote:
    """The message as this applicant gets it; `named`: the call's title in its languages."""
    opportunity = application.opportunity
    locale = language_for(reader.locale, dict(texts))
    with languages.speaking(locale, reader.zone or opportunity.closes_zone):
        closes = opportunity.closes_at
        values = {
            "name": reader.shown_name,
            "number": application.ref,
            "call": named.get(locale) or next(iter(named.values())),
            "closes": languages.moment(closes) if closes else _("Without a closing date"),
            "programme": programme,
        }
    return OfficeWrote(
        application_id=application.id,
        ref=application.ref,
        titles=dict(named),
        written_in=locale,
        heading=" ".join(filled(texts[locale].subject, values).split()),
        text=filled(texts[locale].body, values),
    )


def _refuse_unclear(texts: Mapping[str, Text]) -> None:
    if not texts:
        raise RuleBroken(_("Write the message in one language at least."))
    for locale, text in texts.items():
        language = languages.language_name(locale)
        if not text.subject or not text.body:
            raise RuleBroken(
                _("%(language)s: write both the subject and the text.", language=language)
            )
        wrong = unknown(text.subject) + unknown(text.body)
        if wrong:
            raise RuleBroken(
                _(
                    "%(language)s: %(wrong)s means nothing. What may stand in braces: %(known)s.",
                    language=language,
                    wrong=languages.listed(wrong),
                    known=languages.listed([f"{{{name}}}" for name in PLACEHOLDERS]),
                )
            )


def _refuse_name(
    work: Work, programme_id: int, name: str, *, except_for: int | None = None
) -> None:
    used = select(MessageTemplate.id, MessageTemplate.name).where(
        MessageTemplate.programme_id == programme_id, MessageTemplate.ended_at.is_(None)
    )
    others = [row for row in work.session.execute(used) if row.id != except_for]
    if any(row.name == name for row in others):
        raise RuleBroken(_("This office has a message of this name already."))
    if len(others) >= MOST_TEMPLATES:
        raise RuleBroken(
            _("This office has %(most)s messages; use one of them.", most=MOST_TEMPLATES)
        )


def _keep(work: Work, template: MessageTemplate, texts: Mapping[str, Text]) -> None:
    assert work.actor.user_id is not None  # noqa: S101 - the office is somebody
    for locale, text in texts.items():
        work.session.add(
            MessageText(
                template_id=template.id,
                number=template.number,
                locale=locale,
                subject=text.subject,
                body=text.body,
                written_by_id=work.actor.user_id,
                written_at=work.now,
            )
        )
