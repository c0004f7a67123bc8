"""What was written by hand in `words/`, made comparable: `understanding.words.json`."""

import csv
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from aduan.understanding.gazetteer import STREET, STREETS
from aduan.understanding.words import normal, tokens_of, words_of

WRITTEN = Path(__file__).parent / "words"
_REMARK = re.compile(r"\(.*?\)|Gg\. I\.\.")


def written() -> str:
    """One entry a line, so that a diff shows what changed."""
    lexicon = (
        (form, lemma) for lemma, forms in _entries("lexicon.txt") for form in (lemma, *forms)
    )
    topics = ((form, topic) for topic, forms in _entries("topics.txt") for form in forms)
    parts = {"lexicon": _meanings(lexicon), "topics": _meanings(topics)}
    lines = [f'"{name}": {{\n{_lines(entries)}\n}}' for name, entries in parts.items()]
    places = ",\n".join(json.dumps(place, ensure_ascii=False) for place in _places())
    return "{\n" + ",\n".join([*lines, f'"places": [\n{places}\n]']) + "\n}\n"


def _lines(entries: dict[str, list[str]]) -> str:
    return ",\n".join(
        f"{json.dumps(word, ensure_ascii=False)}: {json.dumps(said)}"
        for word, said in sorted(entries.items())
    )


def _entries(name: str) -> Iterator[tuple[str, list[str]]]:
    for line in (WRITTEN / name).read_text(encoding="utf-8").splitlines():
        title, colon, forms = line.partition(":")
        if colon and not line.startswith("#"):
            yield title, forms.split()


def _meanings(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """From each word, or words tied by _, to all that it says."""
    meanings: dict[str, list[str]] = defaultdict(list)
    for phrase, meaning in pairs:
        words = " ".join(words_of(tokens_of(phrase.replace("_", " "))))
        if meaning not in meanings[words]:
            meanings[words].append(meaning)
    return meanings


def _places() -> Iterator[dict[str, Any]]:
    """Kelurahan, kecamatan and places, each with the names that no earlier one has."""
    taken: set[tuple[str, ...]] = set()
    for place in (*_areas(), *_named_places()):
        called = dict.fromkeys(words for name in place["called"] for words in _ways_to_say(name))
        new = [words for words in called if words not in taken]
        taken.update(new)
        yield place | {"called": [" ".join(words) for words in new]}


def _areas() -> Iterator[dict[str, Any]]:
    districts: dict[str, list[str]] = defaultdict(list)
    for row in _rows("kelurahan.csv"):
        name, code = row["kelurahan"], row["code"]
        districts[row["kecamatan"]].append(code)
        yield {
            "name": name, "kind": "kelurahan", "areas": [code], "is_sure": True, "called": [name]
        }  # fmt: skip
    for name, codes in districts.items():
        called = [f"{word} {name}" for word in ("kecamatan", "kec")]
        yield {
            "name": name, "kind": "kecamatan", "areas": codes, "is_sure": True, "called": called
        }  # fmt: skip


def _named_places() -> Iterator[dict[str, Any]]:
    codes = {row["kelurahan"]: row["code"] for row in _rows("kelurahan.csv")}
    for row in _rows("places.csv"):
        names = [
            _REMARK.sub("", name).strip() for name in (row["name"], *row["aliases"].split(";"))
        ]
        areas = [name.strip() for name in row["kelurahan"].split(";") if name.strip()]
        yield {
            "name": names[0],
            "kind": row["kind"],
            "areas": [codes[area] for area in areas],
            "is_sure": row["kelurahan_confidence"] == "high",
            "called": [name for name in names if _is_name(name, row["kind"])],
        }


def _is_name(name: str, kind: str) -> bool:
    """Not an address, and not GG, which is a factory and a lane."""
    return len(name) > 2 and (kind == "street" or not name.startswith("Jl."))


def _ways_to_say(name: str) -> Iterator[tuple[str, ...]]:
    """A name, a street also without "Jl.", two words also in one."""
    words = tuple(token.norm for token in tokens_of(name) if token.norm.isalnum())
    words = tuple(STREET if word in STREETS else word for word in words)
    yield words
    bare = words[1:] if words[0] == STREET else words
    if bare != words and len(bare[0]) > 2:
        yield bare
    if len(bare) == 2:
        yield (normal("".join(bare)),)


def _rows(name: str) -> list[dict[str, str]]:
    with (WRITTEN / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
