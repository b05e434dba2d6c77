"""Hypothesis strategies: HTML documents, well and badly formed, and damaged bytes."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

BLOCKS = [
    "address", "article", "aside", "blockquote", "button", "caption", "dd", "details", "dialog", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h6", "header", "legend", "li", "main",
    "menu", "nav", "noscript", "ol", "option", "p", "pre", "section", "select", "summary", "table", "tbody", "td",
    "textarea", "th", "tr", "ul",
]  # fmt: skip
INLINES = [
    "a", "abbr", "b", "cite", "code", "em", "font", "i", "label", "mark", "q", "small", "span", "strong", "sub", "time",
    "u", "my-element", "o:p",
]  # fmt: skip
VOIDS = ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"]
UNSEEN = [
    "audio", "canvas", "head", "iframe", "math", "noframes", "object", "picture", "script", "style", "svg", "template",
    "title", "video",
]  # fmt: skip

Change = Callable[[bytes, int, int], bytes]  # of some data, at and between two places

#: Pieces of text, each of which matters to some column.
FRAGMENTS = [
    "word", "Word", "WORD", "don't", "x", "42", "1,234.5", "co-op", "naïve", "ÀÉÎ", "Straße", "слово", "Ωmega",
    "नमस्ते।", "你好", "世界。", "テスト", "「引用。」", "！？", "عربي؟", "ہے۔",
    "\U0001f600", "…", "’", "”", "»", "\ufffd",
    "\ufb01", "\U00020000", "end.", "end!", "why?", 'said."', "(so.)", "then:", "and,", "a;b", "e.g.", ".", "!?", "?",
    ":", ",", '"', "(", "]", "/", "@", " ", "  ", "\n", "\t", " \n ", "\f", "\v", "\xa0", "\u3000", "\u200b", "\xad",
    "\x7f", "&amp;", "&nbsp;", "&lt;b&gt;", "&eacute;", "&#8230;", "&#x4f60;", "&#0;", "&bogus;", "&", "&#", "<", ">",
]  # fmt: skip
NAMES = [
    "", "a", "main", "articleBody", "post-42 post", "nav_bar", "widget  title", "ÄBC", "x1y2", "HTMLFoo", "- -",
    " ".join(f"name{c}" for c in "abcdefghijklmnopqrstuvwxyz"),
    " ".join(["oneTwoThreeFour", "five-six"] * 8),
]  # fmt: skip
ADDRESSES = [
    "", "#", "#top", "/", "/news/2024/01/some-title.html", "https://www.example.com/a/b?c=d", "http://example.org",
    "www.example.net/x", "mailto:someone@example.com", "javascript:void(0)", "relative/page", "//cdn.example.com/x",
    "/" + "/".join("abcdefghij" * 3),
]  # fmt: skip
STYLES = [
    "color: red",
    "display:none",
    "DISPLAY : None ;",
    "color:red; visibility: hidden",
    "display:block",
    ";",
    "xdisplay:none",
]


def attribute(name: str, values: SearchStrategy[str]) -> SearchStrategy[str]:
    return values.map(lambda value: f' {name}="{value.replace(chr(34), "&quot;")}"')


def texts(max_pieces: int = 8) -> SearchStrategy[str]:
    """Text as in markup: words, punctuation, white space, entities, stray characters."""
    piece = st.one_of(
        st.sampled_from(FRAGMENTS), st.sampled_from(FRAGMENTS), st.text(max_size=3).map(without_surrogates)
    )
    return st.lists(piece, max_size=max_pieces).map("".join)


def without_surrogates(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")


def attributes() -> SearchStrategy[str]:
    """The attributes of one element, with a space before each."""
    names = st.sampled_from(NAMES)
    one = st.one_of(
        attribute("class", names),
        attribute("id", names),
        attribute("style", st.sampled_from(STYLES)),
        attribute("href", st.sampled_from(ADDRESSES)),
        st.sampled_from(
            [
                " hidden",
                ' hidden="until-found"',
                " open",
                ' hidden=""',
                " class",
                " class=unquoted",
                ' title="x > y"',
                " =",
                ' "',
            ]
        ),
        st.tuples(
            st.sampled_from(
                ["role", "itemprop", "itemtype", "rel", "property", "aria-label", "aria-labelledby", "data-testid"]
            ),
            names,
        ).map(lambda pair: f' {pair[0]}="{pair[1]}"'),
    )
    return st.lists(one, max_size=2).map("".join)


def element(names: list[str], inner: SearchStrategy[str]) -> SearchStrategy[str]:
    return st.builds(
        lambda name, attrs, content: f"<{name}{attrs}>{content}</{name}>", st.sampled_from(names), attributes(), inner
    )


def voids() -> SearchStrategy[str]:
    return st.builds(lambda name, attrs: f"<{name}{attrs}>", st.sampled_from([*VOIDS, "br", "br", "img"]), attributes())


def others() -> SearchStrategy[str]:
    """What is between elements, or only looks like an element."""
    return st.sampled_from(
        [
            "<!-- a <b>comment</b> -->",
            "<!---->",
            "<?pi x?>",
            "<![CDATA[raw]]>",
            "<!doctype html>",
            "<br><br>",
            "<br> \n<br/>",
            "</ p>",
        ]
    )


def fragments() -> SearchStrategy[str]:
    """Nested elements, all of them closed."""
    leaf = st.one_of(texts(), texts(), voids(), others(), element(UNSEEN, texts(3)), tables())

    def around(inner: SearchStrategy[str]) -> SearchStrategy[str]:
        content = st.lists(inner, max_size=4).map("".join)
        return element([*BLOCKS, *INLINES, *INLINES, *["pre", "p", "a", "b"] * 5], content)

    return st.lists(st.recursive(leaf, around, max_leaves=20), max_size=5).map("".join)


def tables() -> SearchStrategy[str]:
    return st.lists(st.lists(texts(3), min_size=1, max_size=3), min_size=1, max_size=3).map(table)


def table(rows: list[list[str]]) -> str:
    cells = ["".join(f"<td>{cell}" for cell in row) for row in rows]
    return f"<table><caption>c</caption>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"


def heads() -> SearchStrategy[str]:
    """What a page says about itself: titles, descriptions, addresses, types."""
    meta_names = [
        "property=og:title", "property=og:description", "name=description", "property=og:url", "property=og:type",
        "property=article:published_time", "name=other",
    ]  # fmt: skip
    content = texts(6).map(lambda text: text.replace('"', "&quot;"))
    one = st.one_of(
        texts(6).map(lambda text: f"<title>{text}</title>"),
        st.builds(lambda name, value: f'<meta {name} content="{value}">', st.sampled_from(meta_names), content),
        st.sampled_from(ADDRESSES).map(lambda href: f'<link rel=canonical href="{href}">'),
        st.just("<link rel=canonical>"),
        st.builds(
            lambda kind, text: (
                f'<script type="application/ld+json">{{"@type": {kind}, "x": "{text}\\n\\"q\\""}}</script>'
            ),
            st.sampled_from(['"Person"', '["NewsArticle", "Thing"]', "1", '"AggregateOfferList"']),
            texts(6),
        ),
    )
    return st.lists(one, max_size=4).map("".join)


def documents() -> SearchStrategy[str]:
    """Whole pages: a head, classes on html and body, nested elements."""
    return st.builds(
        lambda html, head, body, inner: (
            f"<!doctype html><html{html}><head>{head}</head><body{body}>{inner}</body></html>"
        ),
        attributes(),
        heads(),
        attributes(),
        fragments(),
    )


def tag_soup(max_size: int = 40) -> SearchStrategy[str]:
    """Start tags, end tags and text in any order: unclosed, stray and crossing."""
    every = [*BLOCKS, *INLINES, *UNSEEN, "html", "body", "p", "pre", "a", "b"]
    start = st.builds(lambda name, attrs: f"<{name}{attrs}>", st.sampled_from(every), attributes())
    end = st.sampled_from(every).map(lambda name: f"</{name}>")
    cut = st.sampled_from(["<", "<p", '<a href="x', "</", "<!--", "<!-", "<![CDATA[", "&#x"])
    token = st.one_of(texts(4), texts(4), start, start, end, end, voids(), others(), heads(), cut)
    return st.lists(token, max_size=max_size).map("".join)


def pages() -> SearchStrategy[str]:
    return st.one_of(documents(), fragments(), tag_soup())


def mutations(data: bytes, most: int = 6) -> SearchStrategy[bytes]:
    """`data` with up to `most` changes: bytes flipped, spans removed, doubled, moved or truncated."""
    place = st.integers(0, max(len(data) - 1, 0))
    changes: list[Change] = [flip, cut_out, double, truncate, move]
    change = st.tuples(st.sampled_from(changes), place, place)
    return st.lists(change, min_size=1, max_size=most).map(lambda changes: apply(data, changes))


def apply(data: bytes, changes: list[tuple[Change, int, int]]) -> bytes:
    for change, a, b in changes:
        data = change(data, min(a, b), max(a, b))
    return data


def flip(data: bytes, a: int, b: int) -> bytes:
    return data[:a] + bytes([data[a] ^ (1 + b % 255)]) + data[a + 1 :] if a < len(data) else data


def cut_out(data: bytes, a: int, b: int) -> bytes:
    return data[:a] + data[a + (b - a) % 100 :]


def double(data: bytes, a: int, b: int) -> bytes:
    return data[:b] + data[a:b][:500] + data[b:]


def truncate(data: bytes, a: int, b: int) -> bytes:
    return data[:b] if a % 2 else data[a // 4 :]


def move(data: bytes, a: int, b: int) -> bytes:
    span = data[a:b][:200]
    return data[:a] + data[a + len(span) :] + span
