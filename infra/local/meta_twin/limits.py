"""Sending too fast: WhatsApp's limits for a number and one conversation, Instagram's for an account."""

from collections.abc import Callable

from infra.local.meta_twin.errors import instagram_error, whatsapp_error


class Bucket:
    """Holds `size` permissions to send and gets `per_s` new ones a second."""

    def __init__(self, size: float, per_s: float, now: float) -> None:
        self._size = size
        self._per_s = per_s
        self._left = size
        self._at = now

    def take(self, now: float) -> bool:
        self._left = min(self._size, self._left + (now - self._at) * self._per_s)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


class WhatsAppLimits:
    """80 messages a second per number, both ways (130429); to one person one in 6 s, bursts to 45
    (131056)."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._number = Bucket(80, 80, clock())
        self._pairs: dict[str, Bucket] = {}

    def received(self) -> None:
        """A citizen's message takes its share of the number's second."""
        self._number.take(self._clock())

    def count(self, address: str) -> None:
        """Count one message to that address, or refuse it."""
        now = self._clock()
        pair = self._pairs.setdefault(address, Bucket(45, 1 / 6, now))
        if not self._number.take(now):
            raise whatsapp_error(130429, "Message failed to send: rate limit of this number hit")
        if not pair.take(now):
            details = "Message failed to send: too many messages to the same phone number"
            raise whatsapp_error(131056, details)


class InstagramLimits:
    """Words 100 and films or sounds 10 a second per account (613).

    Meta says 300 and in older pages 100: the lower holds here.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._words = Bucket(100, 100, clock())
        self._films = Bucket(10, 10, clock())

    def count(self, kinds: list[str]) -> None:
        """Count one call with files of these kinds, or refuse it."""
        heavy = any(kind in ("audio", "video") for kind in kinds)
        if not (self._films if heavy else self._words).take(self._clock()):
            raise instagram_error(613, "(#613) Calls to this api have exceeded the rate limit.")
