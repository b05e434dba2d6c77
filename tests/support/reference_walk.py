"""The walk from an lxml tree to columns in plain Python: a slow reference for the compiled `_walk`.

The compiled walk counts while it reads bytes. This one first collects each block's text from the tree and then measures
the whole string with regular expressions. Where they disagree, one of them does not do what `columns.py` describes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import numpy as np
from lxml import etree
from numpy.typing import NDArray

from boilerkit.html import tags
from boilerkit.html.segmentation.blocks import IN_EMPHASIS, IN_HIDDEN, IN_LINK, IN_NOSCRIPT, IN_PREFORMATTED
from boilerkit.html.segmentation.columns import BLOCK_COLUMNS, ELEMENT_COLUMNS

# --- Characters -------------------------------------------------------------------------------------------------------

SPACE = "".join(map(chr, range(1, 33)))
#: Spaces outside ASCII become spaces, and these characters vanish: everywhere, or where no text is before them.
WIDE_SPACE = "\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
UNSEEN = "\xad\u200b\u2060\ufeff"
UNSEEN_AT_START = "\u200c-\u200f\u202a-\u202e\u2066-\u2069"
BREAK = "\x00"  # a <br> among the text of a block; no tree can hold NUL
VISIBLE = re.compile(f"[^{SPACE}{WIDE_SPACE}{UNSEEN}{UNSEEN_AT_START}]")
SEEN = re.compile(f"[^{SPACE}]")

#: Marks that end a sentence even without white space after them.
SENTENCE_ENDS = "\u3002\uff01\uff1f\u0964\u061f\u06d4\u2026"
CLOSING_QUOTES = "\u2019\u201d\u201c\xbb\u300d"
WIDE_COMMAS = "\uff0c\u3001\u060c"
IDEOGRAPH = "\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
#: Blocks of Unicode that are punctuation and symbols for the most part.
SYMBOL = "\x80-\xa9\xab-\xb4\xb6-\xb9\xbb-\xbf\u2000-\u200b\u200e-\u2bff\u2e00-\u3004\u3008-\u303f"
SYMBOL += "\ue000-\uf8ff\ufe00-\ufe6f\ufeff-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65\uffe0-\uffff"
SYMBOL += "\U0001f000-\U0001ffff"

IS_SYMBOL = re.compile(f"[{SYMBOL}](?<![{SENTENCE_ENDS}{WIDE_COMMAS}])")
#: Words are runs of letters and digits; two ideographs are one, and six letters of scripts without spaces.
IS_WORD = re.compile(
    f"[{IDEOGRAPH}]{{1,2}}|[{UNSPACED}]{{1,6}}|"
    f"(?:[0-9A-Za-z]|[^\\x00-\\x7f{SYMBOL}{IDEOGRAPH}{UNSPACED}{SENTENCE_ENDS}{WIDE_COMMAS}])+"
)
WORD_OR_SYMBOL = re.compile(f"{IS_WORD.pattern}|{IS_SYMBOL.pattern}")

#: A mark that ends a sentence if white space follows, and what may be between the two.
MARK_AND_CLOSERS = re.compile(f"[.!?][\"')\\]{CLOSING_QUOTES}]*")
ENDS_SENTENCE = re.compile(f"{MARK_AND_CLOSERS.pattern}(?=[{SPACE}]|\\Z)")
#: At the end of a block, French quotation marks with their space before them also close the sentence.
ENDING_SENTENCE = re.compile(f"(?:{MARK_AND_CLOSERS.pattern}|[{SENTENCE_ENDS}])(?:[{SPACE}]*[{CLOSING_QUOTES}])*\\Z")

#: Lower case for ASCII and for the letters of Latin-1.
FOLD = {c: c + 32 for c in (*range(ord("A"), ord("Z") + 1), *range(0xC0, 0xDF)) if c != 0xD7}

# --- Hashes -----------------------------------------------------------------------------------------------------------

SEED_WORD = 0x811C9DC5
SEED_TEXT = 0x2F0B4A27
SEED_LINK = 0x3C6EF372
SEED_NAME = 0x4B1D9A35
SEED_WHOLE_NAME = 0x5A827999
SEED_ROLE = 0x6ED9EBA1
SEED_PATH = 0x7F4A7C15
SEED_PAGE = 0x8F1BBCDC

TITLE_WORDS = 256  # most of them that are remembered, the first ones
DESCRIBED_PAIRS = 16384
BLOCK_WORD_TOKENS = 8
BLOCK_LINKS = 3
LINK_TOKENS = 8
ATTRIBUTE_TOKENS = 24
PAGE_CLASS_TOKENS = 96


def fnv(seed: int, values: Iterable[int]) -> int:
    """FNV-1a, 32 bits."""
    for value in values:
        seed = (seed ^ value) * 0x01000193 & 0xFFFFFFFF
    return seed


def spread(h: int) -> int:
    """The finaliser of MurmurHash3."""
    h = (h ^ h >> 16) * 0x85EBCA6B & 0xFFFFFFFF
    h = (h ^ h >> 13) * 0xC2B2AE35 & 0xFFFFFFFF
    return h ^ h >> 16


def hashed(text: str, seed: int = SEED_WORD) -> int:
    return spread(fnv(seed, text.encode()))


def words_of(text: str) -> list[str]:
    """A text's words, in lower case."""
    return [match[0].translate(FOLD) for match in IS_WORD.finditer(text)]


