"""What a domain operation may refuse with, and the HTTP answer each one becomes."""


class Refusal(Exception):
    """An operation declined to happen; nothing was written."""

    http_status = 409


class NotFound(Refusal):
    """There is no such thing, or it is not this actor's to see."""

    http_status = 404


class NoLonger(Refusal):
    """There was such a thing for whoever asks, and it has ended: a link that was replaced, say."""

    http_status = 410


class NotPermitted(Refusal):
    """This actor may not do this to this subject."""

    http_status = 403


class RuleBroken(Refusal):
    """A rule of the programme forbids it; the message is shown to the person."""


class ChangedMeanwhile(Refusal):
    """Somebody saved another version after this form was opened."""


class IllegalMove(Refusal):
    """The subject's state has no such move from here."""
