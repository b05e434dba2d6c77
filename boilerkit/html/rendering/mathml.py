"""MathML as TeX, for pages that carry no TeX. Presentation elements of MathML Core are known; others dissolve."""

from __future__ import annotations

import re

from lxml import etree

#: Trees nested deeper than this are read as their text.
MAX_DEPTH = 64

_OPERATORS = {
    "−": "-", "×": r"\times ", "÷": r"\div ", "±": r"\pm ", "∓": r"\mp ", "⋅": r"\cdot ", "·": r"\cdot ",
    "≤": r"\leq ", "≥": r"\geq ", "≠": r"\neq ", "≈": r"\approx ", "≡": r"\equiv ", "∼": r"\sim ", "∝": r"\propto ",
    "→": r"\to ", "←": r"\leftarrow ", "⇒": r"\Rightarrow ", "⇔": r"\Leftrightarrow ", "↦": r"\mapsto ",
    "∈": r"\in ", "∉": r"\notin ", "⊂": r"\subset ", "⊆": r"\subseteq ", "∪": r"\cup ", "∩": r"\cap ",
    "∅": r"\emptyset ", "∀": r"\forall ", "∃": r"\exists ", "¬": r"\neg ", "∧": r"\land ", "∨": r"\lor ",
    "∞": r"\infty ", "∂": r"\partial ", "∇": r"\nabla ", "∑": r"\sum ", "∏": r"\prod ", "∫": r"\int ",
    "∮": r"\oint ", "√": r"\surd ", "…": r"\dots ", "⋯": r"\cdots ", "⋮": r"\vdots ", "⋱": r"\ddots ", "′": "'",
    "″": "''", "‖": r"\|", "⟨": r"\langle ", "⟩": r"\rangle ", "{": r"\{", "}": r"\}", "%": r"\%", "&": r"\&",
    "#": r"\#", "$": r"\$", "_": r"\_", "\u2061": "", "\u2062": "", "\u2063": "", "\u2064": "", "\u200b": "",
    "\xa0": r"\ ",
}  # fmt: skip
_GREEK_LETTERS = "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΥΦΨΩϵϕϑ"
_GREEK_NAMES = """alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi
chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega epsilon phi vartheta"""
_GREEK = {letter: f"\\{name} " for letter, name in zip(_GREEK_LETTERS, _GREEK_NAMES.split(), strict=True)}
_SYMBOLS = _OPERATORS | _GREEK
_TABLE = str.maketrans(_SYMBOLS)
_FUNCTION_NAMES = "sin cos tan cot sec csc sinh cosh tanh log ln exp lim max min sup inf det dim gcd arg ker"
_FUNCTIONS = frozenset(_FUNCTION_NAMES.split())
_ACCENTS = {"¯": "bar", "‾": "overline", "^": "hat", "ˆ": "hat", "~": "tilde", "˜": "tilde", "→": "vec", "⃗": "vec",
            "˙": "dot", ".": "dot", "¨": "ddot", "⏞": "overbrace"}  # fmt: skip
# How many children elements have that are not rows.
_SIZES = {
    **dict.fromkeys(("mfrac", "mroot", "msup", "msub", "munder", "mover"), (2,)),
    **dict.fromkeys(("msubsup", "munderover"), (3,)),
    "mfenced": range(1, 1000),
}
_IGNORED = frozenset(("annotation", "annotation-xml", "mphantom", "none", "mprescripts"))


def to_tex(math: etree._Element) -> str:
    """Return a `math` element as TeX, "" for an empty one."""
    return " ".join(_row(math, 0).split())


def _row(element: etree._Element, depth: int) -> str:
    return _leaf("mtext", (element.text or "").strip()) + "".join(
        (_tex(child, depth + 1) if isinstance(child.tag, str) else "") + _leaf("mtext", (child.tail or "").strip())
        for child in element
    )


def _tex(element: etree._Element, depth: int) -> str:
    name = str(element.tag).rpartition(":")[2]
    if name in _IGNORED:
        return ""
    if depth > MAX_DEPTH or (not len(element) and name in ("mi", "mn", "mo", "mtext", "ms")):
        return _leaf(name, "".join(str(text) for text in element.itertext()).strip())
    children = [child for child in element if isinstance(child.tag, str)]
    if name == "mtable":
        return _table(children, depth)
    if name == "mspace":
        return r"\ "
    if name not in _SIZES or len(children) not in _SIZES[name]:
        row = _row(element, depth)
        return f"\\sqrt{{{row}}}" if name == "msqrt" else row
    parts = [_tex(child, depth + 1) for child in children]
    if name == "mfrac":
        return f"\\frac{{{parts[0]}}}{{{parts[1]}}}"
    if name == "mroot":
        return f"\\sqrt[{parts[1]}]{{{parts[0]}}}"
    if name == "mfenced":
        inside = element.get("separators", ",")[:1].join(parts)
        return f"\\left{_fence(element.get('open', '('))}{inside}\\right{_fence(element.get('close', ')'))}"
    return _scripts(name, parts)


def _table(rows: list[etree._Element], depth: int) -> str:
    lines = (" & ".join(_row(cell, depth + 2) for cell in row if isinstance(cell.tag, str)) for row in rows)
    return "\\begin{matrix}" + " \\\\ ".join(lines) + "\\end{matrix}"


def _leaf(name: str, text: str) -> str:
    if name in ("mtext", "ms"):
        plain = re.sub(r"[{}\\]", "", text)
        return f"\\text{{{plain}}}" if plain else ""
    if text in _FUNCTIONS:
        return f"\\{text} "
    tex = text.replace("\\", r"\backslash ").translate(_TABLE)
    return f"\\mathrm{{{tex}}}" if name == "mi" and len(text) > 1 and text.isalpha() else tex


def _scripts(name: str, parts: list[str]) -> str:
    base = parts[0]
    if name == "mover" and parts[1].strip() in _ACCENTS:
        return f"\\{_ACCENTS[parts[1].strip()]}{{{base}}}"
    base = base if len(base) <= 1 or base.strip() in _SYMBOLS.values() or base.startswith("\\") else f"{{{base}}}"
    if name in ("msub", "munder"):
        return f"{base}_{_group(parts[1])}"
    if name in ("msup", "mover"):
        return f"{base}^{_group(parts[1])}"
    upper = f"^{_group(parts[2])}" if len(parts) > 2 else ""
    return f"{base}_{_group(parts[1])}{upper}"


def _group(tex: str) -> str:
    tex = tex.strip()
    return tex if len(tex) == 1 else f"{{{tex}}}"


def _fence(sign: str) -> str:
    return {"{": r"\{", "}": r"\}", "": "."}.get(sign, sign)[:2]