def pairs_of(words: list[str]) -> list[tuple[str, str]]:
    """Pairs of neighbours; the first word's is the start of the text."""
    return list(zip(["", *words], words, strict=False))


def text_hash(text: str) -> int:
    """Equal for texts that are equal but for case, digits and the kind and amount of white space."""
    words = " ".join(part for part in re.split(f"[{SPACE}]+", text) if part)
    return hashed(re.sub("[0-9]", "0", words.translate(FOLD)), SEED_TEXT)


def name_tokens(value: str, seed: int, whole_seed: int | None, most: int) -> list[int]:
    """Return the tokens of an attribute: the parts of its names, and its names without their digits."""
    tokens: list[int] = []
    for name in re.findall(f"[^{SPACE}]+", value):
        runs = re.findall("[A-Za-z\x80-\U0010ffff]+", re.sub("(?<=[a-z])(?=[A-Z])", "-", name))
        for run in runs:
            if len(tokens) >= most:
                return tokens
            tokens += several_bytes(run, seed)
        if len(tokens) >= most and not (runs and name.endswith(runs[-1])):
            return tokens  # a whole name may be one too many, right after its last part
        if whole_seed is not None:
            tokens += several_bytes(re.sub("[0-9]", "", name), whole_seed)
        if len(tokens) >= most:
            break
    return tokens


def several_bytes(name: str, seed: int) -> list[int]:
    """Return the token of a name; none for single letters."""
    encoded = name.encode().lower()  # bytes: ASCII alone is folded
    return [spread(fnv(seed, encoded))] if len(encoded) > 1 else []


def link_tokens(address: str) -> list[int]:
    """Return the tokens of a link's address: the first parts of its host and path, after one for how it starts."""
    if address.startswith("#"):
        return [hashed("#", SEED_LINK)]
    start = [hashed("/", SEED_LINK)] if address.startswith("/") else []
    address = re.sub(r"\A(https?://)?(www\.)?", "", address)
    return start + name_tokens(address, SEED_LINK, None, LINK_TOKENS)


# --- What the page says about itself ----------------------------------------------------------------------------------


@dataclass
class About:
    """What the page says about itself in its head, in JSON-LD and in the classes of its outermost elements."""

    title: str = ""
    description: str = ""
    address: str = ""
    title_words: set[str] = field(default_factory=set)
    pairs: set[tuple[str, str]] = field(default_factory=set)
    tokens: list[int] = field(default_factory=list)

    def titled(self, text: str) -> None:
        remember(self.title_words, words_of(text), TITLE_WORDS)

    def described(self, text: str) -> None:
        remember(self.pairs, pairs_of(words_of(text)), DESCRIBED_PAIRS)


