"""Names made by rule: of targets, short ones for chat lines, and of rows."""

from __future__ import annotations

import re

SHORT_LABEL = 10
SHORT_NAME = 14

_SCOPE = re.compile(
    r"^(?:\d{4}年(?:度|内|底前|底)?|全区|全市|全县|全镇|全年|年内|当年|今年|本年度|年度|\d{1,2}月(?:底|份)?前?|年底前|"
    r"累计|合计|共计|共|预计|计划|确保|力争|争取|成功|免费|城乡(?=“)|并|同时|另|居家(?=[^养])|新一轮|其中|以及|和)"
)
# Verbs that say nothing beside the noun.
_IDLE = re.compile(
    r"^(?:支持|常态化|持续做好|持续办好|持续开展|开展|实施|组织|举办|建成投运|建成|建设|创建|推选|评选|完成|打造|推进|推动|落实|做好|提供|开设|培育|设立|创成|"
    r"新建和更新|新改扩建|新改建|改扩建|新建|改建|扩建|新、改扩建|达到|实现|提升改造|改造提升)"
)
_IDLE_JOINED = re.compile(r"^(?:、|和|及|或|与|（|\()?")
_TAIL = re.compile(
    r"(?:达到|达|控制在|保持在|稳定在|不少于|不低于|至少|不超过|不高于|超过|突破|低于|高于|[≥≤<>]=?|约|近|共|等|为|至|到|"
    r"累计|目标|翻|的|(?:比|较)(?:\d{4}年|上年|去年|前年|同期)[末底]?|增加到|提高到|降至)$"
)
_FOR_WHOM = re.compile(r"^(?:为|对|向|给|帮助|组织)")
_DOES = re.compile(r"(?:进行|提供|开展|实施|发放|安排|给予|办理)(.+)$")
_QUOTED = re.compile(r"^[“‘「《]([^”’」》]+)[”’」》]$")
_SUBJECT = re.compile(r"^.{2,}?(?:提供|开展|举办|完成|新增|新建|建成)(?=.{2,})")
_BRACKETS = re.compile(r"[（(][^）)]*[）)]")
_CHANGE = re.compile(r"^(?:新增加|新增|增加|新建|改造|完成|提供|培训|新)")
_STARTS = re.compile(r"^(?:[^，。：:；]{2,14}行动|[^，。：:；]{2,14}工程)[：:]")


def label_of(before: str, after: str) -> str:
    """The name of a target from the words before and after its number: 增加学位, 上门服务, 开放学校; '' for none."""
    noun = _unquoted(after.strip(" 、的"))
    if noun and _FOR_WHOM.match(_without_scope(before)) and (does := _DOES.search(noun)):
        return _without_scope(does[1])
    verb = _stripped(before)
    if not noun:
        return _unquoted(_subject_off(verb))
    verb = re.sub(r"^.*等$", "", verb)
    return _joined(verb, noun)


def _joined(verb: str, noun: str) -> str:
    """开放 and 学校; a verb that says nothing, or a long sentence before the number, is left out."""
    bare = _stripped(verb)
    return noun if not bare or len(bare) > 4 else f"{bare}{noun}"


def verb_of(before: str) -> str:
    """新建 of 新建10所: the word before the number, where it names nothing but is all there is."""
    bare = _without_scope(before.strip())
    return bare if 2 <= len(bare) <= 4 and _IDLE.match(bare) else ""


def event_of(clause: str) -> str:
    """桂花路桥开工建设, 主体结构封顶 of 年底前完成主体结构封顶: a milestone without when and without 完成."""
    return _without_scope(_without_scope(clause).removeprefix("完成"))


def _stripped(text: str) -> str:
    """Without scope before, bounds behind, and verbs that say nothing."""
    text = _without_scope(text.strip())
    while tail := _TAIL.search(text):
        text = text[: tail.start()].rstrip()
    while verb := _IDLE.match(text):
        rest = _without_scope(text[verb.end() :].lstrip("、和及与并"))
        if not rest:
            return ""
        text = rest
    return text


def _without_scope(text: str) -> str:
    while scope := _SCOPE.match(text):
        text = text[scope.end() :].lstrip(" ，、")
    return text


def _subject_off(text: str) -> str:
    """公益文化活动 of 基层公共文化机构提供公益文化活动: who does it is not what is done."""
    found = re.match(r"^.{2,}?提供(.{2,})$", text)
    return found[1] if found else text


def _unquoted(text: str) -> str:
    found = _QUOTED.match(text)
    return found[1] if found else text


def child_label(child: str, whole: str) -> str:
    """幼儿园 of 增加学位 is 幼儿园学位: the part's name with the last word of the whole's."""
    head = _CHANGE.sub("", _BRACKETS.sub("", whole))
    head = head if len(head) <= 4 else head[-2:]
    return child if not child or child.endswith(head[-2:]) else f"{child}{head}"


def short_label(label: str) -> str:
    """At most a few characters for a line of chat: a name in quotation marks, else the last words."""
    bare = _BRACKETS.sub("", label).strip()
    if len(bare) > SHORT_LABEL and (quoted := re.search("[“‘「《]([^”’」》]{2,8})[”’」》]", bare)):
        return quoted[1]
    bare = bare.translate({ord(sign): None for sign in "“”‘’「」《》"})
    bare = bare.split("、")[-1] if len(bare) > SHORT_LABEL else bare
    return bare if len(bare) <= SHORT_LABEL else _CHANGE.sub("", bare)[-SHORT_LABEL:]


def short_name(project: str | None, content: str, alone: bool, labels: list[str]) -> str:
    """A row's name for chat lines: its project's where it is alone, else its first targets', else its first words."""
    if alone and project:
        return _cut(project)
    heading = _STARTS.match(content)
    if heading:
        return _cut(heading[0].rstrip("：:"))
    if labels:
        both = "、".join(labels[:2])
        return both if len(both) <= SHORT_NAME else _cut(labels[0])
    first = re.split(r"[，,；;。：:\n]", content)[0]
    return _cut(_stripped(first) or first)


def _cut(name: str) -> str:
    """The first words that fit, cut at a joint where there is one."""
    name = _BRACKETS.sub("", name).strip()
    if len(name) <= SHORT_NAME:
        return name
    joint = max(name.rfind(sign, 4, SHORT_NAME) for sign in "、及和，")
    return name[:joint] if joint > 0 else name[:SHORT_NAME]
