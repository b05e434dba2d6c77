"""The twelve labels: their alignment, features, model, training and scores, and what users see of them."""

from __future__ import annotations

import pickle
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from support.generated import N_BLOCKS, fully_labelled_pages

from boilerkit import Label, OptionError, analyze, extract, load_model
from boilerkit.blocks.columns import InputFormat
from boilerkit.blocks.vocabulary import learn_label_vocabulary
from boilerkit.documents import feature_set, read_document
from boilerkit.errors import GoldError
from boilerkit.gold.pages import GoldPage, page_key
from boilerkit.labels import LABELS, parse_labels
from boilerkit.learning.label_evaluation import assigned_labels, calibration_error, score_labels
from boilerkit.learning.labels import (
    AugmentedPage,
    LabelPage,
    cross_validate_labels,
    fit_label_model,
    fit_temperature,
    label_pages,
)
from boilerkit.learning.training_pages import TrainingPage, prepare
from boilerkit.model.content import ContentModel
from boilerkit.model.labels import LabelModel, assign_labels, softmax
from boilerkit.model.storage import load_shipped_labels, save_model
from boilerkit.model.trees import TreeEnsemble
from training import augmentation_html, augmentation_text

ROOT = Path(__file__).parent.parent
EXAMPLES: dict[InputFormat, bytes] = {
    "html": (ROOT / "examples" / "news-article.html").read_bytes(),
    "text": (ROOT / "examples" / "harbour-news.txt").read_bytes(),
}
INDEX = {label: index for index, label in enumerate(LABELS)}


@pytest.fixture(scope="session")
def prepared(input_format: InputFormat, tmp_path_factory: pytest.TempPathFactory) -> list[TrainingPage]:
    return prepare(fully_labelled_pages(input_format), tmp_path_factory.mktemp("prepared"), n_jobs=1)[0]


@pytest.fixture(scope="session")
def pages(prepared: list[TrainingPage]) -> list[LabelPage]:
    folds = [int(page.group.removeprefix("site ")) % 2 for page in prepared]
    return label_pages(prepared, [np.full(N_BLOCKS, 0.4)] * len(prepared), folds)


@pytest.fixture(scope="session")
def model(pages: list[LabelPage]) -> LabelModel:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("boilerkit.learning.labels.MAX_ITER", 8)
        patch.setattr("boilerkit.learning.labels.LEARNING_RATE", 0.3)
        return fit_label_model(pages)


@pytest.fixture
def two_trees(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("boilerkit.learning.labels.MAX_ITER", 2)
    monkeypatch.setattr("boilerkit.learning.labels.N_FOLDS", 2)


# --- Names ------------------------------------------------------------------------------------------------------------


def test_labels_are_parsed_from_names() -> None:
    assert parse_labels(["title", Label.BODY]) == {Label.TITLE, Label.BODY}
    assert parse_labels(label for label in ("footer",)) == {Label.FOOTER}
    assert parse_labels([]) == frozenset()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (["content"], "labels are title, body, .*, not content"),
        (["menu", "advert", "body"], "not advert, menu"),
        ("title", "a collection of labels, such as {'title'}, found the string 'title'"),
    ],
)
def test_other_names_are_option_errors(wrong: list[str], message: str) -> None:
    for error in (OptionError, ValueError):
        with pytest.raises(error, match=message):
            parse_labels(wrong)


# --- Features ---------------------------------------------------------------------------------------------------------


def test_every_column_is_there_and_finite(pages: list[LabelPage], model: LabelModel) -> None:
    features = feature_set(model.input_format)
    for page in pages[:3]:
        X = features.label_matrix(page.blocks, page.content, model.vocabulary)
        assert X.shape == (len(page.blocks), len(features.label_features)) and X.dtype == np.float32
        assert np.isfinite(X).all()
    assert len(set(features.label_features)) == len(features.label_features)