def remember(known: set[Any], new: list[Any], most: int) -> None:
    """Add to a set of limited size."""
    for each in new:
        if len(known) < most:
            known.add(each)


def read_about(root: etree._Element) -> About:
    about = About()
    for node in root.iter("*"):
        name = local_name(node.tag, node)
        if name == "meta":
            read_meta(about, node)
        elif name == "title" and not about.title and not in_svg(node):
            about.title = node.text or ""
            about.titled(about.title)
        elif name == "link" and node.get("rel") == "canonical":
            about.address = node.get("href") or ""  # overrules a meta tag before or after it
        elif name == "script" and node.get("type") == "application/ld+json":
            read_json(about, node.text or "")
        elif name in ("body", "html") and node.get("class") is not None:
            about.tokens += name_tokens(node.get("class", ""), SEED_PAGE, None, PAGE_CLASS_TOKENS)
    return about


def in_svg(node: etree._Element) -> bool:
    parent = node.getparent()
    return parent is not None and local_name(parent.tag, parent) == "svg"


def read_meta(about: About, node: etree._Element) -> None:
    name, content = node.get("property", node.get("name")), node.get("content")
    if name is None or content is None:
        return
    if "description" in name:
        about.described(content)
        about.description = about.description or content
    elif name == "og:title":
        about.titled(content)
    elif name == "og:type":
        about.tokens += name_tokens(content, SEED_PAGE, SEED_PAGE, 4)
    elif name == "og:url":
        about.address = about.address or content
    elif name.startswith(("article:", "product:")):
        about.tokens += name_tokens(name, SEED_PAGE, None, 4)


def read_json(about: About, json: str) -> None:
    about.described(re.sub(r"\\(?s:.)", " ", json))  # escapes, such as that of a line feed, are no text
    for name in re.findall(r'"@type"[ :"\[\n]*([A-Za-z]{0,31})', json)[:16]:
        about.tokens += name_tokens(name, SEED_PAGE, SEED_PAGE, 2)


# --- From the tree to blocks ------------------------------------------------------------------------------------------

NAMING = re.compile("role|item.*|rel|property|aria-label.*|data-testid|data-component")
XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace"
DIGITS = re.compile("[0-9]")
FAR = 255


@dataclass(eq=False)
class Element:
    """An element that is walked, and its columns."""

    row: int
    name: str
    above: Element | None
    columns: dict[str, int]
    path: int
    landmarks: list[int]

    @property
    def context(self) -> int:
        return self.columns["context"]

    @property
    def depth(self) -> int:
        return self.columns["depth"]


@dataclass
class Block:
    """A block as the tree gives it: pieces of text with the elements they are in."""

    pieces: list[tuple[str, Element]] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    is_open: bool = False  # it has visible text
    breaks: int = 0  # <br> since the last visible text
    columns: dict[str, int] = field(default_factory=dict)

    def last(self) -> str:
        """Its last character so far."""
        return next((text[-1] for text, _ in reversed(self.pieces) if text), "")


#: What stands for the start and the end of an element in its text.
MARKS = {"q": ("\u201c", "\u201d"), "del": ("~~", "~~"), "s": ("~~", "~~"), "strike": ("~~", "~~")}
LINES = ("div", "li", "ol", "ul")
RUNNING = ("p", "h1", "h2", "h3", "h4", "h5", "h6", "dt", "summary", "caption", "figcaption")


