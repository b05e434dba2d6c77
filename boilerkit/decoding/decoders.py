"""The decoders of the Encoding Standard (https://encoding.spec.whatwg.org), by Python's codecs and what those lack.

Python decodes the encodings that were once standardized, browsers what pages have in them. Where a codec knows no
character, its error handler looks here for one; where it knows another than browsers, that one is replaced afterwards.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Mapping
from functools import cache

import webencodings

REPLACEMENT = "\ufffd"

#: Pairs of bytes of Big5 that neither cp950 nor big5hkscs knows: characters of HKSCS-2008, and those that Unicode
#: has only once while Big5 has them twice. An entry is a pair and the characters from there on.
_BIG5_ADDITIONS = """
    877a㡵𡵓𣚞𦀡㻬𥣞㫵竼龗𤅡𨤍𣇪𠪊𣉞䌊蒄龖鐯䤰蘓 87b0墖靊鈘秐稲晠権袝瑌篅枂稬剏遆㓦珄𥶹瓆鿇垳
    87c4䤯呌䄱𣚎堘穲𧭥讏䚮𦺈䆁𥶙箮𢒼鿈𢓁𢓉𢓌鿉蔄 87d8𣖻䂴鿊䓡𪷿拁灮鿋 8e69箸 8e6f簆 8e7e糎 8eab緒 8eb4縝 8ecd者
    8ed0耨 8f57菁 8f69蒨 8f6e萏 8fcb覦覩 8ffe起 906d都 907a銹 90dc靜 90f1響 91bf鼖 9244蔃 92af兙兛兝兞 92c8鍮
    92d1瑹 9447浧 94ca禛 95d9邗 9644靝 96ed瀞 96fc嬨 9b76爁 9b78矗 9b7b纇 9bc6駖 9bde釔 9bec惞 9bf6澶 9c42輶
    9c53侻 9c62營 9c68鄄 9c6b鷰 9c77菏 9cbc尐秣 9cd0婧 9d57輋 9d5a筑 9dc4拐 9ea9恢 9eef痹 9efd汊 9f60鬮 9f66鼗
    9fcb僭 9fd8弌 a063蠏 a077拎 a0d5瑨 a0df煢 a0e4牐 a3c0␀␁␂␃␄␅␆␇␈␉␊␋␌␍␎␏␐␑␒␓ a3d4␔␕␖␗␘␙␚␛␜␝␞␟␡ c6cf廴 c6d3无
    c6d5癶 c6d7隶 c6de〃仝 fa5f倩 fa66偽 fabd包 fac5卄 fad5卿 fb48嘅 fbb8婷 fbf3幵 fbf9廐 fc4f彘 fc6c悤 fcb9撐
    fce2晴 fcf1杞 fdb7沜渝 fdbb港 fdf1煮 fe52猪 fe6f瑜 feaa瓩 fedd砉
"""


def decode_bytes(data: bytes, encoding: str) -> str:
    """Decode bytes of an encoding of the standard, or of one that only Python has. Errors become U+FFFD."""
    if encoding == "replacement":  # encodings in which text can be made to look like other text
        return REPLACEMENT if data else ""
    if encoding == "iso-2022-jp":
        return _decode_iso_2022_jp(data)
    if encoding == "euc-jp":
        data = data.replace(b"\x8f\xa2\xb7", b"\xa1\xc1")  # ～, for which Python has ~; 0x8F is always a first byte
    if encoding == "gbk":
        encoding = "gb18030"  # whose decoder the standard has for both
    known = webencodings.lookup(encoding)
    if known is None:
        return data.decode(encoding, "replace")
    # webencodings has big5hkscs for Big5, which differs from the standard in more of the common characters.
    codec = codecs.lookup("cp950") if encoding == "big5" else known.codec_info
    text, _ = codec.decode(data, _HANDLERS.get(encoding, "replace"))
    others = _other_characters(encoding)
    if others and not text.isascii():
        text = re.sub(f"[{''.join(others)}]", lambda character: others[character[0]], text)
    return text


@cache
def _other_characters(encoding: str) -> Mapping[str, str]:
    """Return the characters of Python's codec for which the standard has others. Each stands for one pair of bytes."""
    if encoding == "gb18030":  # the standard has the characters of the edition of 2022 with code points
        private = "\ue5e5\ue78d\ue78e\ue78f\ue790\ue791\ue792\ue793\ue794\ue795\ue796\ue7c7ḿ"
        private += "\ue81e\ue826\ue82b\ue82c\ue832\ue843\ue854\ue864"
        return dict(zip(private, "\u3000︐︒︑︓︔︕︖︗︘︙ḿ\ue7c7龴龵龶龷龸龹龺龻", strict=True))
    if encoding == "big5":
        return _big5_tables()[1]
    return {
        "euc-jp": dict(zip("〜‖−¢£¬", "～∥－￠￡￢", strict=True)),
        "koi8-u": {"╝": "ў", "╬": "Ў"},
        "shift_jis": dict.fromkeys("\uf8f0\uf8f1\uf8f2\uf8f3", REPLACEMENT),
    }.get(encoding, {})


# --- What Python's codecs lack ----------------------------------------------------------------------------------------


def _big5_addition(pair: bytes) -> str:
    """Return the character of a pair that cp950 lacks, "" for none."""
    return _big5_tables()[0].get(pair) or _character(pair, "big5hkscs")


