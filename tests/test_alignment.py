"""The alignment of gold with the blocks of a page."""

from __future__ import annotations

from typing import Any

import pytest
from support.generated import fully_labelled_pages, labelled_pages

from boilerkit import GoldError, Label
from boilerkit.blocks.columns import BlockColumns, InputFormat
from boilerkit.documents import read_document
from boilerkit.gold.pages import Span
from boilerkit.labels import LABELS
from boilerkit.learning.alignment import BlockTargets, align, align_labels, gold_text

# --- Content ---------------------------------------------------------------------------------------------------------


def blocks_of(html: str) -> BlockColumns:
    return read_document(html, "html").blocks


def content(targets: BlockTargets) -> list[float]:
    return [round(float(share), 6) for share in targets.content_share]


PAGE = (
    "<nav>Home News</nav><h1>A boat</h1><p>The boat came in, late.</p><p>It was red.</p><footer>Home News Mail</footer>"
)


def test_gold_text_gives_the_share_of_each_block() -> None:
    targets = align(blocks_of(PAGE), "The boat came in, at last.\nIt was RED!")
    assert content(targets) == [0, 0, 0.8, 1, 0]
    assert targets.word_weight.tolist() == [2, 2, 5, 3, 3]


def test_gold_text_is_found_in_order_and_once() -> None:
    blocks = blocks_of("<p>one two</p><p>three four</p><p>one two</p>")
    assert content(align(blocks, "three four one two")) == [0, 1, 1]
    assert content(align(blocks, "one two three four")) == [1, 1, 0]


def test_empty_gold_text_makes_all_boilerplate() -> None:
    targets = align(blocks_of(PAGE), "")
    assert content(targets) == [0] * 5 and targets.word_weight.tolist() == [2, 2, 5, 3, 3]


def test_blocks_without_words_weigh_nothing() -> None:
    targets = align(blocks_of("<p>***</p><p>one</p>"), "*** one")
    assert targets.word_weight.tolist() == [0, 1]
    assert content(targets) == [0, 1]


@pytest.mark.parametrize("gold", ["one", [Span(Label.BODY, "one")]])
def test_a_page_without_blocks_has_an_empty_target(gold: Any) -> None:
    targets = align(blocks_of(""), gold)
    assert targets.content_share.shape == targets.word_weight.shape == (0,)


def test_spans_say_which_blocks_are_content_and_which_are_unknown() -> None:
    spans = [
        Span(Label.NAVIGATION, "Home News"),
        Span(Label.BODY, "The boat came in, late."),
        Span(Label.FOOTER, "Mail"),
    ]
    targets = align(blocks_of(PAGE), spans)
    assert content(targets)[:3] == [0, 0, 1]
    assert targets.word_weight.tolist() == [2, 0, 5, 0, 0]  # of the footer one word in three is known


def test_a_block_of_two_labels_is_partly_content() -> None:
    targets = align(
        blocks_of("<p>one two three four</p>"), [Span(Label.BODY, "one two three"), Span(Label.SHARE, "four")]
    )
    assert content(targets) == [0.75] and targets.word_weight.tolist() == [4]


def test_words_that_no_span_covers_do_not_count() -> None:
    targets = align(blocks_of("<p>one two three four</p>"), [Span(Label.BODY, "one"), Span(Label.SHARE, "two three")])
    assert content(targets) == [round(1 / 3, 6)] and targets.word_weight.tolist() == [3]


@pytest.mark.parametrize("label", [Label.TITLE, Label.CAPTION])
def test_titles_and_captions_are_left_out(label: Label) -> None:
    targets = align(blocks_of(PAGE), [Span(label, "A boat"), Span(Label.BODY, "It was red.")])
    assert targets.word_weight.tolist() == [0, 0, 0, 3, 0]


@pytest.mark.parametrize("label", Label)
def test_spans_by_offsets_say_the_same_as_their_texts(label: Label) -> None:
    blocks = blocks_of(PAGE)
    by_text = [Span(Label.NAVIGATION, "Home News"), Span(label, "It was red.")]
    places = [(blocks.text.index(text), len(text)) for text in ("Home News", "It was red.")]
    by_place = [
        Span(span.label, start=start, end=start + length) for span, (start, length) in zip(by_text, places, strict=True)
    ]
    one, two = align(blocks, by_text), align(blocks, by_place)
    assert one.content_share.tolist() == two.content_share.tolist()
    assert one.word_weight.tolist() == two.word_weight.tolist()
    assert one.word_weight[0] == 2


