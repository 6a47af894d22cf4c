"""Dates as liaisons write them. The day of writing is Sunday 2021-09-26 unless another is given."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.reading_corpus import load
from data.calendar import Calendar
from data.language.dates import DateFound, find_dates, read_date, warm_up
from data.language.spans import Prefer

CALENDAR = Calendar()
NOW = datetime.fromisoformat("2021-09-26T09:00")


def told(text: str, prefer: Prefer = "future", now: datetime = NOW) -> str:
    """The reading in short: a day, `first..last`, a moment, `?` where it is asked or there is none."""
    found = read_date(text, now, prefer, CALENDAR)
    if "start" in found:
        return f"{found['start']}..{found['end']}"
    return str(found.get("date") or found.get("datetime") or "?")


def only(text: str, prefer: Prefer = "future") -> DateFound:
    (found,) = find_dates(text, NOW.date(), prefer, CALENDAR, NOW)
    return found


AHEAD = {
    "本月底": "2021-09-30",
    "月底前": "2021-09-30",
    "月内": "2021-09-30",
    "下旬": "2021-09-21..2021-09-30",
    "6月底前": "2022-06-30",
    "12.31": "2021-12-31",
    "11/20前": "2021-11-20",
    "预计10-31完工": "2021-10-31",
    "2021-10-31": "2021-10-31",
    "20211031": "2021-10-31",
    "二〇二一年十二月三十一日": "2021-12-31",
    "二0二一年底": "2021-12-31",
    "21年12月底": "2021-12-31",
    "１１月２０日前": "2021-11-20",
    "10月8": "2021-10-08",
    "下月20封顶": "2021-10-20",
    "10月20正式开放": "2021-10-20",
    "15号": "2021-10-15",
    "31号": "2021-10-31",
    "二十八日前": "2021-09-28",
    "12月15日（周三）": "2021-12-15",
    "下周五": "2021-10-01",
    "周五前": "2021-10-01",
    "本周内": "2021-09-26",
    "下周": "2021-09-27..2021-10-03",
    "下下周三": "2021-10-06",
    "周一到周五": "2021-09-27..2021-10-01",
    "十月中旬": "2021-10-11..2021-10-20",
    "10月中下旬": "2021-10-11..2021-10-31",
    "10月中旬前": "2021-10-20",
    "国庆前": "2021-09-30",
    "十一前": "2021-09-30",
    "国庆期间": "2021-10-01..2021-10-07",
    "国庆后第一个工作日": "2021-10-08",
    "国庆节后一周内": "2021-10-14",
    "春节前": "2022-01-30",
    "明年元旦前": "2021-12-31",
    "元月15日前": "2022-01-15",
    "教师节前": "2022-09-09",
    "三季度末": "2021-09-30",
    "三四季度": "2021-07-01..2021-12-31",
    "明年上半年": "2022-01-01..2022-06-30",
    "年内": "2021-12-31",
    "两周内": "2021-10-10",
    "1个月左右": "2021-10-26",
    "一个半月内": "2021-11-10",
    "一年半内": "2023-03-26",
    "三个工作日内": "2021-09-29",
    "10个工作日内": "2021-10-14",
    "再过十天": "2021-10-06",
    "下个月第一个工作日": "2021-10-08",
    "11月最后一个周五": "2021-11-26",
    "10月8日至10月20日": "2021-10-08..2021-10-20",
    "11月20能全部完": "2021-11-20",
    "10月8-20日": "2021-10-08..2021-10-20",
    "十月八号到十二号": "2021-10-08..2021-10-12",
    "9月底到10月初": "2021-09-30..2021-10-10",
    "10-12月": "2021-10-01..2021-12-31",
    "11月到明年2月": "2021-11-01..2022-02-28",
    "明早9点": "2021-09-27T09:00",
    "后天下午三点": "2021-09-28T15:00",
    "9月30日17:00前": "2021-09-30T17:00",
    "下午3点": "2021-09-26T15:00",
    "10月20日24时": "2021-10-20",
    "明天上午": "2021-09-27",
    "by the end of November": "2021-11-30",
    "Nov 30": "2021-11-30",
    "Oct 8, 2021": "2021-10-08",
    "mid-October": "2021-10-11..2021-10-20",
    "in two weeks": "2021-10-10",
    "by the 15th": "2021-10-15",
    "the 15th of next month": "2021-10-15",
    "the last working day of October": "2021-10-29",
    "before National Day": "2021-09-30",
    "Q4": "2021-10-01..2021-12-31",
    "by year end": "2021-12-31",
    "next Friday": "2021-10-01",
    "3pm tomorrow": "2021-09-27T15:00",
    "10/15/2021": "2021-10-15",
}
BACK = {
    "截至9月底": "2021-09-30",
    "截至目前": "2021-09-26",
    "今年以来": "2021-01-01..2021-09-26",
    "since January": "2021-01-01..2021-09-26",
    "8月份": "2021-08-01..2021-08-31",
    "12月": "2020-12-01..2020-12-31",
    "28日": "2021-08-28",
    "9月30日": "2021-09-30",
    "周五": "2021-09-24",
    "上季度": "2021-04-01..2021-06-30",
    "前三季度": "2021-01-01..2021-09-30",
    "1至9月": "2021-01-01..2021-09-30",
    "7、8月": "2021-07-01..2021-08-31",
    "前8个月": "2021-01-01..2021-08-31",
    "去年底": "2020-12-31",
    "两周前": "2021-09-12",
    "8月25日上午10点": "2021-08-25T10:00",
    "as of Sep 20": "2021-09-20",
    "3 days ago": "2021-09-23",
    "last month": "2021-08-01..2021-08-31",
}


@pytest.mark.parametrize(("text", "expected"), AHEAD.items())
def test_a_finish_date_looks_ahead(text: str, expected: str) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(("text", "expected"), BACK.items())
def test_a_reporting_date_looks_back(text: str, expected: str) -> None:
    assert told(text, "past") == expected


@pytest.mark.parametrize(
    "text",
    [
        *("国庆后", "10月8日后", "11月起", "近期", "尽快", "年前", "节后", "暑假前", "2月30日", "13月5日", "12月32日"),
        *(
            "2月29日",
            "明年2月29日",
            "去年同期",
            "3、6月",
            "8、15日",
            "10月第二周",
            "5/6/2021",
            "soon",
            "after October 8",
        ),
        *("10.1竣工", "10月15日开会，11月20日通车", "今年春节前"),
    ],
)
def test_an_impossible_or_open_date_is_asked(text: str) -> None:
    assert read_date(text, NOW, "future", CALENDAR) == {"ask": True}


@pytest.mark.parametrize(
    "text",
    [
        *(
            "收到",
            "全长12.1公里",
            "1.2万个泊位",
            "完成3/5",
            "拨打96111热线",
            "第三项没变化",
            "3号线",
            "15号楼",
            "5号泵站",
        ),
        *(
            "每周五",
            "每月25日",
            "两个月",
            "三个季度",
            "周边",
            "周期",
            "五一路改造",
            "十一个",
            "2日游",
            "1234.5",
            "PM2.5",
        ),
        *("3点意见", "no change", "15 places", "march ahead", "may be", "in 5 schools", "sun and moon", ""),
    ],
)
def test_what_only_looks_like_a_date_is_none(text: str) -> None:
    assert read_date(text, NOW, "future", CALENDAR) == {}


def test_positions_hold_in_the_text_as_written_and_take_in_the_word_behind() -> None:
    text = "预计１１月底前完成"
    found = only(text)
    assert (text[found.begin : found.stop], found.before, found.ask) == ("１１月底前", True, False)


def test_the_date_by_which_it_is_finished_counts_among_several() -> None:
    assert told("10月15日前完成招标，预计12月底全部完工") == "2021-12-31"


def test_a_dotted_number_before_a_deed_is_a_proposal_only() -> None:
    found = only("10.1竣工")
    assert (found.ask, found.start, found.rule) == (True, date(2021, 10, 1), "dotted")


def test_a_made_up_sunday_counts_as_a_working_day() -> None:
    assert told("1个工作日内", now=datetime.fromisoformat("2021-09-24T09:00")) == "2021-09-26"


def test_an_odd_english_form_is_left_to_dateparser() -> None:
    warm_up()
    assert told("a year and 2 months ago", "past") == "2020-07-26"


def test_a_year_ahead_and_a_year_back() -> None:
    january = datetime.fromisoformat("2022-01-05T09:00")
    assert told("12月底", "past", january) == "2021-12-31"
    assert told("1-11月", "past", january) == "2021-01-01..2021-11-30"
    assert told("年底", "past", january) == "2021-12-31"
    assert told("一季度", now=datetime.fromisoformat("2021-12-20T10:00")) == "2022-01-01..2022-03-31"


def test_the_part_of_the_corpus_for_development_is_read_right() -> None:
    lines = load("dates", "dev")
    assert len(lines) > 100
    wrong = []
    for line in lines:
        expected = line["expect"]
        right = [{k: v for k, v in one.items() if k != "or"} for one in (expected, *expected.get("or", []))]
        found = read_date(line["text"], datetime.fromisoformat(line["now"]), line["prefer"], CALENDAR)
        if found not in right and not (found in ({}, {"ask": True}) and ("ask" in expected or "nothing" in expected)):
            wrong.append((line["text"], found))
    assert wrong == []


SIGNS = "0123456789.,:/-%〇一二两三十半年月日号天周个内前后之以底末初上中下旬今明去后大第最次本这当至到 （）点时分早晚"
WORDS = [
    "工作日",
    "季度",
    "半年",
    "之前",
    "最后一个",
    "国庆",
    "春节",
    "周五",
    "12",
    "2021",
    "next ",
    "end of ",
    "november",
    "in ",
]
TEXTS = st.one_of(st.text(), st.lists(st.sampled_from([*SIGNS, *WORDS]), max_size=14).map("".join))
MOMENTS = st.datetimes(datetime.fromisoformat("2004-01-01"), datetime.fromisoformat("2035-12-31"))


@settings(deadline=None)
@given(TEXTS, MOMENTS, st.sampled_from(["future", "past"]))
def test_any_text_is_read_without_an_error_and_in_order(text: str, now: datetime, prefer: Prefer) -> None:
    last = 0
    for found in find_dates(text, now.date(), prefer, CALENDAR, now):
        assert last <= found.begin < found.stop <= len(text)
        assert found.start <= found.end
        last = found.stop
    assert set(read_date(text, now, prefer, CALENDAR)) <= {"date", "start", "end", "datetime", "ask"}


@settings(deadline=None)
@given(st.dates(date(2021, 1, 1), date(2029, 12, 31)), MOMENTS)
def test_a_full_date_means_the_same_on_every_day(day: date, now: datetime) -> None:
    for text in (f"{day:%Y-%m-%d}", f"{day.year}年{day.month}月{day.day}日", f"{day.year}.{day.month}.{day.day}前"):
        assert read_date(text, now, "future", CALENDAR) == {"date": day.isoformat()}


@settings(deadline=None)
@given(MOMENTS, st.integers(1, 12), st.integers(1, 28))
def test_a_day_without_a_year_is_the_next_one_or_the_last_one(now: datetime, month: int, day: int) -> None:
    ahead = date.fromisoformat(read_date(f"{month}月{day}日", now, "future", CALENDAR)["date"])
    assert (ahead.month, ahead.day) == (month, day)
    assert 0 <= (ahead - now.date()).days <= 366
    back = date.fromisoformat(read_date(f"{month}月{day}日", now, "past", CALENDAR)["date"])
    assert (back.year, back.month) <= (now.year, now.month)
    assert (now.date() - back).days <= 366


@pytest.mark.parametrize("piece", ["0", "1月1日", "三", "今年", "in ", "12.31 ", "8:", "到", "mon ", "a"])
def test_a_very_long_text_is_read_up_to_a_limit(piece: str) -> None:
    assert len(find_dates(piece * (100_000 // len(piece)), NOW.date(), "future", CALENDAR, NOW)) <= 100
