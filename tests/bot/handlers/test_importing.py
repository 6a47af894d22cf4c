"""An admin sends a table as a file: it is read, shown with what it would change, and applied when that is confirmed."""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot import importing_plan
from bot.fetching import Fetcher
from bot.message import Channel, SentFile
from data import queries
from data.kinds import Role
from data.models import Account, Assignment, AuditEvent, Invite, Person, PersonRole, Plan, Schedule
from data.tables import read_table
from tests.bot.cast import START, TABLE, Cast, FakeChat, Said, Scene, _database, person
from tests.bot.tables import as_docx, as_xlsx, rows_of

SEED = TABLE.read_text(encoding="utf-8")
MOST = 200_000


class WithFiles(FakeChat):
    """Has the files that it was given, under their keys."""

    def __init__(self) -> None:
        super().__init__()
        self.files: dict[str, bytes] = {}

    async def fetch(self, key: str) -> AsyncGenerator[bytes, None]:
        yield self.files[key]


class Desk:
    """The cast beside a fetcher and a reader that are turned by hand."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.channel = cast, WithFiles()
        channels: dict[str, Channel] = {"telegram": self.channel}
        self.fetcher = Fetcher(cast.store, channels, cast.importer.folder, MOST, lambda: cast.now, cast.postbox)

    def sends(self, who: str, name: str | None, content: bytes | str, words: str = "", **values: Any) -> Said:
        """Send a document; the answer at once."""
        told = content.encode() if isinstance(content, str) else content
        key = str(len(self.channel.files))
        self.channel.files[key] = told
        size = values.pop("size", len(told))
        (said,) = self.cast.sends(who, SentFile(key, "document", name, size), words=words, **values)
        return said

    def works(self, who: str = "admin") -> Said:
        """What is to be fetched is fetched, what is to be read is read; what somebody heard last."""
        self.fetches()
        self.cast.makes()
        return self.cast.heard(who)[-1]

    def fetches(self) -> None:
        async def turn() -> None:
            await self.fetcher._turn()
            await asyncio.gather(*self.fetcher._tasks.values())

        asyncio.run(turn())
        self.cast.deliver()

    def reads(self, name: str | None, content: bytes | str, words: str = "") -> Said:
        """The admin sends a file; what is said when it was read."""
        self.sends("admin", name, content, words)
        return self.works()

    def confirms(self, label: str = "确认导入") -> Said:
        self.cast.presses("admin", label)
        return self.works()


@pytest.fixture
def desk(office: Cast) -> Desk:
    return Desk(office)


def contents(session: Session) -> dict[str, str]:
    plan = queries.current_plan(session)
    assert plan is not None
    return {row.ref: row.content for row in queries.assignments(session, plan.id)}


def count(desk: Desk, what: type[Any]) -> int:
    return desk.cast.read(lambda session: session.scalar(select(func.count()).select_from(what)) or 0)


def test_the_same_table_says_what_was_read_and_that_nothing_would_change(desk: Desk) -> None:
    said = desk.sends("admin", "责任分解表.txt", SEED)
    assert said.text == "收到“责任分解表.txt”，正在读，读完把读到的内容和差别发给您。"
    shown = desk.works()
    assert "读到 10 个项目、25 项任务、3 位区分管领导、8 家牵头单位。" in shown.text
    assert "1 处拿不准：\n· 5.6：牵头单位是教育局，配合单位一格是空的。" in shown.text
    assert shown.text.endswith("和现在 2021 年的计划一样，没有要改的。")
    assert shown.labels == []


def test_a_changed_table_shows_its_differences_and_is_applied_when_confirmed(desk: Desk) -> None:
    desk.cast.says("education", "1新增学位3500个")
    before = desk.cast.read(contents)
    shown = desk.reads("责任分解表.txt", SEED.replace("5000个", "6000个"))
    assert "有变化：1 增加教育资源供给" in shown.text
    assert "增加学位5000个 → 增加学位6000个" in shown.text
    assert shown.labels == ["确认导入", "不导入"]
    assert desk.cast.read(contents) == before
    done = desk.confirms()
    assert done.text.startswith("已导入：10 个项目、25 项任务。\n新增 0 项、有变化 1 项、不再有 0 项")
    assert "6000个" in desk.cast.read(contents)["1"]
    admin = desk.cast.people["admin"]
    query = select(AuditEvent.actor_id).where(AuditEvent.action == "import", AuditEvent.entity == "plan")
    assert desk.cast.read(lambda session: session.scalars(query).all())[-1] == admin
    (report,) = desk.cast.stored("1")
    assert report.standing


def test_an_import_is_taken_back_by_button_and_by_word(desk: Desk) -> None:
    before = desk.cast.read(contents)
    shorter = SEED.replace("5000个", "6000个")
    for take_back in (desk.cast.presses, desk.cast.says):
        desk.reads("责任分解表.txt", shorter)
        done = desk.confirms()
        assert done.labels == ["撤回"]
        assert desk.cast.read(contents) != before
        [said] = take_back("admin", "撤回")
        assert said.text.startswith("已撤回这次导入，计划回到导入前的样子：撤下新增 0 项、改回 1 项、恢复 0 项。")
        assert desk.cast.read(contents) == before
    assert "没有" in desk.cast.says("admin", "撤回")[0].text


def test_where_no_document_can_be_sent_the_ways_that_can_are_named(office: Cast) -> None:
    office.write(lambda session: session.execute(update(Account).values(channel="wecom_app")))
    cast = Cast(office.store, office.now, office.office, FakeChat("wecom_app"))
    cast.knows("admin", office.people["admin"], office.chat("admin"))
    assert cast.says("admin", "导入")[0].text.startswith("企业微信应用里发不了文件。请在网页对话、企业微信机器人或")


def test_an_import_that_was_reported_on_stays(desk: Desk) -> None:
    desk.reads("责任分解表.txt", SEED.replace("5000个", "6000个"))
    desk.confirms()
    desk.cast.says("education", "1 学位3500个")
    after = desk.cast.read(contents)
    [said] = desk.cast.presses("admin", "撤回")
    assert said.text == (
        "导入以后已经有反馈：1 增加教育资源供给，不能整个撤回；要改回去，把以前那张表再发一次，反馈跟着任务走。"
    )
    assert desk.cast.read(contents) == after


def test_after_a_day_an_import_stays(desk: Desk) -> None:
    desk.reads("责任分解表.txt", SEED.replace("5000个", "6000个"))
    desk.confirms()
    desk.cast.wait(hours=25)
    assert "撤回" in desk.cast.presses("admin", "撤回")[0].text
    assert "6000个" in desk.cast.read(contents)["1"]


@pytest.mark.parametrize(("name", "write"), [("表.xlsx", as_xlsx), ("表.docx", as_docx)])
def test_excel_and_word_are_read_as_on_the_command_line(desk: Desk, name: str, write: Any) -> None:
    rows = rows_of(read_table(TABLE, year=None))[:-1]
    shown = desk.reads(name, write("2021年武进区重大民生实事项目责任分解表", rows))
    assert "24 项任务" in shown.text
    assert "不再有：10.3" in shown.text
    desk.confirms()
    assert len(desk.cast.read(contents)) == 24


def test_a_file_without_a_name_is_known_by_its_content(desk: Desk) -> None:
    table = as_xlsx("2021年责任分解表", rows_of(read_table(TABLE, year=None)))
    assert desk.sends("admin", None, table).text.startswith("收到文件 1 个，正在读")
    assert "没有要改的" in desk.works().text


def test_what_is_not_wanted_changes_nothing(desk: Desk) -> None:
    before = desk.cast.read(contents)
    desk.reads("责任分解表.txt", SEED.replace("5000个", "6000个"))
    (said,) = desk.cast.says("admin", "不导入")
    assert said.text == "没有导入，什么也没有改。"
    desk.works()
    assert desk.cast.read(contents) == before
    (gone,) = desk.cast.presses("admin", "确认导入")
    assert "确认导入" not in gone.labels
    desk.works()
    assert desk.cast.read(contents) == before


def test_where_the_plan_moved_meanwhile_the_differences_are_shown_anew(desk: Desk) -> None:
    desk.reads("一.txt", SEED.replace("5000个", "6000个"))
    confirmed = desk.cast.presses("admin", "确认导入")[0]
    assert confirmed.text == "正在写入，写好告诉您。"
    desk.cast.write(lambda session: _retire(session, "10.3"))
    shown = desk.works()
    assert shown.text.startswith("您看过以后，数据库里有了变动，所以还没有导入。请再看一遍：")
    assert "新增：10.3" in shown.text
    assert "5000个" in desk.cast.read(contents)["1"]
    desk.confirms()
    assert {"10.3"} <= desk.cast.read(contents).keys()
    assert "6000个" in desk.cast.read(contents)["1"]


def _retire(session: Session, ref: str) -> None:
    session.scalars(select(Assignment).where(Assignment.ref == ref)).one().retired_at = START


def test_a_table_of_another_year_says_which_plan_will_be_in_force(desk: Desk) -> None:
    shown = desk.reads("表.txt", SEED, "导入 2022")
    assert "还没有 2022 年的计划，确认后新建；现行计划是 2021 年的，新建以后按 2022 年的来。" in shown.text
    assert "1 增加教育资源供给（1 项，教育局）" in shown.text
    done = desk.confirms()
    assert "计划已新建" in done.text
    assert count(desk, Plan) == 2
    assert count(desk, Schedule) == 2


def test_on_an_empty_database_the_first_table_comes_by_chat_with_its_default_schedule(
    scene: Scene, tmp_path: Path
) -> None:
    with _empty(tmp_path) as cast:
        desk = Desk(cast)
        assert "把表格文件直接发给本助手" in cast.says("admin", "计划")[0].text
        shown = desk.reads("表.txt", SEED)
        assert "还没有 2021 年的计划，确认后新建。" in shown.text
        done = desk.confirms()
        assert "还没有联络员：教育局、" in done.text
        assert (len(cast.read(contents)), count(desk, Schedule)) == (25, 1)


@contextmanager
def _empty(folder: Path) -> Iterator[Cast]:
    with _database(folder) as store:
        cast = Cast(store)
        cast.joins("admin", "林岚", Role.ADMIN)
        yield cast


def test_a_year_that_does_not_stand_in_the_table_is_told_afterwards(desk: Desk) -> None:
    shown = desk.reads("t.csv", "项目名称,主要内容,牵头单位\n教育,新增学位5000个,教育局\n")
    assert "请回一句“导入 2022”" in shown.text
    desk.cast.says("admin", "导入 2022年")
    assert "还没有 2022 年的计划" in desk.works().text
    assert desk.cast.says("admin", "导入 去年")[0].text.startswith("没看懂“去年”")


SHORT = "2021年民生实事责任分解表\n项目名称,主要内容,{},完成时限\n教育,新增学位5000个,教育局,12月底前\n"


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<w/>")
        archive.writestr("xl/media/a.bin", b"\0" * (20 << 20))
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("空.csv", b"", "空.csv 是空的，没有可导入的内容。"),
        ("二进制.csv", bytes(range(256)) * 4, "二进制.csv 不是表格也不是文本，读不出内容。"),
        ("坏.xlsx", b"\0\1\2" * 90, "坏.xlsx 打不开，文件可能损坏或没有下载完整。"),
        ("旧.xls", bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 504, "旧.xls 是旧格式的电子表格。"),
        ("单位.csv", SHORT.format("联系人").encode(), "单位.csv 的表头里没有牵头单位。读到的列：项目名称、主要内容、"),
        ("没有.csv", SHORT.format("牵头单位").replace(",教育局,", ",,").encode(), "这些任务没有牵头单位"),
        ("炸弹.xlsx", bomb(), "炸弹.xlsx 解开后有 20 MB 以上，大得不正常，没有读取。"),
        ("通知.txt", "请各单位于周五前报送材料。", "通知.txt 里没有找到责任分解表。"),
        ("网页.txt", b"<html><body>x</body></html>", "网页.txt 其实是网页。"),
    ],
)
def test_a_bad_file_gets_the_sentence_of_the_command_line_in_the_chat(
    desk: Desk, name: str, content: bytes | str, sentence: str
) -> None:
    before = desk.cast.read(contents)
    shown = desk.reads(name, content)
    assert shown.text.startswith(sentence)
    assert shown.labels == []
    assert desk.cast.read(contents) == before


def test_a_file_that_is_too_large_is_not_even_fetched(desk: Desk) -> None:
    desk.sends("admin", "大.xlsx", b"", size=31_000_000)
    desk.fetcher.most = 20_000_000
    assert desk.works().text.startswith("大.xlsx 有 31 MB，超过上限 20 MB。")


def test_more_rows_than_the_chat_takes_are_referred_to_the_command_line(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing_plan, "MOST_ROWS", 24)
    assert desk.reads("长.txt", SEED).text.startswith("长.txt 有 25 项任务，在对话里最多导入 24 项。")


def test_others_and_other_files_are_met_as_before(desk: Desk) -> None:
    assert "是哪一项的？" in desk.sends("education", "责任分解表.txt", SEED).text
    assert "附件请由单位联络员随反馈一起发来" in desk.sends("leader", "责任分解表.txt", SEED).text
    assert "附件请由单位联络员随反馈一起发来" in desk.sends("admin", "现场.pdf", b"%PDF-1.7").text
    refused = desk.sends("education", "责任分解表.txt", SEED, "导入")
    assert refused.text == desk.cast.says("education", "/import")[0].text
    heard = len(desk.cast.heard("admin"))
    desk.works()
    assert len(desk.cast.heard("admin")) == heard


def test_an_admin_who_is_a_liaison_too_says_what_a_file_is(desk: Desk) -> None:
    desk.cast.write(lambda session: _also_admin(session, "周敏"))
    asked = desk.sends("education", "责任分解表.txt", SEED)
    assert asked.labels[-1] == "这是表格，导入"
    desk.cast.presses("education", "这是表格，导入")
    assert "没有要改的" in desk.works("education").text


def _also_admin(session: Session, name: str) -> None:
    found = person(session, name)
    found.roles.append(PersonRole(role=Role.ADMIN))


def test_a_table_is_not_taken_along_by_a_report_that_follows(desk: Desk) -> None:
    desk.sends("admin", "责任分解表.txt", SEED)
    echo, *_ = desk.cast.says("admin", "代录 教育局 1 新增学位3500个（电话）")
    assert "责任分解表" not in echo.text


def test_two_tables_at_once_are_asked_for_one_by_one(desk: Desk) -> None:
    desk.sends("admin", "一.txt", SEED, album="a")
    assert desk.sends("admin", "二.txt", SEED, album="a").text == "一次读一个表格文件，请一个一个发。"


def test_the_command_says_how_and_admins_alone_see_it_in_the_help(desk: Desk) -> None:
    assert desk.cast.says("admin", "导入")[0].text.startswith("请把责任分解表或人员表")
    assert desk.cast.says("admin", "/import")[0].text.startswith("请把责任分解表或人员表")
    assert "导入 — " in desk.cast.says("admin", "帮助")[0].text
    assert "导入 — " not in desk.cast.says("education", "帮助")[0].text


PEOPLE = "姓名,单位,角色,次序,电话\n周敏,教育局,联络员,A,13800000001\n李敏,教育局,联络员,B,\n何海平,,区分管领导,,\n"


def test_a_list_of_people_is_shown_and_its_invites_go_to_the_admin(desk: Desk) -> None:
    before = (count(desk, Person), count(desk, Invite))
    shown = desk.reads("人员.csv", PEOPLE)
    assert shown.title == "人员表（人员.csv）"
    assert shown.text.splitlines() == [
        "读到 3 人，其中 1 人没有变化。",
        "新增：教育局联络员李敏",
        "有变化：教育局联络员周敏",
        "确认后生成 1 个邀请码，只发给您。",
        "",
        "现在什么也没有改，要导入吗？",
    ]
    assert (count(desk, Person), count(desk, Invite)) == before
    done = desk.confirms()
    first, until, code, link, *rest = done.text.splitlines()
    assert (first, rest) == ("已写入 3 人，其中新登记 1 人。", [])
    assert until == "邀请码（10月10日前有效，各只能用一次，请只转给本人）："
    assert code.startswith("教育局联络员李敏：")
    assert link.startswith("Telegram：https://chat.example/")
    assert desk.cast.says("stranger", code.partition("：")[2])[0].text.startswith("已绑定：教育局联络员")
    assert desk.cast.read(lambda session: person(session, "周敏").phone) == "13800000001"
    assert desk.reads("人员.csv", PEOPLE).text == "读到 3 人，其中 3 人没有变化。\n没有要改的。"


def test_the_preview_of_people_tells_what_is_done(desk: Desk) -> None:
    """A liaison who becomes the unit's head is one person; a namesake in another unit is another."""
    desk.reads("人员.csv", "姓名,单位,角色\n周敏,教育局,单位负责人\n陈刚,民政局,联络员\n芮春祥,全区,区分管领导\n")
    shown = desk.cast.heard("admin")[-1].text
    assert "新增：民政局联络员陈刚\n有变化：教育局单位负责人周敏、区分管领导芮春祥\n确认后生成 2 个邀请码" in shown
    before = count(desk, Person)
    done = desk.confirms().text
    assert "其中新登记 1 人" in done
    assert (count(desk, Person) - before, done.count("https://")) == (1, 2)