class Walk:
    """The walk through a page in document order."""

    def __init__(self) -> None:
        self.elements: list[Element] = []
        self.blocks: list[Block] = []
        self.element_tokens: list[tuple[int, int]] = []
        self.block = Block()
        self.current: Element | None = None
        self.marks: list[str] = []  # that the next text starts with
        self.script_mark = ""  # before a number that comes next
        self.invisible = 0  # how many elements up to the one whose text is not seen
        self.order = 0
        self.nodes = 0  # elements and texts that are visited
        self.images = self.counted_images = 0
        self.fields = self.counted_fields = 0

    def start(self, node: etree._Element) -> None:
        self.order += 1
        if self.invisible:
            self.invisible += 1
            return
        name = self.name_of(node)
        flags = tags.TAG_FLAGS.get(name, 0)
        if flags & tags.BLOCK:
            self.boundary_at(name, self.current)
        self.images += bool(flags & tags.PICTURE)
        self.fields += bool(flags & tags.FIELD)
        if flags & tags.BREAK:
            self.line_break()
        if (self.current is not None and self.stand_in(node, name)) or flags & tags.INVISIBLE:
            self.invisible = 1
            return
        if name in MARKS:
            self.marks.append(MARKS[name][0])
        elif name in ("sup", "sub"):
            before = "[0-9A-Za-z]" if name == "sup" else "[0-9]"
            if self.block.is_open and re.fullmatch(before, self.block.last()):
                self.script_mark = "^" if name == "sup" else "_"
        self.nodes += 1
        self.current = self.element(node, name, flags)
        self.elements.append(self.current)
        if flags & tags.LINK:
            if node.get("href") is not None and len(self.block.addresses) < BLOCK_LINKS:
                self.block.addresses.append(node.get("href", ""))
            if self.block.is_open:
                self.block.columns["links"] += 1

    def end(self, node: etree._Element) -> None:
        if self.invisible:
            self.invisible -= 1
            return
        element = self.current
        assert element is not None
        if tags.TAG_FLAGS.get(element.name, 0) & tags.BLOCK:
            self.boundary_at(element.name, element.above)
        elif element.name in MARKS:
            if self.marks:
                self.marks.pop()
            elif self.block.is_open:
                last = self.block.columns["last_node"]
                self.characters(MARKS[element.name][1])
                self.block.columns["last_node"] = last
        self.script_mark = ""
        element.columns["end_block"] = len(self.blocks) + self.block.is_open
        element.columns["images"] = self.images - element.columns["images"]
        element.columns["fields"] = self.fields - element.columns["fields"]
        self.current = element.above

    def text(self, text: str | None) -> None:
        if text and not self.invisible and self.current is not None:
            self.nodes += 1
            self.characters(text)

    def characters(self, text: str) -> None:
        """Take in text of the current element."""
        assert self.current is not None
        text = re.sub(f"[{WIDE_SPACE}]", " ", re.sub(f"[{UNSEEN}]", "", text))
        text = re.sub("[\x01-\x08\x0e-\x1f]", " ", text)
        visible = (SEEN if self.block.is_open else VISIBLE).search(text)
        if not visible:
            self.block.pieces.append((re.sub(f"[{UNSEEN_AT_START}]", "", text), self.current))
            return
        before, after = text[: visible.start()], text[visible.start() :]
        self.block.pieces.append((re.sub(f"[{UNSEEN_AT_START}]", "", before), self.current))
        self.block.breaks = 0
        if not self.block.is_open:
            self.open()
            self.script_mark = ""
        if self.script_mark and re.match("[-+\u2212]?[0-9]", after) and not (self.current.context & IN_LINK or before):
            after = self.script_mark + after
        self.script_mark = ""
        self.block.columns["last_node"] = self.nodes
        self.block.pieces.append(("".join(self.marks) + after, self.current))
        self.marks = []

    def line_break(self) -> None:
        """One <br> ends a line, two end the block; before the block's text there is no line to end."""
        if not self.block.is_open:
            self.block.pieces.clear()
            return
        assert self.current is not None
        self.block.pieces.append((BREAK, self.current))
        self.block.breaks += 1
        if self.block.breaks == 2:
            self.boundary()

    def open(self) -> None:
        assert self.current is not None
        self.block.is_open = True
        self.block.columns = {
            "links": int(bool(self.current.context & IN_LINK)),
            "images": self.images - self.counted_images,
            "fields": self.fields - self.counted_fields,
            "first_node": self.nodes,
        }
        self.counted_images, self.counted_fields = self.images, self.fields

    def boundary(self) -> None:
        """What comes now is of another block than what came before."""
        if self.block.is_open:
            self.blocks.append(self.block)
            self.block = Block()
        else:  # links without text, around images for one, belong to the block to come
            self.block.pieces.clear()

    def stand_in(self, node: etree._Element, name: str) -> bool:
        """Take in the text that stands for an element; return whether it stands for all of it."""
        if name in ("span", "div"):
            return is_drawn(node)
        if name == "a":
            return is_permalink(node)
        if name == "script" and node.get("type", "").startswith("math/tex"):
            self.tex(node.text or "", "display" in node.get("type", ""))
            return True
        if name == "math":
            tex = tex_of_math(node)
            if tex is not None:
                self.tex(tex, node.get("display") == "block")
            return tex is not None
        if name == "img" and is_tex_image(node):
            self.tex(node.get("alt", ""), False)
        return False

    def tex(self, tex: str, displayed: bool) -> None:
        tidy = tex.strip(WHITE)
        if len(tidy.encode()) > 15 and tidy.startswith("{\\displaystyle ") and tidy.endswith("}"):
            tidy = tidy[15:-1]
        if tidy:
            mark = "$$" if displayed else "$"
            for text in (mark, tidy, mark):
                self.characters(text)

    def boundary_at(self, name: str, above: Element | None) -> None:
        """The boundary that an element makes: in preformatted text, that of a line if it is one."""
        near = above
        for _ in range(4):
            if name not in LINES or near is None or not near.context & IN_PREFORMATTED:
                break
            if tags.TAG_FLAGS.get(near.name, 0) & tags.PREFORMATTED:
                space = re.search(f"[{SPACE}]*\\Z", "".join(text for text, _ in self.block.pieces).replace(BREAK, "\n"))
                if self.block.is_open and not (space and space[0].endswith("\n")):
                    assert self.current is not None
                    self.block.pieces.append(("\n", self.current))
                return
            near = near.above
        self.boundary()

    def name_of(self, node: etree._Element) -> str:
        """An element's name: div for one of the page's own making that is a part of the page."""
        name = local_name(node.tag, node)
        above = self.current
        if name == "template" and node.get("shadowrootmode") is not None:
            return "div"
        if name in tags.TAG_IDS or "-" not in name or above is None:
            return name
        if not tags.TAG_FLAGS.get(above.name, 0) & tags.BLOCK or above.name in RUNNING:
            return name
        if above.context & IN_PREFORMATTED or in_running_text(node):
            return name
        return "div"

    def number(self, node: etree._Element, name: str) -> int:
        """The number of an item of a numbered list; for the list, that before its first item."""
        if name == "ol":
            start = node.get("start", "")
            return int(start) - 1 if re.fullmatch("[0-9]{1,6}", start) else 0
        above = self.current
        if name != "li" or above is None or above.name != "ol":
            return 0
        value = node.get("value")
        if value is None:
            above.columns["number"] += 1
        else:
            above.columns["number"] = int(value) if re.fullmatch("[0-9]{1,6}", value) else 0
        return above.columns["number"]

    def element(self, node: etree._Element, name: str, flags: int) -> Element:
        above = self.current
        attributes = [(local_name(str(key), node), str(value)) for key, value in node.attrib.items()]
        tag = tags.TAG_IDS.get(name, 0)
        row = len(self.elements)
        own_name = local_name(node.tag, node)
        own_path = [tag if tag and own_name == name else hashed(own_name)] + [
            b for key, value in attributes if key == "class" for b in undigited(value)
        ]
        self.element_tokens += [(row, token) for key, value in attributes for token in attribute_tokens(key, value)]
        return Element(
            row=row,
            name=name,
            above=above,
            columns={
                "parent": above.row if above else -1,
                "tag": tag,
                "depth": above.depth + 1 if above else 0,
                "order": self.order - 1,
                "first_block": len(self.blocks),
                "context": (above.context if above else 0) | own_context(name, flags, dict(attributes)),
                "images": self.images,  # until it ends, what was before it
                "fields": self.fields,
                "number": self.number(node, name),
            },
            path=spread(fnv(above.path if above else SEED_PATH, own_path)),
            landmarks=landmarks(name, above),
        )


