"""改文案: the office's own words in reminders and nags, seen before they are used, taken back as easily."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot import wording
from bot.asked import read_sheet
from bot.nags import nag
from bot.texts import texts
from data.errors import UserError
from data.models import AuditEvent, Round
from tests.bot.cast import Cast, person

NAG = "【{办公室}】{单位}同志：{月份}还差 {项数} 项（{任务}），烦请今天回一句。"


def nag_of(cast: Cast, name: str) -> str:
    def read(session) -> str:  # type: ignore[no-untyped-def]
        sheet = read_sheet(session, session.scalars(select(Round)).one(), cast.now, cast.office)
        made = nag(session, sheet, person(session, name))
        assert made is not None
        return made.text

    return cast.read(read)


def use(cast: Cast, which: str, words: str) -> str:
    cast.says("admin", "改文案")
    cast.presses("admin", which)
    (preview,) = cast.says("admin", words)
    cast.presses("admin", "用这个")
    return preview.text


def test_the_present_text_is_shown_with_its_places_named(office: Cast) -> None:
    (which,) = office.says("admin", "/wording")
    assert which.labels == ["提醒的开头", "催办", "提醒B角联络员", "告知单位负责人", "告知区分管领导", "English"]
    (shown,) = office.presses("admin", "催办")
    assert "【{办公室}】{单位} {月份}调度还差 {项数} 项：{任务}。{草稿}回一句话即可。" in shown.text
    assert "可以用的空位：{办公室} {单位} {月份} {项数} {任务} {草稿}。" in shown.text


def test_a_new_text_is_seen_with_a_real_row_and_used_after_it_was_confirmed(office: Cast) -> None:
    before = nag_of(office, "周敏")
    preview = use(office, "催办", NAG)
    assert "【区政府督查室】教育局同志：9月还差 2 项（1. 增加教育资源供给（序号1）；2. 体育设施开放" in preview
    after = nag_of(office, "周敏")
    assert (before == after, after.startswith("【区政府督查室】教育局同志：9月还差 2 项（1. 增加")) == (False, True)
    trail = office.read(lambda session: session.scalars(select(AuditEvent.action)).all())
    assert "wording" in trail


def test_nothing_changes_before_it_is_confirmed(office: Cast) -> None:
    before = nag_of(office, "周敏")
    office.says("admin", "改文案")
    office.presses("admin", "催办")
    office.says("admin", NAG)
    assert nag_of(office, "周敏") == before
    office.presses("admin", "算了")
    assert nag_of(office, "周敏") == before


def test_it_is_taken_back_to_the_text_before_or_to_the_shipped_one(office: Cast) -> None:
    shipped = nag_of(office, "周敏")
    use(office, "催办", NAG)
    office.presses("admin", "撤回")
    assert nag_of(office, "周敏") == shipped
    use(office, "催办", NAG)
    use(office, "催办（已改）", "{任务}，请回。")
    office.presses("admin", "恢复原文")
    assert nag_of(office, "周敏") == shipped


def test_an_unknown_place_is_named_with_the_nearest_right_one(office: Cast) -> None:
    office.says("admin", "改文案")
    office.presses("admin", "催办")
    (told,) = office.says("admin", "{单位名}还差{任务}")
    assert told.text.startswith("没有“单位名”这个空位，您要的是“单位”吗。可以用：办公室、单位、")
    (preview,) = office.says("admin", "{单位}还差{任务}")
    assert "教育局还差1. 增加" in preview.text


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("", "wording.empty"),
        ("请" * 401, "wording.too_long"),
        ("{任务|upper}", "wording.not_plain"),
        ("{任务.__class__}", "wording.not_plain"),
        ("{% for x in 任务 %}{{ x }}{% endfor %}{任务}", "wording.not_plain"),
        ("{{ 7 * 7 }}{任务}", "wording.not_plain"),
        ("请回一句。", "wording.needed"),
        ("{某某}{任务}", "wording.unknown_place"),
    ],
)
def test_only_words_and_named_places_are_taken(words: str, code: str) -> None:
    with pytest.raises(UserError) as refused:
        wording.understood(texts("zh-CN"), "nag", words)
    assert refused.value.code == code


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("code", list(wording.ADJUSTABLE))
def test_each_plain_text_is_one_that_could_have_been_written(language: str, code: str) -> None:
    say = texts(language)
    plain = say.say(f"wording.plain.{code}")
    assert wording.shown(wording.understood(say, code, plain)) == plain


def test_a_stored_text_that_cannot_be_used_gives_way_to_the_shipped_one(office: Cast) -> None:
    shipped = nag_of(office, "周敏")
    office.write(lambda session: wording.keep(session, "zh-CN", "nag", "{{ nothing.here }}"))
    assert nag_of(office, "周敏") == shipped


def test_the_digest_begins_as_the_office_wishes_and_goes_on_as_ever(cast: Cast) -> None:
    use(cast, "提醒的开头", "{单位}：请于{截止}前反馈以下 {项数} 项。")
    cast.ticks()
    digest = cast.heard("education")[-1]
    assert digest.text.startswith("教育局：请于9月29日（周三）前反馈以下 2 项。\n1. 增加教育资源供给")
    cast.says("education", "1 学位3500个")
    assert "还差 1 项" in cast.heard("education")[-1].text


def test_english_has_a_text_of_its_own(office: Cast) -> None:
    office.says("admin", "改文案")
    office.presses("admin", "English")
    office.presses("admin", "Asking again")
    office.says("admin", "{unit}, please: {tasks}")
    office.presses("admin", "用这个")
    assert nag_of(office, "周敏").startswith("【区政府督查室】")
    office.says("education", "/lang en")
    assert nag_of(office, "周敏").startswith("教育局, please: 1. 增加")


def test_it_is_for_admins(office: Cast) -> None:
    assert "改文案" in office.says("education", "/wording")[0].text
