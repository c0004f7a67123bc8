"""How a photo looks, in 64 bits: alike for what is alike, whatever its size and however it was saved."""

from dataclasses import dataclass
from itertools import pairwise

COLUMNS, ROWS = 9, 8  # of the tiny grey picture that a look is made from
FLAT = 24  # of 255: with less contrast a picture looks like any other, and is compared with none
ALIKE = 6  # of 64 bits may differ: a photo scaled, saved again or framed


@dataclass(frozen=True, kw_only=True)
class Proof:
    """A photo that proves something: its key in the bucket (a digest of the file), and how it looks.

    `look` is its difference hash, 16 hex digits; None where it is not comparable.
    """

    key: str
    look: str | None = None

    @property
    def marks(self) -> tuple[str, ...]:
        """Under which it is found again: whatever is alike has one mark or more in common.

        Seven bits that differ leave one of eight bytes as it was.
        """
        look = self.look or ""
        bytes_ = (f"{n}-{look[n : n + 2]}" for n in range(0, len(look), 2))
        return (self.key, *bytes_)

    def is_like(self, other: "Proof") -> bool:
        return self.key == other.key or are_alike(self.look, other.look)


def look_of(grey: bytes) -> str | None:
    """The difference hash of a picture of 9 columns and 8 rows: is each dot darker than the next?

    https://www.hackerfactor.com/blog/index.php?/archives/529-Kind-of-Like-That.html
    """
    if max(grey) - min(grey) < FLAT:
        return None
    rows = (grey[at : at + COLUMNS] for at in range(0, COLUMNS * ROWS, COLUMNS))
    bits = "".join(str(int(left < right)) for row in rows for left, right in pairwise(row))
    return f"{int(bits, 2):016x}"


def are_alike(one: str | None, other: str | None) -> bool:
    if one is None or other is None:
        return False
    return (int(one, 16) ^ int(other, 16)).bit_count() <= ALIKE
