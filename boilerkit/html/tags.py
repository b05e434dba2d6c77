"""HTML elements: which start a block, which are invisible, and which are landmarks.

The display classes follow the rendering section of the HTML standard
(https://html.spec.whatwg.org/multipage/rendering.html). Elements that browsers show as `inline-block` (buttons, form
fields) are blocks here, because readers see them as separate. The head itself is not invisible, only the elements that
belong there: where a page has no body tag, libxml2 puts the page's first elements into the head.
"""

from __future__ import annotations

# Flags of an element name. An element that has neither BLOCK nor INVISIBLE is inline: it does not split its text.
BLOCK = 1  #: starts and ends a block
INVISIBLE = 2  #: a reader sees nothing of it
PREFORMATTED = 4  #: white space in it is kept
LINK = 8  #: text in it is anchor text
EMPHASIS = 16  #: text in it is emphasised
BREAK = 32  #: a line break; two in a row separate blocks
PICTURE = 64  #: an image, a video, an embedded frame
FIELD = 128  #: a form control
NOT_HIDEABLE = 256  #: never treated as hidden: scripts reveal a hidden <body> once the page has loaded

_FLAGS: dict[int, str] = {
    BLOCK: "address article aside blockquote body button caption center col colgroup dd details dialog dir div dl dt "
    "fieldset figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li listing "
    "main menu nav noscript ol optgroup option p plaintext pre search section select summary table tbody td textarea "
    "tfoot th thead tr ul xmp",
    INVISIBLE: "annotation annotation-xml applet area audio base basefont bgsound canvas command datalist embed frame "
    "iframe link map meta noembed noframes object param rp rt rtc script source style svg template title track "
    "video",
    PREFORMATTED: "listing plaintext pre textarea xmp",
    LINK: "a",
    EMPHASIS: "b em i mark strong u",
    BREAK: "br",
    PICTURE: "audio canvas embed iframe img object picture svg video",
    FIELD: "button input select textarea",
    NOT_HIDEABLE: "html body",
}

#: Inline elements that the features distinguish.
_PLAIN = "abbr cite code del font ins label math q s small span strike sub sup time"


def _tag_flags() -> dict[str, int]:
    flags = dict.fromkeys(_PLAIN.split(), 0)
    for flag, names in _FLAGS.items():
        for name in names.split():
            flags[name] = flags.get(name, 0) | flag
    return dict(sorted(flags.items()))


#: Flags by element name, in alphabetical order. Names that are not here are inline.
TAG_FLAGS: dict[str, int] = _tag_flags()

#: Element names by tag number; number 0 means any name that is not in `TAG_FLAGS`.
TAGS: tuple[str, ...] = ("", *TAG_FLAGS)

#: Tag number by element name.
TAG_IDS: dict[str, int] = {name: number for number, name in enumerate(TAGS)}

#: Landmarks: features are how far above a block the nearest of each group is.
LANDMARKS: tuple[tuple[str, ...], ...] = (
    ("article",),
    ("main",),
    ("nav",),
    ("header",),
    ("footer",),
    ("aside",),
    ("section",),
    ("form",),
    ("ul", "ol", "menu"),
    ("li",),
    ("table",),
    ("td", "th"),
    ("figure", "figcaption"),
    ("blockquote",),
    ("pre", "listing", "xmp"),
    ("dl",),
    ("details",),
    ("p",),
    ("h1",),
    ("h2", "h3", "h4", "h5", "h6"),
    ("a",),
    ("button", "select", "label", "textarea"),
)
