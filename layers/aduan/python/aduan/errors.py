"""Every error the domain and its adapters raise. The workflow catches them by class name."""


class AduanError(Exception):
    """Base of all errors of this system. Texts hold ids and codes only, nothing of a citizen's."""


class IllegalTransitionError(AduanError):
    """The report's state does not allow this move; the page shows the state as it is."""


class StaleUpdateError(AduanError):
    """Someone else changed the item since it was read: read again, decide again."""


class AlreadySeenError(AduanError):
    """This message was handled before: acknowledge it, do nothing."""


class AlreadyLeftError(AduanError):
    """A message that should have been overtaken is on its way: decide again, knowing that."""


class NumberTakenError(AduanError):
    """The report number drawn is in use: draw another."""


class NotFoundError(AduanError):
    """No such item in the table."""


class TooManyTodayError(AduanError):
    """No more numbers are shown to this person, or to anybody, on this day."""


class NotOursError(AduanError):
    """The agency says that another one is responsible; `lifecycle.asl.json` routes again."""


class RejectedError(AduanError):
    """The agency will not act on the report; `lifecycle.asl.json` ends there."""


class WithdrawnError(AduanError):
    """The reporter has taken the report back; `lifecycle.asl.json` ends there."""


class PhotoRefusedError(AduanError):
    """A file cannot be taken as a photo. `reason`: gone, missing, wrong_type, heic or too_large."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class UndeliverableError(AduanError):
    """Meta will never deliver this message; `code` is Meta's. Record it, do not try again."""

    def __init__(self, code: int) -> None:
        super().__init__(f"Meta error {code}")
        self.code = code


class TryAgainError(AduanError):
    """The outside system could not do it now; the queue brings the work again."""


class AnswerLostError(TryAgainError):
    """The outside system was asked and did not answer: it may have done it all the same."""
