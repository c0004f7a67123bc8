"""What a citizen wants in a few words, as people of Kediri type them: Indonesian, Javanese, chat spelling.

Orders and short answers only; what is told about a report is for `aduan.understanding`.
"""

import re
from enum import StrEnum


class Intent(StrEnum):
    YES = "yes"
    NO = "no"
    GREETING = "greeting"
    THANKS = "thanks"
    SOLVED = "solved"
    CANCEL = "cancel"
    START_OVER = "start_over"
    STATUS = "status"
    MY_REPORTS = "my_reports"
    ADD = "add"
    AGAIN = "again"
    WITHDRAW = "withdraw"
    RATE = "rate"
    HELP = "help"
    WHO = "who"
    SILENCE = "silence"
    SPEAK = "speak"
    MY_DATA = "my_data"
    ERASE = "erase"


# Said to be polite, and changes nothing.
_POLITE = frozenset(
    "pak bu bapak ibu mbak mbk mb mas min mimin admin kak kakak bang bos wali lho lo yo deh dong aja saja "
    "banget sekali ya nggih nggeh kok sih to tah tolong tlg mohon bapa bpk dik mba ng ini itu".split()
)
# A word of the first kind alone says it; with words of the second around it, still.
_YES = "ya iya y yes yup yoi benar bener betul leres inggih nggih nggeh enggih ok oke okay sip siip kirim lanjut lanjutkan gas setuju cocok 👍 👌 ✅"
_YES_TOO = "sudah udah wis wes sampun semua semuanya itu silakan siap deh saja"
_NO = "tidak bukan salah gak ga nggak engga enggak ora mboten dudu belum ubah ganti keliru no"
_NO_TOO = "benar bener betul itu tempatnya lokasinya jenisnya"
_GREETING = (
    "p halo hallo haloo hai hi hello helo hay selamat pagi siang sore malam assalamualaikum assalamu'alaikum "
    "assalamu alaikum wr wb salam salamualaikum kulonuwun permisi sugeng enjing enjang sonten dalu siang ndalu tes test "
    "ping misi punten nuwun sewu"
)
_GREETING_TOO = "mau ingin pengen saya sy lapor laporan melapor nanya tanya start mulai menu arep kula aku lapur"
_THANKS = (
    "terima terimakasih nuwun makasih makasi mksh trims trimakasih trmksh suwun swun nuhun matursuwun maturnuwun thanks thank "
    "tks thx tengkyu tq jazakallah 🙏 ❤️ ❤ 🥰 😊"
)
_THANKS_TOO = (
    "kasih matur you ok oke banyak sudah udah sip siap atas bantuannya bantuane sanget baik respon responnya cepat cepet "
    "semuanya sdh infonya kabarnya kabare informasinya 👍 ditunggu direspon dibantu semoga sukses selalu sehat bagus mantap"
)
_ALONE_IS_THANKS = frozenset("ok oke siap baik sip 👍 👌 mantap wokeh noted iya nggih".split())

