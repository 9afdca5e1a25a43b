"""Writes the Unicode normalisation table that Gyre.Models embeds.

Run: python3 eng/unicode/normalization_table.py src/Gyre.Models/Tokenizers/Normalization/normalization.bin
Source: the Unicode Character Database as Python's unicodedata module carries it (its version is printed).
Layout, little-endian, the whole deflated (raw): three lists, each a u32 count and then
  combining classes: u32 code point | class << 24
  decompositions (full):  u32 code point | compatibility << 31, u8 length, UTF-8
  compositions: u32 first, u32 second, u32 composed
Hangul syllables are left out; they follow from arithmetic.
"""
import struct
import sys
import unicodedata
import zlib

HANGUL = range(0xAC00, 0xAC00 + 11172)
classes, decompositions, compositions = [], [], []
for code in range(0x110000):
    if 0xD800 <= code < 0xE000 or code in HANGUL:
        continue
    char = chr(code)
    if unicodedata.combining(char):
        classes.append(struct.pack("<I", code | unicodedata.combining(char) << 24))
    canonical = unicodedata.normalize("NFD", char)
    compatible = unicodedata.normalize("NFKD", char)
    for flag, text in ((0, canonical), (1, compatible)):
        if text != char and (flag == 0 or text != canonical):
            utf8 = text.encode()
            decompositions.append(struct.pack("<IB", code | flag << 31, len(utf8)) + utf8)
    raw = unicodedata.decomposition(char).split()
    if len(raw) == 2 and not raw[0].startswith("<") and unicodedata.normalize("NFC", char) == char:
        compositions.append(struct.pack("<III", int(raw[0], 16), int(raw[1], 16), code))

table = b"".join(struct.pack("<I", len(part)) + b"".join(part) for part in (classes, decompositions, compositions))
deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
with open(sys.argv[1], "wb") as file:
    file.write(deflate.compress(table) + deflate.flush())
print(f"Unicode {unicodedata.unidata_version}: {len(classes)} classes, {len(decompositions)} decompositions, {len(compositions)} compositions")