WHITE = " \t\n\v\f\r"


def classes_of(node: etree._Element) -> list[str]:
    return [name for name in re.split(f"[{WHITE}]", node.get("class", "")) if name]


def is_tex_script(node: etree._Element) -> bool:
    return node.tag == "script" and node.get("type", "").startswith("math/tex")


def is_drawn(node: etree._Element) -> bool:
    """Whether an element draws a formula whose source is elsewhere, or is a link to edit a section."""
    if {"katex-html", "mw-editsection"} & set(classes_of(node)):
        return True
    return node.get("class", "").startswith("MathJax") and any(
        isinstance(beside, etree._Element) and is_tex_script(beside) for beside in islice(neighbours_after(node), 4)
    )


def is_permalink(node: etree._Element) -> bool:
    """Whether a link consists of a sign, and leads to a place in the page."""
    return "#" in node.get("href", "") and len(node) == 0 and (node.text or "").strip(WHITE) in ("#", "¶", "§", "🔗")


def tex_of_math(math: etree._Element) -> str | None:
    if math.get("alttext"):
        return math.get("alttext")
    for node in math.iterdescendants("annotation"):
        if "tex" in node.get("encoding", "") and (node.text or len(node)):
            return node.text or ""
    return None


def is_tex_image(node: etree._Element) -> bool:
    """Whether a picture shows a formula whose source is its description, and is not beside its MathML."""
    before = next(neighbours_before(node), "")
    is_first = isinstance(before, str) or not isinstance(before.tag, str)
    wikipedia = node.get("class", "").startswith("mwe-math-fallback-image") and is_first
    return node.get("alt") is not None and (wikipedia or bool({"tex", "latex", "math"} & set(classes_of(node))))


