"""From str or bytes to a tree: encodings, and what is no page."""

from __future__ import annotations

import codecs
import encodings.aliases
import gzip
import random
import re
import subprocess
import sys
import zlib
from itertools import product
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support.strategies import mutations, tag_soup

from boilerkit.decoding import encoding
from boilerkit.decoding._utf8 import count_sequences
from boilerkit.decoding.encoding import decode, decode_to_utf8
from boilerkit.errors import BoilerkitError, InputError
from boilerkit.html.parsing import parse

TEXT = "<p>Žluťoučký kůň — 你好</p>"

RUSSIAN = """<html><body><p>Вчера вечером рыбаки нашли на берегу старую лодку, в которой лежали сети и письмо.</p>
<p>Письмо было написано карандашом, и разобрать его смогла только учительница местной школы.</p></body></html>"""
JAPANESE = """<html><body><p>昨日の夕方、漁師たちは浜辺で古い船を見つけました。船の中には網と手紙がありました。</p>
<p>手紙は鉛筆で書かれていて、村の学校の先生だけが読むことができました。</p></body></html>"""
FRENCH = """<html><body><p>Hier soir, les pêcheurs ont trouvé sur la plage une vieille barque où étaient des filets.</p>
<p>La lettre était écrite au crayon, et seule l'élève du village a réussi à la déchiffrer : ça a été très dur.</p>
</body></html>"""


# --- Encodings --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "mark, encoding",
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_byte_order_mark_goes_first(mark: bytes, encoding: str) -> None:
    assert decode(mark + TEXT.encode(encoding)) == TEXT
    assert decode(mark + TEXT.encode(encoding), "windows-1251") == TEXT


def test_charset_of_the_header() -> None:
    page = "<p>Привет".encode("cp1251")
    assert decode(page, "windows-1251") == "<p>Привет"
    assert decode(page, " Windows-1251 ") == "<p>Привет"
    assert decode(b"<meta charset=koi8-r>" + page, "windows-1251") == "<meta charset=koi8-r><p>Привет"


@pytest.mark.parametrize(
    "declaration",
    [
        '<meta charset="windows-1251">',
        "<META CHARSET=windows-1251 />",
        "<meta charset = 'Windows-1251'>",
        '<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">',
        '<meta content="text/html;charset=cp1251" http-equiv=content-type>',
        '<?xml version="1.0" encoding="windows-1251"?>',
        f'<!-- {"x" * 2000} --><meta charset="windows-1251">',
    ],
)
def test_declared_encoding(declaration: str) -> None:
    page = f"{declaration}<p>Привет, как дела?"
    assert decode(page.encode("cp1251")) == page


def test_valid_utf8_goes_before_a_wrong_declaration() -> None:
    for declaration in ("<meta charset=windows-1251>", '<?xml version="1.0" encoding="iso-8859-1"?>'):
        assert decode(f"{declaration}{TEXT}".encode()) == declaration + TEXT


def test_one_bad_byte_does_not_change_a_declared_utf8() -> None:
    assert decode(b"<meta charset=utf-8><p>caf\xc3\xa9 \xff") == "<meta charset=utf-8><p>café \ufffd"


@pytest.mark.parametrize(
    "label, text",
    [
        ("iso-8859-1", "“quoted” – €"),
        ("latin1", "“quoted”"),
        ("us-ascii", "“quoted”"),
        ("iso-8859-9", "“ğış”"),
        ("gb2312", "镕"),
        ("shift_jis", "①髙"),
        ("euc-kr", "똠방"),
        ("big5", "嘅㗎"),
    ],
)
def test_labels_mean_what_browsers_take_them_for(label: str, text: str) -> None:
    wider = {"iso-8859-9": "cp1254", "gb2312": "gb18030", "shift_jis": "cp932", "euc-kr": "cp949", "big5": "big5hkscs"}
    page = f"<meta charset={label}><p>{text}"
    assert decode(page.encode(wider.get(label, "cp1252"))) == page


@pytest.mark.parametrize("label", ["utf-16", "utf-16le", "UTF-16BE", "csunicode"])
def test_a_declared_utf16_is_none(label: str) -> None:
    """What could be read as far as to this declaration is not UTF-16."""
    assert decode(f"<meta charset={label}>{TEXT}".encode()).endswith(TEXT)
    assert decode(f"<meta charset={label}><p>café ".encode() + b"\xff").endswith("café \ufffd")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "page",
    [
        "<html><body><p>Hello world</p></body></html>",
        "<!DOCTYPE html>\n<html lang='en'>\n<head>\n<title>A title</title>\n</head><body><p>Grüße, 你好</body></html>",
        "<p>short",
        "<!-- a b c d e f g h i j k l --> <p> 你好</p>",
    ],
)
def test_utf16_without_a_mark(encoding: str, page: str) -> None:
    assert decode(page.encode(encoding)) == page


