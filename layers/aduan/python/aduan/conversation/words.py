"""The words of short answers and orders, as people of Kediri type them."""

import re

GREETINGS = frozenset(
    "p halo hallo hai hi hello helo min mimin admin mbak mas pak bu ibu bapak wali permisi selamat "
    "pagi siang sore malam assalamualaikum assalamu'alaikum salam kulonuwun nuwun sewu tes test ping "
    "mau lapor laporan nanya tanya start mulai menu dong ya".split()
)
THANKFUL = frozenset("terima terimakasih makasih mksh trims suwun nuwun thanks thank tks".split())
THANKS = THANKFUL | frozenset(
    "kasih matur maturnuwun you oke ok ya pak bu mbak min admin wali banyak sudah sip siap".split()
)
YES = frozenset("ya iya y yes benar betul bener leres inggih nggih ok oke sip kirim 👍".split())
NO = frozenset("tidak bukan salah gak ga nggak ora mboten dudu ubah ganti".split())
HELP = frozenset("bantuan help info cara ?".split())
CANCEL = frozenset("batal batalkan cancel".split())
STATUS = re.compile(r"^\s*(?:cek|status|lacak|perkembangan)\b|sampai mana laporan", re.IGNORECASE)
_RATING = re.compile(r"\s*(?:nilai\s*)?([1-5])\s*(?:/\s*5)?\s*[.!]?\s*|\s*((?:⭐\ufe0f?){1,5})\s*")
_WORD = re.compile(r"[\w']+|👍|\?")


def words_of(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def rating_in(text: str) -> str | None:
    """A rating said in words or stars: "4", "nilai 4", "4/5", ⭐⭐⭐⭐."""
    said = _RATING.fullmatch(text)
    if said is None:
        return None
    return said.group(1) or str(said.group(2).count("⭐"))
