"""Markup of which libxml2 makes another tree than browsers: mended, it loses no text."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree
from support.strategies import pages

from boilerkit.decoding.encoding import decode_to_utf8
from boilerkit.errors import InputError
from boilerkit.html import parsing
from boilerkit.html._mending import mend
from boilerkit.html.nesting import flatten
from boilerkit.html.parsing import MAX_DEPTH, mend_markup, parse


def mended(markup: str) -> str:
    return mend(markup.encode())[0].decode()


@pytest.mark.parametrize("name", ["source", "track", "wbr", "embed", "bgsound", "keygen"])
def test_void_elements_have_no_content(name: str) -> None:
    root = parse(f"<body><div><{name} src=a><p>one</p></div><{name.upper()} title='>'>two<{name}/>three")
    assert root is not None
    assert [element.tag for element in root.iter(name) if len(element) or element.text] == []
    assert "".join(root.itertext()) == "onetwothree"


@pytest.mark.parametrize(
    "markup",
    [
        "<sources>x</sources>",
        "<script>'<wbr>'</script>",
        "<style><wbr></style>",
        "<textarea><wbr></textarea>",
        "<!-- <wbr> -->",
        "<wbr /><source src=a />",
        "<wbr ",
        "<p title='<wbr>'>",
        "<p>a</p> b</p>\n</body>\n</html>\n",
    ],
)
def test_what_needs_no_mending_stays(markup: str) -> None:
    expected = markup.replace("'<wbr>'>", "'<wbr />'>")  # in an attribute nobody reads: not worth telling apart
    assert mended(markup) in (markup, expected)


def test_text_after_the_end_of_the_body_is_kept() -> None:
    root = parse("<html><body><p>one</p></body></html><p>two</p></body>three")
    assert root is not None
    assert "".join(root.itertext()) == "onetwothree"


def test_end_tags_without_start_part_the_text() -> None:
    assert mended("a</br>b") == "a<br>b"
    assert mended("<p>a</p>b</p>c") == "<p>a</p> b</p> c"


@pytest.mark.parametrize("name", ["b", "font", "span", "div", "x-y", "table"])
@pytest.mark.parametrize("closed", [True, False])
def test_what_is_nested_deep_keeps_its_text(name: str, closed: bool) -> None:
    n = 3000
    root = parse("<p>before</p>" + f"<{name}>" * n + "inside" + f"</{name}>" * n * closed + "<p>after")
    assert root is not None
    assert " ".join("".join(root.itertext()).split()) == "beforeinsideafter"


def test_flatten_leaves_what_is_not_deep() -> None:
    markup = b"<p><b>x</p>" * 100 + b"<br>" * 100 + b"</i>"
    assert flatten(markup, 50) == markup
    assert flatten(b"<a><b><i>x</i></b></a>y", 2) == b"<a><b>x</b></a>y"
    assert flatten(b"<a><b><p>x</p>y", 2) == b"<a><b><hr>x<hr>y"


def test_scripts_stay_scripts_however_deep_they_are() -> None:
    root = parse("<div>" * 1000 + "<script>var a = '<p>b';</script><p>inside")
    assert root is not None
    assert [script.text for script in root.iter("script")] == ["var a = '<p>b';"]


@given(pages())
def test_mending_loses_no_text_and_is_done_once(page: str) -> None:
    source = decode_to_utf8(page)
    once = mend_markup(source)
    assert mend_markup(once) == once
    root = parse(page)
    depth = 0 if root is None else max(sum(1 for _ in element.iterancestors()) for element in root.iter(etree.Element))
    assert depth <= MAX_DEPTH + 10


@pytest.mark.parametrize(
    "piece", ["<wbr ", "<wbr a='", "</body>", "<!--", "<script>", "<b>", '<source "', "</p>x", "<!-->"]
)
def test_megabytes_of_one_piece_are_read(piece: str) -> None:
    assert mend_markup((piece * (1_000_000 // len(piece)) + "end").encode())


# --- Floods of attributes ---------------------------------------------------------------------------------------------

MAX_ATTRIBUTES = 500


def attributes(n: int) -> str:
    return "".join(f" a{number}=1" for number in range(n))


def most_attributes(page: str) -> int:
    root = parse(page)
    return 0 if root is None else max(len(element.attrib) for element in root.iter(etree.Element))


def test_attributes_up_to_the_limit_stay() -> None:
    for n, kept in ((MAX_ATTRIBUTES, MAX_ATTRIBUTES), (MAX_ATTRIBUTES + 1, 0)):
        assert most_attributes(f"<p{attributes(n)}>text</p>") == kept


#: What comes before a flood of attributes, and may let those who count lose track of what is a tag.
BEFORE_A_FLOOD = [
    "<p", "<p x='</'", '<p "><p', "<p a='>'", "<p <", "<p =", '<p /"', "<p\f", "<p=='><p", "<wbr", "</br", "<br",
    "<script>var a = '<p \"';</script><p", "<script><!-- <script> </script> --></script><p", "<script/><p '</script><p",
    "<script a=b/><p '</script><p", "<script><!--></script><p", "<script><!-- <script> --></script><p",
    "<!--><p", "<!-- --!><p", "<!-- <p ' --><p", "<!---><p", "<!--!> <p ' --><p", "<! ' ><p", "<?x ' ><p", "</ '><p",
    "<![CDATA[ ' ><p", "<svg><![CDATA[ ><p ' ]]><p", "</p '>' ><p", "<title><p '</title><p", "<xmp><p '</xmp><p",
    "<noscript><p '</noscript><p", "<iframe><p '</iframe><p", "<textarea><p '</textarea><p", "<style><p '</style><p",
    '<!doctype html "><p', "<noembed><p '</noembed><p", "<noframes><p '</noframes><p", "<plaintext><p",
    "<b>" * 600 + "<p x='<i '>' ", "</x>" * 600 + "<b><b y='<i>'",
]  # fmt: skip


@settings(max_examples=300)
@given(st.lists(st.one_of(st.sampled_from(BEFORE_A_FLOOD), st.sampled_from([">", " '", ' "', "/", "text"]))))
@example(["<p x='</'"])
@example(["<!--", "<p '", "-->"])
def test_nothing_hides_a_flood_of_attributes(pieces: list[str]) -> None:
    """The guard counts what libxml2 takes for attributes: its time grows with the square of their number."""
    assert most_attributes("".join(pieces) + attributes(MAX_ATTRIBUTES + 50) + ">text") <= MAX_ATTRIBUTES


@pytest.mark.parametrize("before", BEFORE_A_FLOOD)
def test_each_flood_of_attributes_is_removed(before: str) -> None:
    assert most_attributes(before + attributes(MAX_ATTRIBUTES + 50) + ">text") <= MAX_ATTRIBUTES


def test_the_text_around_a_flood_stays() -> None:
    root = parse(f"<p>before</p><p x='</'{attributes(5000)}>in</p><p class=b>after</p>")
    assert root is not None
    assert [(p.text, dict(p.attrib)) for p in root.iter("p")] == [("before", {}), ("in", {}), ("after", {"class": "b"})]


@pytest.mark.parametrize("piece", ["<b></x>", "<b a='<'>", "<b a='>'>", "<b></b x='</b>'><i>", "<x-y></b>", "<b a=/>"])
def test_nothing_hides_how_deep_elements_are_nested(piece: str) -> None:
    """libxml2 gives up at a depth of some thousands, and loses the text there."""
    root = parse(piece * 5000 + "<p>inside</p>")
    assert root is not None
    assert "".join(root.itertext()).strip() == "inside"


def test_pages_of_too_many_elements_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tens of millions, as of 50 MB of empty paragraphs, would take gigabytes."""
    monkeypatch.setattr(parsing, "MAX_ELEMENTS", 1000)
    assert parse("<p>" * 1000) is not None
    with pytest.raises(InputError, match="1,001 elements"):
        parse("<p>" * 1001)