@pytest.mark.parametrize(
    "page, encoding",
    [
        (RUSSIAN, "cp1251"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc_jp"),
        (FRENCH, "latin-1"),
        (FRENCH, "cp1252"),
    ],
)
def test_undeclared_encodings_are_detected(page: str, encoding: str) -> None:
    assert decode(page.encode(encoding)) == page


@pytest.mark.parametrize("encoding", ["shift_jis", "euc_jp"])
def test_detection_does_not_cut_characters_of_long_paragraphs(encoding: str) -> None:
    page = "<p>" + JAPANESE.replace("<", "").replace(">", "") * 20 + "</p>"
    assert decode(page.encode(encoding)) == page


def test_a_header_may_say_utf16_of_bytes_that_look_binary() -> None:
    page = "\n<p>one</p>"
    assert decode(page.encode("utf-16-le"), charset="utf-16-le") == page


@pytest.mark.parametrize("filler", ["x" * 20_000, "'" * 20_001, "b c " * 5_000])
def test_hundreds_of_unclosed_tags_are_parsed(filler: str) -> None:
    assert parse(f"<a {filler}" * 400 + "<p>end") is not None


def test_floods_of_attributes_are_removed_and_the_rest_stays() -> None:
    flood = " ".join(f'a{number}="1"' for number in range(100_000))
    root = parse(f"<p>before</p><p {flood}>in</p><p class='b'>after</p>")
    assert root is not None
    assert [(p.text, dict(p.attrib)) for p in root.iter("p")] == [("before", {}), ("in", {}), ("after", {"class": "b"})]


@given(
    st.one_of(st.text(), st.binary(), st.text().map(str.encode)), st.sampled_from([None, "utf-8", "latin-1", "utf-7"])
)
@example(codecs.BOM_UTF8 + b"<p>one", None)
@example(b"<p>o\x00ne", None)
@example("<p>\ud800", None)
def test_pages_in_utf8_are_those_of_their_text(page: str | bytes, charset: str | None) -> None:
    try:
        data = decode_to_utf8(page, charset)
    except InputError:
        return
    assert data.decode() == decode(page, charset)
    assert b"\x00" not in data


#: A valid sequence, or else what is one broken sequence.
SEQUENCE = re.compile(
    rb"""(?P<valid> [\xc2-\xdf][\x80-\xbf] | \xe0[\xa0-\xbf][\x80-\xbf] | \xed[\x80-\x9f][\x80-\xbf]
    | [\xe1-\xec\xee\xef][\x80-\xbf]{2} | \xf0[\x90-\xbf][\x80-\xbf]{2} | [\xf1-\xf3][\x80-\xbf]{3}
    | \xf4[\x80-\x8f][\x80-\xbf]{2} ) | [\x80-\xff][\x80-\xbf]{0,2}""",
    re.VERBOSE,
)


def plain_count(data: bytes) -> tuple[int, int]:
    sequences = list(SEQUENCE.finditer(data))
    n_valid = sum(sequence["valid"] is not None for sequence in sequences)
    return n_valid, len(sequences) - n_valid


def is_utf8_to_python(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


@given(
    st.lists(st.one_of(st.binary(max_size=4), st.text(max_size=40).map(str.encode), st.just(b"x" * 32))).map(b"".join)
)
@example(b"\xf4\x8f\xbf\xbf" + b"x" * 40)
@example(b"\xed\x9f\xbf\xee\x80\x80")
def test_what_is_utf8_is_so_to_python(data: bytes) -> None:
    n_valid, n_broken = count_sequences(data)
    assert (n_valid, n_broken) == plain_count(data)
    assert (n_broken == 0) == is_utf8_to_python(data)
    if n_broken == 0:
        assert n_valid == sum(not character.isascii() for character in data.decode())


def test_each_lead_and_second_byte_is_judged_as_python_does() -> None:
    for lead, second in product(range(0x80, 0x100), range(0x100)):
        for rest in (b"", b"\x80", b"\xbf\x80", b"\x80\x80\x80", b"\x80x", b"\xc0"):
            data = bytes([lead, second]) + rest
            assert count_sequences(data) == plain_count(data), data
            assert (count_sequences(data)[1] == 0) == is_utf8_to_python(data), data


@pytest.mark.parametrize("size", [1, 31, 32, 33, 70])
def test_a_broken_byte_is_seen_wherever_it_stands(size: int) -> None:
    assert count_sequences(b"x" * size) == (0, 0)
    for place in range(size):
        assert count_sequences(b"x" * place + b"\xe9" + b"x" * (size - place - 1)) == (0, 1)


def test_detection_sees_text_behind_much_markup() -> None:
    page = f"<script>{'var x = 1;' * 5000}</script>{RUSSIAN}"
    assert decode(page.encode("cp1251")) == page


def test_iso2022_is_ascii_to_look_at() -> None:
    page = "<meta charset=iso-2022-jp><p>日本語の文章"
    assert decode(page.encode("iso2022_jp")) == page


@pytest.mark.parametrize("label", ["no-such-charset", "", " ", "base64", "rot13", "undefined", "\x00", "ü", "x" * 1000])
def test_labels_that_nobody_knows_are_passed_over(label: str) -> None:
    assert decode(TEXT.encode(), label) == TEXT
    page = "<meta charset=windows-1251><p>Привет"
    assert decode(page.encode("cp1251"), label) == page
    assert decode(f"<meta charset='{label}'>{TEXT}".encode()).endswith(TEXT)


@pytest.mark.parametrize(
    "codec", sorted({*encodings.aliases.aliases.values(), "idna", "punycode", "unicode_escape", "oem", "mbcs"})
)
def test_no_declaration_makes_it_fail(codec: str) -> None:
    """Python knows codecs that are none of text, and some that take no other errors than strict."""
    for page in (b"<p>caf\xe9 \x81 \\x", b"<p>plain"):
        assert isinstance(decode(page, codec), str)
        assert isinstance(decode(b"<meta charset=" + codec.encode() + b">" + page), str)


# --- Text -------------------------------------------------------------------------------------------------------------


def test_str_is_taken_as_it_is() -> None:
    for page in (TEXT, "", " \n", "no markup", "<meta charset=windows-1251>Привет"):
        assert decode(page) == page
        assert decode(page, "koi8-r") == page


def test_bytes_like_objects_are_bytes() -> None:
    others: list[Any] = [bytearray(TEXT.encode()), memoryview(TEXT.encode())]
    assert [decode(page) for page in others] == [TEXT, TEXT]


@pytest.mark.parametrize("page", [b"", b" \n\t", b"plain text"])
def test_short_bytes(page: bytes) -> None:
    assert decode(page) == page.decode()


def test_nul_becomes_a_replacement_character() -> None:
    assert decode("a\x00b") == decode(b"a\x00b") == "a\ufffdb"


# --- What is no page --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data, what",
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "PDF"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "PNG"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "JPEG"),
        (b"GIF89a\x01\x00\x01\x00", "GIF"),
        (b"PK\x03\x04\x14\x00\x06\x00", "ZIP"),
        (gzip.compress(TEXT.encode(), mtime=0), "gzip"),
        (b"\x28\xb5\x2f\xfd\x04\x00", "zstandard"),
        (b"\x7fELF\x02\x01\x01", "program"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", "audio"),
        (bytes(100), "binary"),
        (b"\x01\x02\x03\x04\x05\x06" * 50, "binary"),
    ],
)
def test_binary_data_is_refused(data: bytes, what: str) -> None:
    with pytest.raises(InputError, match=what):
        decode(data)
    with pytest.raises(InputError, match=what):
        decode(data, "utf-8")


