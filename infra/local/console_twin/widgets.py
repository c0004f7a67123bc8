"""What CloudWatch does with a custom widget's answer before it shows it."""

from __future__ import annotations

import html
from html.parser import HTMLParser
from typing import Any

NEVER = frozenset({"script", "iframe", "use"})
"""Documented as not allowed: they are taken out with all that is in them."""
NEVER_EITHER = frozenset({"object", "embed", "link", "meta", "base"})
"""Not named in the documentation; the twin is as strict as a console has reason to be."""
VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())


def shown(answer: Any) -> dict[str, str]:
    """HTML, markdown, or JSON that is neither, as the console tells them apart."""
    if isinstance(answer, dict) and isinstance(answer.get("markdown"), str):
        return {"markdown": answer["markdown"]}
    if isinstance(answer, str):
        return {"html": strip(answer)}
    return {"html": f"<pre>{html.escape(str(answer))}</pre>"}


def strip(text: str) -> str:
    """The HTML without what may run: elements, event handlers, and links that are scripts."""
    cleaner = _Cleaner()
    cleaner.feed(text)
    cleaner.close()
    return "".join(cleaner.kept)


class _Cleaner(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.kept: list[str] = []
        self._within = 0
        self._name = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._within:
            self._within += tag == self._name
        elif tag in NEVER | NEVER_EITHER:
            if tag not in VOID:
                self._within, self._name = 1, tag
        else:
            self.kept.append(f"<{tag}{''.join(_attributes(attrs))}>")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self._within and tag not in NEVER | NEVER_EITHER:
            self.kept.append(f"<{tag}{''.join(_attributes(attrs))}/>")

    def handle_endtag(self, tag: str) -> None:
        if self._within:
            self._within -= tag == self._name
        elif tag not in NEVER | NEVER_EITHER:
            self.kept.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self._within:
            self.kept.append(data)

    def handle_entityref(self, name: str) -> None:
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.handle_data(f"&#{name};")


def _attributes(attrs: list[tuple[str, str | None]]) -> list[str]:
    kept = []
    for name, value in attrs:
        plain = "".join((value or "").split()).lower()
        if name.startswith("on") or plain.startswith(("javascript:", "vbscript:")):
            continue
        kept.append(f" {name}" if value is None else f' {name}="{html.escape(value)}"')
    return kept


def event_for(params: Any, context: dict[str, Any]) -> dict[str, Any]:
    """The event of an invocation: the parameters, and `widgetContext` beside them."""
    given = params if isinstance(params, dict) else {}
    return {**given, "widgetContext": context}
