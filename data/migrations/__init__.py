"""The schema's history (Alembic). `HEAD` is this program's version; a test holds it to the scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Engine

from data.errors import UserError

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

HEAD = "0014"


def require(found: str | None) -> None:
    """Raise UserError unless the found revision is HEAD."""
    if found is None:
        raise UserError("database_empty")
    if found != HEAD:
        raise UserError("database_older" if is_known(found) else "database_newer", found=found, needed=HEAD)


def is_known(revision: str) -> bool:
    return revision in {script.revision for script in _scripts().walk_revisions()}


def upgrade(engine: Engine, known: str | None) -> None:
    """Run what is missing, in one transaction. Raises UserError `database_newer`."""
    from alembic import command

    if known is not None and not is_known(known):
        raise UserError("database_newer", found=known, needed=HEAD)
    config = _config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "data:migrations")
    return config


def _scripts() -> ScriptDirectory:
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(_config())
