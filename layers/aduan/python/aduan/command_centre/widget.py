"""HTML as a custom widget of CloudWatch shows it: no script, no iframe, no `use`; buttons call functions.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard_interactivity.html
A `cwdb-action` gives the element right before it a behaviour; what is typed anywhere in the widget comes
back as `widgetContext.forms.all`.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

MAX_TYPED = 4000
MAX_LIST = 600_000  # a day's calls as the telephone system lists them, pasted into this field:
LIST = "list"

# On top of CloudWatch's own styles for tables and `.btn`, which follow its light and dark theme.
_STYLE = """
.aduan{--ink:#0f141a;--soft:#5f6b7a;--line:#d5dbdb;--card:#fafbfc;--alarm:#c5221f;--on-alarm:#fff;
--good:#0b6b3a;--warn:#8a5300;--accent:#0b5d8a;--field:#fff;--edge:#7d8998;
color:var(--ink);font:14px/1.45 "Amazon Ember","Helvetica Neue",Roboto,Arial,sans-serif;padding:2px 4px 12px}
.aduan.dark{--ink:#e9ebed;--soft:#a7b1bd;--line:#414d5c;--card:#1b2431;--alarm:#ff6b63;--on-alarm:#16191f;
--good:#5fce8f;--warn:#f5b84b;--accent:#6cb8e6;--field:#0f1b2a;--edge:#7d8998}
.aduan h2{font-size:18px;margin:12px 0 6px;font-weight:700;color:var(--ink)}
.aduan h3{font-size:14px;margin:14px 0 4px;font-weight:700;color:var(--ink)}
.aduan p{margin:4px 0}.aduan small,.aduan .soft{color:var(--soft);font-size:12px}
.aduan table{border-collapse:collapse;width:100%;margin:2px 0 8px}
.aduan th{font-size:12px;color:var(--soft);text-align:left;font-weight:600}
.aduan th,.aduan td{border-bottom:1px solid var(--line);padding:5px 8px 5px 0;vertical-align:top;
background:none;color:var(--ink)}
.aduan td.n,.aduan th.n{text-align:right;font-variant-numeric:tabular-nums}.aduan td.n{white-space:nowrap}
.aduan th{vertical-align:bottom}.aduan .wide{overflow-x:auto}.aduan td .acts{margin:0}
.aduan .tiles{display:flex;flex-wrap:wrap;gap:8px;margin:6px 0}
.aduan .tile{flex:1 1 110px;border:1px solid var(--line);border-radius:8px;background:var(--card);
padding:8px 12px}
.aduan .tile b{display:block;font-size:26px;line-height:1.15;font-variant-numeric:tabular-nums}
.aduan .tile.alarm b{color:var(--alarm)}.aduan .tile.good b{color:var(--good)}
.aduan .cols{display:flex;flex-wrap:wrap;gap:8px 28px}.aduan .cols>div{flex:1 1 320px;min-width:0}
.aduan .cols>div.narrow{flex:0 1 330px}
.aduan .tag{display:inline-block;border-radius:4px;padding:0 6px;font-size:12px;font-weight:600;
border:1px solid var(--line);white-space:nowrap;margin:1px 4px 1px 0}
.aduan .tag.alarm{background:var(--alarm);color:var(--on-alarm);border-color:var(--alarm)}
.aduan .tag.warn{border-color:var(--warn);color:var(--warn)}
.aduan .strip{border:2px solid var(--alarm);border-radius:8px;padding:6px 12px;margin:4px 0 8px}
.aduan .notice{border-left:4px solid var(--good);background:var(--card);padding:8px 12px;margin:6px 0;
font-weight:600}
.aduan .notice.refused{border-color:var(--alarm)}
.aduan label{display:block;font-size:12px;color:var(--soft);font-weight:600;margin:8px 0 2px}
.aduan label.choice{display:inline-flex;gap:6px;align-items:center;color:var(--ink);font-size:14px;
font-weight:400;margin:2px 16px 2px 0}
.aduan input:not([type=radio]):not([type=checkbox]),.aduan select,.aduan textarea{font:inherit;font-size:14px;
font-weight:400;width:100%;box-sizing:border-box;padding:6px 8px;border:1px solid var(--edge);
border-radius:6px;background:var(--field);color:var(--ink)}
.aduan .acts{display:flex;flex-wrap:wrap;gap:6px;margin:10px 0}.aduan .acts .btn{margin:0}
.aduan .act{display:flex;gap:8px;align-items:flex-end;border-top:1px solid var(--line);padding:6px 0}
.aduan .act>div{flex:1 1 auto;min-width:0}.aduan .act .btn{flex:0 0 auto}
.aduan .words{white-space:pre-line;overflow-wrap:anywhere;background:var(--card);border-radius:6px;
padding:8px 12px}
.aduan .photos img{height:130px;border-radius:6px;margin:0 6px 6px 0;border:1px solid var(--line)}
.aduan a{color:var(--accent)}.aduan svg text{fill:var(--ink)}
.aduan .bar{background:var(--accent);height:10px;border-radius:3px;min-width:1px}
.aduan .contact{font-size:26px;font-variant-numeric:tabular-nums}
.aduan .number{font-variant-numeric:tabular-nums;white-space:nowrap}
"""


@dataclass(frozen=True, kw_only=True)
class Context:
    """What CloudWatch tells of the widget, and where its buttons lead: function name → ARN."""

    theme: str = "light"
    typed: Mapping[str, str] = field(default_factory=dict)
    endpoints: Mapping[str, str] = field(default_factory=dict)
    click: str = ""  # the same for all that is on one screen: what is clicked twice is done once


def context_of(event: Mapping[str, Any], endpoints: Mapping[str, str], click: str) -> Context:
    """Read with care: whoever may call the function may send anything."""
    told = event.get("widgetContext")
    told = told if isinstance(told, dict) else {}
    forms = told.get("forms")
    every = forms.get("all") if isinstance(forms, dict) else None
    typed = every if isinstance(every, dict) else {}
    return Context(
        theme="dark" if told.get("theme") == "dark" else "light",
        typed={
            str(name): str(value)[: MAX_LIST if name == LIST else MAX_TYPED]
            for name, value in typed.items()
            if value is not None
        },
        endpoints=endpoints,
        click=click,
    )


def page(context: Context, *parts: str) -> str:
    look = "aduan dark" if context.theme == "dark" else "aduan"
    return f'<style>{_STYLE}</style><div class="{look}">{"".join(parts)}</div>'


def button(
    context: Context,
    label: str,
    function: str,
    parameters: Mapping[str, Any],
    *,
    primary: bool = False,
    confirm: str = "",
) -> str:
    """A button that calls a function and shows its answer in the widget's place."""
    asking = f' confirmation="{escape(confirm)}"' if confirm else ""
    look = "btn btn-primary" if primary else "btn"
    return (
        f'<a class="{look}">{escape(label)}</a>'
        f'<cwdb-action action="call" display="widget" endpoint="{escape(context.endpoints[function])}"'
        f"{asking}>{escape(json.dumps(parameters), quote=False)}</cwdb-action>"
    )


def link(context: Context, label: str, function: str, parameters: Mapping[str, Any]) -> str:
    """The same, looking like a link."""
    return button(context, label, function, parameters).replace('class="btn"', 'class="number"', 1)


def text(name: str, label: str, value: str = "", *, longest: int = 200) -> str:
    return (
        f'<label>{escape(label)}<input type="text" name="{name}" maxlength="{longest}" '
        f'value="{escape(value)}"></label>'
    )


def hidden(name: str, value: str) -> str:
    return f'<input type="hidden" name="{name}" value="{escape(value)}">'


def area(name: str, label: str, value: str = "", *, rows: int = 3, longest: int = 2000) -> str:
    return (
        f'<label>{escape(label)}<textarea name="{name}" rows="{rows}" maxlength="{longest}">'
        f"{escape(value)}</textarea></label>"
    )


def select(name: str, label: str, options: Iterable[tuple[str, str]], value: str = "") -> str:
    inner = "".join(
        f'<option value="{escape(key)}"{" selected" if key == value else ""}>{escape(shown)}</option>'
        for key, shown in options
    )
    return f'<label>{escape(label)}<select name="{name}">{inner}</select></label>'


def choice(name: str, options: Iterable[tuple[str, str]], value: str = "") -> str:
    return "".join(
        f'<label class="choice"><input type="radio" name="{name}" value="{escape(key)}"'
        f"{' checked' if key == value else ''}>{escape(shown)}</label>"
        for key, shown in options
    )


def table(
    head: Sequence[str], rows: Iterable[Sequence[str]], numbers: frozenset[int] = frozenset()
) -> str:
    """`head` is text, `rows` are HTML; columns in `numbers` stand to the right."""

    def cells(tag: str, values: Sequence[str]) -> str:
        return "".join(
            f"<{tag}{' class=n' if n in numbers else ''}>{value}</{tag}>"
            for n, value in enumerate(values)
        )

    body = "".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
    top = cells("th", [escape(each) for each in head])
    named = f"<thead><tr>{top}</tr></thead>" if any(head) else ""
    return f"<table>{named}<tbody>{body}</tbody></table>"


def tile(label: str, value: str, look: str = "", more: str = "") -> str:
    small = f"<small>{escape(more)}</small>" if more else ""
    return f'<div class="tile {look}"><small>{escape(label)}</small><b>{escape(value)}</b>{small}</div>'


def tag(label: str, look: str = "") -> str:
    return f'<span class="tag {look}">{escape(label)}</span>'


def notice(sentence: str, *, refused: bool = False) -> str:
    if not sentence:
        return ""
    look = "notice refused" if refused else "notice"
    role = "alert" if refused else "status"
    return f'<div class="{look}" role="{role}">{escape(sentence)}</div>'
