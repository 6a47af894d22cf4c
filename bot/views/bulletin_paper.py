"""The bulletin's own template, made: an official document by GB/T 9704-2012, with the places that are filled.

`python -m bot.views.bulletin_paper FILE` writes it anew.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

SONG, HEI, KAI, FANG, TITLE = "宋体", "黑体", "楷体_GB2312", "仿宋_GB2312", "方正小标宋简体"
# What a machine without the office's fonts may take instead.
SUBSTITUTES: Final = {FANG: "仿宋", KAI: "楷体", TITLE: "宋体"}
BODY, LARGE, FOLIO, SMALL = 16, 22, 14, 12  # points: 3号, 2号, 4号, 小四
LINE: Final = 28.95  # points: 22 lines on 225 mm
TEXT_WIDTH, TEXT_HEIGHT, TOP, LEFT = 156, 225, 37, 28  # millimetres
CLOSER: Final = -5  # twentieths of a point between letters: 28 of them on a line
ANNEX: Final = (("ref", 12), ("task", 28), ("unit", 24), ("words", 50), ("deadline", 20), ("verdict", 22))


def build() -> Any:
    """The template as a python-docx document."""
    document = Document()
    _nobodys(document)
    _paper(document)
    _normal(document)
    _substitutes(document)
    _folios(document)
    _words(document)
    _annex(document)
    return document


def _nobodys(document: Any) -> None:
    """Nothing of the library's own sample: no author, no picture of a page."""
    told = document.core_properties
    told.author = told.last_modified_by = told.comments = told.title = ""
    package = document.part.package
    for key in [key for key, rel in package.rels.items() if rel.reltype.endswith("/thumbnail")]:
        del package.rels[key]


def _paper(document: Any) -> None:
    section = document.sections[0]
    section.orientation, section.page_width, section.page_height = WD_ORIENT.PORTRAIT, Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(TOP), Mm(297 - TOP - TEXT_HEIGHT)
    section.left_margin, section.right_margin = Mm(LEFT), Mm(210 - LEFT - TEXT_WIDTH)
    section.header_distance, section.footer_distance = Mm(15), Mm(297 - TOP - TEXT_HEIGHT - 7 - 5)
    for known in section._sectPr.findall(qn("w:docGrid")):
        section._sectPr.remove(known)
    # A grid of letters too would be the usual way, but not every program takes the same size for its measure.
    section._sectPr.append(_element("w:docGrid", type="lines", linePitch=round(LINE * 20)))


def _normal(document: Any) -> None:
    style = document.styles["Normal"]
    style.font.size = Pt(BODY)
    _fonts(style.element.get_or_add_rPr(), FANG)
    layout = style.paragraph_format
    layout.space_before = layout.space_after = Pt(0)
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(LINE)
    layout.widow_control = False
    # With zh-CN for Latin letters too, numbers would be broken at the end of a line.
    style.element.get_or_add_rPr().append(_element("w:lang", val="en-US", eastAsia="zh-CN"))
    for name in ("autoSpaceDE", "autoSpaceDN"):
        _before_spacing(style.element.get_or_add_pPr(), _element(f"w:{name}", val=0))


def _substitutes(document: Any) -> None:
    """Names what may stand in for a font, in the table of fonts."""
    part = next(rel.target_part for rel in document.part.rels.values() if rel.reltype.endswith("/fontTable"))
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
        for name, other in SUBSTITUTES.items()
    )
    part._blob = part.blob.replace(b"</w:fonts>", fonts.encode() + b"</w:fonts>")


def _fonts(properties: Any, name: str) -> None:
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = _element("w:rFonts")
        properties.insert(0, fonts)
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), name)
    fonts.set(qn("w:hint"), "eastAsia")


# What stands on the paper ----------------------------------------------------------------------------------


def _words(document: Any) -> None:
    _line(document, "{{ title }}", TITLE, size=LARGE, align=WD_ALIGN_PARAGRAPH.CENTER, pitch=35)
    _line(document, "{{ draft }}", KAI, align=WD_ALIGN_PARAGRAPH.CENTER)
    _line(document, "")
    _line(document, "{{ addressees }}")
    _body(document, "{{ intro }}")
    _heading(document, "{{ heading.overall }}")
    _each(document, "line", "overall")
    for name, parts in (("on_schedule", ("done_rows", "on_schedule_rows")), ("behind", ("behind_rows", "silent_rows"))):
        _heading(document, f"{{{{ heading.{name} }}}}")
        for part in parts:
            _body(document, f"{{%p if {part} %}}")
            _heading(document, f"{{{{ heading.{part} }}}}", KAI)
            _each(document, "row", part, "row.line")
            _body(document, "{%p endif %}")
        _when(document, f"not ({parts[0]} or {parts[1]})", f"{{{{ nothing.{name} }}}}")
    _heading(document, "{{ heading.problems }}")
    _each(document, "row", "problems", "row.line")
    _when(document, "not problems", "{{ nothing.problems }}")
    _heading(document, "{{ heading.requirements }}")
    _each(document, "line", "requirements")
    _line(document, "")
    _body(document, "{{ annex.line }}")
    _line(document, "")
    _line(document, "{{ date }}", align=WD_ALIGN_PARAGRAPH.RIGHT, indent_right=4)


def _heading(document: Any, text: str, font: str = HEI) -> None:
    _body(document, text, font).paragraph_format.keep_with_next = True


def _each(document: Any, name: str, of: str, shown: str | None = None) -> None:
    _body(document, f"{{%p for {name} in {of} %}}")
    _body(document, f"{{{{ {shown or name} }}}}")
    _body(document, "{%p endfor %}")


def _when(document: Any, condition: str, text: str) -> None:
    _body(document, f"{{%p if {condition} %}}")
    _body(document, text)
    _body(document, "{%p endif %}")


