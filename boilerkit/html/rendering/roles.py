"""What the classes of an element say about its part in the text: names that programs which write pages use."""

from __future__ import annotations

import re
from functools import lru_cache

# What an element is, bits of `role`.
MATH = 1  #: a formula
DISPLAYED = 2  #: a formula that stands on its own
RENDERED_MATH = 4  #: the picture of a formula whose source follows in a script
CALLOUT = 8  #: a note, a tip or a warning that is set apart
CALLOUT_TITLE = 16
TOOL = 32  #: a link or button that belongs to the page's machinery, not to its text
PERMALINK = 64
GUTTER = 128  #: numbers of lines
CODE_LINE = 256
CODE_TABLE = 512  #: a table with numbers of lines in one column and code in the other
NOTE_LINK = 1024  #: a link to a footnote
BACK_LINK = 2048  #: a link from a footnote back to the text
EMOJI = 4096
LEAD = 8192  #: the picture that a page opens with

_NAMES = {
    MATH: "katex katex-display MathJax_Display MathJax_SVG MathJax_CHTML mjx-chtml mwe-math-element mjx-math "
    "mwe-math-fallback-image-inline mwe-math-fallback-image-display tex latex math-inline math-display temml",
    DISPLAYED: "katex-display MathJax_Display MathJax_SVG_Display MJXc-display mwe-math-fallback-image-display "
    "math-display mwe-math-mathml-display",
    RENDERED_MATH: "MathJax MathJax_Preview MathJax_Display MathJax_SVG MathJax_SVG_Display MathJax_CHTML mjx-chtml",
    CALLOUT: "admonition callout markdown-alert theme-admonition admonitionblock custom-block notice alert hint",
    CALLOUT_TITLE: "admonition-title callout-title callout-title-inner markdown-alert-title alert-heading alert-title "
    "custom-block-title admonition-heading admonitionHeading",
    TOOL: "mw-editsection mw-cite-jump-link copy-button btn-copy copybtn copy-btn clipboard-copy code-copy "
    "zeroclipboard-container sr-only-copy",
    PERMALINK: "headerlink header-anchor hash-link anchorjs-link heading-anchor heading-link permalink anchor-link "
    "octicon-link anchor",
    GUTTER: "lineno linenos linenodiv lnt ln gutter gl line-number line-numbers line-numbers-rows rouge-gutter "
    "blob-num react-syntax-highlighter-line-number linenumber code-line-number hljs-ln-numbers hljs-ln-n",
    CODE_LINE: "line code-line view-line token-line cl ec-line react-code-line cm-line CodeMirror-line",
    CODE_TABLE: "highlighttable codehilitetable rouge-table lntable hljs-ln crayon-table",
    NOTE_LINK: "footnote-ref footnote-reference footnoteref noteref footnote-anchor footnote-link fn-ref footnote",
    BACK_LINK: "footnote-backref footnote-back reversefootnote mw-cite-backlink data-footnote-backref footnote-return "
    "easy-footnote-to-top",
    EMOJI: "emoji wp-smiley twemoji",
    LEAD: "lead lead-image featured-image hero hero-image post-thumbnail wp-post-image article-image main-image",
}
_BITS: dict[str, int] = {}
for _bit, _names in _NAMES.items():
    for _name in _names.split():
        _BITS[_name] = _BITS.get(_name, 0) | _bit

_TYPE_NAMES = """note info tip hint important warning caution danger attention error success seealso example abstract
question failure bug quote todo help faq check primary secondary summary"""
_CALLOUT_TYPE = re.compile(rf"(?:[\w-]*-)?({'|'.join(_TYPE_NAMES.split())})", re.IGNORECASE)
_COMMON = {"alert", "notice", "hint"}  # words that mean a callout only together with a type

#: What CSS modules add to a name: "admonitionHeading_Gvgb".
_MODULE_HASH = re.compile(r"_[\w-]{4,8}\Z")