@pytest.mark.parametrize("page", ["%PDF-1.7\n1 0 obj", b"PK\x03\x04\x14\x00".decode()])
def test_binary_data_that_a_reader_decoded_is_refused(page: str) -> None:
    with pytest.raises(InputError):
        decode(page)
    assert decode("ID3 tags and RIFF files") == "ID3 tags and RIFF files"


@pytest.mark.parametrize("seed", range(20))
def test_random_bytes_are_refused(seed: int) -> None:
    with pytest.raises(InputError):
        decode(random.Random(seed).randbytes(8192))


def test_compressed_data_without_a_known_start_is_refused() -> None:
    data = zlib.compress(random.Random(0).randbytes(1000).hex().encode() * 3)
    with pytest.raises(InputError):
        decode(data)


@pytest.mark.parametrize(
    "page", [RUSSIAN.encode("cp1251"), JAPANESE.encode("shift_jis"), b"a\x00b\x01c <p>text", b"\x1b$B$3\x1b(B"]
)
def test_text_with_odd_bytes_is_not_refused(page: bytes) -> None:
    assert isinstance(decode(page), str)


@pytest.mark.parametrize("page", [None, 1, 1.5, ["<p>"], {"html": "<p>"}, object()])
def test_other_types_are_refused(page: Any) -> None:
    with pytest.raises(InputError, match=type(page).__name__):
        decode(page)