def test_chunks_are_rows_of_the_matrix(
    pages: list[LabelPage], model: LabelModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    features = feature_set(model.input_format)
    page = pages[0]
    X = features.label_matrix(page.blocks, page.content, model.vocabulary)
    monkeypatch.setattr("boilerkit.blocks.features.CHUNK_SIZE", 7)
    chunks = features.label_features_in_chunks(page.blocks, page.content, model.vocabulary)
    found = [(rows, chunk.copy()) for rows, chunk in chunks]
    assert [rows.start for rows, _ in found] == list(range(0, N_BLOCKS, 7))
    assert np.concatenate([chunk for _, chunk in found]).tolist() == X.tolist()


def test_tokens_speak_for_the_label_that_they_occur_with(pages: list[LabelPage], model: LabelModel) -> None:
    features = feature_set(model.input_format)
    page = pages[0]
    X = features.label_matrix(page.blocks, page.content, model.vocabulary)
    name = next(iter(features.label_columns)) if model.input_format == "text" else "names_near"
    for label in (Label.TICKER, Label.PROMOTION, Label.NOTICE):
        column = X[:, features.label_features.index(f"{label}_{name}")]
        own = page.labels == INDEX[label]
        assert column[own].min() > column[~own].max()


def test_tokens_of_too_few_sites_are_not_learned(pages: list[LabelPage]) -> None:
    few = learn_label_vocabulary([page.shares for page in pages[:2]], [0, 1])
    assert few.hashes and not any(len(hashes) for hashes in few.hashes.values())
    many = learn_label_vocabulary([page.shares for page in pages[:3]], [0, 1, 2])
    assert any(len(hashes) for hashes in many.hashes.values())


@pytest.mark.parametrize(
    "source", ["<div class='a'>one two</div><div class='b'>three four</div>", "one two\n\nthree four"]
)
def test_shares_leave_out_blocks_of_unknown_label(source: str) -> None:
    document = read_document(source)
    features = feature_set(document.input_format)
    one_hot = np.zeros((2, 12))
    one_hot[0, INDEX[Label.SHARE]] = 1
    shares = features.label_shares(document.blocks, one_hot)
    assert set(shares.shares) == set(features.label_token_types)
    assert any(len(rows) for rows in shares.shares.values())
    for rows in shares.shares.values():
        assert rows.sum(axis=1) == pytest.approx(1)
        assert (rows[:, INDEX[Label.SHARE]] == 1).all()


# --- The model --------------------------------------------------------------------------------------------------------


def test_trees_of_many_classes_predict_as_scikit_learn_does() -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(400, 6)).astype(np.float32)
    y = (X[:, 0] > 0) + 2 * (X[:, 1] > 0.3)
    classifier = HistGradientBoostingClassifier(max_iter=7, max_leaf_nodes=5, early_stopping=False).fit(X, y)
    scores = [trees.log_odds(X) for trees in TreeEnsemble.from_multiclass(classifier)]
    assert softmax(np.stack(scores, axis=1)) == pytest.approx(classifier.predict_proba(X), abs=1e-12)


def test_averaged_trees_give_means_of_log_odds() -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(400, 6)).astype(np.float32)
    several = [
        TreeEnsemble.from_sklearn(HistGradientBoostingClassifier(max_iter=n, max_leaf_nodes=5).fit(X, X[:, n] > 0.2))
        for n in (2, 3, 5)
    ]
    mean = TreeEnsemble.average(several)
    mean.check(6)
    assert mean.log_odds(X) == pytest.approx(np.mean([trees.log_odds(X) for trees in several], axis=0))


def test_probabilities_sum_to_1_and_find_the_labels(pages: list[LabelPage], model: LabelModel) -> None:
    for page in pages[:3]:
        p = model.predict_proba(page.blocks, page.content)
        assert p.shape == (len(page.blocks), 12) and (p >= 0).all()
        assert p.sum(axis=1) == pytest.approx(1)
        assert (p.argmax(axis=1) == page.labels).mean() > 0.9


def test_no_blocks_have_no_probabilities(model: LabelModel) -> None:
    assert model.predict_proba(read_document("", model.input_format).blocks, np.zeros(0)).shape == (0, 12)


