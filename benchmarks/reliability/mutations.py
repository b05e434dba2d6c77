"""Pages that are damaged as markup gets damaged: tags lost, moved, repeated and nested, pieces of others put in.

What comes out depends only on the pages, the seed and the number of the mutation.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

MAX_BYTES = 300_000
MAX_CHANGES = 8

_TOKEN = re.compile(rb"<[^<>]*>|[^<]+|<")
_NAMES = b"""a abbr article aside b blockquote body br button caption code dd details div dl dt em embed fieldset
figcaption figure font footer form frameset h1 h2 head header hr html i iframe img input label li link main math meta
nav noembed noframes noscript object ol optgroup option p picture plaintext pre q rp rt ruby s script section select
small source span strong style sub summary sup svg table tbody td template textarea th thead title tr u ul video wbr xmp
x-card o:p""".split()
_PIECES = [
    b"<!--", b"-->", b"--!>", b"<!-->", b"<![CDATA[", b"]]>", b"<?php", b"<!doctype html>", b"</", b"<", b">", b"&",
    b"&lt;", b"&lt;script&gt;alert(1)&lt;/script&gt;", b"&lt;img src=x onerror=alert(1)&gt;",
    b"](javascript:alert(1))", b"[a]: x", b"```", b"~~~", b"`", b"*", b"_", b"#", b"| - |", b"\\", b"$$", b"\\(",
    b"\xc2\xa0", b"\xe2\x80\x8b", b"\xc2\xad", b"\xe2\x80\xae", b"\xff", b"\x00", b"\x85", b"\x1f",
    b"\xf0\x9f\x98\x80", "你好。".encode(), "عربي".encode(), b"\n\n", b"<p x='</'", b"<script/>",
    b"<script><!--<script>", b"<plaintext>", b"</body>", b"</html>", b"</br>", b"</p>", b"<br><br>",
    b"<table><tr><td>", b"</table>",
    b"<select><option>", b"<base href='//[' >", b"<sup><a href=#n>1</a></sup>", b"<li id=n>",
    b"<script type=math/tex>x_1</script>", b"<ruby>a<rt>b</ruby>", b"<div hidden>", b"<div style='display:none'>",
    b"<template shadowrootmode=open>", b"<a href=javascript:alert(1)>",
]  # fmt: skip
_ATTRIBUTES = [
    b" class=a", b" class='comment reply'", b" id=n", b" hidden", b" style='display:none'", b" href='http://['",
    b" x='", b' "', b" =", b" /", b" a=b/", b" lang=ar dir=rtl", b" itemprop=articleBody", b" colspan=99999999",
    b" start=-5", b" src=data:image/svg+xml,x", b" onclick=alert(1)", b" role=presentation", b" data-a='<p>'",
]  # fmt: skip

Tokens = list[bytes]
Change = Callable[[random.Random, Tokens, Sequence[bytes]], None]


def mutated(pages: Sequence[bytes], seed: int, number: int) -> bytes:
    """Return one of the pages with some changes; others give the pieces that are put in."""
    rng = random.Random(f"{seed}/{number}")
    tokens: Tokens = _TOKEN.findall(rng.choice(pages))
    for _ in range(rng.randint(1, MAX_CHANGES)):
        rng.choice(_CHANGES)(rng, tokens, pages)
    page = b"".join(tokens)[:MAX_BYTES]
    if rng.random() < 0.1:
        page = _flipped(rng, page)
    if rng.random() < 0.05:
        page = page.decode("utf-8", "replace").encode(
            rng.choice(["utf-16", "cp1252", "shift_jis", "koi8-r"]), "replace"
        )
    return page


def _place(rng: random.Random, tokens: Tokens) -> int:
    return rng.randrange(len(tokens) + 1)


def _span(rng: random.Random, tokens: Tokens) -> slice:
    start = _place(rng, tokens)
    return slice(start, start + rng.choice([1, 1, 2, 5, 20, 100]))


def _drop(rng: random.Random, tokens: Tokens, pages: Sequence[bytes]) -> None:
    del tokens[_span(rng, tokens)]


def _drop_tags(rng: random.Random, tokens: Tokens, pages: Sequence[bytes]) -> None:
    share = rng.random() * 0.2
    tokens[:] = [token for token in tokens if token[:1] != b"<" or rng.random() > share]


def _repeat(rng: random.Random, tokens: Tokens, pages: Sequence[bytes]) -> None:
    span = _span(rng, tokens)
    tokens[span] = tokens[span] * rng.choice([2, 2, 10, 500])
    del tokens[200_000:]


def _move(rng: random.Random, tokens: Tokens, pages: Sequence[bytes]) -> None:
    span = _span(rng, tokens)
    moved = tokens[span]
    del tokens[span]
    place = _place(rng, tokens)
    tokens[place:place] = moved


def _put_piece(rng: random.Random, tokens: Tokens, pages: Sequence[bytes]) -> None:
    for _ in range(rng.choice([1, 1, 5, 50])):
        tokens.insert(_place(rng, tokens), rng.choice(_PIECES))


def _put_piece_into_token(rng: random.Random, tokens: Tokens, pages: Sequence[bytes]) -> None:
    if tokens:
        number = rng.randrange(len(tokens))
        token = tokens[number]
        at = rng.randrange(len(token) + 1)
        tokens[number] = token[:at] + rng.choice(_PIECES) + token[at:]


def _put_other_page(rng: random.Random, tokens: Tokens, pages: Sequence[bytes]) -> None:
    other: Tokens = _TOKEN.findall(rng.choice(pages))
    place = _place(rng, tokens)
    tokens[place:place] = other[_span(rng, other)]


def _rename(rng: random.Random, tokens: Tokens, pages: Sequence[bytes]) -> None:
    """Give the elements of one name another one, all or only some of their tags."""
    old, new, share = rng.choice(_NAMES), rng.choice(_NAMES), rng.choice([0.1, 0.5, 1])
    tag = re.compile(rb"(</?)" + old + rb"(?=[\s/>])")
    tokens[:] = [tag.sub(rb"\1" + new, token) if rng.random() < share else token for token in tokens]


def _wrap(rng: random.Random, tokens: Tokens, pages: Sequence[bytes]) -> None:
    name, depth = rng.choice(_NAMES), rng.choice([1, 1, 3, 700])
    span = _span(rng, tokens)
    ends = [b"</" + name + b">"] * depth if rng.random() < 0.7 else []
    tokens[span] = [b"<" + name + b">"] * depth + tokens[span] + ends


def _put_attributes(rng: random.Random, tokens: Tokens, pages: Sequence[bytes]) -> None:
    for number in rng.sample(range(len(tokens)), min(len(tokens), rng.choice([1, 3, 30]))):
        if tokens[number].endswith(b">"):
            added = rng.choice(_ATTRIBUTES)
            if rng.random() < 0.02:
                added += b"".join(b" a%d=1" % n for n in range(3000))
            tokens[number] = tokens[number][:-1] + added + b">"


def _cut(rng: random.Random, tokens: Tokens, pages: Sequence[bytes]) -> None:
    del tokens[_place(rng, tokens) :]


def _flipped(rng: random.Random, page: bytes) -> bytes:
    damaged = bytearray(page)
    for _ in range(rng.choice([1, 5, 50])):
        if damaged:
            damaged[rng.randrange(len(damaged))] = rng.randrange(256)
    return bytes(damaged)


_CHANGES: list[Change] = [
    _drop, _drop_tags, _repeat, _move, _put_piece, _put_piece, _put_piece_into_token, _put_other_page, _rename, _wrap,
    _put_attributes, _cut,
]  # fmt: skip
