"""After a restore: what may have gone out is held, the clock goes on from now, the loss is named, admins decide."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select, update
from typer.testing import CliRunner

from bot.cli import app
from bot.config import Settings
from bot.restoring import has_content, restore_from
from bot.texts import texts
from data.backup import take
from data.errors import UserError
from data.files import FOLDER, place_of, writing
from data.kinds import OutboxState, ReminderState, RoundState
from data.models import Outbox, Reminder, Round, Schedule
from data.store import exclusive, open_store
from tests.bot.cast import NAME, Cast

RUN = CliRunner()


def settings(folder: Path) -> Settings:
    """The cast talks over `telegram`."""
    return Settings.model_validate(
        {"database": {"url": f"sqlite:///{folder / NAME}"}, "telegram": {"token": "7000000001:AAtestOnly-Secret"}}
    )


def back_up(cast: Cast, folder: Path) -> Path:
    return take(cast.store, folder / "copy.db", cast.now).path


@contextmanager
def restored(cast: Cast, copy: Path) -> Iterator[list[str]]:
    """The cast goes on with the restored database; what the terminal was told."""
    folder = copy.parent
    cast.store.close()
    told, _kept = restore_from(settings(folder), copy, cast.now, texts("zh-CN"))
    cast.store = open_store(f"sqlite:///{folder / NAME}")
    cast.deliver()
    yield told


def test_what_waited_to_be_sent_is_held_until_an_admin_sends_it(office: Cast, tmp_path: Path) -> None:
    office.ticks()
    office.write(lambda session: session.execute(update(Outbox).values(state="queued")))
    waiting = office.read(lambda session: len(session.scalars(select(Outbox)).all()))
    copy = back_up(office, tmp_path)
    office.wait(hours=1)
    with restored(office, copy):
        states = office.read(lambda session: list(session.scalars(select(Outbox.state).order_by(Outbox.id))))
        assert states[:waiting] == ["held"] * waiting
        (said,) = [each for each in office.heard("admin") if "恢复" in each.text]
        assert said.labels == ["都再发一次", "都不发了"]
        listed = office.says("admin", "待处理")
        assert f"恢复后先没有发的 {waiting} 条" in str(listed[0])
        assert "再发一次" in office.presses("admin", "都再发一次", said)[0].text
        left = office.read(lambda session: session.scalars(select(Outbox.state).where(Outbox.state == "held")).all())
        assert left == []
        assert "没有先放着的消息" in office.presses("admin", "都不发了", said)[0].text


def test_an_admin_can_drop_what_is_held(office: Cast, tmp_path: Path) -> None:
    office.write(lambda session: session.execute(update(Outbox).values(state="queued")))
    copy = back_up(office, tmp_path)
    with restored(office, copy):
        office.presses("admin", "都不发了")
        states = office.read(lambda session: set(session.scalars(select(Outbox.state))))
    assert states == {OutboxState.DROPPED, OutboxState.SENT}


def test_rounds_that_came_due_meanwhile_are_passed_over_and_later_ones_come(cast: Cast, tmp_path: Path) -> None:
    copy = back_up(cast, tmp_path)
    cast.wait(days=2)
    with restored(cast, copy) as told:
        cast.ticks()
        found = cast.read(lambda session: [(r.state, r.reason) for r in session.scalars(select(Round))])
        next_at = cast.read(lambda session: session.scalars(select(Schedule.next_at)).one())
    assert found == [(RoundState.SKIPPED, {"code": "restored", "values": {}})]
    assert next_at is not None
    assert next_at > cast.now
    assert any("1 轮调度" in line for line in told)
    assert cast.heard("education") == []


def test_reminders_that_came_due_meanwhile_are_held(cast: Cast, tmp_path: Path) -> None:
    from scheduler import rounds

    cast.write(lambda session: rounds.tick(session, cast.now, cast.office))
    copy = back_up(cast, tmp_path)
    cast.wait(hours=2)
    with restored(cast, copy):
        cast.ticks()
        assert cast.heard("education") == []
        states = cast.read(lambda session: set(session.scalars(select(Reminder.state))))
        assert states == {ReminderState.HELD}
        cast.presses("admin", "都再发一次")
        cast.ticks()
        assert len(cast.heard("education")) == 1


def test_what_was_said_since_is_named_as_lost(office: Cast, tmp_path: Path) -> None:
    copy = back_up(office, tmp_path)
    office.wait(minutes=10)
    office.says("education", "1 完成到60%")
    with restored(office, copy) as told:
        assert office.stored("3.2") == []
        admin = office.heard("admin")[-1].text
    lost = next(line for line in told if "不在里面" in line)
    assert "1 条消息" in lost
    assert "周敏 1 条" in lost
    assert lost in admin


def test_nothing_lost_is_said_too(office: Cast, tmp_path: Path) -> None:
    copy = back_up(office, tmp_path)
    with restored(office, copy) as told:
        assert any("没有丢失" in line for line in told)


def test_a_running_bot_is_not_replaced(cast: Cast, tmp_path: Path) -> None:
    copy = back_up(cast, tmp_path)
    with exclusive(cast.store), pytest.raises(UserError, match="already_running"):
        restore_from(settings(tmp_path), copy, cast.now, texts("zh-CN"))


def test_a_broken_copy_leaves_the_database_alone(cast: Cast, tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_bytes(b"SQLite format 3\0 but no more")
    before = (tmp_path / NAME).read_bytes()
    with pytest.raises(UserError, match="backup_broken"):
        restore_from(settings(tmp_path), tmp_path / "copy.db", cast.now, texts("zh-CN"))
    assert (tmp_path / NAME).read_bytes() == before


# The commands ----------------------------------------------------------------------------------------------


@pytest.fixture
def at_terminal(cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DUBAN_DATABASE__URL", f"sqlite:///{tmp_path / NAME}")
    return tmp_path


def test_backup_and_restore_from_the_terminal(at_terminal: Path, cast: Cast) -> None:
    assert has_content(settings(at_terminal))
    made = RUN.invoke(app, ["backup"])
    assert made.exit_code == 0, made.output
    (copy,) = (at_terminal / "duban-files").iterdir()
    assert copy.name in made.output
    named = RUN.invoke(app, ["backup", "-o", "mine.db"])
    assert (at_terminal / "mine.db").exists(), named.output
    refused = RUN.invoke(app, ["restore", "mine.db"])
    assert isinstance(refused.exception, UserError)
    assert refused.exception.code == "needs_yes"
    cast.store.close()
    done = RUN.invoke(app, ["restore", "mine.db", "--yes"])
    assert done.exit_code == 0, done.output
    assert "已恢复" in done.output
    assert "replaced-" in done.output


def test_restoring_into_nothing_needs_no_yes(at_terminal: Path, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    RUN.invoke(app, ["backup", "-o", "mine.db"])
    monkeypatch.setenv("DUBAN_DATABASE__URL", f"sqlite:///{at_terminal / 'elsewhere' / NAME}")
    done = RUN.invoke(app, ["restore", "mine.db"])
    assert done.exit_code == 0, done.output


def test_what_people_sent_goes_with_the_copy_and_comes_back_with_it(
    at_terminal: Path, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with writing(at_terminal / "duban-files" / FOLDER, 10) as made:
        made.write(b"%PDF-")
        checksum = made.keep()
    said = RUN.invoke(app, ["backup", "-o", "elsewhere/mine.db"])
    assert "这次新拷贝 1 个" in said.output
    monkeypatch.setenv("DUBAN_DATABASE__URL", f"sqlite:///{at_terminal / 'new' / NAME}")
    RUN.invoke(app, ["restore", "elsewhere/mine.db"])
    assert place_of(at_terminal / "new" / "duban-files" / FOLDER, checksum).read_bytes() == b"%PDF-"
