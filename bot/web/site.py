"""What all pages share: who looks, which form may be taken, how a page and an error are answered."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hmac import compare_digest
from typing import Any
from urllib.parse import urlsplit

import structlog
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from bot.texts import texts
from bot.web import access
from bot.web.access import Viewer
from bot.web.limits import Allowance
from bot.web.pages import Pages
from bot.web.services import WebServices
from bot.web.shield import Refused, same_site
from data.errors import UserError

log = structlog.get_logger()
FORM_COOKIE = "duban_form"
DRAFT = "text"
MOST_FILES = 9
LOOKS_A_MINUTE = 120
SECRET_PATHS = (f"{access.LOOK}/", "/calendar/")


@dataclass(frozen=True)
class Visit:
    """One request of somebody who may look: when it came, and the posted form with its files (empty for a page)."""

    request: Request
    viewer: Viewer
    now: datetime
    form: Mapping[str, str]
    files: Sequence[UploadFile] = ()

    @property
    def live(self) -> bool:
        """Whether our script asks, which wants a short answer instead of a page."""
        return is_live(self.request)


Handler = Callable[[Visit], Awaitable[Response]]
Endpoint = Callable[[Request], Awaitable[Response]]


class Site:
    def __init__(self, services: WebServices) -> None:
        self.services = services
        self.pages = Pages(services.zone, services.makeup_day)
        self.secret = secrets.token_urlsafe(32)
        self.secure = services.settings.secure_cookies
        self.cookie = "__Host-duban" if self.secure else "duban"
        self.look_cookie = "__Secure-duban-look" if self.secure else "duban-look"
        self.looks = Allowance(LOOKS_A_MINUTE)

    # Who looks ------------------------------------------------------------------------------------------------

    async def viewer(self, request: Request, now: datetime) -> Viewer | None:
        """The member of the demo's cast in the address, else who is logged in."""
        role = request.path_params.get("role")
        if role is not None:
            return await self._cast(role)
        if request.url.path.startswith(f"{access.LOOK}/"):
            return await self._looker(request, now)
        token = request.cookies.get(self.cookie)
        if not token:
            return None
        return await self.services.store.read(partial(access.viewer, token=token, now=now))

    async def _looker(self, request: Request, now: datetime) -> Viewer:
        """Whom a read-only link shows the pages to, so many pages a minute."""
        token = request.cookies.get(self.look_cookie, "")
        found = await self.services.store.read(partial(access.looker, token=token, now=now)) if token else None
        if found is None:
            raise Refused(404, "link")
        if wait := self.looks.wait(found.login):
            raise Refused(429, "too_often", {"retry-after": str(wait)})
        return found

    async def _cast(self, role: str) -> Viewer:
        demo = self.services.demo
        if demo is None or role not in demo.people:
            raise Refused(404, "missing")
        find = partial(access.demo_viewer, role=role, person_id=demo.people[role], secret=self.secret)
        return await self.services.store.read(find)

    def for_viewers(self, handler: Handler) -> Endpoint:
        """A page of a person's own: log-in asked for, forms checked, errors told politely."""

        async def endpoint(request: Request) -> Response:
            viewer: Viewer | None = None
            form: Mapping[str, str] = {}
            try:
                now = self.services.clock()
                self._check_host(request)
                viewer = await self.viewer(request, now)
                if viewer is None:
                    return self._ask_to_log_in(request)
                if request.method == "POST":
                    form = await self.posted(request, viewer.csrf)
                files = await posted_files(request)
                return await self._renewed(
                    request, viewer, now, await handler(Visit(request, viewer, now, form, files))
                )
            except Refused as refused:
                return self.refusal(request, refused, viewer, words=posted_words(request))
            except UserError as error:
                return self.unable(viewer, error)
            except Exception:
                return self.broken(request, viewer)
            finally:
                await request.close()

        return endpoint

    def for_all(self, handler: Endpoint) -> Endpoint:
        """A page that needs no log-in."""

        async def endpoint(request: Request) -> Response:
            try:
                self._check_host(request)
                return await handler(request)
            except Refused as refused:
                return self.refusal(request, refused, None)
            except Exception:
                return self.broken(request, None)

        return endpoint

    def _check_host(self, request: Request) -> None:
        allowed = self.services.settings.allowed_hosts
        if allowed and (request.url.hostname or "") not in allowed:
            raise Refused(400, "host")

    def _ask_to_log_in(self, request: Request) -> Response:
        if is_live(request):
            return JSONResponse({"login": "/login"}, 401)
        return RedirectResponse("/login", 303)

    async def _renewed(self, request: Request, viewer: Viewer, now: datetime, response: Response) -> Response:
        token = request.cookies.get(self.cookie, "")
        if viewer.renew and token:
            await self.services.store.write(partial(access.slide, token=token, now=now))
            self.remember(response, token)
        return response

    def remember(self, response: Response, token: str) -> None:
        """Keep a log-in in the browser for as long as it lasts."""
        response.set_cookie(
            self.cookie, token, int(access.LASTS.total_seconds()), secure=self.secure, httponly=True, samesite="lax"
        )

    # Forms ----------------------------------------------------------------------------------------------------

    async def posted(self, request: Request, csrf: str) -> Mapping[str, str]:
        """The fields of a form that came from our own page. Raises Refused otherwise."""
        try:
            form = await request.form(max_fields=20, max_files=self._most_files(request))
        except HTTPException as error:
            raise Refused(413, "form", most=MOST_FILES) from error
        fields = {name: value.replace("\0", "") for name, value in form.items() if isinstance(value, str)}
        request.state.words = fields.get(DRAFT, "")
        given = fields.get("csrf", "")
        if not same_site(request.headers, self._hosts(request)) or not compare_digest(given.encode(), csrf.encode()):
            raise Refused(403, "stale")
        return fields

    def _most_files(self, request: Request) -> int:
        """Only a message brings files."""
        return MOST_FILES if self.services.uploads and request.url.path.endswith("/say") else 0

    def _hosts(self, request: Request) -> list[str]:
        public = urlsplit(self.services.settings.public_url or "").netloc
        return [host for host in (request.headers.get("host", ""), public) if host]

    # Answers --------------------------------------------------------------------------------------------------

    def language(self, viewer: Viewer | None) -> str:
        return viewer.language if viewer else self.services.settings.language

    def say(self, viewer: Viewer | None, key: str, **values: Any) -> str:
        return self.pages.say(self.language(viewer), key, **values)

    def html(self, template: str, viewer: Viewer | None, status: int = 200, **values: Any) -> HTMLResponse:
        language = self.language(viewer)
        shown = {
            "viewer": viewer,
            "demo": self.services.demo is not None,
            "planning": self.services.planning is not None,
            "live_texts": self.pages.live_texts(language),
        }
        return HTMLResponse(self.pages.render(template, language, **shown, **values), status)

    def refusal(self, request: Request, refused: Refused, viewer: Viewer | None, words: str = "") -> Response:
        """A polite page (or, to our script, the sentence) for what is not served."""
        sentence = self.say(viewer, f"error.{refused.key}", **refused.values)
        if is_live(request):
            return JSONResponse({"problem": sentence}, refused.status, refused.headers)
        again = f"{viewer.talk}/say" if viewer and words else None
        head = self.say(viewer, f"error.{refused.key}_head")
        response = self.error(viewer, refused.status, head, sentence, words=words, again=again)
        response.headers.update(refused.headers or {})
        return response

    def unable(self, viewer: Viewer | None, error: UserError) -> Response:
        """What can't be shown for a reason that the person can do something about."""
        sentence = texts(self.language(viewer)).error(error)
        return self.error(viewer, 409, self.say(viewer, "error.yours_head"), sentence)

    def broken(self, request: Request, viewer: Viewer | None) -> Response:
        """Our own fault: logged under a number that the page tells."""
        reference = self.logged("page_failed", request)
        sentence = self.say(viewer, "error.inside")
        if is_live(request):
            return JSONResponse({"problem": sentence}, 500)
        return self.error(viewer, 500, self.say(viewer, "error.head"), sentence, reference=reference)

    def error(self, viewer: Viewer | None, status: int, head: str, sentence: str, **values: Any) -> Response:
        shown = {"words": "", "again": None, "reference": None, **values}
        return self.html("error.html", viewer, status, head=head, sentence=sentence, **shown)

    def logged(self, event: str, request: Request) -> str:
        """Log the exception at hand; the number to ask for it by."""
        now = self.pages.local(self.services.clock())
        reference = f"E-{now:%m%d}-{secrets.token_hex(3).upper()}"
        log.exception(event, reference=reference, path=_path(request))
        return reference


def _path(request: Request) -> str:
    """The address for the log: what follows `/look/` or `/calendar/` may be a secret."""
    path = request.url.path
    return path if not path.startswith(SECRET_PATHS) else f"/{path.split('/')[1]}/…"


def is_live(request: Request) -> bool:
    return request.headers.get("x-live") == "1"


async def posted_files(request: Request) -> list[UploadFile]:
    """The files of a form that was read; a field that was left empty is none."""
    if request.method != "POST":
        return []
    found = [value for _name, value in (await request.form()).multi_items()]
    return [file for file in found if isinstance(file, UploadFile) and file.filename]


def posted_words(request: Request) -> str:
    """The message of a form that was refused, so that nobody types it twice; empty where none was read."""
    return str(getattr(request.state, "words", ""))