def test_temperature_flattens(pages: list[LabelPage], model: LabelModel) -> None:
    blocks, content = pages[0].blocks, pages[0].content
    sharp, flat = (replace(model, temperature=t).predict_proba(blocks, content) for t in (1.0, 3.0))
    assert (flat.argmax(axis=1) == sharp.argmax(axis=1)).all()
    assert (flat.max(axis=1) < sharp.max(axis=1)).all()


def test_the_assigned_label_agrees_with_what_is_kept() -> None:
    p = np.random.default_rng(1).dirichlet(np.ones(12), size=300)
    keep = np.arange(300) % 2 == 0
    p[:, INDEX[Label.TITLE]] = 0
    labels = [LABELS[index] for index in assign_labels(p, keep)]
    for label, kept, row in zip(labels, keep.tolist(), p, strict=True):
        allowed = [its for its in LABELS if its.is_content == kept or its is Label.CAPTION]
        assert label is max(allowed, key=lambda its: row[INDEX[its]])
    assert Label.CAPTION in labels[1::2]  # of blocks that are not kept
    assert [LABELS[index] for index in assign_labels(p)] == [LABELS[index] for index in p.argmax(axis=1)]


@pytest.mark.parametrize("keep", [None, np.array([False] * 4)])
def test_a_page_has_one_title(keep: NDArray[np.bool_] | None) -> None:
    p = np.full((4, 12), 0.01)
    p[:, INDEX[Label.TITLE]] = 0.5, 0.6, 0.7, 0.2
    p[:, INDEX[Label.FOOTER]] = 0.3
    labels = [LABELS[index] for index in assign_labels(p, keep)]
    assert labels == [Label.FOOTER, Label.FOOTER, Label.TITLE, Label.FOOTER]


# --- Training and scores ----------------------------------------------------------------------------------------------


def test_pages_without_predictions_or_labels_are_not_label_pages(
    prepared: list[TrainingPage], input_format: InputFormat, tmp_path: Path
) -> None:
    plain = prepare([GoldPage("text", "<p>one two</p>", "one two", input_format)], tmp_path, n_jobs=1)[0]
    pages = label_pages([*prepared[:2], *plain], [None, np.zeros(N_BLOCKS), np.zeros(1)], [0, 1, 2])
    assert [(page.key, page.group, page.fold) for page in pages] == [(prepared[1].key, prepared[1].group, 1)]


def test_predictions_for_another_segmentation_are_refused(prepared: list[TrainingPage]) -> None:
    with pytest.raises(GoldError, match=f"{N_BLOCKS} blocks, but 2 out-of-fold predictions"):
        label_pages(prepared[:1], [np.zeros(2)], [0])


def without(page: LabelPage, *labels: Label) -> LabelPage:
    """Return the page with the blocks of some labels unknown."""
    unknown = np.isin(page.labels, [INDEX[label] for label in labels])
    return replace(page, labels=np.where(unknown, -1, page.labels).astype(np.int8))


@pytest.mark.usefixtures("two_trees")
def test_a_label_that_no_page_has_is_assigned_to_no_block(
    pages: list[LabelPage], small_models: dict[InputFormat, ContentModel], tmp_path: Path
) -> None:
    labels = fit_label_model([without(page, Label.SHARE, Label.TITLE) for page in pages])
    assert set(labels.trees) == set(LABELS) - {Label.SHARE, Label.TITLE}
    loaded = load_model(save_model(replace(small_models[labels.input_format], labels=labels), tmp_path)).labels
    assert loaded is not None
    p = loaded.predict_proba(pages[0].blocks, pages[0].content)
    assert p.sum(axis=1) == pytest.approx(1)
    assert not p[:, [INDEX[Label.SHARE], INDEX[Label.TITLE]]].any()
    assigned = {LABELS[index] for index in assign_labels(p, np.arange(N_BLOCKS) % 2 == 0)}
    assert not assigned & {Label.SHARE, Label.TITLE}


