"""What the pages are fed in these tests: the texts of the conversations, a board of four rows, one row."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from bot.web.views import (
    Action,
    AuditLine,
    Bar,
    BoardGroup,
    BoardRow,
    BoardView,
    Choice,
    Counts,
    Curve,
    Filters,
    FormFigure,
    FormRow,
    Light,
    Point,
    Quote,
    RoundState,
    RowView,
    TargetLine,
    TimelineEntry,
)

DIGEST = (
    "【区政府督查室】2021年重大民生实事 9月调度",
    "教育局：请反馈 2 项任务的进展，9月29日（周三）下班前即可。数字报今年累计数。\n"
    "1. 增加教育资源供给（序号1）\n  8月25日：学位 3200/5000 个，竣工 1/3 个\n"
    "2. 体育设施开放、健康促进学校（5.6）\n  还没有反馈过\n\n"
    "直接回一句话就行，没变化的点一下。",
)
SUMMARY = (
    "您分管的 10 项（9月26日）",
    "完成 0 · 达序时 9 · 慢于序时 1 · 未反馈 0 · 未评 0\n需要您关注\n"
    "黄 促进就业（序号2）：职业技能培训 5100/10000 人次（51%），8月25日序时 65%，慢 14 个百分点；"
    "其余 7 项指标达序时（人社局）\n"
    "有困难 体育设施开放（5.6）：心理普测还没开始，等市里文件（教育局，刚刚）\n"
    "比上次您看时：学位（序号1）3200 → 3500 个；体育设施（5.6）首次反馈，开放 9/11 所\n"
    "9月调度 4 家单位：已反馈 1，其余 9月29日前",
)
PREVIEW = (
    "将改为：每月最后一个工作日 15:00 发出，3 个工作日内反馈。\n"
    "接下来：9月30日（周四）跳过，9月这一轮刚发出 4 天\n"
    "　　　　10月29日（周五）发出，11月3日（周三）截止\n"
    "　　　　11月30日（周二）发出，12月3日（周五）截止\n"
    "　　　　12月31日（周五）发出，2022年1月6日（周四）截止\n"
    "提示：截止日都落在下个月。本计划到12月31日为止，之后不再自动发出。\n"
    "影响 8 家单位、25 项任务；原来是每月25日 9:00。9月这一轮照常，9月29日截止。"
)

FORM_ROW = FormRow("1", "增加教育资源供给（序号1）", "", (FormFigure("增加学位", "个", "增加学位5000个"),))

ROWS = (
    BoardRow(
        ref="1",
        label="序号1",
        what="新改扩建学校 12 个，竣工 3 个，增加学位 5000 个",
        unit="教育局",
        leaders="何海平",
        light=Light.GREEN,
        verdict="基本达序时",
        progress="学位 3500/5000 个（70%），9月26日序时 74%；竣工 1/3 个",
        deadline="12月31日",
        bar=Bar(70, 74),
        quote=Quote("1新增学位3500个，预计11月底完成", "教育局 9月26日"),
        expected="11月30日",
    ),
    BoardRow(
        ref="2",
        label="序号2",
        what="新增就业、再就业、参保、创业、技能培训等 8 项",
        unit="人社局",
        leaders="何海平",
        light=Light.YELLOW,
        verdict="慢于序时",
        progress="职业技能培训 5100/10000 人次（51%），8月25日序时 65%，慢 14 个百分点；其余 7 项指标达序时",
        deadline="12月31日",
        bar=Bar(51, 65),
        quote=Quote("8月线下培训停班，9月起补开", "人社局 8月25日"),
    ),
    BoardRow(
        ref="8.1",
        label="8.1",
        what="老旧小区改造 28 万平方米",
        unit="住建局",
        leaders="芮春祥",
        light=Light.RED,
        verdict="明显慢于序时",
        progress="报 35%，8月25日序时 65%，慢 30 个百分点",
        deadline="12月31日",
        bar=Bar(35, 65),
        quote=Quote('<b onclick="x()">管线迁改</b>', "住建局 8月25日"),
        hard=True,
    ),
    BoardRow(
        ref="8.2",
        label="8.2",
        what="加装电梯比2020年翻一番",
        unit="住建局",
        leaders="芮春祥",
        light=Light.NONE,
        verdict="未评",
        progress="缺2020年基数，请督查室补录后再评",
        deadline="12月31日",
    ),
)
TITLES = {"1": "1 增加教育资源供给", "2": "2 促进就业稳定增长", "8": "8 老旧小区改造提升和棚户区改造"}
BOARD = BoardView(
    title="2021年重大民生实事",
    scope="督查室，全区 3 个项目、4 项任务",
    counts=Counts(done=0, on=1, behind=2, silent=0, unrated=1),
    groups=(),
    round=RoundState("9月调度", "9月26日发出，9月29日（周三）截止", "3 家单位：已反馈 1，等待中 2", 1, 0, 3),
    units=(Choice("教育局", "教育局"), Choice("人社局", "人社局"), Choice("住建局", "住建局")),
    leaders=(Choice("何海平", "何海平"), Choice("芮春祥", "芮春祥")),
    projects=tuple(Choice(key, title) for key, title in TITLES.items()),
)


def read_board(session: Session, person_id: int, now: datetime, filters: Filters) -> BoardView:
    rows = [row for row in ROWS if filters.unit in ("", row.unit) and filters.lamp in ("", row.light)]
    groups = [BoardGroup(TITLES[n], tuple(r for r in rows if r.ref.split(".")[0] == n)) for n in TITLES]
    return replace(BOARD, groups=tuple(group for group in groups if group.rows), found=len(rows))


def read_row(
    session: Session, person_id: int, ref: str, now: datetime, *, everything: bool, on: date | None = None
) -> RowView | None:
    if ref != "2":
        return None
    earlier = TimelineEntry(datetime(2021, 5, 25, 2, 0, tzinfo=UTC), "人社局联络员", "5月调度", "培训2600人次")
    return replace(ROW, timeline=(*ROW.timeline, earlier), older=0) if everything else ROW


ROW = RowView(
    ref="2",
    title="促进就业稳定增长（序号2）",
    light=Light.YELLOW,
    sentence="慢于序时：职业技能培训 5100/10000 人次（51%），8月25日序时 65%，慢 14 个百分点；其余 7 项指标达序时",
    turns_green="到9月29日累计 6453 人次即转绿",
    content="落实就业优先战略。开展职业技能补贴培训10000人次。",
    duties=(("区分管领导", "何海平"), ("牵头单位", "人社局"), ("配合单位", "各街道"), ("时限", "2021年12月31日")),
    targets=(
        TargetLine("职业技能补贴培训", "5100/10000 人次", Light.YELLOW, "慢于序时", "51%", Bar(51, 65)),
        TargetLine("城镇新增就业", "10300/15000 人", Light.GREEN, "达序时", "69%", Bar(68.7, 65)),
        TargetLine("登记失业率", "2.1%（≤3%）", Light.GREEN, "在控制线内"),
        TargetLine("96111热线", "", Light.NONE, "未评"),
    ),
    targets_note="均为今年累计数，8月25日报。竖线是当日序时进度 65%。",
    curves=(
        Curve(
            title="职业技能培训",
            unit="人次",
            target=10000,
            begin=date(2021, 1, 1),
            end=date(2021, 12, 31),
            points=(
                Point(date(2021, 5, 25), 2600, 40),
                Point(date(2021, 6, 25), 3900, 48),
                Point(date(2021, 7, 27), 4700, 57),
                Point(date(2021, 8, 25), 5100, 65),
            ),
            gap="慢 14 个百分点",
        ),
    ),
    timeline=(
        TimelineEntry(
            datetime(2021, 8, 25, 3, 5, tzinfo=UTC),
            "人社局联络员",
            "更正",
            "说错了，培训是5100",
            "记为：职业技能培训 5100/10000 人次（原报 5400）",
        ),
        TimelineEntry(
            datetime(2021, 8, 25, 2, 41, tzinfo=UTC), "人社局联络员", "8月调度", "补贴培训5400人次", over=True
        ),
        TimelineEntry(
            datetime(2021, 7, 27, 7, 20, tzinfo=UTC),
            "督查室",
            "代录",
            "培训累计4700",
            "记为：职业技能培训 4700/10000 人次",
            "电话，值班室",
        ),
    ),
    older=1,
    audit=(AuditLine(datetime(2021, 8, 25, 3, 5, tzinfo=UTC), "人社局联络员", "更正 培训 5400 → 5100"),),
    actions=(Action("提醒人社局", "催办 2"), Action("代录", "代录 人社局 2 ")),
)