_LANGUAGE = re.compile(
    r"(?:language|lang|highlight-source|highlight-text|highlight|source|src|brush:|lang:|code|shj-lang|syntax)-?"
    r"([\w+#.-]+)",
    re.IGNORECASE,
)
_MARKER_NAMES = "highlight hljs sourcecode codehilite prettyprint src syntaxhighlighter code code-block prism listing"
_MARKERS = frozenset(_MARKER_NAMES.split())
_LANGUAGE_NAMES = """abap ada apl applescript arduino asm assembly awk bash basic batch bat c clojure cmake cobol
coffeescript cpp c++ crystal cs csharp c# css csv cuda cypher d dart diff docker dockerfile elixir elm erlang fortran
fsharp gdscript glsl go golang graphql groovy haml handlebars haskell hcl hlsl hs html http ini java javascript jinja
jinja2 js json json5 jsonc jsx julia kotlin latex lean less lisp llvm lua make makefile markdown markup mathematica
matlab md mermaid mysql nasm nginx nim nix objc objective-c objectivec ocaml pascal perl pgsql php plsql postgresql
powershell prolog proto protobuf ps1 puppet py pycon python python3 r racket rb regex ruby rs rust sass scala scheme
scss sh shell shell-session console solidity sparql sql stylus svelte swift tcl terraform tex toml ts tsx typescript vb
vbnet verilog vhdl vim vue wasm wgsl xml xquery yaml yml zig zsh"""
_LANGUAGES = frozenset(_LANGUAGE_NAMES.split())
_NO_LANGUAGE_NAMES = """default none text plaintext plain txt nohighlight no-highlight block inline wrapper container
numbers line lines toolbar snippet example copy box area content table"""
_NO_LANGUAGES = frozenset(_NO_LANGUAGE_NAMES.split())


@lru_cache(maxsize=4096)
def role(classes: str) -> int:
    """Return what the classes of an element say it is, bits of the constants above."""
    names = classes.split()
    bits = 0
    for name in names:
        bits |= _BITS.get(name, 0) | _BITS.get(_MODULE_HASH.sub("", name), 0)
    if bits & CALLOUT and _COMMON.issuperset(name for name in names if _BITS.get(name, 0) & CALLOUT):
        bits &= ~(0 if any(_is_typed(name) for name in names) else CALLOUT)
    return bits


def _is_typed(name: str) -> bool:
    return "-" in name and _CALLOUT_TYPE.fullmatch(name) is not None


@lru_cache(maxsize=256)
def callout_type(classes: str) -> str:
    """Return the type of a callout, "note" where the classes name none."""
    for name in classes.split():
        found = _CALLOUT_TYPE.fullmatch(name)
        if found:
            return found[1].lower()
    return "note"


@lru_cache(maxsize=1024)
def language(classes: str) -> str:
    """Return the language of code that the classes of an element name, "" where they name none."""
    names = classes.replace("brush: ", "brush:").replace(";", " ").split()
    for name in names:
        found = _LANGUAGE.fullmatch(name)
        if found and _is_language(found[1], found[0].lower()):
            return found[1].lower().removeprefix("source-").removeprefix("text-")
    if any(name.lower() in _MARKERS for name in names):
        return next((name.lower() for name in names if name.lower() in _LANGUAGES), "")
    return ""


def _is_language(name: str, whole: str) -> bool:
    """Return whether what follows a prefix is a language: any after language- and lang-, known ones after others."""
    said = whole.startswith(("language-", "lang-", "brush:", "lang:", "highlight-source-"))
    return name.lower() not in _NO_LANGUAGES and (said or name.lower() in _LANGUAGES)


_PERMALINK = re.compile("(?:\\[?edit\\]?|[#§¶🔗⚓↩↑↵⏎⇧^⤴\ufe0e\ufe0f]*)")
_NOTE_SIGN = re.compile(r"[\[(]*([0-9]{1,4}|[a-z]|[*†‡]{1,3})[\]).:]*")


def is_permalink(text: str) -> bool:
    """Return whether a text, without its white space, is the sign of a link to where it is or back to the text."""
    return _PERMALINK.fullmatch(text) is not None


def note_sign(text: str) -> str:
    """Return the sign of a footnote that a text without white space is, "" where it is none."""
    found = _NOTE_SIGN.fullmatch(text)
    return found[1] if found else ""
