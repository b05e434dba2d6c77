"""Whatever comes in, `extract` gives a str or raises InputError."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support.strategies import documents, mutations, pages, tag_soup

from boilerkit import InputError, extract
from boilerkit.blocks.columns import InputFormat
from boilerkit.decoding.encoding import MAX_BYTES
from boilerkit.documents import read_document
from boilerkit.extraction import OutputFormat
from boilerkit.html.parsing import parse
from boilerkit.model.content import ContentModel

EXAMPLE = (Path(__file__).parent.parent / "examples" / "news-article.html").read_bytes()
OUTPUT_FORMATS: tuple[OutputFormat, ...] = get_args(OutputFormat)
SENTENCE = "The harbour opened the letter, and nobody asked the river why. "


def extracted(page: str | bytes, model: ContentModel, output_format: OutputFormat = "text") -> str | None:
    """Return what is extracted, None where the page is refused. Any other exception fails the test."""
    url = "https://www.example.org/a/b"
    try:
        text = extract(page, input_format=model.input_format, output_format=output_format, model=model, url=url)
    except InputError as error:
        assert str(error)
        return None
    assert isinstance(text, str)
    text.encode("utf-8")
    return text


# --- Empty pages, and what is not a page ------------------------------------------------------------------------------


@pytest.mark.parametrize("output_format", ["text", "markdown", "html"])
@pytest.mark.parametrize(
    "page", ["", b"", " \n\t", "\ufeff", "<!-- only a comment -->", "<div><img><br></div>", "<!doctype html>"]
)
def test_pages_without_text_give_nothing(
    page: str | bytes, output_format: OutputFormat, shipped_model: ContentModel
) -> None:
    assert extract(page, output_format=output_format, model=shipped_model) == ""


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj",
        b"PK\x03\x04\x14\x00",
        b"\x89PNG\r\n\x1a\n",
        b"\x1f\x8b\x08\x00",
        random.Random(0).randbytes(10_000),
        b"\x00" * 5000,
    ],
)
def test_binary_data_is_refused(data: bytes, shipped_model: ContentModel) -> None:
    with pytest.raises(InputError):
        extract(data, model=shipped_model)


@pytest.mark.parametrize("page", [None, 5, ["<p>one</p>"], Path("page.html"), object()])
def test_other_types_are_refused(page: object, shipped_model: ContentModel) -> None:
    with pytest.raises(InputError, match="str or bytes, not"):
        extract(page, model=shipped_model)  # type: ignore[arg-type]


def test_pages_over_the_bound_are_refused(shipped_model: ContentModel) -> None:
    with pytest.raises(InputError, match="the most is"):
        extract(b" " * (MAX_BYTES + 1), model=shipped_model)


@pytest.mark.parametrize("kind", [bytearray, memoryview])
def test_buffers_are_read_as_bytes(kind: Callable[[bytes], bytes], shipped_model: ContentModel) -> None:
    assert extract(kind(EXAMPLE), model=shipped_model) == extract(EXAMPLE, model=shipped_model)


# --- Large and odd pages ----------------------------------------------------------------------------------------------

LARGE: dict[str, Callable[[], str]] = {
    "deep": lambda: "<div>" * 10_000 + SENTENCE,
    "deep inline": lambda: "<b><i>" * 10_000 + SENTENCE,
    "deep lists": lambda: "<ul><li>one" * 10_000,
    "deep quotes": lambda: "<blockquote>one" * 10_000,
    "deep tables": lambda: "<table><tr><td>one" * 10_000,
    "50 MB": lambda: "<p>" + "</p><p>".join([SENTENCE * 500] * (50_000_000 // (500 * len(SENTENCE)))) + "</p>",
    "a million children": lambda: "<div>" + "<b>x</b> " * 1_000_000 + "</div>",
    "a hundred thousand blocks": lambda: "<div>" + "<p>one two" * 100_000 + "</div>",
    "a hundred thousand lines": lambda: "one<br>" * 100_000,
    "unclosed": lambda: "".join(f"<{name}>one " for name in ("table", "p", "a", "ul", "select", "b", "div") * 5000),
    "ends without starts": lambda: "</div></p></a></table></html>" * 20_000 + SENTENCE,
    "attributes": lambda: "<p " + " ".join(f"a{number}=1" for number in range(100_000)) + f">{SENTENCE}",
    "attributes with <": lambda: "<p " + " ".join(f'a{number}="<"' for number in range(30_000)) + f">{SENTENCE}",
    "tags that never end": lambda: ("<a " + "x" * 20_000) * 100,
    "classes": lambda: "<p class='" + " ".join(f"a{number}" for number in range(100_000)) + f"'>{SENTENCE}",
    "a long class": lambda: f"<p class='{'x' * 2_000_000}'>{SENTENCE}",
    "a long address": lambda: f"<p><a href='{'/x' * 1_000_000}'>{SENTENCE}</a>",
    "a long style": lambda: f"<p style='{'display:' * 200_000}'>{SENTENCE}",
    "a long word": lambda: "<p>" + "x" * 2_000_000,
    "a long title": lambda: f"<title>{SENTENCE * 20_000}</title><body><p>{SENTENCE}",
    "a long description": lambda: f"<meta name=description content='{SENTENCE * 20_000}'><body><p>{SENTENCE}",
    "deep JSON-LD": lambda: f"<script type='application/ld+json'>{'[' * 100_000}</script><p>{SENTENCE}",
    "a line of <": lambda: "<" * 200_000,
    "a line of &": lambda: "&" * 200_000,
    "a line of </": lambda: "</" * 100_000,
    "a line of <!": lambda: "<!" * 100_000,
    "a line of <!--": lambda: "<!--" * 50_000,
    "a line of quotes": lambda: '<a href="' * 20_000,
    "a line of ]]>": lambda: "<![CDATA[" * 20_000 + "]]>" * 20_000,
    "entities": lambda: "&#x110000;&#xD800;&#0;&#99999999999;&notit;&" * 2000,
    "NUL": lambda: "\x00" * 10_000 + "<p>o\x00ne</p\x00>",
    "surrogates": lambda: "<p class='\udfff'>\ud800 one \udfff\ud800 two</p>" * 100,
    "names": lambda: "<o:p:q:>x</o:p:q:><:>x<a:b c:d=1 :=2 \ufffd=3><\ufffd>one",
    "directions": lambda: "<p>\u202eabc\u2066\u200f" * 1000,
    "combining": lambda: "<p>a" + "\u0301" * 100_000,
    "svg and math": lambda: "<svg><math>" * 2000 + "<p>one",
    "frames": lambda: "<frameset><frame src=x><noframes><p>one</noframes></frameset>",
    "plaintext": lambda: "<p>one<plaintext></p><div>" * 1000,
    "forms": lambda: "<form><input><select><option>one<textarea>two" * 1000,
}


@pytest.mark.parametrize("name", LARGE)
def test_large_and_odd_pages(name: str, shipped_model: ContentModel) -> None:
    assert extracted(LARGE[name](), shipped_model) is not None


def test_few_attributes_stay_and_the_text_after_a_flood_of_them() -> None:
    few = "<p " + " ".join(f"a{number}='{number} x>y'" for number in range(400)) + " class=story>one</p>"
    many = "<div " + " ".join(f"a{number}={number}" for number in range(20_000)) + ">two</div><p class=end>three</p>"
    root = parse(few + many)
    assert root is not None
    assert [element.get("class") for element in root.iter("p")] == ["story", "end"]
    assert [text.strip() for text in root.itertext()] == ["one", "two", "three"]


@pytest.mark.parametrize("output_format", OUTPUT_FORMATS)
@pytest.mark.parametrize("name", ["deep", "deep lists", "deep quotes", "unclosed", "surrogates", "names", "entities"])
def test_odd_pages_in_every_form(name: str, output_format: OutputFormat, shipped_model: ContentModel) -> None:
    assert extracted(LARGE[name](), shipped_model, output_format) is not None


@pytest.mark.parametrize(
    "name", ["utf-7", "utf-16", "utf-32", "idna", "punycode", "unicode_escape", "rot13", "hex", "klingon", ""]
)
def test_declared_encodings_that_are_none(name: str, shipped_model: ContentModel) -> None:
    page = f"<meta charset='{name}'><body><p>{SENTENCE}".encode() + b"\xff\xfe \\x41 \\uZZZZ +ADw-"
    assert extracted(page, shipped_model) is not None
    assert isinstance(extract(page, input_format="html", charset=name, model=shipped_model), str)
    assert isinstance(extract(page, input_format="text", charset=name), str)


@pytest.mark.parametrize(
    "element", ["main", "article", "section", "header", "nav", "footer", "aside", "figure", "div", "p"]
)
@pytest.mark.parametrize(
    "head", ["<title>Boats</title>", "<meta charset=utf-8><link rel=icon href=x>", "<head><title>Boats</title>"]
)
def test_the_tags_of_head_and_body_may_be_left_out(head: str, element: str) -> None:
    """The HTML standard lets authors leave them out; browsers open the body at the first element of the text."""
    page = f"<!doctype html>{head}<{element}>{SENTENCE}</{element}><p>end</p>"
    assert read_document(page, "html").blocks.block_texts() == [SENTENCE.strip(), "end"]


# --- Random pages -----------------------------------------------------------------------------------------------------


@settings(max_examples=150)
@given(pages())
@example("<p>\ud800")
def test_random_pages(shipped_model: ContentModel, html: str) -> None:
    extracted(html, shipped_model)


@settings(max_examples=100)
@given(st.one_of(documents(), tag_soup()), st.sampled_from(OUTPUT_FORMATS))
def test_random_pages_in_every_form(shipped_model: ContentModel, html: str, output_format: OutputFormat) -> None:
    extracted(html, shipped_model, output_format)


@settings(max_examples=100)
@given(mutations(EXAMPLE, most=20), st.sampled_from(OUTPUT_FORMATS))
def test_damaged_pages(shipped_model: ContentModel, html: bytes, output_format: OutputFormat) -> None:
    extracted(html, shipped_model, output_format)


@settings(max_examples=100)
@given(st.binary(max_size=300), st.sampled_from([b"", b"<p>", b"<html><body><p>one two", b"\xff\xfe", b"<\x00p\x00"]))
def test_random_bytes(shipped_model: ContentModel, data: bytes, start: bytes) -> None:
    extracted(start + data, shipped_model)


@settings(max_examples=100)
@given(st.text(max_size=200), st.floats(0, 1))
def test_random_text_and_thresholds(input_format: InputFormat, text: str, threshold: float) -> None:
    assert isinstance(extract(text, input_format=input_format, threshold=threshold), str)


@settings(max_examples=50)
@given(st.one_of(st.text(max_size=30), st.sampled_from(["http://[", "//", "javascript:x", "\ud800", "a\x00b"])))
def test_any_address_of_the_page(shipped_model: ContentModel, url: str) -> None:
    page = f"<p>{SENTENCE * 5}<a href='x'>one</a> <a href='http://['>two</a> <img src='//['></p>"
    for output_format in OUTPUT_FORMATS:
        assert isinstance(extract(page, output_format=output_format, url=url, threshold=0, model=shipped_model), str)