def in_running_text(node: etree._Element) -> bool:
    """Whether text or an inline element is next to an element, but for white space and comments."""
    for sideways in (neighbours_before(node), neighbours_after(node)):
        for beside in islice(sideways, 5):
            if isinstance(beside, str):
                if re.search(f"[^{SPACE}]", beside):
                    return True
            elif isinstance(beside.tag, str):
                flags = tags.TAG_FLAGS.get(local_name(beside.tag, beside))
                if flags is not None and not flags & (tags.BLOCK | tags.INVISIBLE | tags.PICTURE):
                    return True
                break
    return False


def neighbours_before(node: etree._Element) -> Iterator[str | etree._Element]:
    for sibling in node.itersiblings(preceding=True):
        if sibling.tail:
            yield sibling.tail
        yield sibling
    above = node.getparent()
    if above is not None and above.text:
        yield above.text


def neighbours_after(node: etree._Element) -> Iterator[str | etree._Element]:
    if node.tail:
        yield node.tail
    for sibling in node.itersiblings():
        yield sibling
        if sibling.tail:
            yield sibling.tail


def local_name(name: str, node: etree._Element) -> str:
    """A name without its namespace. Names in HTML have none, and may have any character."""
    namespace, closing, local = name.partition("}")
    return local if closing and namespace[1:] in (XML_NAMESPACE, *node.nsmap.values()) else name


def undigited(value: str) -> bytes:
    """A class list as paths see it: numbered classes are one."""
    return DIGITS.sub("", value).encode()


def attribute_tokens(key: str, value: str) -> list[int]:
    if key in ("class", "id"):
        return name_tokens(value, SEED_NAME, SEED_WHOLE_NAME, ATTRIBUTE_TOKENS)
    if NAMING.fullmatch(key):
        return name_tokens(value, SEED_ROLE, None, ATTRIBUTE_TOKENS)
    return []


