"""Coming in and going out: an invite code makes a log-in."""

from __future__ import annotations

import secrets
from datetime import datetime
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.access import bind, redeem
from bot.channels.web import NAME, address_of
from bot.texts import texts
from bot.web import access
from bot.web.site import FORM_COOKIE, Site, Visit
from data.errors import UserError
from data.models import Account, Person
from scheduler import newcomers


class Entry:
    def __init__(self, site: Site) -> None:
        self._site = site

    async def start(self, request: Request) -> Response:
        """Where a bare address leads: the demo, the chat, or the log-in."""
        services = self._site.services
        if services.demo is not None:
            return RedirectResponse(f"/demo/{next(iter(services.demo.people))}", 303)
        known = await self._site.viewer(request, services.clock())
        return RedirectResponse("/chat" if known else "/login", 303)

    async def page(self, request: Request) -> Response:
        """The log-in; a link may bring the code along (`?code=`), but only a press uses it."""
        return self._page(request, code=request.query_params.get("code", "")[:40])

    async def log_in(self, request: Request) -> Response:
        """Redeem the code that was typed."""
        fields = await self._site.posted(request, access.csrf_for(request.cookies.get(FORM_COOKIE, "")))
        code = fields.get("code", "").strip()[:40]
        if not code:
            return self._page(request, problem=self._site.say(None, "login.empty"))
        address = request.client.host if request.client else "?"
        try_code = partial(enter, code=code, address=address, now=self._site.services.clock())
        found = await self._site.services.store.write(try_code)
        if isinstance(found, UserError):
            sentence = texts(self._site.services.settings.language).error(found)
            return self._page(request, code=code, problem=sentence)
        response = RedirectResponse("/chat", 303)
        self._site.remember(response, found)
        return response

    async def log_out(self, visit: Visit) -> Response:
        """Forget the log-in, here and in the browser."""
        await self._site.services.store.write(
            partial(access.end, token=visit.request.cookies.get(self._site.cookie, ""))
        )
        response = RedirectResponse("/login", 303)
        response.delete_cookie(self._site.cookie, secure=self._site.secure, httponly=True, samesite="lax")
        return response

    def _page(self, request: Request, *, code: str = "", problem: str = "") -> Response:
        """The form; its token goes with a cookie, so that only this browser can post it."""
        secret = request.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(16)
        status = 422 if problem else 200
        shown = {"csrf": access.csrf_for(secret), "code": code, "problem": problem}
        response = self._site.html("login.html", None, status, **shown)
        response.set_cookie(FORM_COOKIE, secret, httponly=True, samesite="strict", secure=self._site.secure)
        return response


def enter(session: Session, code: str, address: str, now: datetime) -> str | UserError:
    """Use an invite at an address; the new log-in's token, or why it can't be used (the wrong try is counted)."""
    found = redeem(session, code, [f"{NAME}:{address}"], now)
    if found.person is None:
        return found.refusal or UserError("code_wrong", left=0)
    account = account_in_chat(session, found.person, now)
    bind(session, account, found.person, now)
    newcomers.show_open(session, found.person, now)
    return access.begin(session, account.id, now)


def account_in_chat(session: Session, person: Person, now: datetime) -> Account:
    """The person's account in the web chat; made where there is none, not yet bound."""
    external_id = address_of(person.id)
    query = select(Account).where(Account.channel == NAME, Account.external_id == external_id)
    account = session.scalar(query)
    if account is None:
        account = Account(channel=NAME, external_id=external_id, chat_id=external_id, created_at=now)
        session.add(account)
        session.flush()
    return account
