"""Generated pages: random trees of elements with words, attributes, tables and odd pieces."""

from __future__ import annotations

import random

_WORDS = "river harbour teacher market engine garden letter winter window council museum orchard bridge song"
_AROUND = """article aside blockquote dd details div dl dt fieldset figure footer form h2 header li main nav ol p pre
section summary table tbody td tr ul"""
_WITHIN = "a abbr b cite code em i kbd label mark q s small span strong sub sup u x-y o:p"
_ODD = [
    "<br>", "<br><br>", "<hr>", "<img src=a.png alt=boat>", "<!-- c -->", "<script>var a = '<p>';</script>", "<wbr>",
    "<style>p {}</style>", "&amp;", "&lt;b&gt;", "&nbsp;", "<svg><path d=M0/></svg>", "<math><mi>x</mi></math>",
    "<input value=x>", "<select><option>one<option>two</select>", "<iframe src=x></iframe>", "\\(x^2\\)",
    "<sup><a href=#n>1</a></sup>", "<noscript><p>one two</p></noscript>", "<template><p>three</template>",
]  # fmt: skip
_ATTRIBUTES = [
    "", "", "", " class=story", " class='menu nav'", " id=n", " hidden", " style='display:none'", " href=/a/b",
    " role=navigation", " itemprop=articleBody", " lang=de", " colspan=2", " title='a > b'",
]  # fmt: skip


def generated_page(rng: random.Random) -> bytes:
    """Return a page of some hundred elements."""
    head = f"<!doctype html><html><head><title>{_text(rng)}</title></head><body>"
    return (head + "".join(_element(rng, 6) for _ in range(rng.randint(3, 12))) + "</body></html>").encode()


def _element(rng: random.Random, depth: int) -> str:
    if rng.random() < 0.15:
        return rng.choice(_ODD)
    if depth == 0 or rng.random() < 0.3:
        return _text(rng)
    name = rng.choice((_AROUND if rng.random() < 0.6 else _WITHIN).split())
    inner = "".join(_element(rng, depth - 1) for _ in range(rng.randint(1, 4)))
    return f"<{name}{rng.choice(_ATTRIBUTES)}>{inner}</{name}>"


def _text(rng: random.Random) -> str:
    return " ".join(rng.choice(_WORDS.split()) for _ in range(rng.choice([1, 2, 5, 15, 40]))) + rng.choice(
        [". ", " ", ""]
    )
