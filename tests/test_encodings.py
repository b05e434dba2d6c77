"""Labels, declarations, decoders and detection of encodings, as browsers have them."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

from boilerkit.decoding.decoders import decode_bytes
from boilerkit.decoding.detection import detect_encoding
from boilerkit.decoding.encoding import decode
from boilerkit.decoding.labels import find_encoding, standard_encoding
from boilerkit.decoding.prescan import declared_encoding
from boilerkit.documents import detect_input_format, read_document

# --- Labels -----------------------------------------------------------------------------------------------------------

#: The table of names and labels of the Encoding Standard, from its encodings.json.
STANDARD = """
utf-8: unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 x-unicode20utf8
ibm866: 866 cp866 csibm866 ibm866
iso-8859-2: csisolatin2 iso-8859-2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 l2 latin2
iso-8859-3: csisolatin3 iso-8859-3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 l3 latin3
iso-8859-4: csisolatin4 iso-8859-4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 l4 latin4
iso-8859-5: csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 iso8859-5 iso88595 iso_8859-5 iso_8859-5:1988
iso-8859-6: arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6 iso-8859-6-e iso-8859-6-i
    iso-ir-127 iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987
iso-8859-7: csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 iso-ir-126 iso8859-7 iso88597 iso_8859-7
    iso_8859-7:1987 sun_eu_greek
iso-8859-8: csiso88598e csisolatinhebrew hebrew iso-8859-8 iso-8859-8-e iso-ir-138 iso8859-8 iso88598 iso_8859-8
    iso_8859-8:1988 visual
iso-8859-8-i: csiso88598i iso-8859-8-i logical
iso-8859-10: csisolatin6 iso-8859-10 iso-ir-157 iso8859-10 iso885910 l6 latin6
iso-8859-13: iso-8859-13 iso8859-13 iso885913
iso-8859-14: iso-8859-14 iso8859-14 iso885914
iso-8859-15: csisolatin9 iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9
iso-8859-16: iso-8859-16
koi8-r: cskoi8r koi koi8 koi8-r koi8_r
koi8-u: koi8-ru koi8-u
macintosh: csmacintosh mac macintosh x-mac-roman
windows-874: dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 windows-874
windows-1250: cp1250 windows-1250 x-cp1250
windows-1251: cp1251 windows-1251 x-cp1251
windows-1252: ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1 iso88591
    iso_8859-1 iso_8859-1:1987 l1 latin1 us-ascii windows-1252 x-cp1252
windows-1253: cp1253 windows-1253 x-cp1253
windows-1254: cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 l5 latin5
    windows-1254 x-cp1254