def _body(document: Any, text: str, font: str = FANG) -> Paragraph:
    """A paragraph whose first line is indented by two characters."""
    paragraph = _line(document, text, font, align=WD_ALIGN_PARAGRAPH.JUSTIFY)
    paragraph.paragraph_format.first_line_indent = Pt(2 * BODY)
    _count_characters(paragraph, "firstLine", 2)
    return paragraph


def _own_pitch(paragraph: Paragraph, points: float) -> None:
    """Lines of another height than the body's, off its grid."""
    paragraph.paragraph_format.line_spacing = Pt(points)
    _before_spacing(paragraph._p.get_or_add_pPr(), _element("w:snapToGrid", val=0))


def _before_spacing(properties: Any, element: Any) -> None:
    """Where the schema wants it: ahead of spacing, indent and alignment."""
    properties.find(qn("w:spacing")).addprevious(element)


def _count_characters(paragraph: Paragraph, side: str, characters: int) -> None:
    """Say an indent in characters too, so that it goes with the letters' size."""
    paragraph._p.get_or_add_pPr().find(qn("w:ind")).set(qn(f"w:{side}Chars"), str(100 * characters))


def _line(
    document: Any,
    text: str,
    font: str = FANG,
    *,
    size: float = BODY,
    align: WD_ALIGN_PARAGRAPH | None = None,
    pitch: float = LINE,
    indent_right: int = 0,
) -> Paragraph:
    paragraph: Paragraph = document.add_paragraph()
    if align is not None:
        paragraph.alignment = align
    if pitch != LINE:
        _own_pitch(paragraph, pitch)
    if indent_right:
        paragraph.paragraph_format.right_indent = Pt(indent_right * BODY)
        _count_characters(paragraph, "right", indent_right)
    _run(paragraph, text, font, size)
    return paragraph


def _run(paragraph: Paragraph, text: str, font: str, size: float) -> Any:
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    properties = run._r.get_or_add_rPr()
    _fonts(properties, font)
    if size == BODY:
        properties.find(qn("w:sz")).addprevious(_element("w:spacing", val=CLOSER))
    return run


# The annex -------------------------------------------------------------------------------------------------


def _annex(document: Any) -> None:
    first = _line(document, "{{ annex.mark }}", HEI)
    first.paragraph_format.page_break_before = True
    _line(document, "{{ annex.title }}", TITLE, size=LARGE, align=WD_ALIGN_PARAGRAPH.CENTER, pitch=35)
    _line(document, "{{ annex.note }}", KAI, align=WD_ALIGN_PARAGRAPH.CENTER)
    table = document.add_table(rows=4, cols=len(ANNEX))
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    _margins(table)
    for at, (key, width) in enumerate(ANNEX):
        for row in table.rows:
            row.cells[at].width = Mm(width)
        table.columns[at].width = Mm(width)
        _cell(table.rows[0].cells[at], f"{{{{ head.{key} }}}}", HEI, centred=True)
        _cell(table.rows[2].cells[at], f"{{{{ row.{key} }}}}", FANG, centred=key not in ("task", "words"))
    table.rows[0]._tr.get_or_add_trPr().append(_element("w:tblHeader"))
    for row in table.rows:
        row._tr.get_or_add_trPr().append(_element("w:cantSplit"))
    _cell(table.rows[1].cells[0], "{%tr for row in annex.rows %}", FANG)
    _cell(table.rows[3].cells[0], "{%tr endfor %}", FANG)


def _margins(table: Any) -> None:
    margins = _element("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(_element(f"w:{side}", w=40, type="dxa"))
    table._tbl.tblPr.find(qn("w:tblLook")).addprevious(margins)


def _cell(cell: Any, text: str, font: str, *, centred: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.LEFT
    _own_pitch(paragraph, SMALL * 1.4)
    _run(paragraph, text, font, SMALL)
    cell._tc.get_or_add_tcPr().append(_element("w:vAlign", val="center"))


# Page numbers ----------------------------------------------------------------------------------------------


def _folios(document: Any) -> None:
    """— 1 — on the outside edge, one character in: odd pages right, even pages left."""
    document.settings.odd_and_even_pages_header_footer = True
    section = document.sections[0]
    normal = document.styles["Normal"]
    _folio(section.footer, normal, WD_ALIGN_PARAGRAPH.RIGHT, "right")
    _folio(section.even_page_footer, normal, WD_ALIGN_PARAGRAPH.LEFT, "left")


def _folio(footer: Any, style: Any, align: WD_ALIGN_PARAGRAPH, side: str) -> None:
    footer.is_linked_to_previous = False
    paragraph = footer.paragraphs[0]
    paragraph.style = style
    paragraph.alignment = align
    _own_pitch(paragraph, FOLIO * 1.3)
    setattr(paragraph.paragraph_format, f"{side}_indent", Pt(FOLIO))
    _count_characters(paragraph, side, 1)
    _run(paragraph, "— ", SONG, FOLIO)
    for kind, text in (("begin", None), (None, " PAGE "), ("end", None)):
        run = _run(paragraph, "", SONG, FOLIO)
        run._r.append(_element("w:fldChar", fldCharType=kind) if kind else _instruction(str(text)))
    _run(paragraph, " —", SONG, FOLIO)


def _instruction(text: str) -> Any:
    element = OxmlElement("w:instrText")
    element.set(qn("xml:space"), "preserve")
    element.text = text
    return element


def _element(name: str, **attributes: object) -> Any:
    element = OxmlElement(name)
    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), str(value))
    return element


def main(arguments: Sequence[str]) -> None:
    build().save(str(Path(arguments[0])))


if __name__ == "__main__":
    main(sys.argv[1:])
