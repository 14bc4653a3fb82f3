"""Sending what waits in the outbox: leased, written, handed to the mail server, marked as sent.

Any number of processes may do it at once. A letter whose sender died is sent again when its lease
ends, under the same Message-ID; one that cannot be sent waits longer each time.
"""

import logging
import smtplib
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from app.foundation import clock
from app.foundation.actors import SYSTEM
from app.foundation.logs import say
from app.foundation.work import unit_of_work
from app.notifications import queries
from app.notifications.models import OutboxMessage
from app.notifications.rendering import Letterhead, render
from app.notifications.smtp import MailServer, NobodyThere, NotSent, hand_over

BATCH = 10
DEMO_BATCH = 500
LEASE = timedelta(minutes=5)
SPARE = timedelta(minutes=2)
WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15))
LONGEST_WAIT = timedelta(hours=1)
MOST_TRIES = 48
# Plain ASCII on the wire, whatever the letter's script: every mail server understands it.
POLICY = SMTP.clone(cte_type="7bit")


@dataclass(frozen=True, slots=True)
class PostOffice:
    """Who sends, from where, through which server; no server means the demo mailbox only."""

    head: Letterhead
    sender: str
    reply_to: str
    server: MailServer | None

    @property
    def host(self) -> str:
        return self.sender.rpartition("@")[2]


def never() -> bool:
    return False


def deliver_due(office: PostOffice, stopping: Callable[[], bool] = never) -> int:
    """Send a batch of what is due; returns how many letters were taken in hand."""
    if office.server is None:
        return _fill_the_demo_mailbox()
    leased = _lease()
    if leased:
        with ExitStack() as open_line:
            _send_all(office, leased, open_line, stopping)
    return len(leased)


def _fill_the_demo_mailbox() -> int:
    with unit_of_work(SYSTEM) as work:
        query = queries.due(work.now).limit(DEMO_BATCH).with_for_update(skip_locked=True)
        told = work.session.scalars(query).all()
        for message in told:
            message.sent_at, message.tries = work.now, message.tries + 1
        return len(told)


def _lease() -> list[OutboxMessage]:
    """Take the next few into our hands, for as long as a lease lasts."""
    with unit_of_work(SYSTEM) as work:
        query = queries.due(work.now).limit(BATCH).with_for_update(skip_locked=True)
        leased = list(work.session.scalars(query))
        for message in leased:
            message.leased_until = work.now + LEASE
        return leased


def _send_all(
    office: PostOffice,
    leased: list[OutboxMessage],
    line: ExitStack,
    stopping: Callable[[], bool],
) -> None:
    """One conversation for the batch; a server that is away or slow, or our stop, ends it early."""
    smtp: smtplib.SMTP | None = None
    ends = clock.now() + LEASE
    for position, message in enumerate(leased):
        if stopping() or clock.now() > ends - SPARE:
            _give_back(leased[position:])
            return
        try:
            mail = compose(office, message)
        except Exception as error:  # a template's mistake must not stop the other letters
            say("mail.unwritable", level=logging.ERROR, kind=message.kind, why=str(error)[:300])
            _mark_failed_try(message, NotSent(f"{type(error).__name__}: {error}"))
            continue
        try:
            smtp = smtp or line.enter_context(_server(office).connected(office.host))
            hand_over(smtp, mail)
        except NobodyThere as error:
            _mark_failed_try(message, error)
            _give_back(leased[position + 1 :])
            return
        except NotSent as error:
            _mark_failed_try(message, error)
        else:
            _mark_sent(message)


def _server(office: PostOffice) -> MailServer:
    assert office.server is not None  # noqa: S101 - deliver_due has asked
    return office.server


def compose(office: PostOffice, message: OutboxMessage) -> EmailMessage:
    """The message as a mail: text, and a page where its kind has one."""
    letter = render(office.head, message.kind, message.values, message.locale, message.zone)
    mail = EmailMessage(policy=POLICY)
    user, _at, domain = office.sender.rpartition("@")
    mail["From"] = Address(office.head.site_name, user, domain)
    mail["To"] = message.address
    mail["Subject"] = letter.subject
    mail["Date"] = format_datetime(clock.now())
    mail["Message-ID"] = f"<{message.message_id}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["Content-Language"] = message.locale
    reply_to = message.values.get("reply_to") or office.reply_to
    if reply_to:
        mail["Reply-To"] = str(reply_to)
    mail.set_content(letter.text)
    if letter.html:
        mail.add_alternative(letter.html, subtype="html")
    return mail


def wait_before_try(tries: int) -> timedelta:
    """How long to wait after so many tries: a minute at first, an hour from the fourth on."""
    return WAITS[tries - 1] if tries <= len(WAITS) else LONGEST_WAIT


def _mark_sent(message: OutboxMessage) -> None:
    with unit_of_work(SYSTEM) as work:
        row = work.session.get_one(OutboxMessage, message.id)
        row.sent_at, row.leased_until, row.last_error = work.now, None, None
        row.tries += 1
        _forget_the_key(row)
    say("mail.sent", kind=message.kind, id=message.id)


def _mark_failed_try(message: OutboxMessage, error: NotSent) -> None:
    with unit_of_work(SYSTEM) as work:
        row = work.session.get_one(OutboxMessage, message.id)
        row.tries += 1
        row.leased_until, row.last_error = None, str(error)
        row.next_try_at = work.now + wait_before_try(row.tries)
        if error.for_good or row.tries >= MOST_TRIES:
            row.failed_at = work.now
            _forget_the_key(row)
        event = "mail.waits" if row.failed_at is None else "mail.failed"
        tries = row.tries
    say(event, level=logging.WARNING, kind=message.kind, id=message.id, tries=tries, why=str(error))


def _forget_the_key(row: OutboxMessage) -> None:
    """A way in that has left, or never will, is of no use to whoever reads this table."""
    instead = row.values.get("instead", "" if row.person_id is None else None)
    if instead is not None and "path" in row.values:
        row.values = {**row.values, "path": instead}


def _give_back(messages: list[OutboxMessage]) -> None:
    """Letters that were not tried are free for anybody at once."""
    if not messages:
        return
    with unit_of_work(SYSTEM) as work:
        for message in messages:
            work.session.get_one(OutboxMessage, message.id).leased_until = None