def test_gold_text_of_spans_is_that_of_body_blocks() -> None:
    spans = [
        Span(Label.TITLE, "A boat"),
        Span(Label.BODY, "The boat came in, late."),
        Span(Label.CONTENT, "It was red."),
        Span(Label.FOOTER, "Home News Mail"),
    ]
    assert gold_text(blocks_of(PAGE), spans) == "The boat came in, late.\n\nIt was red."
    assert gold_text(blocks_of(PAGE), "as it is") == "as it is"


def test_words_beyond_the_bound_are_not_aligned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("boilerkit.learning.alignment.MAX_WORDS", 3)
    targets = align(blocks_of("<p>one two</p><p>three four</p>"), "one two three four")
    assert content(targets) == [1, 1]
    assert targets.word_weight.tolist() == [2, 1]  # nothing is known of the last word


def test_words_beyond_a_gold_that_is_too_long_are_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("boilerkit.learning.alignment.MAX_WORDS", 3)
    targets = align(blocks_of("<p>zero one</p><p>two three four</p>"), "zero one two three four")
    assert targets.word_weight.tolist() == [2, 0]  # a block of which only one word in three is known is left out


def test_offsets_tell_apart_what_reads_the_same() -> None:
    blocks = blocks_of("<p>Read more</p><p>Text.</p><p>Read more</p>")
    second = blocks.text.rindex("Read")
    spans = [Span(Label.NAVIGATION, start=second, end=second + 9), Span(Label.BODY, start=10, end=15)]
    targets = align(blocks, spans)
    assert targets.word_weight.tolist() == [0, 1, 2]
    assert content(targets) == [0, 1, 0]


def test_offsets_beyond_the_page_are_refused() -> None:
    with pytest.raises(GoldError, match="a span ends at 99, but the page's text has 3 characters"):
        align(blocks_of("<p>one</p>"), [Span(Label.BODY, start=0, end=99)])


def test_gold_fits_generated_pages_of_both_input_formats(input_format: InputFormat) -> None:
    for page in labelled_pages(4, 1):
        blocks = read_document(page.source(input_format), input_format).blocks
        expected = [float(span.label is Label.BODY) for span in page.spans]
        for gold in (page.text, list(page.spans)):
            targets = align(blocks, gold)
            assert targets.content_share.tolist() == expected
            assert targets.word_weight.tolist() == blocks.block("words").tolist()
        assert gold_text(blocks, list(page.spans)) == page.text


# --- Labels -----------------------------------------------------------------------------------------------------------

INDEX = {label: index for index, label in enumerate(LABELS)}


def test_each_block_has_the_label_of_its_span(input_format: InputFormat) -> None:
    page = fully_labelled_pages(input_format, 1, 1)[0]
    found = align_labels(read_document(page.source, input_format).blocks, page.labelled_spans)
    assert [LABELS[index] for index in found] == [span.label for span in page.labelled_spans]


def test_a_block_has_the_label_that_most_of_its_words_have() -> None:
    blocks = blocks_of("<p>one two three four five</p><p>six seven eight</p><p>nine ten eleven</p>")
    spans = [Span(Label.BODY, "one two three"), Span(Label.SHARE, "four five"), Span(Label.NOTICE, "six")]
    assert align_labels(blocks, spans).tolist() == [INDEX[Label.BODY], -1, -1]
    assert align_labels(blocks, []).tolist() == [-1, -1, -1]
    by_offsets = [Span(Label.SHARE, start=0, end=13), Span(Label.BODY, start=14, end=23)]
    assert align_labels(blocks, by_offsets)[0] == INDEX[Label.SHARE]


def test_content_and_boilerplate_are_none_of_the_twelve() -> None:
    blocks = blocks_of("<p>one two three</p><p>four five</p>")
    spans = [Span(Label.CONTENT, "one two three"), Span(Label.BOILERPLATE, "four five")]
    assert align_labels(blocks, spans).tolist() == [-1, -1]
