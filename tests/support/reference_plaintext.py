"""The blocks and the features of plain text in plain Python: slow, and easy to check by reading."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from itertools import pairwise

import numpy as np

from boilerkit.labels import LABELS
from boilerkit.plaintext.features.columns import LABEL_COLUMNS, LABEL_WINDOWS, OFFSETS, TOKEN_TYPES, WINDOWS
from boilerkit.plaintext.segmentation.blocks import TextBlocks

MASK = 0xFFFFFFFF
BREAKS = "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
MARKS = "•·‣▪●○■◦▫▶►➤✓✔・"
STOPS = ".!?…。！？．؟۔।"
WIDE_STOPS = "。！？．"
COMMAS = ",;，、،；"
QUOTES = '"“”„‟«»‹›「」『』'
CLOSING = QUOTES + "')]’）"
DIVIDERS = "|·•»›→｜"
FREE_DIVIDERS = "/>-<~\\–—"


def mix(h, value):
    return ((h ^ value) * 0x01000193) & MASK


def finish(h):
    h = ((h ^ (h >> 16)) * 0x85EBCA6B) & MASK
    h = ((h ^ (h >> 13)) * 0xC2B2AE35) & MASK
    return h ^ (h >> 16)


def hash_of(values, seed):
    for value in values:
        seed = mix(seed, value)
    return finish(seed)


def is_ideograph(c):
    return any(
        low <= ord(c) <= high for low, high in ((0x3005, 0x3007), (0x3040, 0x30FF), (0x3400, 0x9FFF), (0xF900, 0xFAFF))
    ) or (0x20000 <= ord(c) <= 0x3FFFF)


def is_unspaced(c):
    return any(low <= ord(c) <= high for low, high in ((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF)))


def is_symbol(c):
    o = ord(c)
    if c.isspace():
        return False
    if o < 0x80:
        return not c.isalnum()
    if o < 0x100:
        return (o < 0xC0 and c not in "ªµº") or c in "×÷"
    ranges = (
        (0x2E00, 0x303F), (0xE000, 0xF8FF), (0xFE00, 0xFE6F), (0xFEFF, 0xFF0F), (0xFF1A, 0xFF20), (0xFF3B, 0xFF40),
        (0xFF5B, 0xFF65), (0xFFE0, 0xFFFF), (0x1F000, 0x1FAFF),
    )  # fmt: skip
    if 0x3005 <= o <= 0x3007:
        return False
    return (0x2000 <= o <= 0x2BFF and o not in (0x200C, 0x200D)) or any(low <= o <= high for low, high in ranges)


# --- Blocks -----------------------------------------------------------------------------------------------------------


def lines_of(text):
    """Dicts of the lines that have text."""
    lines, begin, blanks = [], 0, 0
    for line in text.splitlines(keepends=True):
        bare = line.strip()
        if bare:
            start = begin + len(line) - len(line.lstrip())
            indent = 0
            for c in line[: start - begin]:
                indent = (indent // 8 + 1) * 8 if c == "\t" else indent + 1
            lines.append(
                {
                    "start": start,
                    "end": start + len(bare),
                    "reach": start + len(bare) - begin,
                    "indent": indent,
                    "first": len(bare.split()[0]),
                    "blanks": blanks,
                    "bullet": bullet_of(bare),
                    "joined": False,
                }
            )
            blanks = 0
        else:
            blanks += 1
        begin += len(line)
    return lines


def bullet_of(line):
    if line[0] in MARKS or (line[0] in "*-+>–—»›" and (len(line) == 1 or line[1].isspace())):
        return 1
    return 2 if re.match(r"[0-9]{1,3}[.)](\s|$)", line) and not line[0].isspace() else 0


def is_full(line, following, width):
    return line["reach"] + 1 + following["first"] > width


def join_lines(lines):
    if 5 * sum(line["reach"] for line in lines if line["reach"] > 100) > sum(line["reach"] for line in lines):
        return
    runs = []
    for line in lines:
        if line["blanks"] == 0 and runs:
            runs[-1].append(line)
        else:
            runs.append([line])
    widths = []
    for run in runs:
        width = max(line["reach"] for line in run)
        pairs = [pair for pair in pairwise(run) if not pair[1]["bullet"]]
        full = [pair for pair in pairs if is_full(*pair, width)]
        wrapped = 50 <= width <= 100 and len(pairs) >= 3 and 10 * len(full) >= 7 * len(pairs)
        widths.append((width, wrapped))
    page = max((width for width, wrapped in widths if wrapped), default=0)
    for run, (width, wrapped) in zip(runs, widths, strict=True):
        if width > page:
            continue
        for before, line in pairwise(run):
            if not line["bullet"] and is_full(before, line, width if wrapped else page):
                difference = line["indent"] - before["indent"]
                line["joined"] = difference == 0 or (not before["joined"] and abs(difference) <= 8)


def blocks_of(text):
    """Dicts of the columns of each block, and of its tokens by type."""
    lines = lines_of(text)
    join_lines(lines)
    blocks = []
    for line in lines:
        if line["joined"]:
            blocks[-1]["end"] = line["end"]
            blocks[-1]["lines"] += 1
        else:
            blocks.append({name: line[name] for name in ("start", "end", "indent", "bullet", "blanks")} | {"lines": 1})
    for block in blocks:
        block |= count(text[block["start"] : block["end"]])
    return blocks


def words_of(text):
    """Words with the place of each: runs of letters and digits, two ideographs, six letters of unspaced scripts."""
    words, start = [], None
    for i, c in enumerate(text + " "):
        apart = c.isspace() or is_symbol(c)
        if start is not None:
            script, length = script_of(text[start]), i - start
            if apart or script_of(c) != script or length == {"ideographic": 2, "unspaced": 6}.get(script):
                words.append((start, text[start:i]))
                start = None
        if not apart and start is None:
            start = i
    return words


def script_of(c):
    return "ideographic" if is_ideograph(c) else "unspaced" if is_unspaced(c) else "spaced"


def lower(c):
    return ord(c.lower()[0]) if is_capital(c) else ord(c)


def is_capital(c):
    return c.isupper() and not is_symbol(c)


def is_digit(c):
    return c.isdecimal() and not is_symbol(c)


def count(text):
    words = words_of(text)
    signs = [c for c in text if is_symbol(c)]
    plain = [c for c in text if not c.isspace()]
    letters = [c for c in plain if not is_symbol(c)]
    hashes = [hash_of(map(lower, word), 0x811C9DC5) for _, word in words]
    known = [c for c in plain if not (is_digit(c))]
    text_hash = hash_of([ord(c) if is_symbol(c) else lower(c) for c in known], 0x2F0B4A27)
    between = re.findall(r"(?<=\S)\s+(?=\S)", text)
    before = [0, *hashes]
    return {
        "chars": len(plain),
        "words": len(words),
        "longest_word": max((len(word) for _, word in words), default=0),
        "capitalised": sum(is_capital(word[0]) for _, word in words),
        "uppercase": sum(map(is_capital, letters)),
        "digits": sum(map(is_digit, letters)),
        "symbols": sum(c not in STOPS + COMMAS + QUOTES + "@:" for c in signs),
        "non_ascii": sum(ord(c) >= 128 for c in plain),
        "sentences": sentences(text),
        "commas": sum(c in COMMAS for c in signs),
        "quotes": sum(c in QUOTES for c in signs),
        "separators": sum(is_separator(text, i) for i in range(len(text))),
        "gaps": sum(not set(white) & set(BREAKS) and (len(white) > 1 or white == "\t") for white in between),
        "addresses": len(re.findall(r"(?<=\S)@", text)) + text.count("://"),
        "years": sum(bool(re.fullmatch(r"\d{4}", w)) and 1900 <= year(w) < 2100 for _, w in words),
        "times": len(re.findall(r"(?<=[0-9]):(?=[0-9])", text)),
        "opening": opening(letters),
        "ending": ending(plain),
        "text_hash": as_int32(text_hash),
        "tokens": {
            "words": hashes[:8],
            "pairs": [finish(mix(mix(0x3C6EF372, a), b)) for a, b in zip(before[:8], hashes[:8], strict=False)],
            "wholes": [text_hash] if 0 < len(words) <= 6 else [],
            "topics": topics(text, words, hashes),
        },
    }


def year(word):
    value = 0
    for c in word:
        value = 10 * value + (ord(c) - 48 if ord(c) < 128 else 0)
    return value


def sentences(text):
    """Stops before white space or the end, closing quotes and brackets between or not."""
    closing = re.escape(CLOSING)
    narrow = re.escape("".join(c for c in STOPS if c not in WIDE_STOPS))
    runs = re.findall(rf"[{narrow}][{narrow}{re.escape(WIDE_STOPS)}{closing}]*(?=\s|$)", text)
    return len(runs) + sum(c in WIDE_STOPS for c in text)


def is_separator(text, i):
    if text[i] in DIVIDERS:
        return i > 0
    return text[i] in FREE_DIVIDERS and 0 < i < len(text) - 1 and text[i - 1].isspace() and text[i + 1].isspace()


def opening(letters):
    if not letters:
        return 0
    c = letters[0]
    if is_digit(c):
        return 4
    return 1 if is_capital(c) else 2 if c.islower() else 3


def ending(plain):
    left = [c for c in plain if c not in CLOSING]
    if not left:
        return 0
    if left[-1] == "…" or left[-2:] == [".", "."]:
        return 4
    return 1 if left[-1] in STOPS else 2 if left[-1] in ":：" else 3 if left[-1] in COMMAS else 0


def topics(text, words, hashes):
    """Words of four letters without a digit, and pairs of ideographs that stand together; 200 at most."""
    found = []
    for (i, word), h in zip(words, hashes, strict=True):
        if is_ideograph(word[0]):
            for before, c in pairwise(text[max(i - 1, 0) : i + len(word)]):
                if is_ideograph(before):
                    found.append(finish(mix(mix(0x2F0B4A27, ord(before)), ord(c))))
        elif len(word) >= 4 and not any(map(is_digit, word)):
            found.append(h)
    return found[:200]


def as_int32(h):
    return h - (1 << 32) if h >= 1 << 31 else h


# --- Features ---------------------------------------------------------------------------------------------------------


def share(part, whole):
    return part / max(whole, 1)


class Reference:
    """The features of one page, from its columns."""

    def __init__(self, blocks: TextBlocks) -> None:
        names = ("words", "sentences", "capitalised", "bullet", "indent", "opening", "ending", "blanks", "chars")
        for name in names:
            setattr(self, name, blocks.block(name).tolist())
        self.blocks = blocks
        self.n = len(blocks)
        self.text_hash = blocks.block("text_hash").tolist()
        self.is_text = [
            words >= 30 or (words >= 12 and stops > 0) for words, stops in zip(self.words, self.sentences, strict=True)
        ]
        self.first = [max(k for k in range(i + 1) if k == 0 or self.blanks[k]) for i in range(self.n)]
        self.end = [next((k for k in range(i + 1, self.n) if self.blanks[k]), self.n) for i in range(self.n)]
        self.is_heading = [
            0 < self.words[i] <= 12
            and not self.bullet[i]
            and self.ending[i] in (0, 2)
            and (i == 0 or self.blanks[i] > 0)
            for i in range(self.n)
        ]
        self.heading = [max((k for k in range(i + 1) if self.is_heading[k]), default=-1) for i in range(self.n)]
        self.shape = [
            (min(int(math.log2(w + 1)), 6), b, o, e, min(indent, 64))
            for w, b, o, e, indent in zip(self.words, self.bullet, self.opening, self.ending, self.indent, strict=True)
        ]
        self.topics = defaultdict(list)
        for block, token in blocks.topics.tolist():
            self.topics[block].append(token)

    # By group, each a dict of lists.

    def static(self):
        return self.text() | self.page() | self.around() | self.runs() | self.place()

    def text(self):
        get = {
            name: self.blocks.block(name).tolist()
            for name in (
                "longest_word", "lines", "uppercase", "digits", "symbols", "non_ascii", "commas", "quotes",
                "separators", "gaps", "addresses", "years", "times",
            )
        }  # fmt: skip
        words, chars = self.words, self.chars

        def shares(values, wholes):
            return [share(a, b) for a, b in zip(values, wholes, strict=True)]

        return {
            "words": words,
            "chars_per_word": shares(chars, words),
            "longest_word": get["longest_word"],
            "lines": get["lines"],
            "indent": self.indent,
            "is_item": [b == 1 for b in self.bullet],
            "is_numbered": [b == 2 for b in self.bullet],
            "blanks": self.blanks,
            "capitalised_share": shares(self.capitalised, words),
            "uppercase_share": shares(get["uppercase"], chars),
            "digit_share": shares(get["digits"], chars),
            "symbol_share": shares(get["symbols"], chars),
            "non_ascii_share": shares(get["non_ascii"], chars),
            "sentences": self.sentences,
            "words_per_sentence": [a / (b + 1) for a, b in zip(words, self.sentences, strict=True)],
            "commas": get["commas"],
            "comma_rate": shares(get["commas"], words),
            **{name: get[name] for name in ("quotes", "separators", "gaps", "addresses", "years", "times")},
            "opening": self.opening,
            **{
                f"ends_{name}": [e == value for e in self.ending]
                for value, name in ((1, "sentence"), (2, "colon"), (3, "comma"), (4, "ellipsis"))
            },
        }

    def page(self):
        result = defaultdict(list)
        repeats, shapes = Counter(self.text_hash), Counter(self.shape)
        for i in range(self.n):
            others = [k for k in range(self.n) if k != i]
            anywhere = Counter(topic for k in others for topic in self.topics[k])
            is_kept = Counter(topic for k in others if self.is_text[k] for topic in self.topics[k])
            own = self.topics[i]
            result["topics"].append(len(own))
            result["topics_elsewhere"].append(share(sum(anywhere[t] > 0 for t in own), len(own)))
            result["topics_in_text"].append(share(sum(is_kept[t] > 0 for t in own), len(own)))
            result["topics_in_text_rate"].append(share(sum(math.log2(1 + is_kept[t]) for t in own), len(own)))
            result["repeats"].append(repeats[self.text_hash[i]])
            result["repeated_before"].append(self.text_hash[i] in self.text_hash[:i])
            result["shape_blocks"].append(shapes[self.shape[i]])
            same = sum(w for w, shape in zip(self.words, self.shape, strict=True) if shape == self.shape[i])
            result["shape_words"].append(share(same, sum(self.words)))
        return result

    def range_columns(self, first, end):
        words = sum(self.words[first:end])
        text = sum(w for w, its in zip(self.words[first:end], self.is_text[first:end], strict=True) if its)
        return {
            "words": words / (end - first),
            "text_share": share(text, words),
            "sentences": sum(self.sentences[first:end]) / (end - first),
            "capitalised": share(sum(self.capitalised[first:end]), words),
        }

    def windows(self, i):
        return {w: (max(i - w, 0), min(i + w + 1, self.n)) for w in WINDOWS}

    def around(self):
        result = defaultdict(list)
        for i in range(self.n):
            for offset in OFFSETS:
                k, name = i + offset, f"at{offset:+d}"
                there = 0 <= k < self.n
                result[f"{name}_words"].append(self.words[k] if there else -1)
                result[f"{name}_ends_sentence"].append(there and self.ending[k] == 1)
                result[f"{name}_capitalised"].append(share(self.capitalised[k], self.words[k]) if there else -1)
                result[f"{name}_same_shape"].append(there and self.shape[k] == self.shape[i])
            result["blanks_after"].append(self.blanks[i + 1] if i + 1 < self.n else 9999)
            for w, (first, end) in self.windows(i).items():
                for name, value in self.range_columns(first, end).items():
                    result[f"around{w}_{name}"].append(value)
            for name, value in self.range_columns(self.first[i], self.end[i]).items():
                result[f"group_{name}"].append(value)
            result["group_blocks"].append(self.end[i] - self.first[i])
            result["group_position"].append(i - self.first[i])
        return result

    def runs(self):
        result = defaultdict(list)
        texts = [i for i in range(self.n) if self.is_text[i]]
        longest = self.words.index(max(self.words)) if self.n else 0
        start, end = self.span()
        for i in range(self.n):
            first = max(k for k in range(i + 1) if k == 0 or self.is_text[k] != self.is_text[k - 1])
            last = next((k for k in range(i + 1, self.n) if self.is_text[k] != self.is_text[i]), self.n)
            result["is_text"].append(self.is_text[i])
            result["run_blocks"].append(last - first)
            result["run_words"].append(sum(self.words[first:last]))
            result["run_position"].append(i - first)
            result["from_text_before"].append(i - max((k for k in texts if k < i), default=i - 9999))
            result["to_text_after"].append(min((k for k in texts if k > i), default=i + 9999) - i)
            result["from_first_text"].append(i - texts[0] if texts else 9999)
            result["from_last_text"].append(i - texts[-1] if texts else 9999)
            result["from_longest"].append(i - longest)
            result["in_span"].append(start <= i < end)
            result["from_span_start"].append(i - start)
            result["from_span_end"].append(i - end)
            result["span_share"].append(share(sum(self.words[start:end]), sum(self.words)))
        return result

    def span(self):
        """Start and end of the stretch with the highest sum, of equal ones the first that ends; (0, 0) for none."""
        scores = [min(w, 100) - 12 for w in self.words]
        best, found = 0, (0, 0)
        for end in range(1, self.n + 1):
            for start in range(end - 1, -1, -1):
                total = sum(scores[start:end])
                if total > best:
                    best, found = total, (start, end)
        return found

    def place(self):
        result = defaultdict(list)
        total = sum(self.words)
        page = self.range_columns(0, self.n) if self.n else {}
        for i in range(self.n):
            before, heading = sum(self.words[:i]), self.heading[i]
            row = {
                "index": i,
                "index_share": i / self.n,
                "word_position": share(before, total),
                "words_before": before,
                "blocks_after": self.n - 1 - i,
                "words_after": total - before - self.words[i],
                "from_heading": i - heading if heading >= 0 else 9999,
                "words_from_heading": before - sum(self.words[:heading]) if heading >= 0 else 9999,
                "page_words": total,
                "page_blocks": self.n,
                "page_text_share": page["text_share"],
                "page_sentences": page["sentences"],
                "page_capitalised": page["capitalised"],
                "page_items": sum(b > 0 for b in self.bullet) / self.n,
                "page_groups": sum(b > 0 for b in self.blanks) / self.n,
                "page_longest": max(self.words),
            }
            for name, value in row.items():
                result[name].append(value)
        return result

    def vocabulary(self, vocabulary):
        result = defaultdict(list)
        known = {name: self.scores_of(vocabulary, name) for name in TOKEN_TYPES}
        for i in range(self.n):
            words, pairs = known["words"][i], known["pairs"][i]
            result["words_mean"].append(share(sum(words), len(words)))
            result["words_lowest"].append(min([0, *words]))
            result["words_highest"].append(max([0, *words]))
            result["words_known"].append(len(words))
            result["pairs_mean"].append(share(sum(pairs), len(pairs)))
            result["pairs_lowest"].append(min([0, *pairs]))
            result["pairs_highest"].append(max([0, *pairs]))
            result["whole"].append(sum(known["wholes"][i]))
            topics = known["topics"][i]
            result["topics_mean"].append(share(sum(topics), len(topics)))
            result["topics_lowest"].append(min([0, *topics]))
            result["topics_highest"].append(max([0, *topics]))
            result["topics_sum"].append(sum(topics))
            result["token_score"].append(sum(result[name][i] for name in ("words_mean", "pairs_mean", "whole")))
        scores = result["token_score"]
        for i in range(self.n):
            for offset in OFFSETS:
                result[f"at{offset:+d}_token_score"].append(scores[i + offset] if 0 <= i + offset < self.n else 0)
            for w, (first, end) in self.windows(i).items():
                result[f"around{w}_token_score"].append(np.mean(scores[first:end]))
            result["group_token_score"].append(np.mean(scores[self.first[i] : self.end[i]]))
            result["heading_token_score"].append(scores[self.heading[i]] if self.heading[i] >= 0 else 0)
            result["page_token_score"].append(np.mean(scores))
        return result

    def scores_of(self, vocabulary, token_type):
        known = dict(zip(vocabulary.hashes[token_type].tolist(), vocabulary.scores[token_type].tolist(), strict=True))
        found = defaultdict(list)
        for block, token in getattr(self.blocks, token_type).tolist():
            if token & MASK in known:
                found[block].append(known[token & MASK])
        return found

    def context(self, p):
        result = defaultdict(list)
        n, weight = self.n, [w + 0.5 for w in self.words]

        def mean(blocks):
            total = sum(weight[k] for k in blocks)
            return sum(p[k] * weight[k] for k in blocks) / max(total, 0.5)

        sure = [k for k in range(n) if p[k] > 0.7 and self.words[k] >= 5]
        runs = []
        for k in sure:
            if runs and k - runs[-1][-1] <= 3:
                runs[-1].append(k)
            else:
                runs.append([k])
        largest = max(runs, key=lambda run: sum(self.words[k] for k in run), default=[])
        content = sum(p[k] * weight[k] for k in range(n))
        order = sorted(range(n), key=lambda k: -p[k])
        headings = [k for k in range(n) if self.is_heading[k]]
        for i in range(n):
            row = {"p": p[i]}
            row |= {f"p_at{offset:+d}": p[i + offset] if 0 <= i + offset < n else 0 for offset in OFFSETS}
            row |= {f"p_around{w}": mean(range(*its)) for w, its in self.windows(i).items()}
            row |= {
                "p_group": mean(range(self.first[i], self.end[i])),
                "p_shape": mean([k for k in range(n) if self.shape[k] == self.shape[i]]),
                "p_text": max(p[k] for k in range(n) if self.text_hash[k] == self.text_hash[i]),
                "p_heading": p[self.heading[i]] if self.heading[i] >= 0 else -1,
                "p_before": mean(range(i)),
                "p_after": mean(range(i + 1, n)),
                "p_section": mean(range(i, next((k for k in headings if k > i), n))),
                "content_before": sum(p[k] * weight[k] for k in range(i)) / max(content, 0.5),
                "content_words": content,
                "content_share": mean(range(n)),
                "p_highest": max(p),
                "p_rank": sum(self.words[k] for k in order[: order.index(i)]) / max(sum(weight), 1),
                "from_first": i - sure[0] if sure else 9999,
                "from_last": i - sure[-1] if sure else 9999,
                "from_nearest": min((abs(i - k) for k in sure), default=9999),
                "p_largest": float(np.mean([p[k] for k in largest])) if largest else 0,
                "in_largest": bool(largest) and largest[0] <= i <= largest[-1],
            }
            row |= self.topics_by_p(i, p)
            for name, value in row.items():
                result[name].append(value)
        return result

    def topics_by_p(self, i, p):
        means = []
        for topic in self.topics[i]:
            others = [p[k] for k in range(self.n) if k != i for other in self.topics[k] if other == topic]
            if others:
                means.append(float(np.mean(others)))
        return {
            "p_topics": float(np.mean(means)) if means else -1,
            "p_topics_share": share(sum(means), len(self.topics[i])),
        }

    def labels(self, vocabulary):
        """The columns that the label model has once for each label."""
        means = {name: self.label_means(vocabulary, name) for name in TOKEN_TYPES}
        own = means["words"] + means["pairs"] + means["wholes"]
        none = np.zeros(len(LABELS))
        columns = defaultdict(list)
        for i in range(self.n):
            for column, name in (("words", "words"), ("pairs", "pairs"), ("whole", "wholes"), ("topics", "topics")):
                columns[column].append(means[name][i])
            columns["before"].append(own[i - 1] if i else none)
            columns["after"].append(own[i + 1] if i + 1 < self.n else none)
            for window in LABEL_WINDOWS:
                columns[f"around{window}"].append(own[max(i - window, 0) : i + window + 1].mean(axis=0))
            columns["heading"].append(own[self.heading[i]] if self.heading[i] >= 0 else none)
            columns["group"].append(own[self.first[i] : self.end[i]].mean(axis=0))
        return {
            f"{label}_{name}": [row[k] for row in columns[name]]
            for name in LABEL_COLUMNS
            for k, label in enumerate(LABELS)
        }

    def label_means(self, vocabulary, token_type):
        """Mean scores of the known tokens of each block, [n_blocks, n_labels]; 0 where it has none."""
        scores = vocabulary.scores[token_type].astype(float)
        known = dict(zip(vocabulary.hashes[token_type].tolist(), scores, strict=True))
        found = defaultdict(list)
        for block, token in getattr(self.blocks, token_type).tolist():
            if token & MASK in known:
                found[block].append(known[token & MASK])
        means = [np.mean(found[i], axis=0) if found[i] else np.zeros(len(LABELS)) for i in range(self.n)]
        return np.array(means).reshape(self.n, len(LABELS))
