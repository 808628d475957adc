#!/usr/bin/env python3
"""Writes the outlines of DejaVu Sans's letters to src/main/resources/io/semimeta/plot/letters.txt, from
which figures draw text: code point, advance and path, in units of 1/2048 of the size, upwards.

Needs fonttools: letters.py DejaVuSans.ttf OUTPUT
"""
import sys

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.ttLib import TTFont

RANGES = [
    (0x20, 0x7E), (0xA0, 0x24F), (0x300, 0x36F), (0x370, 0x3FF), (0x400, 0x52F),  # Latin, Greek, Cyrillic
    (0x531, 0x58A), (0x10A0, 0x10FF), (0x1E00, 0x1EFF),  # Armenian, Georgian, Vietnamese
    (0x2010, 0x2027), (0x2030, 0x205E), (0x2070, 0x209C), (0x20A0, 0x20BF),  # punctuation, money
    (0x2100, 0x214F), (0x2190, 0x21FF), (0x2200, 0x22FF), (0x25A0, 0x25FF),  # signs and arrows
]

font = TTFont(sys.argv[1])
assert font["head"].unitsPerEm == 2048
glyphs, names = font.getGlyphSet(), font.getBestCmap()
with open(sys.argv[2], "w", encoding="ascii") as out:
    for code in [0] + [code for first, last in RANGES for code in range(first, last + 1)]:
        name = names.get(code, ".notdef" if code == 0 else None)  # 0 stands for all that is missing
        if name is not None:
            pen = SVGPathPen(glyphs, ntos=lambda value: str(round(value)))
            glyphs[name].draw(pen)
            out.write(f"{code:x}\t{round(glyphs[name].width)}\t{pen.getCommands()}\n")
