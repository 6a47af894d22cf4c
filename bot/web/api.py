"""The read-only JSON API below `/api`: tokens instead of log-ins, pages, ETags, described by `/api/openapi.json`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Annotated, Any, Final, Literal

from fastapi import Depends, FastAPI, HTTPException, Query, Request
from fastapi.responses import JSONResponse, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel
from sqlalchemy.orm import Session

from bot import passes
from bot.texts import texts
from bot.web import tags
from bot.web.limits import Allowance
from bot.web.schemas import (
    AssignmentOut,
    AssignmentsOut,
    PlanOut,
    ProblemOut,
    ReportsOut,
    RoundsOut,
    SummaryOut,
)
from bot.web.services import WebServices
from bot.web.views import Filters
from data.errors import UserError
from data.kinds import PassKind

A_MINUTE: Final = 300
WRONG_A_MINUTE: Final = 20
BEARER: Final = HTTPBearer(auto_error=False, description="A token of `duban token create`, or of 令牌 in the chat")
ABOUT: Final = (
    "Read-only. A token sees what its person sees. Answers carry an ETag: ask again with If-None-Match. "
    f"At most {A_MINUTE} requests a minute for a token."
)
PROBLEMS: Final[dict[int | str, dict[str, Any]]] = {
    304: {"description": "Nothing has changed since the ETag that was given"},
    401: {"model": ProblemOut, "description": "No token, or one that opens nothing"},
    409: {"model": ProblemOut, "description": "There is no plan yet"},
    429: {"model": ProblemOut, "description": "Too often; see Retry-After"},
}
NOT_THERE: Final[dict[int | str, dict[str, Any]]] = {
    **PROBLEMS,
    404: {"model": ProblemOut, "description": "There is none, or the token may not see it"},
}
Lamp = Literal["", "red", "yellow", "green", "none", "red_yellow"]
State = Literal["", "done", "on", "behind", "silent", "unrated"]
Read = Callable[[Session], BaseModel | None]


class Api:
    """The application that is mounted below `/api`."""

    def __init__(self, services: WebServices) -> None:
        assert services.open_data is not None
        self._services, self._reads = services, services.open_data
        self._pace, self._wrong = Allowance(A_MINUTE), Allowance(WRONG_A_MINUTE)

    def app(self) -> FastAPI:
        made = FastAPI(title="Duban 督办", version="1", description=ABOUT, docs_url=None, redoc_url=None)
        add = partial(made.add_api_route, methods=["GET"], dependencies=[Depends(BEARER)])
        add("/v1/plan", self.plan, response_model=PlanOut, responses=PROBLEMS, summary="The plan")
        add("/v1/summary", self.summary, response_model=SummaryOut, responses=PROBLEMS, summary="Where things stand")
        add("/v1/assignments", self.assignments, response_model=AssignmentsOut, responses=PROBLEMS, summary="Rows")
        path = "/v1/assignments/{ref}"
        add(path, self.assignment, response_model=AssignmentOut, responses=NOT_THERE, summary="One row")
        add("/v1/reports", self.reports, response_model=ReportsOut, responses=PROBLEMS, summary="What was said")
        add(
            "/v1/rounds",
            self.rounds,
            response_model=RoundsOut,
            responses=PROBLEMS,
            summary="Who was asked, and answered",
        )
        return made

    # Reads ----------------------------------------------------------------------------------------------------

    async def plan(self, request: Request) -> Response:
        """The table as it was published: the rows that the token sees."""
        return await self._answer(request, self._reads.plan)

    async def summary(self, request: Request) -> Response:
        """Five counts, what needs attention, the open round."""
        return await self._answer(request, self._reads.summary)

    async def assignments(
        self,
        request: Request,
        unit: Annotated[str, Query(max_length=100, description="Lead unit")] = "",
        leader: Annotated[str, Query(max_length=100)] = "",
        project: Annotated[str, Query(max_length=20, description="Number of the project")] = "",
        lamp: Lamp = "",
        state: State = "",
        q: Annotated[str, Query(max_length=100, description="Words of the task or of the last report")] = "",
        on: Annotated[date | None, Query(description="As of the end of that day")] = None,
        page: Annotated[int, Query(ge=1, le=100_000)] = 1,
        per_page: Annotated[int, Query(ge=1, le=200)] = 100,
    ) -> Response:
        """The rows in the table's order, with lamp, reason, figures and the last words."""
        filters = Filters(unit, leader, lamp, project, state, q, page=page, on=on)
        return await self._answer(request, self._reads.assignments, filters=filters, per_page=per_page)

    async def assignment(
        self,
        request: Request,
        ref: str,
        on: Annotated[date | None, Query(description="As of the end of that day")] = None,
    ) -> Response:
        """One row by its number in the table, 4.3."""
        return await self._answer(request, self._reads.assignment, ref=ref[:20], on=on)

    async def reports(
        self,
        request: Request,
        assignment: Annotated[str | None, Query(max_length=20, description="Of this row alone")] = None,
        after: Annotated[int, Query(ge=0, le=2**53, description="With a higher id than this")] = 0,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
    ) -> Response:
        """Every report with its words, figures and whether it stands; drafts are left out."""
        return await self._answer(request, self._reads.reports, ref=assignment, after=after, limit=limit)

    async def rounds(self, request: Request) -> Response:
        """Each round with its units: asked, answered, silent, not delivered, on leave."""
        return await self._answer(request, self._reads.rounds)

    # Answers --------------------------------------------------------------------------------------------------

    async def _answer(self, request: Request, read: Callable[..., BaseModel | None], **asked: Any) -> Response:
        now = self._services.clock()
        person_id = await self._person(request)
        try:
            found = await self._services.store.read(partial(read, person_id=person_id, now=now, **asked))
        except UserError as error:
            return JSONResponse({"detail": texts(self._services.settings.language).error(error)}, 409)
        if found is None:
            raise HTTPException(404, "not found")
        return tagged(request, found.model_dump_json())

    async def _person(self, request: Request) -> int:
        """Whose sight the token has. Raises HTTPException 401, 429."""
        given: HTTPAuthorizationCredentials | None = await BEARER(request)
        now = self._services.clock()
        found = await self._services.store.write(partial(_holder, token=given.credentials, now=now)) if given else None
        if found is None:
            self._slow(self._wrong, request.client.host if request.client else "?")
            raise HTTPException(401, "a valid token is needed", {"www-authenticate": "Bearer"})
        self._slow(self._pace, found[0])
        return found[1]

    def _slow(self, pace: Allowance, key: object) -> None:
        if wait := pace.wait(str(key)):
            raise HTTPException(429, "too often", {"retry-after": str(wait)})


def _holder(session: Session, token: str, now: Any) -> tuple[int, int] | None:
    """(pass, person), noted as used today."""
    found = passes.holder(session, PassKind.API, token[:100], now)
    if found is None:
        return None
    if found.used_on != now.date():
        found.used_on = now.date()
    return found.id, found.person_id


def tagged(request: Request, body: str, media: str = "application/json") -> Response:
    """The body with its ETag; 304 where the asker has it already."""
    tag = hashlib.sha256(body.encode()).hexdigest()[:32]
    headers = tags.told(tag) | {"vary": "authorization"}
    if tag in tags.known(request):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media, headers=headers)