def test_faulty_rows_of_people_are_named_and_nothing_is_asked(desk: Desk) -> None:
    shown = desk.reads("人员.csv", "姓名,单位,角色\n李敏,教肓局,联络员\n王五,教育局,站长\n")
    assert "第 3 行：角色“站长”不认识" in shown.text
    shown = desk.reads("人员.csv", "姓名,单位,角色\n李敏,教肓局,联络员\n")
    assert "第 2 行：没有“教肓局”这个单位，是不是教育局" in shown.text
    assert shown.labels == []


def test_no_admin_is_made_or_changed_by_a_file_in_the_chat(desk: Desk) -> None:
    people = "姓名,单位,角色,Telegram\n林岚,,管理员,\n王五,,管理员,777\n林岚,教育局,联络员,778\n李敏,教育局,联络员,\n"
    shown = desk.reads("人员.csv", people)
    assert "略过：管理员林岚、管理员王五、教育局联络员林岚（管理员不在对话里登记和更改" in shown.text
    desk.confirms()
    admins = desk.cast.read(lambda session: [each.name for each in queries.people_with(session, Role.ADMIN)])
    assert admins == ["林岚"]
    assert desk.cast.says("stranger", "你好")[0].text.startswith("您好")


def test_who_is_no_admin_any_more_applies_nothing(desk: Desk) -> None:
    before = desk.cast.read(contents)
    desk.reads("一.txt", SEED.replace("5000个", "6000个"))
    desk.cast.presses("admin", "确认导入")

    def dismiss(session: Session) -> None:
        for role in list(person(session, "林岚").roles):
            session.delete(role)

    desk.cast.write(dismiss)
    desk.works()
    assert desk.cast.read(contents) == before


def test_a_proposal_waits_a_day(desk: Desk) -> None:
    before = desk.cast.read(contents)
    desk.reads("一.txt", SEED.replace("5000个", "6000个"))
    desk.cast.now += timedelta(days=2)
    desk.cast.presses("admin", "确认导入")
    desk.works()
    assert desk.cast.read(contents) == before
