"""The page of schedules: a form for each change, its effect before it is confirmed, and back to the page."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.texts import texts
from bot.web import demo
from bot.web.services import Planning as Service
from bot.web.shield import Refused
from bot.web.site import Site, Visit
from bot.web.views import Proposal
from data.errors import UserError
from data.kinds import Role


class Planning:
    def __init__(self, site: Site) -> None:
        self._site = site
        self._store = site.services.store

    async def page(self, visit: Visit) -> Response:
        """What there is, each with its forms."""
        return await self._page(visit, did=visit.request.query_params.get("did", ""))

    async def ask(self, visit: Visit) -> Response:
        """What a form would do: shown above the page, to be confirmed; a mistake beside the form."""
        try:
            proposal = await self._proposal(visit, visit.form)
        except UserError as error:
            problem = texts(visit.viewer.language).error(error)
            return await self._page(visit, problem=problem, fields=visit.form, status=422)
        return await self._page(visit, proposal=proposal, fields=visit.form)

    async def do(self, visit: Visit) -> Response:
        """Carry out what was confirmed."""
        service = self._service(visit)
        return await self._write(visit, lambda session: service.do(
            session, visit.viewer.person_id, visit.now, visit.form))  # fmt: skip

    async def undo(self, visit: Visit) -> Response:
        """Take back the last change."""
        service = self._service(visit)
        return await self._write(visit, lambda session: service.undo(session, visit.viewer.person_id, visit.now))

    async def preview(self, visit: Visit) -> Response:
        """For our script: what the form beside it would do, while it is filled in."""
        try:
            proposal = await self._proposal(visit, visit.request.query_params)
        except UserError as error:
            shown = (texts(visit.viewer.language).error(error), True)
        else:
            shown = (proposal.text, False)
        language = visit.viewer.language
        return HTMLResponse(self._site.pages.fragment("planning_preview", language, *shown, viewer=visit.viewer))

    def _service(self, visit: Visit) -> Service:
        """The page is an admin's; for anybody else it is not there. Raises Refused."""
        service = self._site.services.planning
        if service is None or Role.ADMIN not in visit.viewer.roles:
            raise Refused(404, "missing")
        return service

    async def _proposal(self, visit: Visit, fields: Mapping[str, str]) -> Proposal:
        service = self._service(visit)
        return await self._store.read(
            lambda session: service.propose(session, visit.viewer.person_id, visit.now, fields)
        )

    async def _write(self, visit: Visit, change: Any) -> Response:
        try:
            event = await self._store.write(change)
        except UserError as error:
            return await self._page(visit, problem=texts(visit.viewer.language).error(error), status=409)
        return RedirectResponse(f"{visit.viewer.home}/schedules?did={event}", 303)

    async def _page(
        self,
        visit: Visit,
        *,
        did: str = "",
        proposal: Proposal | None = None,
        problem: str = "",
        fields: Mapping[str, str] | None = None,
        status: int = 200,
    ) -> Response:
        service = self._service(visit)
        view = await self._store.read(lambda session: service.page(session, visit.viewer.person_id, visit.now, did))
        typed = dict(fields or {})
        return self._site.html(
            "schedules.html",
            visit.viewer,
            status,
            here="schedules",
            view=view,
            proposal=proposal,
            problem=problem,
            typed=typed,
            cast=await self._cast(visit),
        )

    async def _cast(self, visit: Visit) -> tuple[demo.Member, ...]:
        """The demo's identity switch; empty outside the demo."""
        cast = self._site.services.demo
        if cast is None or visit.viewer.demo is None:
            return ()
        return await self._store.read(partial(demo.read_cast, people=cast.people))