_PATTERNS: tuple[tuple[Intent, str], ...] = (
    (Intent.ERASE, r"(?:hapus|hapuskan|delete) (?:semua )?data(?: saya| ku| pribadi)*|lupakan saya"),
    (Intent.MY_DATA, r"data (?:saya|pribadi saya|ku)|(?:apa saja )?data (?:saya )?(?:apa )?(?:yang|yg) (?:kalian )?(?:disimpan|punya).*"),
    (Intent.SILENCE, r"(?:stop|berhenti|jangan|ojo|aja|ga usah|gak usah|tidak usah|ndak usah)(?: lagi)? (?:kirim|kirimi|kabari|ngabari|chat|wa|mengirim|hubungi)(?: \w+){0,4}|stop|berhenti(?: berlangganan)?|unsubscribe|(?:jangan|ojo) ganggu(?: saya| aku)*"),
    (Intent.SPEAK, r"(?:kabari|kirimi|kirim kabar)(?: saya| aku)? lagi|lanjutkan kabar|mulai kabar(?: lagi)?"),
    (Intent.START_OVER, r"(?:mulai|ulang|ulangi|reset|baleni)(?: lagi| dari awal| saking awal| teka awal| maneh| ulang)*|dari awal(?: lagi)?|(?:buat |bikin |mau )*(?:lapor(?:an)?|laporan) baru"),
    (Intent.WITHDRAW, r"(?:tarik|cabut|batalkan|hapus)(?: kembali)? (?:laporan|aduan|lapuran)(?: \w+){0,4}|(?:laporan|aduan)(?:nya| saya| e)? (?:dibatalkan|dibatalin|ditarik|dicabut|dihapus|batalkan|batal)(?: saja)?"),
    (Intent.CANCEL, r"(?:(?:eh|he|hehe|haha|wkwk|wkwkwk|hehehe) )*(?:batal\w*|cancel|(?:ga|gak|g|nggak|ngga|enggak|tidak|tdk|ora|rasido|mboten) (?:jadi|jd|sido|sios|sios lapor)|rasido|(?:urung|wurung)|salah (?:kirim|pencet|sambung|ketik|chat)|be?canda(?:an)?|guyon\w*|iseng)(?: (?:lapor|laporan|laporannya|kok|iki|mau|aja|saja))*"),
    (Intent.MY_REPORTS, r"(?:daftar |lihat |apa saja )*(?:semua )?(?:laporan|aduan)(?: saya|ku)(?: apa saja| semua)?(?: apa)?|riwayat(?: laporan)?(?: saya)?"),
    (Intent.STATUS, r"(?:cek|status|lacak|tracking|progress|progres|perkembangan|kabar)(?: \S+){0,5}|(?:sudah |sdh |udah |wis |wes |sampun )*(?:sampai|sampe|tekan|teko|dumugi) (?:mana|ngendi|pundi|endi)(?: \S+){0,4}|(?:laporan|aduan|lapuran)(?:ku|nya| saya| kula| kemarin| e)* (?:gimana|bagaimana|piye|pripun|sudah|sdh|udah|wis|kok|apa|diproses|kapan|dimana)(?: \S+){0,5}|(?:gimana|bagaimana|piye|pripun) (?:kabar |perkembangan |nasib |kelanjutan )*(?:laporan|aduan|lapuran|tindak lanjut)(?: ?\S+){0,4}|kapan (?:dikerjakan|diperbaiki|ditangani|selesai|dibenahi|dandan|digarap|ditindaklanjuti|diproses|beres)(?:nya)?(?: \S+){0,3}|(?:kok )?(?:belum|blm|durung|dereng) (?:ada )?(?:dikerjakan|ditangani|diperbaiki|ditindaklanjuti|tindak lanjut|diproses|didandani|digarap|kabar)(?:nya)?(?: \S+){0,3}"),
    (Intent.AGAIN, r"(?:kok |lho |ternyata |tapi )*(?:masih|isih|tetap|tetep|taksih) (?:mati|gelap|peteng|mampet|banjir|rusak|bolong|berlubang|numpuk|sama|belum|bau|bocor|padam|tergenang|podo)(?: \S+){0,5}|(?:kok |lho |lampunya |lampune |airnya |sampahnya )*(?:mati|rusak|mampet|banjir|bolong|bocor|numpuk|padam|pejah) (?:lagi|maneh|meneh|malih)(?: \S+){0,4}|(?:kok |lho |ternyata )*(?:belum|blm|durung|dereng|ora|gak|ga|nggak|tidak) (?:beres|selesai|rampung|bener|dandan|nyala|murup|teratasi|tuntas)(?: \S+){0,5}"),
    (Intent.SOLVED, r"(?:alhamdulillah )?(?:\S+ )?(?:sudah|sdh|udah|udh|wis|wes|sampun) (?:beres|selesai|rampung|nyala|murup|bagus|apik|sae|baik|bener|lancar|bersih|teratasi|tuntas|diperbaiki|dandan|diangkut|surut)(?: \S+){0,4}"),
    (Intent.ADD, r"(?:mau |ingin )?(?:tambah|nambah|menambah|menambahkan|tambahan|nambahi)(?: \S+){0,4}"),
    (Intent.RATE, r"(?:mau |ingin )?(?:nilai|menilai|rating|beri nilai|kasih nilai|kasih bintang)(?: laporan)?(?: saya)?"),
    (Intent.WHO, r"(?:ini |iki )?(?:siapa|sapa|sinten|sopo)(?: ini| iki| niki| yang balas)*|(?:ini |iki |apa ini )?(?:bot|robot|orang|manusia|mesin|admin|nomer beneran|nomor resmi|resmi)(?: \S+){0,5}\??|(?:apakah |apa )?(?:ini|iki) (?:\S+ )?(?:bot|robot|resmi|orang|nomor|nomer)(?: \S+){0,4}|(?:bisa |mau |minta |ingin )*(?:bicara|ngobrol|chat|dihubungkan)(?: langsung)? (?:dengan|sama|karo|ke) (?:petugas|orang|admin|manusia|operator)(?: \S+)?"),
    (Intent.HELP, r"(?:bantuan|help|info|menu|panduan|petunjuk|\?)|(?:gimana |bagaimana |piye |pripun )?(?:cara|carane|caranya)(?: \S+){0,4}|(?:bisa|iso|saged) (?:lapor|laporan) apa(?: saja| wae)?(?: \S+)?|(?:gimana|bagaimana|piye|pripun) (?:lapor|melapor|laporan)(?:nya| e)?"),
)  # fmt: skip
_WANTED = tuple((intent, re.compile(rf"(?:{pattern})[ .!?]*")) for intent, pattern in _PATTERNS)
_WORD = re.compile(r"[\w'/-]+|[👍👌✅🙏❤🥰😊]\ufe0f?|\?")
_STRETCHED = re.compile(r"([a-z])\1{2,}")
MOST_WORDS = 12

