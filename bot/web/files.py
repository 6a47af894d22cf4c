"""Files over the web: those posted with a message wait on disk to be looked into, those of a row are downloaded."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Final

from starlette.datastructures import UploadFile
from starlette.responses import FileResponse, Response

from bot.message import SentFile
from bot.web.services import Uploads
from bot.web.shield import Refused
from bot.web.site import Site, Visit
from data.files import TooLarge, writing

PIECE: Final = 1 << 20
LONGEST_NAME: Final = 200
# Nothing that a file holds may run, or reach anything, wherever a browser opens it.
SANDBOX: Final = {"content-security-policy": "default-src 'none'; sandbox", "x-content-type-options": "nosniff"}


@dataclass(frozen=True)
class Posted:
    """Files that are on disk: as the message's row holds them, and a mark of what they are."""

    files: tuple[SentFile, ...]
    mark: str

    def to_json(self) -> str:
        return json.dumps([asdict(file) for file in self.files], ensure_ascii=False)


NONE: Final = Posted((), "")


async def take(uploads: Uploads, posted: Sequence[UploadFile]) -> Posted:
    """Put the files of a form on disk. One that is too large is left out of it; its row will say so."""
    kept = [await asyncio.to_thread(_put, uploads, file) for file in posted]
    return Posted(tuple(file for file, _mark in kept), "".join(mark for _file, mark in kept))


def _put(uploads: Uploads, posted: UploadFile) -> tuple[SentFile, str]:
    name = (posted.filename or "").replace("\0", "")[-LONGEST_NAME:] or None
    kind = "photo" if (posted.content_type or "").startswith("image/") else "document"
    with writing(uploads.folder, uploads.most) as made:
        try:
            while piece := posted.file.read(PIECE):
                made.write(piece)
            return SentFile(made.keep_for_later(), kind, name, made.size), made.checksum
        except TooLarge:
            return SentFile("", kind, name, posted.size or made.size), f"{name} {posted.size}"


async def download(site: Site, visit: Visit) -> Response:
    """A file that belongs to a row the viewer may see: always saved, never shown by the browser."""
    uploads, told = site.services.uploads, visit.request.path_params["file"]
    if uploads is None or not told.isdecimal() or len(told) > 15:
        raise Refused(404, "missing")
    find = partial(uploads.read, person_id=visit.viewer.person_id, file_id=int(told))
    found = await site.services.store.read(find)
    if found is None:
        raise Refused(404, "missing")
    if found.path is None or not await asyncio.to_thread(found.path.is_file):
        raise Refused(404, "file_later")
    return FileResponse(found.path, media_type=found.media, filename=found.name, headers=SANDBOX)
