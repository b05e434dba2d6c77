"""The generated sections of docs/how-it-works.md and docs/limits.md, and pictures, all from the shipped models."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from benchmarks.docs.examples import STORY, analyze
from benchmarks.docs.guesses import GUESSES
from benchmarks.plots import Bins, StagedBlock, reliability, split_shares, two_stages
from boilerkit.blocks.columns import InputFormat
from boilerkit.blocks.vocabulary import Floats
from boilerkit.documents import feature_set, read_document
from boilerkit.html.segmentation.blocks import HtmlBlocks
from boilerkit.labels import LABELS
from boilerkit.model.card import markdown_table
from boilerkit.model.content import ContentModel, sigmoid
from boilerkit.model.storage import load_shipped, load_shipped_labels, read_config, shipped_folder
from boilerkit.model.trees import TreeEnsemble

TWO_STAGES, SPLITS, CALIBRATION = "two-stages", "feature-importance", "calibration"

_TOP_FEATURES = 22
_TOP_TOKENS = 10
_MIN_LOG_RATIO = 0.5  # a token that makes a label less than 1.6 times as likely is not one of its strongest


def figures() -> dict[str, Figure]:
    """Return the plots of the page by the names of their files."""
    model = load_shipped("html")
    return {
        TWO_STAGES: two_stages(_staged_blocks(model), model.threshold),
        SPLITS: _splits(model),
        CALIBRATION: reliability(_bins()),
    }


def _staged_blocks(model: ContentModel) -> list[StagedBlock]:
    page = analyze(STORY)
    seen: list[NDArray[np.float64]] = []

    def first(X: Floats) -> NDArray[np.float64]:
        seen.append(sigmoid(model.stage_one.log_odds(X)))
        return seen[-1]

    blocks = read_document(page.source, "html").blocks
    feature_set("html").predict_two_stage(blocks, model.vocabulary, first, model.stage_two.log_odds)
    stage_one = np.concatenate(seen).tolist()
    return [
        StagedBlock(" ".join(block.text.split()), before, block.probability)
        for block, before in zip(page.blocks, stage_one, strict=True)
    ]


def _splits(model: ContentModel) -> Figure:
    features = feature_set("html")
    group_of = {name: group for group, names in features.groups.items() for name in names}
    stages, by_feature = {}, {}
    for stage, trees, names in (
        ("stage one", model.stage_one, features.stage_one),
        ("stage two", model.stage_two, features.stage_two),
    ):
        shares = split_weights(trees, len(names)).tolist()
        by_feature[stage] = sorted(zip(names, shares, strict=True), key=lambda pair: -pair[1])
        stages[stage] = {
            group: sum(share for name, share in zip(names, shares, strict=True) if group_of[name] == group)
            for group in features.groups
        }
    return split_shares(stages, by_feature["stage one"][:_TOP_FEATURES])


def split_weights(trees: TreeEnsemble, n_features: int) -> NDArray[np.float64]:
    """Return the share of each feature in the splits that a row meets on its way down all trees, [n_features].

    Both sides of a split are taken to be equally likely, so one at depth d counts 2^-d.
    """
    weight = np.zeros(len(trees.feature))
    weight[trees.roots] = 1.0
    for node in np.flatnonzero(trees.feature >= 0):  # parents come before their children
        weight[[trees.left[node], trees.right[node]]] = weight[node] / 2
    is_split = trees.feature >= 0
    shares = np.bincount(trees.feature[is_split], weight[is_split], n_features).astype(np.float64)
    return np.asarray(shares / shares.sum())


def _bins() -> Bins:
    values = read_config(shipped_folder("html"))["card"]["out of fold"]["calibration"]
    return Bins(**{name: values[name] for name in ("upper", "predicted", "observed", "share", "expected_error")})


def vocabularies() -> str:
    """Return the strongest known tokens of each label as a table: names in markup, and first words of blocks."""
    vocabulary = load_shipped_labels("html").vocabulary
    found = {}
    for token_type, hashes in word_hashes(GUESSES).items():
        rows = vocabulary.rows(token_type, hashes)
        known = rows >= 0
        words = [word for word, is_known in zip(GUESSES, known.tolist(), strict=True) if is_known]
        found[token_type] = (words, vocabulary.scores[token_type][rows[known]])
    return markdown_table(
        [
            {
                "label": f"`{label}`",
                "class names and ids": ", ".join(_strongest(*found["element"], number)) or "–",
                "words": ", ".join(_strongest(*found["block"], number)) or "–",
            }
            for number, label in enumerate(LABELS)
        ]
    )


def word_hashes(words: tuple[str, ...]) -> dict[str, NDArray[np.uint32]]:
    """Return the tokens of words as class names and as words of a block, from a page that has nothing else."""
    page = "".join(f'<p class="{word}">{word}</p>' for word in words)
    blocks = read_document(f"<body>{page}", "html").blocks
    assert isinstance(blocks, HtmlBlocks)
    pairs = {"element": blocks.element_tokens, "block": blocks.block_tokens}
    # The first token of a row is the word's; one for the whole name or text follows.
    return {
        token_type: its[np.unique(its[:, 0], return_index=True)[1], 1].astype(np.int32).view(np.uint32)
        for token_type, its in pairs.items()
    }


def _strongest(words: list[str], scores: Floats, label: int) -> Iterator[str]:
    for row in np.argsort(-scores[:, label], kind="stable")[:_TOP_TOKENS]:
        if scores[row, label] > _MIN_LOG_RATIO:
            yield f"{words[row]} ×{np.exp(scores[row, label]):.1f}"


def weaknesses() -> str:
    """Return what the cards of the shipped models name as their weaknesses."""
    models: tuple[tuple[str, InputFormat], ...] = (("HTML", "html"), ("Plain text", "text"))
    lists = (
        (name, read_config(shipped_folder(input_format))["card"]["known weaknesses"]) for name, input_format in models
    )
    return "\n\n".join(f"**{name}**\n\n" + "\n".join(f"- {item}" for item in items) for name, items in lists)


#: Of docs/how-it-works.md.
SECTIONS = {"vocabularies": vocabularies}