def test_input_errors_can_be_caught_as_what_they_are() -> None:
    assert issubclass(InputError, BoilerkitError)
    assert issubclass(InputError, ValueError)


def test_too_large_a_page_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "MAX_BYTES", 1000)
    assert decode("x" * 1000) == "x" * 1000
    assert decode(b"x" * 1000) == "x" * 1000
    for page in ("x" * 1001, b"x" * 1001):
        with pytest.raises(InputError, match="1,001"):
            decode(page)


# --- Trees ------------------------------------------------------------------------------------------------------------


def text_of(page: str) -> str:
    root = parse(page)
    assert root is not None
    return "".join(map(str, root.itertext()))


@pytest.mark.parametrize(
    "page",
    [
        "",
        " ",
        " \n\t\r\f ",
        "<!-- only -->",
        "<!-- a --> <!-- b",
        "<!doctype html>",
        "</p></div>",
        '<?xml version="1.0"?>',
    ],
)
def test_nothing_to_parse(page: str) -> None:
    assert parse(page) is None


@pytest.mark.parametrize(
    "page",
    [
        "<html></html>",
        "<p>",
        "<!-- c --><p>",
        "<frameset></frameset>",
        "<script>",
    ],
)
def test_markup_without_text_is_a_tree(page: str) -> None:
    root = parse(page)
    assert root is not None
    assert root.tag == "html"


def test_text_without_markup_is_a_tree() -> None:
    assert text_of("plain text, a < b & c") == "plain text, a < b & c"


@pytest.mark.parametrize(
    "declaration",
    [
        '<?xml version="1.0" encoding="utf-16"?>',
        '<?xml version="1.0" encoding="iso-8859-1"?>',
        "<meta charset=windows-1251>",
        "<meta http-equiv=content-type content='text/html; charset=shift_jis'>",
        "\ufeff",
    ],
)
def test_declarations_in_decoded_text_say_nothing(declaration: str) -> None:
    assert text_of(f"{declaration}<p>Žluť 你好</p>") == "Žluť 你好"


def test_lone_surrogates_become_replacement_characters() -> None:
    text = text_of("<p>a\ud800b \udfff\U0001f600</p>")
    assert text.encode()  # no surrogate is left
    assert text.replace("\ufffd", "") == "ab \U0001f600"
    assert "\ufffd" in text


def test_entities() -> None:
    assert text_of("<p>&eacute;&#8364;&#x4f60;&amp;lt;&hellip;&nosuch;") == "é€你&lt;…&nosuch;"


def test_entities_are_not_declared_by_a_page() -> None:
    declared = '<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/hostname">'
    text = text_of(f"<!DOCTYPE html [{declared}]><p>x &b; &f;</p>")
    assert "&b;" in text
    assert "&f;" in text


def test_depth_is_bounded() -> None:
    root = parse(f"<p>before</p>{'<div>' * 5000}text")
    assert root is not None
    assert max(depth for _, depth in with_depths(root)) < 2048
    assert "before" in "".join(map(str, root.itertext()))


def with_depths(root: Any) -> list[tuple[Any, int]]:
    depths = {root: 0}
    for element in root.iter("*"):
        if element is not root:
            depths[element] = depths[element.getparent()] + 1
    return list(depths.items())


@settings(max_examples=300)
@given(st.one_of(st.text(max_size=200), tag_soup(20), st.text(st.characters(), max_size=50)))
def test_any_str_parses_or_is_nothing(page: str) -> None:
    root = parse(decode(page))
    assert root is None or root.tag == "html"


@settings(max_examples=300)
@given(
    st.one_of(st.binary(max_size=300), mutations(RUSSIAN.encode("cp1251")), mutations(JAPANESE.encode("utf-16"))),
    st.sampled_from([None, "utf-8", "windows-1251", "shift_jis", "utf-16", "nonsense"]),
)
def test_any_bytes_are_a_str_or_an_input_error(page: bytes, charset: str | None) -> None:
    try:
        text = decode(page, charset)
    except InputError:
        return
    assert "\x00" not in text
    root = parse(text)
    assert root is None or root.tag == "html"


def test_cchardet_is_loaded_only_for_detection() -> None:
    """It takes longer to import than most pages take to decode."""
    code = "import sys; from boilerkit.decoding.encoding import decode; decode({!r}); print('cchardet' in sys.modules)"
    for page, is_loaded in ((TEXT.encode(), "False"), (RUSSIAN.encode("cp1251"), "True")):
        done = subprocess.run([sys.executable, "-c", code.format(page)], capture_output=True, check=True, text=True)
        assert done.stdout.strip() == is_loaded
