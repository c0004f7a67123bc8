"""A browser's manners in a few lines: JSON, pages, forms as they stand in a page."""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode, urljoin


@dataclass(frozen=True)
class Page:
    status: int
    url: str
    text: str

    @property
    def forms(self) -> "list[Form]":
        parser = _Forms()
        parser.feed(self.text)
        return parser.forms

    def form(self, button: str) -> "Form":
        """The form with this button; says what there is if it is missing."""
        forms = {form.button: form for form in self.forms}
        assert button in forms, f"no button {button!r} among {sorted(forms)}"
        return forms[button]


@dataclass
class Form:
    action: str = ""
    enctype: str = ""
    button: str = ""
    fields: dict[str, str] = field(default_factory=dict)


def photos(page: Page) -> list[bytes]:
    """Every picture that a browser would show on the page."""
    parser = _Pictures()
    parser.feed(page.text)
    return [_fetch(urljoin(page.url, link)) for link in parser.links]


class _Pictures(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.links.append(dict(attrs)["src"] or "")


def _fetch(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=60) as answer:
        return bytes(answer.read())


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._in_button = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(attributes.get("action", ""), attributes.get("enctype", "")))
        elif self.forms and tag == "input" and attributes.get("type") == "hidden":
            self.forms[-1].fields[attributes["name"]] = attributes.get("value", "")
        elif tag == "button":
            self._in_button = True

    def handle_data(self, data: str) -> None:
        if self._in_button and self.forms:
            self.forms[-1].button += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "button":
            self._in_button = False


def get(url: str) -> Page:
    return _open(urllib.request.Request(url))


def submit(page: Page, form: Form, **typed: str) -> Page:
    """Send a form as a browser does, and follow where it leads."""
    data = urlencode(form.fields | typed).encode()
    return _open(urllib.request.Request(urljoin(page.url, form.action), data))


def upload(page: Page, form: Form, content: bytes, mime_type: str = "image/jpeg") -> Page:
    """Send a form with a file, the file last, as the bucket wants it."""
    boundary = "----aduan112"
    parts = [
        f'--{boundary}\r\ncontent-disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in form.fields.items()
    ]
    disposition = 'content-disposition: form-data; name="file"; filename="foto.jpg"'
    head = f"--{boundary}\r\n{disposition}\r\ncontent-type: {mime_type}\r\n\r\n".encode()
    data = b"".join([*parts, head, content, f"\r\n--{boundary}--\r\n".encode()])
    headers = {"content-type": f"multipart/form-data; boundary={boundary}"}
    return _open(urllib.request.Request(urljoin(page.url, form.action), data, headers))


def ask(url: str, body: object = None, method: str | None = None) -> Any:
    """JSON in, JSON out; POST with a body, unless another method is named."""
    data = json.dumps(body).encode() if body is not None else None
    headers = {"content-type": "application/json"}
    page = _open(urllib.request.Request(url, data, headers, method=method))
    assert page.status < 300, f"{url}: HTTP {page.status} {page.text}"
    return json.loads(page.text)


def send(url: str, content: bytes, mime_type: str) -> Any:
    """A file as the body, JSON back."""
    page = _open(urllib.request.Request(url, content, {"content-type": mime_type}))
    assert page.status < 300, f"{url}: HTTP {page.status} {page.text}"
    return json.loads(page.text)


def _open(request: urllib.request.Request) -> Page:
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return Page(answer.status, answer.url, answer.read().decode())
    except urllib.error.HTTPError as refused:
        return Page(refused.code, refused.url or request.full_url, refused.read().decode())