_RATING = re.compile(
    r"\s*(?:nilai\s*|rating\s*|bintang\s*)?([1-5])\s*(?:/\s*5|bintang)?\s*[.!]?\s*|\s*((?:⭐\ufe0f?|🌟){1,5})\s*"
)
CHANGES_PLACE = re.compile(
    r"\b(?:lokasi|tempat|alamat|posisi)(?:nya|ne|e)?\b|\b(?:salah|bukan|dudu|sanes|keliru)\b[ ,]*(?:di|nang|ning|ing|wonten)\b",
    re.IGNORECASE,
)
# It was no emergency, or is none any more: the agency must hear of it.
CALLS_OFF = re.compile(
    r"\b(?:cuma|hanya|mung|namung)? ?(?:latihan|simulasi|bercanda|becanda|guyon|prank|iseng)\b"
    r"|\b(?:sudah|sdh|udah|wis|wes|sampun) (?:padam|mati apinya|aman|tertangani|selesai|mudun|surut|ketemu|ditemukan)\b"
    r"|\bsalah (?:lihat|kirim|lapor)\b|\b(?:ga|gak|tidak|nggak|ora) jadi\b|\bbatal\b",
    re.IGNORECASE,
)


def words_of(text: str) -> list[str]:
    return _WORD.findall(_STRETCHED.sub(r"\1", text.lower()))


def intent_of(text: str) -> Intent | None:
    """What is wanted, where the words leave no doubt; None for anything that may be part of a report."""
    words = words_of(text)
    if not words or len(words) > MOST_WORDS:
        return None
    words = [word for word in words if word != "?"] or words
    plain = [word for word in words if word not in _POLITE] or words
    if answer := yes_or_no(words):
        return answer
    for candidate in (" ".join(plain), " ".join(words)):
        for intent, pattern in _WANTED:
            if pattern.fullmatch(candidate):
                return intent
    said = set(plain)
    if said & _THANKS_WORDS and said <= _THANKS_WORDS | _set(_THANKS_TOO) | _set(_GREETING):
        return Intent.THANKS
    if said <= _ALONE_IS_THANKS:
        return Intent.THANKS
    if said & _set(_GREETING) and said <= _set(_GREETING) | _set(_GREETING_TOO):
        return Intent.GREETING
    return Intent.GREETING if said <= _set(_GREETING_TOO) else None


def yes_or_no(words: list[str]) -> Intent | None:
    """A yes or no, with or without courtesies: "iya benar pak", "nggih mbak", "bukan, salah"."""
    said = set(words)
    if said & _YES_WORDS and said <= _YES_WORDS | _set(_YES_TOO) | _POLITE:
        return Intent.YES
    if said & _NO_WORDS and said <= _NO_WORDS | _set(_NO_TOO) | _POLITE:
        return Intent.NO
    return None


def rating_in(text: str) -> str | None:
    """A rating said in words or stars: "4", "nilai 4", "4/5", ⭐⭐⭐⭐."""
    said = _RATING.fullmatch(text)
    if said is None:
        return None
    return said.group(1) or str(said.group(2).count("⭐") + said.group(2).count("🌟"))


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_YES_WORDS, _NO_WORDS, _THANKS_WORDS = _set(_YES), _set(_NO), _set(_THANKS)