def own_context(name: str, flags: int, attributes: dict[str, str]) -> int:
    """The bits of the context that an element adds to its parent's."""
    hidden = (
        (attributes.get("hidden", "until-found") != "until-found" and not attributes.get("id", "").startswith("S:"))
        or style_hides(attributes.get("style", ""))
        or (name == "dialog" and "open" not in attributes)
    )
    return (
        IN_LINK * bool(flags & tags.LINK)
        | IN_EMPHASIS * bool(flags & tags.EMPHASIS)
        | IN_PREFORMATTED * bool(flags & tags.PREFORMATTED)
        | IN_HIDDEN * (hidden and not flags & tags.NOT_HIDEABLE)
        | IN_NOSCRIPT * (name == "noscript")
    )


def style_hides(style: str) -> bool:
    declarations = re.sub(f"[{SPACE}]", "", style).split(";")
    return any(re.match("display:none|visibility:hidden", each, re.IGNORECASE | re.ASCII) for each in declarations)


def landmarks(name: str, above: Element | None) -> list[int]:
    """Steps up to the nearest landmark of each kind; beyond 254 steps all are as far."""
    steps = [min(step + 1, FAR - 1) if step < FAR else FAR for step in above.landmarks] if above else []
    return [0 if name in group else steps[kind] if steps else FAR for kind, group in enumerate(tags.LANDMARKS)]


def walk_tree(root: etree._Element) -> Walk:
    walk = Walk()
    for event, node in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event == "start":
            walk.start(node)
            walk.text(node.text)
            continue
        if event == "end":
            walk.end(node)
        if node is not root:
            walk.text(node.tail)
    walk.boundary()
    for element in walk.elements:
        element.columns["path"] = element.path
        element.columns["wider_ancestor"] = wider(element)
    return walk


def wider(element: Element) -> int:
    """The row of the nearest ancestor with more blocks."""
    above = element.above
    while above is not None and n_blocks(above) == n_blocks(element):
        above = above.above
    return above.row if above else -1


def n_blocks(element: Element) -> int:
    return element.columns["end_block"] - element.columns["first_block"]


# --- Measuring a block ------------------------------------------------------------------------------------------------


def laid_out(block: Block) -> list[tuple[str, Element]]:
    """The block's characters as a reader sees them, each with its element."""
    characters = [(c, element) for text, element in block.pieces for c in text]
    seen = [place for place, (c, _) in enumerate(characters) if c not in SPACE and c != BREAK]
    first, last = seen[0], seen[-1]
    if not characters[first][1].context & IN_PREFORMATTED:
        return list(collapsed(characters[first : last + 1]))
    while first and characters[first - 1][0] != "\n":  # the indent of the first line
        first -= 1
    return [("\n" if c == BREAK else c, element) for c, element in characters[first : last + 1]]


def collapsed(characters: list[tuple[str, Element]]) -> Iterator[tuple[str, Element]]:
    """White space as one space, or as one line feed where it holds a line break."""
    space = ""
    for c, element in characters:
        if c in SPACE or c == BREAK:
            space += c
            continue
        if space:
            yield ("\n" if BREAK in space else " "), element
            space = ""
        yield c, element


def deepest_common(elements: list[Element]) -> Element:
    """The deepest element that holds all of these."""
    common = elements[0]
    for element in elements[1:]:
        while common is not element:
            if common.depth > element.depth:
                assert common.above is not None
                common = common.above
            else:
                assert element.above is not None
                element = element.above
    return common


