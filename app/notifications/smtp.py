"""The way to a mail server: connecting, handing over one letter, and what its refusals mean."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import parse_qs, unquote, urlsplit

SECONDS = 8


class NotSent(Exception):
    """The letter did not leave; `for_good` when trying again cannot help."""

    def __init__(self, why: str, *, for_good: bool = False) -> None:
        super().__init__(why[:500])
        self.for_good = for_good


class NobodyThere(NotSent):
    """The mail server itself could not be reached or spoken with."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where letters are handed over, as MAIL_URL says it."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    tls: bool = False
    starttls: bool = False

    @classmethod
    def from_url(cls, url: str) -> "MailServer":
        """Read smtp://user:password@host:port?tls=1 or smtps://…; secrets are percent-encoded."""
        parts = urlsplit(url)
        tls = parts.scheme == "smtps"
        starttls = parse_qs(parts.query).get("tls") == ["1"]
        usual = 465 if tls else 587 if starttls else 25
        return cls(
            host=parts.hostname or "localhost",
            port=parts.port or usual,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            tls=tls,
            starttls=starttls and not tls,
        )

    @contextmanager
    def connected(self, our_name: str) -> Iterator[smtplib.SMTP]:
        """A conversation with the server, closed at the end. Raises NobodyThere."""
        try:
            smtp = self._open(our_name)
        except (OSError, smtplib.SMTPException) as error:
            raise NobodyThere(f"{type(error).__name__}: {error}") from error
        try:
            yield smtp
        finally:
            smtp.close()

    def _open(self, our_name: str) -> smtplib.SMTP:
        trusted = ssl.create_default_context()
        if self.tls:
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, our_name, timeout=SECONDS, context=trusted
            )
        else:
            smtp = smtplib.SMTP(self.host, self.port, our_name, timeout=SECONDS)
        try:
            if self.starttls:
                smtp.starttls(context=trusted)
            if self.user:
                smtp.login(self.user, self.password)
        except BaseException:
            smtp.close()
            raise
        return smtp


def hand_over(smtp: smtplib.SMTP, letter: EmailMessage) -> None:
    """Give one letter to the server. Raises NotSent, or NobodyThere when it hung up.

    Only a refusal of this recipient or of this letter (5xx) is for good: one of the sender or of
    the password is a matter of our own settings, and may be put right.
    """
    try:
        smtp.send_message(letter)
    except smtplib.SMTPRecipientsRefused as error:
        code, why = next(iter(error.recipients.values()))
        raise NotSent(_said(code, why), for_good=500 <= code < 600) from error
    except smtplib.SMTPDataError as error:
        raise NotSent(
            _said(error.smtp_code, error.smtp_error), for_good=500 <= error.smtp_code < 600
        ) from error
    except smtplib.SMTPResponseException as error:
        raise NotSent(_said(error.smtp_code, error.smtp_error)) from error
    except (smtplib.SMTPNotSupportedError, UnicodeError) as error:
        raise NotSent(f"the address cannot be written here: {error}", for_good=True) from error
    except (smtplib.SMTPException, OSError) as error:
        raise NobodyThere(f"{type(error).__name__}: {error}") from error


def _said(code: int, why: bytes | str) -> str:
    return f"{code} {why.decode(errors='replace') if isinstance(why, bytes) else why}"