windows-1255: cp1255 windows-1255 x-cp1255
windows-1256: cp1256 windows-1256 x-cp1256
windows-1257: cp1257 windows-1257 x-cp1257
windows-1258: cp1258 windows-1258 x-cp1258
x-mac-cyrillic: x-mac-cyrillic x-mac-ukrainian
gbk: chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 gbk iso-ir-58 x-gbk
gb18030: gb18030
big5: big5 big5-hkscs cn-big5 csbig5 x-x-big5
euc-jp: cseucpkdfmtjapanese euc-jp x-euc-jp
iso-2022-jp: csiso2022jp iso-2022-jp
shift_jis: csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j x-sjis
euc-kr: cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 windows-949
replacement: csiso2022kr hz-gb-2312 iso-2022-cn iso-2022-cn-ext iso-2022-kr replacement
utf-16be: unicodefffe utf-16be
utf-16le: csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16 utf-16le
x-user-defined: x-user-defined
"""
ENCODINGS = {
    name: labels.split()
    for name, labels in (row.split(": ", 1) for row in STANDARD.replace("\n    ", " ").strip().split("\n"))
}
LABELS = {label: name for name, labels in ENCODINGS.items() for label in labels}


def test_the_table_has_all_labels() -> None:
    assert len(LABELS) == 228
    assert len(ENCODINGS) == 40


@pytest.mark.parametrize("label", LABELS)
def test_each_label_means_what_the_standard_says(label: str) -> None:
    assert standard_encoding(label) == LABELS[label]
    assert find_encoding(f" {label.upper()}\n") == LABELS[label]
    declared = {"utf-16le": "utf-8", "utf-16be": "utf-8", "x-user-defined": "windows-1252"}
    for page in (
        f"<meta charset={label}>",
        f"<meta http-equiv=content-type content='text/html; charset={label}'>",
        f"<?xml version='1.0' encoding='{label}'?>",
    ):
        assert declared_encoding(page.encode()) == declared.get(LABELS[label], LABELS[label])


@pytest.mark.parametrize("label", LABELS)
def test_a_label_in_the_header_precedes_the_page(label: str) -> None:
    page = b"<meta charset=koi8-u><p>\xb1\xe5\xa4\xb3 \xc2\xa9"
    assert decode(page, label) == decode_bytes(page, LABELS[label])


@pytest.mark.parametrize(
    "label, encoding",
    [
        ("cp437", "cp437"),
        ("mac-greek", "mac-greek"),
        ("utf-32", "utf-32"),
        ("latin_1", "windows-1252"),
        ("utf_8", "utf-8"),
        ("iso8859_11", "windows-874"),
        ("euc_kr", "euc-kr"),
    ],
)
def test_callers_may_name_what_only_python_knows(label: str, encoding: str) -> None:
    assert find_encoding(label) == encoding
    assert declared_encoding(f"<meta charset={label}>".encode()) is None


def test_the_text_of_a_character_set_that_only_python_knows() -> None:
    assert decode("<p>Größe ░".encode("cp437"), "cp437") == "<p>Größe ░"
    assert decode("<p>Größe ░".encode("utf-32"), "utf-32") == "<p>Größe ░"


@pytest.mark.parametrize(
    "label",
    ["utf-7", "U7", "unicode_escape", "raw-unicode-escape", "idna", "punycode", "rot13", "hex", "undefined", "charmap"],
)
def test_nobody_may_name_codecs_that_are_no_character_sets(label: str) -> None:
    page = "<p>+ADw-b+AD4- \\x41\\u0042 \\q é"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert find_encoding(label) is None
        assert decode(page.encode(), label) == page
        assert decode(f"<meta charset={label}>{page}".encode()).endswith(page)
        assert decode(f"<meta charset={label}>{page}".encode("latin-1")).endswith(page)


# --- Decoders ---------------------------------------------------------------------------------------------------------

PAIRS = [bytes([first, second]) for first in range(0x80, 0x100) for second in range(0x100)]


def digest(encoding: str, sequences: Iterable[bytes]) -> str:
    """Return a digest of the texts of byte sequences."""
    texts = hashlib.sha256()
    for sequence in sequences:
        texts.update(decode_bytes(sequence, encoding).encode() + b"\n")
    return texts.hexdigest()[:16]


#: Digests of all single bytes, and of all pairs with a first byte outside ASCII, as the algorithms of the standard
#: decode them by its indexes.
SINGLE_BYTES = {
    "ibm866": "5a856a1cc72f92ff",
    "iso-8859-10": "34e36339240c8d8b",
    "iso-8859-13": "3bac58e9cc8e52cd",
    "iso-8859-14": "ec2339ae801d5107",
    "iso-8859-15": "e3f0667fe89309a7",
    "iso-8859-16": "c68ff962b68531cb",
    "iso-8859-2": "5e9a0811bf08daf5",
    "iso-8859-3": "6555258335579b89",
    "iso-8859-4": "08e4e0f402fac588",
    "iso-8859-5": "df3e28bbb226e1cd",
    "iso-8859-6": "ac5e5b97608b416e",
    "iso-8859-7": "9f68204513e94f00",
    "iso-8859-8": "16b842dbf1779d83",
    "iso-8859-8-i": "16b842dbf1779d83",
    "koi8-r": "e18c51434de748aa",
    "koi8-u": "09ca3df06fe07cf2",
    "macintosh": "a6af4ef8837ca7fc",
    "windows-1250": "697d3e9c20631e29",
    "windows-1251": "046cabf3dd731926",
    "windows-1252": "b45da48fcc29fa51",
    "windows-1253": "b86ba26ea99fb622",
    "windows-1254": "233441a35d0b7823",
    "windows-1255": "63cacbae4c945413",
    "windows-1256": "8f0f0e8f96c6e90c",
    "windows-1257": "a2e34bb97e73154a",
    "windows-1258": "7ab8842d941a6717",
    "windows-874": "328a1a499919669e",
    "x-mac-cyrillic": "b84eb464bfafed28",
    "x-user-defined": "87337a75680cce3d",
}
TWO_BYTES = {
    "big5": "0a6ca50e9b5d4c9a",
    "euc-jp": "93d193a6319f79db",
    "euc-kr": "066ddaeeb420c9da",
    "gb18030": "a379453f98ee54f7",
    "shift_jis": "0694ae80cedb484d",
    "gbk": "a379453f98ee54f7",
}


@pytest.mark.parametrize("encoding", SINGLE_BYTES)
def test_each_byte_is_decoded_as_the_standard_says(encoding: str) -> None:
    assert digest(encoding, (bytes([byte]) for byte in range(0x100))) == SINGLE_BYTES[encoding]


@pytest.mark.parametrize("encoding", TWO_BYTES)
def test_each_pair_is_decoded_as_the_standard_says(encoding: str) -> None:
    assert digest(encoding, PAIRS) == TWO_BYTES[encoding]


def test_each_character_of_longer_sequences_is_decoded_as_the_standard_says() -> None:
    assert digest("euc-jp", (b"\x8f" + pair for pair in PAIRS)) == "7bcac2f83757540c"
    four = (
        bytes([first, second, third, fourth])
        for first in range(0x81, 0x85)
        for second in range(0x30, 0x3A)
        for third in range(0x81, 0xFF)
        for fourth in range(0x30, 0x3A)
    )
    assert digest("gb18030", four) == "234ab1d8f20388a0"
    rows = (b"\x1b$B" + bytes([first, second]) for first in range(0x21, 0x7F) for second in range(0x21, 0x7F))
    assert digest("iso-2022-jp", rows) == "ce998fec6428081d"


def test_every_encoding_of_the_table_has_a_decoder() -> None:
    tested = {*SINGLE_BYTES, *TWO_BYTES, "iso-2022-jp", "replacement", "utf-8", "utf-16le", "utf-16be"}
    assert tested == set(ENCODINGS)


@pytest.mark.parametrize(
    "encoding, data, text",
    [
        ("euc-jp", b"\xad\xa1 \xad\xea \xa1\xc1\xa1\xdd \xf9\xa1 \x8e\xb1 \x8f\xa2\xb7", "① ㈱ ～－ 纊 ｱ ～"),
        ("shift_jis", b"\x87\x40 \xfa\x40 \x81\x60 \x80 \xa0\xfd", "① ⅰ ～ \x80 \ufffd\ufffd"),
        ("big5", b"\xa1\x45 \xa2\x41 \xa2\x44 \xc7\xa5 \xc7\xfd \x87\x7a \xa3\xe1 \x88\x62", "‧ ∕ ￥ ォ Й 㡵 € Ê̄"),
        ("gbk", b"\x80 \xa8\xbc \xa6\xd9 \xfe\x59 \x81\x30\x81\x30", "€ ḿ ︐ 龴 \x80"),
        ("euc-kr", b"\x8c\x63 \xb6\xca", "똠 똘"),
        ("windows-874", b"\xa1 \x80\x81 \xdb", "ก €\x81 \ufffd"),
        ("windows-1252", b"\x93\x94 \x81\x8d", "“” \x81\x8d"),
        ("windows-1253", b"\xc1\x81 \xaa", "Α\x81 \ufffd"),
        ("windows-1255", b"\xe0 \xca \x81", "א ֺ \x81"),
        ("koi8-u", b"\xa4\xae\xbe", "єўЎ"),
        ("iso-8859-8-i", b"\xf9\xec", "של"),
        ("x-user-defined", b"a\x80\xff", "a\uf780\uf7ff"),
        ("replacement", b"<script>", "\ufffd"),
        ("replacement", b"", ""),
        ("utf-16le", b"a\0\x00\xd8b\0c", "a\ufffdb\ufffd"),
        ("iso-2022-jp", b'a\x1b$B$"-!\x1b(J\\~\x1b(I1\x1b(Bz', "aあ①¥‾ｱz"),
    ],
)
def test_characters_that_browsers_see_other_than_python(encoding: str, data: bytes, text: str) -> None:
    assert decode_bytes(data, encoding) == text


@pytest.mark.parametrize(
    "encoding, data, text",
    [
        ("shift_jis", b"\x81<p> \x81\xff. \x81", "\ufffd<p> \ufffd. \ufffd"),
        ("big5", b"\x81<p> \x81\xff. \xff.", "\ufffd<p> \ufffd. \ufffd."),
        ("euc-kr", b"\xc9\xa1. \xc9<", "\ufffd. \ufffd<"),
        ("euc-jp", b"\x8f\xa1<p> \x8f\xa1\xff. \x8e\xff. \x8f<", "\ufffd<p> \ufffd. \ufffd. \ufffd<"),
        ("gb18030", b"\x81\x30<p> \x81\x30\x81< \x81\xff. \x81\x30\x81", "\ufffd0<p> \ufffd0\ufffd< \ufffd. \ufffd"),
        ("iso-2022-jp", b"\x1b$B$\n$\x1b(B\x0e\xff\x1b\x1b(B\x1b(B", "\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd"),
    ],
)
def test_errors_take_no_markup_with_them(encoding: str, data: bytes, text: str) -> None:
    assert decode_bytes(data, encoding) == text


@given(st.sampled_from(sorted(ENCODINGS)), st.binary())
def test_any_bytes_are_decoded(encoding: str, data: bytes) -> None:
    assert isinstance(decode_bytes(data, encoding), str)


# --- Declarations -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "page",
    [
        "<meta charset=koi8-r>",
        "<META\tCHARSET\n=\f'KOI8-R'/>",
        "<meta/charset=koi8-r />",
        '<meta name=a charset="koi8-r" charset=big5>',
        "<meta http-equiv=content-type content=text/html;charset=koi8-r>",
        "<meta content='text/html; charset = \"koi8-r\"; x' http-equiv='Content-Type'>",
        "<meta content='a charset b charset=koi8-r' http-equiv=content-type>",
        "<meta content='charset=big5' charset=koi8-r http-equiv=content-type>",
        "<meta charset=no-such><meta charset=koi8-r>",
        "<!-- <meta charset=big5> --><meta charset=koi8-r>",
        "<!--><meta charset=koi8-r>-->",
        "<!---><meta charset=koi8-r>",
        "<!-- a --!><meta charset=koi8-r>",
        "<!doctype html '<meta charset=big5'><meta charset=koi8-r>",
        "<a title='<meta charset=big5>'><meta charset=koi8-r>",
        "<a title=\"'\" href='>'><meta charset=koi8-r>",
        "</a b='<meta charset=big5>'><meta charset=koi8-r>",
        "<script>write('<meta charset=big5>')</script><meta charset=koi8-r>",
        "<title><meta charset=big5></TITLE><meta charset=koi8-r>",
        "<style><!-- </style><meta charset=koi8-r>",
        "<metadata charset=big5><meta charset=koi8-r>",
        "<meta name=charset content=big5><meta charset=koi8-r>",
        "<meta content='text/html; charset=big5'><meta charset=koi8-r>",
        "<meta http-equiv=refresh content='0; charset=big5'><meta charset=koi8-r>",
        "< meta charset=big5><1><meta charset=koi8-r>",
        "<?php <meta charset=big5?><meta charset=koi8-r>",
        "<?xml version='1.0' encoding='big5'?><meta charset=koi8-r>",
        "<?xml version='1.0' encoding='koi8-r'?><meta charset=no-such>",
        '\n<?xml version="1.0" encoding = "koi8-r" standalone="yes"?>',
        f"<head><script>{'x' * 20_000}</script><meta charset=koi8-r>",
        "<body><meta charset=koi8-r>",
    ],
)
def test_declarations(page: str) -> None:
    assert declared_encoding(page.encode()) == "koi8-r"


@pytest.mark.parametrize(
    "page",
    [
        "",
        "charset=koi8-r",
        "<p>charset=koi8-r",
        "<!-- <meta charset=koi8-r>",
        "<script><meta charset=koi8-r>",
        "<p title='<meta charset=koi8-r>",
        "<meta content='charset=koi8-r'>",
        "<meta http-equiv=content-type content='charset=\"koi8-r'>",
        "<meta name=x content='<meta charset=koi8-r>'>",
        "<meta charset='koi8-r",
        "<meta charset=koi8-r",
        "<meta charset>",
        "<meta charset=>",
        "<meta charset=koi8-r\u00fc>",
        "<p><?xml version='1.0' encoding='koi8-r'?>",
        "<?xml version='1.0' encoding=koi8-r?>",
        f"{'x' * 2000}<body><meta charset=koi8-r>",
    ],
)
def test_no_declarations(page: str) -> None:
    assert declared_encoding(page.encode()) is None


@pytest.mark.parametrize("label", ["utf-16", "utf-16be", "unicode"])
def test_what_declares_utf16_in_ascii_is_utf8(label: str) -> None:
    assert declared_encoding(f"<meta charset={label}>".encode()) == "utf-8"


@given(st.text("<>!-/='\" metachrsi;x").map(str.encode))
@example(b"<!--" * 9)
def test_any_markup_declares_something_or_nothing(page: bytes) -> None:
    assert declared_encoding(page) is None
    assert declared_encoding(page + b"\"'--></script></style></title><meta charset=koi8-r>") in ("koi8-r", None)


@pytest.mark.parametrize(
    "piece", ["<", "<!--", "<a b='", '<a b="', "<script>", "<title>", "</", "<?", "<meta charset=", "<a ", "a=b "]
)
def test_odd_markup_ends(piece: str) -> None:
    """A search whose time grows with the square or faster would not end at this size."""
    for page in (b"<a " + piece.encode() * 100_000, piece.encode() * 100_000):
        assert declared_encoding(page) is None


# --- Which encoding goes first ----------------------------------------------------------------------------------------

GERMAN = "<p>Wer über die Brücke geht, hört das Wasser früher, als er es sieht.</p>"


@pytest.mark.parametrize("declaration", ["", "<meta charset=utf-8>", "<meta charset=latin1>", "<meta charset=koi8-r>"])
@pytest.mark.parametrize("damage", [b"\xff", b"\xc3", b"\xe4\xbd", b"\xed\xa0\x80", b"\x80"])
def test_utf8_with_a_damaged_byte_stays_utf8(declaration: str, damage: bytes) -> None:
    text = decode(declaration.encode() + GERMAN.encode() + damage + b"<p>end")
    assert text.startswith(declaration + GERMAN + "\ufffd")
    assert text.endswith("<p>end")
    assert decode(declaration.encode() + GERMAN.encode() + damage).startswith(declaration + GERMAN)


def test_a_page_in_utf8_that_names_another_encoding_in_the_header_is_that() -> None:
    assert decode("<p>é".encode(), "latin1") == "<p>Ã©"


def test_the_declared_encoding_counts_where_little_is_utf8() -> None:
    page = "<meta charset=windows-1252><p>Ã© naïve façade déjà vu"
    assert decode(page.encode("cp1252")) == page


@pytest.mark.parametrize("label", ["iso-2022-kr", "hz-gb-2312", "iso-2022-cn"])
def test_encodings_that_hide_markup_are_one_replacement_character(label: str) -> None:
    page = f"<meta charset={label}><p>~{{VPND~}} \x1b$)C\x0e!!\x0f".encode()
    assert decode(page) == "\ufffd"
    assert decode(page, label) == "\ufffd"
    assert decode(f"<meta charset={label}>{GERMAN}".encode()).endswith(GERMAN)


@pytest.mark.parametrize("escapes", ["~{VPND~}", "\x1b$)C\x0e!!\x0f", "\x1b$A!!", "+ADw-"])
def test_escapes_on_a_page_with_other_letters_lose_nothing(escapes: str) -> None:
    page = f"<p>Mäße {escapes} für Bücher, größer als Häuser"
    assert "größer" in decode(page.encode("latin-1"))


def test_iso_2022_jp_needs_no_declaration() -> None:
    page = "<p>昨日の夕方、漁師たちは浜辺で古い船を見つけました。"
    assert decode(page.encode("iso2022_jp")) == page
    assert decode(b"<p>\x1b[1mbold\x1b[0m") == "<p>\x1b[1mbold\x1b[0m"


@pytest.mark.parametrize(
    "text, encoding",
    [
        ("Вчора ввечері рибалки знайшли на березі старий човен, у якому лежали сіті й лист.", "koi8-u"),
        ("Вчера вечером рыбаки нашли на берегу старую лодку, в которой лежали сети и письмо.", "cp866"),
        ("Wczoraj wieczorem rybacy znaleźli na brzegu starą łódź, w której leżały sieci.", "iso8859-2"),
        ("Wczoraj wieczorem rybacy znaleźli na brzegu starą łódź, w której leżały sieci – i list.", "cp1250"),
        ("Aseară pescarii au găsit pe ţărm o barcă veche, în care se aflau plase şi o scrisoare.", "iso8859-2"),
        ("Χθες το βράδυ οι ψαράδες βρήκαν στην παραλία μια παλιά βάρκα με δίχτυα.", "cp1253"),
        ("Dün akşam balıkçılar kıyıda eski bir tekne buldular, içinde ağlar ve bir mektup vardı.", "cp1254"),
        ("אתמול בערב מצאו הדייגים על החוף סירה ישנה ובה רשתות ומכתב.", "cp1255"),
        ("مساء أمس وجد الصيادون على الشاطئ قاربا قديما فيه شباك ورسالة.", "cp1256"),
        ("เมื่อเย็นวานนี้ชาวประมงพบเรือเก่าลำหนึ่งบนชายหาด", "cp874"),
        ("昨天傍晚,渔民们在海滩上发现了一条旧船,船里有渔网和一封信。", "gb18030"),
        ("昨天傍晚,漁民們在海灘上發現了一條舊船,船裡有漁網和一封信。", "big5"),
        ("어제 저녁 어부들이 바닷가에서 낡은 배를 찾았다. 배 안에는 그물과 편지가 있었다.", "cp949"),
        ("Ayer por la tarde los pescadores encontraron en la playa una barca vieja; allí había una carta.", "cp1252"),
    ],
)
def test_detection(text: str, encoding: str) -> None:
    page = f"<html><body><p>{text}</p></body></html>"
    assert decode(page.encode(encoding)) == page


# --- Subclasses of str and bytes --------------------------------------------------------------------------------------


class Text(str):
    def __str__(self) -> str:
        raise AssertionError("a page is its characters")


class Data(bytes):
    pass


@pytest.mark.parametrize("page", ["<p>Grüße", "Grüße und\nmehr\n", "<p>a\ud800"])
def test_subclasses_are_pages_like_others(page: str) -> None:
    texts = [np.str_(page), Text(page)]
    if page.isprintable():
        texts.append(etree.HTML(f"<i title='{page.replace('<', '&lt;')}'>").xpath("//i/@title")[0])
    for text in texts:
        assert type(text) is not str
        assert decode(text) == decode(page)
        assert detect_input_format(text) == detect_input_format(page)
        assert read_document(text).source == read_document(page).source
    data = page.encode("utf-8", "replace")
    for subclass in (np.bytes_(data), Data(data), bytearray(data)):
        assert decode(subclass) == decode(data)
        assert detect_input_format(subclass) == detect_input_format(data)
        for input_format in ("html", "text", "auto"):
            assert read_document(subclass, input_format).source == read_document(data, input_format).source


def test_detection_with_faust_cchardet(monkeypatch):
    """It is another version of the module cchardet, which may take its place, and has no detect_all."""
    import cchardet

    page = "Широкая электрификация южных губерний даст мощный толчок подъёму сельского хозяйства.".encode("cp1251")
    monkeypatch.delattr(cchardet, "detect_all")
    assert detect_encoding(page) == "windows-1251"