def measure(block: Block, about: About) -> tuple[str, list[int]]:
    """Fill the block's columns; returns its text and its tokens."""
    characters = laid_out(block)
    text = "".join(c for c, _ in characters)
    owners = [element for c, element in characters if c not in SPACE]
    words = list(IS_WORD.finditer(text))
    folded = words_of(text)
    element = deepest_common(list(dict.fromkeys(owners)))
    block.columns |= {
        "element": element.row,
        "chars": len(owners),
        "words": len(words),
        "link_chars": sum(bool(owner.context & IN_LINK) for owner in owners),
        "link_words": sum(bool(characters[word.start()][1].context & IN_LINK) for word in words),
        "sentences": len(ENDS_SENTENCE.findall(text)) + sum(c in SENTENCE_ENDS for c in text),
        "commas": sum(c in "," + WIDE_COMMAS for c in text),
        "digits": len(DIGITS.findall(text)),
        "capitalised": sum("A" <= word[0][0] <= "Z" for word in words),
        "uppercase": len(re.findall("[A-Z]", text)),
        "emphasised": sum(bool(owner.context & IN_EMPHASIS) for owner in owners),
        "symbols": n_symbols(text),
        "lines": text.count("\n") + 1,
        "non_ascii": len(re.findall("[^\x00-\x7f]", text)),
        "longest_word": max((len(word[0]) for word in words), default=0),
        "title_words": sum(word in about.title_words for word in folded),
        "described_pairs": sum(pair in about.pairs for pair in pairs_of(folded)),
        "ending": ending(text),
        "context": element.context,
        "text_hash": text_hash(text),
    }
    return text, block_tokens(block, text, len(words))


def n_symbols(text: str) -> int:
    """Punctuation that is not a comma, a colon, or part of the end of a sentence."""
    others = MARK_AND_CLOSERS.sub(lambda match: re.sub("[\x00-\x7f]", "", match[0]), text)
    return len(re.findall(f"[^0-9A-Za-z:,{SPACE}\x80-\U0010ffff]", others)) + len(IS_SYMBOL.findall(others))


def ending(text: str) -> int:
    if ENDING_SENTENCE.search(text):
        return 1
    return {":": 2, **dict.fromkeys("," + WIDE_COMMAS, 3)}.get(text[-1], 0)


def block_tokens(block: Block, text: str, n_words: int) -> list[int]:
    """The first words and symbols of the block, all of a short one's text, and the addresses of its first links."""
    first = islice(WORD_OR_SYMBOL.finditer(text), BLOCK_WORD_TOKENS)
    tokens = [hashed(match[0].translate(FOLD)) for match in first]
    if n_words <= BLOCK_WORD_TOKENS:
        tokens.append(text_hash(text))
    return tokens + [token for address in block.addresses for token in link_tokens(address)]


# --- The columns ------------------------------------------------------------------------------------------------------


def walk(root: etree._Element) -> dict[str, Any]:
    """What `segment._walk.walk` returns; only the order of one block's tokens may differ."""
    about = read_about(root)
    tree = walk_tree(root)
    texts: list[str] = []
    tokens: list[tuple[int, int]] = []
    place = 0
    for number, block in enumerate(tree.blocks):
        text, of_block = measure(block, about)
        tokens += [(number, token) for token in of_block]
        block.columns |= {"start": place, "end": place + len(text)}
        place += len(text) + 1
        texts.append(text)
    address = link_tokens(about.address) if about.address else []
    return {
        "text": "\n".join(texts),
        "title": about.title,
        "description": about.description,
        "address": about.address,
        "elements": int32([[e.columns[name] for name in ELEMENT_COLUMNS] for e in tree.elements], len(ELEMENT_COLUMNS)),
        "blocks": int32([[b.columns[name] for name in BLOCK_COLUMNS] for b in tree.blocks], len(BLOCK_COLUMNS)),
        "landmarks": np.array([e.landmarks for e in tree.elements], dtype=np.uint8).reshape(-1, len(tags.LANDMARKS)),
        "element_tokens": int32(tree.element_tokens, 2),
        "block_tokens": int32(tokens, 2),
        "page_tokens": int32([*((0, token) for token in about.tokens), *((1, token) for token in address)], 2),
    }


def int32(rows: Any, width: int) -> NDArray[np.int32]:
    """Rows of numbers as int32; hashes, which are unsigned, keep their bits."""
    return np.array(rows, dtype=np.int64).reshape(-1, width).astype(np.uint32).view(np.int32)