@pytest.mark.parametrize("shown", [{Label.BODY, Label.FOOTER}, {Label.FOOTER, Label.SHARE, Label.NOTICE}, set()])
def test_too_few_labels_are_refused(shown: set[Label], pages: list[LabelPage]) -> None:
    few = [without(page, *(set(LABELS) - shown)) for page in pages]
    with pytest.raises(GoldError, match="too few labels"):
        fit_label_model(few)


@pytest.mark.usefixtures("two_trees")
def test_out_of_fold_predictions_come_from_the_other_folds(
    pages: list[LabelPage], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[set[str]] = []

    def remember(chosen: Sequence[LabelPage], augmented: Sequence[AugmentedPage], random_state: int) -> LabelModel:
        seen.append({page.group for page in chosen})
        return fit_label_model(chosen, augmented, random_state)

    monkeypatch.setattr("boilerkit.learning.labels.fit_label_model", remember)
    steps: list[str] = []
    predictions = cross_validate_labels(pages, on_step=steps.append)
    assert seen == [{"site 1", "site 3", "site 5"}, {"site 0", "site 2", "site 4"}]
    assert [len(p) for p in predictions] == [len(page.blocks) for page in pages]
    assert steps == ["labels: fold 1 of 2", "labels: fold 2 of 2"]


# --- Inserted tickers -------------------------------------------------------------------------------------------------


def augment(pages: Sequence[LabelPage], input_format: InputFormat, model: ContentModel) -> list[AugmentedPage]:
    gold = fully_labelled_pages(input_format)
    if input_format == "html":
        return augmentation_html.insert_tickers(pages, {page_key(page.source): page.source for page in gold}, model)
    tickered = {page.page.id for page in pages if INDEX[Label.TICKER] in page.labels}
    of_pages = {page.page.id: page.group for page in pages}
    donors = [replace(page, group=of_pages[page.id]) for page in gold if page.id in tickered]
    return augmentation_text.insert_tickers(pages, donors, model, 0)


def test_tickers_are_inserted_into_other_pages(pages: list[LabelPage], own_model: ContentModel) -> None:
    hosts = [without(page, Label.TICKER) for page in pages[1:]]
    source = pages[0]
    ticker = np.flatnonzero(source.labels == INDEX[Label.TICKER])
    texts = [source.blocks.block_text(int(block)) for block in ticker]
    augmented = augment([source, *hosts], own_model.input_format, own_model)
    copies = augmentation_html.COPIES if own_model.input_format == "html" else augmentation_text.COPIES
    assert 0 < len(augmented) <= copies
    for page in augmented:
        assert page.groups[0] == source.group
        inserted = [page.blocks.block_text(int(block)) for block in np.flatnonzero(page.is_ticker)]
        joined = " ".join(" ".join(inserted).split())
        assert all(text in joined for text in texts)
        assert len(page.blocks) == len(page.is_ticker) == len(page.content) > len(inserted)
    assert len({page.blocks.text for page in augmented}) > 1


def test_a_ticker_is_inserted_near_the_top_in_many_shapes() -> None:
    html = "<body><nav>menu here</nav><main>" + "<p>some text stands here</p>" * 40 + "</main></body>"
    shapes = set()
    for random_state in range(30):
        inserted = augmentation_html.insert_ticker(html, ["first\x01 news", "second news"], random.Random(random_state))
        assert inserted is not None
        blocks, is_ticker = inserted
        numbers = np.flatnonzero(is_ticker)
        assert numbers[0] < 5
        assert " ".join(blocks.block_text(int(number)).strip() for number in numbers) == "first news second news"
        shapes.add((len(numbers), int(numbers[0]), int(blocks.block("links")[numbers[0]])))
    assert len(shapes) > 5


def test_a_page_without_a_body_takes_no_ticker() -> None:
    assert augmentation_html.insert_ticker("", ["news"], random.Random(0)) is None


def test_where_every_page_has_a_ticker_none_is_inserted(pages: list[LabelPage], own_model: ContentModel) -> None:
    assert augment(pages, own_model.input_format, own_model) == []


@pytest.mark.usefixtures("two_trees")
def test_tickers_of_groups_that_are_not_trained_on_are_left_out(
    pages: list[LabelPage], own_model: ContentModel
) -> None:
    marked = replace(pages[0], page=replace(pages[0].page, group="elsewhere"))
    others = [without(page, Label.TICKER) for page in pages[1:]]
    augmented = augment([marked, *others], own_model.input_format, own_model)
    assert augmented

    def values(some: list[AugmentedPage]) -> bytes:
        return fit_label_model(pages, some).trees[Label.TICKER].value.tobytes()

    assert values(augmented) == values([])
    known = [replace(page, groups=(pages[0].group, page.groups[1])) for page in augmented]
    assert values(known) != values([])


def test_scores_count_blocks(pages: list[LabelPage]) -> None:
    page = pages[0]
    right = score_labels([page], [page.labels])
    assert (right.macro_f1, right.accuracy, right.content_accuracy) == (1, 1, 1)
    wrong = np.where(page.labels == INDEX[Label.SHARE], INDEX[Label.BODY], page.labels)
    scores = score_labels([page], [wrong])
    by_label = {score.label: score for score in scores.labels}
    assert (by_label[Label.SHARE].recall, by_label[Label.SHARE].f1, by_label[Label.SHARE].blocks) == (0, 0, 3)
    assert by_label[Label.BODY].precision == pytest.approx(0.5)
    assert scores.accuracy == scores.content_accuracy == pytest.approx(33 / 36)
    assert scores.confusion[INDEX[Label.SHARE]][INDEX[Label.BODY]] == 3


def test_labels_that_the_gold_lacks_do_not_count_in_the_mean(pages: list[LabelPage]) -> None:
    known = without(pages[0], Label.SHARE, Label.TICKER)
    right = np.maximum(known.labels, 0)
    assert score_labels([known], [right]).macro_f1 == 1


def test_blocks_of_unknown_label_do_not_count(pages: list[LabelPage]) -> None:
    labels = pages[0].labels.copy()
    labels[:30] = -1
    scores = score_labels([replace(pages[0], labels=labels)], [np.zeros(36, dtype=np.intp)])
    assert sum(score.blocks for score in scores.labels) == 6


def test_assigned_labels_follow_the_threshold(pages: list[LabelPage]) -> None:
    sure = replace(pages[0], content=np.full(36, 0.99))
    p = [np.full((36, 12), 1 / 12)]
    assert set(assigned_labels([sure], p, 0.5)[0].tolist()) == {INDEX[Label.TITLE], INDEX[Label.BODY]}
    p[0][:, INDEX[Label.FOOTER]] = 0.9
    assert set(assigned_labels([replace(sure, content=np.zeros(36))], p, 0.5)[0].tolist()) == {INDEX[Label.FOOTER]}


def test_the_temperature_corrects_overconfidence(pages: list[LabelPage]) -> None:
    rng = np.random.default_rng(0)
    true = rng.dirichlet(np.full(12, 0.3), size=4000)
    labels = np.array([rng.choice(12, p=row) for row in true], dtype=np.int8)
    sharp = softmax(1.5 * np.log(true + 1e-9))
    temperature = fit_temperature(sharp, labels)
    assert temperature == pytest.approx(1.5, rel=0.08)
    page = replace(pages[0], labels=labels)
    assert calibration_error([page], [true]) < 0.02 < calibration_error([page], [sharp])


# --- What users see ---------------------------------------------------------------------------------------------------


@pytest.fixture
def own_model(
    model: LabelModel, small_models: dict[InputFormat, ContentModel], input_format: InputFormat
) -> ContentModel:
    return replace(small_models[input_format], labels=model)


def test_blocks_have_labels_and_probabilities(own_model: ContentModel) -> None:
    page = analyze(EXAMPLES[own_model.input_format], model=own_model)
    for block in page.blocks:
        assert list(block.probabilities) == list(LABELS)
        assert sum(block.probabilities.values()) == pytest.approx(1)
        assert block.label in LABELS
        assert block.label.is_content == block.is_content
        assert block.is_kept == block.is_content or block.label in (Label.TITLE, Label.CAPTION)


def test_blocks_with_label(own_model: ContentModel) -> None:
    page = analyze(EXAMPLES[own_model.input_format], model=own_model)
    found = page.blocks_with_label("navigation", Label.RELATED)
    assert found == [block for block in page.blocks if block.label in ("navigation", "related")]
    assert sum(len(page.blocks_with_label(label)) for label in LABELS) == len(page.blocks)
    for wrong in ("content", "menu"):
        with pytest.raises(OptionError, match=wrong):
            page.blocks_with_label(wrong)


def test_extracting_by_labels(own_model: ContentModel) -> None:
    source = EXAMPLES[own_model.input_format]
    page = analyze(source, model=own_model)
    wanted = {label for label in LABELS if page.blocks_with_label(label)} - {Label.BODY}
    text = " ".join(extract(source, model=own_model, keep=wanted).split())
    for block in page.blocks:
        if block.label in wanted and block.text.isprintable():
            assert " ".join(block.text.split()) in text
    body = [block.text for block in page.blocks_with_label("body") if len(block.text) > 80]
    assert body and not any(part in text for part in body)
    assert extract(source, model=own_model, keep=set()) == ""
    with pytest.raises(OptionError, match="title"):
        extract(source, model=own_model, keep="title")


def test_a_page_with_other_labels_is_another_page(own_model: ContentModel) -> None:
    page = analyze(EXAMPLES[own_model.input_format], model=own_model)
    text, kept = page.text, [block.is_kept for block in page.blocks]
    nothing = page.with_labels([])
    assert nothing.text == "" and not any(block.is_kept for block in nothing.blocks)
    assert (page.text, [block.is_kept for block in page.blocks]) == (text, kept)
    assert [block.label for block in nothing.blocks] == [block.label for block in page.blocks]
    assert [block.label for block in pickle.loads(pickle.dumps(page)).blocks] == [block.label for block in page.blocks]


def test_text_alone_needs_no_labels(
    input_format: InputFormat, small_models: dict[InputFormat, ContentModel], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(input_format: InputFormat) -> LabelModel:
        raise AssertionError("the label model was loaded")

    monkeypatch.setattr("boilerkit.page.load_shipped_labels", refuse)
    page = analyze(EXAMPLES[input_format], model=small_models[input_format])
    assert page.text and page.markdown and page.html
    assert [block.probability for block in page.blocks if block.is_kept]
    with pytest.raises(AssertionError, match="was loaded"):
        _ = page.blocks[0].label


# --- The shipped models -----------------------------------------------------------------------------------------------

EXPECTED: dict[InputFormat, dict[str, Label]] = {
    "html": {
        "Harrow Point reopens its tidal mill": Label.TITLE,
        "Then the oak began to creak": Label.BODY,
        "By Morwen Tallis": Label.METADATA,
        "We and our partners use cookies": Label.NOTICE,
        "The last lamp lighter of Quay Street": Label.RELATED,
        "My grandmother carried her corn": Label.COMMENTS,
    },
    "text": {
        "The ferry that nobody wanted to sell": Label.TITLE,
        "By Ann Lee": Label.METADATA,
    },
}


def test_the_shipped_model_labels_the_example(input_format: InputFormat) -> None:
    blocks = analyze(EXAMPLES[input_format]).blocks
    for start, label in EXPECTED[input_format].items():
        found = next(block for block in blocks if " ".join(block.text.split()).startswith(start))
        assert found.label is label, start


#: The least macro F1 and accuracy of content against boilerplate that a shipped label model may have out of fold.
FLOORS: dict[InputFormat, tuple[float, float]] = {"html": (0.77, 0.96), "text": (0.54, 0.9)}


def test_the_shipped_label_models_are_no_worse_out_of_fold_than_they_were(input_format: InputFormat) -> None:
    card = load_shipped_labels(input_format).card
    macro_f1, content_accuracy = FLOORS[input_format]
    assert [row["label"] for row in card["labels"]] == list(LABELS)
    for scores in card.get("renderers", [card]):  # plain text by several renderers
        assert scores["macro F1"] >= macro_f1
        assert scores["accuracy, content against boilerplate"] >= content_accuracy
