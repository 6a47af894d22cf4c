"""Reading pages as a browser without script does: the forms in them, and what they show."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

import httpx

from tests.bot.web.office import Office


@dataclass
class Form:
    """A form of a page: where it posts to, its hidden fields, its buttons (label → name and value)."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: dict[str, tuple[str, str]] = field(default_factory=dict)


class Page(HTMLParser):
    """`forms`, and all `text` that is shown."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.text = ""
        self._button: tuple[str, str] | None = None
        self._silent = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", "")))
        elif tag == "input" and self.forms and "name" in given:
            self.forms[-1].fields[given["name"]] = given.get("value", "")
        elif tag == "button":
            self._button = (given.get("name", ""), given.get("value", ""))
        elif tag in ("script", "style", "template", "title"):
            self._silent += 1

    def handle_endtag(self, tag: str) -> None:
        if tag == "button":
            self._button = None
        elif tag in ("script", "style", "template", "title"):
            self._silent -= 1

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        self.text += data
        if self._button is not None and self.forms:
            self.forms[-1].buttons[data] = self._button

    def form(self, end: str) -> Form:
        """The last form that posts to an address with this end."""
        return [form for form in self.forms if form.action.endswith(end)][-1]

    def button(self, label: str) -> tuple[Form, tuple[str, str]]:
        """The last form with a button of this label, and the button."""
        return [(form, form.buttons[label]) for form in self.forms if label in form.buttons][-1]


async def get(client: httpx.AsyncClient, address: str, status: int = 200) -> Page:
    answer = await client.get(address)
    assert answer.status_code == status, answer.text
    return Page(answer.text)


async def say(client: httpx.AsyncClient, address: str, text: str) -> httpx.Response:
    """Open the chat, write into its form, send it."""
    form = (await get(client, address)).form("/say")
    return await client.post(form.action, data={**form.fields, "text": text})


async def press(client: httpx.AsyncClient, address: str, label: str) -> httpx.Response:
    """Open the chat and press the newest button of that label."""
    form, (name, value) = (await get(client, address)).button(label)
    return await client.post(form.action, data={**form.fields, name: value})


async def log_in(client: httpx.AsyncClient, office: Office, role: str) -> None:
    """Type a fresh invite code at the log-in."""
    form = (await get(client, "/login")).form("/login")
    answer = await client.post("/login", data={**form.fields, "code": await office.invite(role)})
    assert (answer.status_code, answer.headers["location"]) == (303, "/chat")


def browsing(office: Office) -> httpx.AsyncClient:
    """Another browser without script."""
    return httpx.AsyncClient(base_url=office.url, trust_env=False)