@cache
def _big5_tables() -> tuple[Mapping[bytes, str], Mapping[str, str]]:
    """Return what cp950 and big5hkscs lack, by pairs, and cp950's characters for which the standard has others.

    In the rows where the two differ, a character that cp950 lacks may be one that it has for another pair. So these
    stand in the private use area until the others are replaced.
    """
    seconds = [*range(0x40, 0x7F), *range(0xA1, 0xFF)]
    additions = {}
    for entry in _BIG5_ADDITIONS.split():
        first, second = bytes.fromhex(entry[:4])
        start = seconds.index(second)
        for byte, character in zip(seconds[start:], entry[4:], strict=False):
            additions[bytes([first, byte])] = character
    others = {"\x80": REPLACEMENT}
    for code in [*range(0xC6A1, 0xC8FF), 0xF9FE]:
        pair = code.to_bytes(2)
        theirs = _character(pair, "cp950")
        if ours := additions.get(pair) or _character(pair, "big5hkscs"):
            if not theirs:
                theirs = additions[pair] = chr(0xE000 + len(others))
            others[theirs] = ours
    return additions, others


def _character(pair: bytes, codec: str) -> str:
    try:
        return pair.decode(codec)
    except UnicodeDecodeError:
        return ""


def _euc_jp_addition(pair: bytes) -> str:
    """Return the character of NEC's and IBM's rows of JIS X 0208, which Python knows in Shift_JIS. "" for none."""
    if len(pair) < 2 or min(pair) < 0xA1 or max(pair) > 0xFE:
        return ""
    first, second = divmod((pair[0] - 0xA1) * 94 + pair[1] - 0xA1, 188)
    shift_jis = [first + (0x81 if first < 0x1F else 0xC1), second + (0x40 if second < 0x3F else 0x41)]
    return _character(bytes(shift_jis), "cp932")


def _register(
    encoding: str,
    singles: Mapping[int, str] = {},
    leads: range | bytes = b"",
    addition: Callable[[bytes], str] = lambda pair: "",
) -> str:
    """Register the error handler of an encoding, and return its name.

    The codec lacks `singles`, characters of one byte, and the pairs of bytes for which `addition` returns a character.
    Characters of more than one byte begin with one of `leads`.
    """

    def handle(error: UnicodeError) -> tuple[str, int]:
        assert isinstance(error, UnicodeDecodeError)
        data, start = error.object, error.start
        if character := singles.get(data[start]):
            return character, start + 1
        if character := addition(data[start : start + 2]):
            return character, start + 2
        return REPLACEMENT, start + _error_size(data[start : start + 4], encoding, leads)

    name = f"boilerkit.{encoding}"
    codecs.register_error(name, handle)
    return name


def _error_size(data: bytes, encoding: str, leads: range | bytes) -> int:
    """Return how many of the first bytes of `data` are one error: all of a character, but no ASCII after the first."""
    if data[0] not in leads or data[1:2] < b"\x80":
        # Four bytes of gb18030 have ASCII in them, and so has what is left of them at the page's end.
        is_cut = encoding == "gb18030" and re.fullmatch(rb"[\x81-\xfe][0-9](?:[\x81-\xfe])?", data)
        return len(data) if is_cut else 1
    is_jis_x_0212 = encoding == "euc-jp" and data[0] == 0x8F and 0xA1 <= data[1] <= 0xFE
    return 3 if is_jis_x_0212 and data[2:3] >= b"\x80" else 2


_CONTROLS = {byte: chr(byte) for byte in range(0x80, 0xA0)}  # which Windows left undefined
_HANDLERS = {
    **{f"windows-{page}": _register(f"windows-{page}", _CONTROLS) for page in (874, *range(1250, 1259))},
    "windows-1255": _register("windows-1255", {**_CONTROLS, 0xCA: "\u05ba"}),
    "big5": _register("big5", leads=range(0x81, 0xFF), addition=_big5_addition),
    "euc-jp": _register("euc-jp", leads=b"\x8e\x8f" + bytes(range(0xA1, 0xFF)), addition=_euc_jp_addition),
    "euc-kr": _register("euc-kr", leads=range(0x81, 0xFF)),
    "gb18030": _register("gb18030", {0x80: "€"}, range(0x81, 0xFF)),
    "shift_jis": _register("shift_jis", leads=bytes([*range(0x81, 0xA0), *range(0xE0, 0xFD)])),
}


# --- ISO-2022-JP ------------------------------------------------------------------------------------------------------

_ESCAPE = re.compile(rb"(\x1b(?:\([BJI]|\$[@B]))")
#: Whole pairs, and what is one error between them.
_PAIRS = re.compile(rb"((?:[!-~]{2})++)|[!-~]?[^!-~\x1b]|.", re.DOTALL)
_HIGH = bytes(byte | 0x80 for byte in range(256))


def _decode_iso_2022_jp(data: bytes) -> str:
    """Decode runs of bytes in the character sets that escape sequences switch to."""
    first, *rest = _ESCAPE.split(data)
    parts = [_decode_7_bits(first)]
    for at, (escape, run) in enumerate(zip(rest[::2], rest[1::2], strict=True)):
        if not run:
            parts.append(REPLACEMENT if 2 * at + 2 < len(rest) else "")  # a switch that nothing follows but another
        elif escape.startswith(b"\x1b$"):
            # EUC-JP has the same pairs with high bits. 0xFF is an error there.
            euc = _PAIRS.sub(lambda match: match[1].translate(_HIGH) if match[1] else b"\xff", run)
            parts.append(decode_bytes(euc, "euc-jp"))
        elif escape == b"\x1b(I":
            parts.append("".join(chr(0xFF40 + byte) if 0x21 <= byte <= 0x5F else REPLACEMENT for byte in run))
        else:
            text = _decode_7_bits(run)
            parts.append(text.translate({0x5C: "¥", 0x7E: "‾"}) if escape == b"\x1b(J" else text)
    return "".join(parts)


def _decode_7_bits(data: bytes) -> str:
    return re.sub("[\x0e\x0f\x1b]", REPLACEMENT, data.decode("ascii", "replace"))
