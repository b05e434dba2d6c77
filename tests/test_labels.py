"""The twelve labels: their alignment, features, model, folder, training and scores, and what users see of them."""

from __future__ import annotations

import json
import pickle
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from click.testing import CliRunner, Result
from support.generated import sentence
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier

import boilerkit
from boilerkit import Label, ModelError, analyze, extract
from boilerkit.cli import main as cli
from boilerkit.errors import GoldError
from boilerkit.html.features.labels import COLUMNS, TOKENS, kinds_features, label_shares, learn_vocabulary
from boilerkit.html.features.vocabulary import tokens
from boilerkit.gold.pages import GoldPage, Span
from boilerkit.learning.alignment import align_labels
from boilerkit.labels import LABELS
from boilerkit.model.content import ContentModel
from boilerkit.model.labels import LabelModel, choose, softmax
from boilerkit.model.labels_store import load_kinds_model, save_kinds_model
from boilerkit.model.store import save_model
from boilerkit.model.trees import TreeEnsemble
from boilerkit.html.document import read
from boilerkit.learning.augmentation import GRAFTS, Strip, graft, strips_of
from boilerkit.learning.labels import fit_labels, fit_temperature
from boilerkit.learning.label_evaluation import calibration_error, chosen_labels, cross_validate_labels, score_labels
from boilerkit.learning.label_pages import UnlabelledPage, KindsLesson, kinds_lessons
from boilerkit.learning.training_pages import TrainingPage, page_key, prepare

EXAMPLE = (Path(__file__).parent.parent / "examples" / "news-article.html").read_bytes()
PLACE = {label: place for place, label in enumerate(LABELS)}

#: How each label looks on the generated pages: what stands around its text.
SHAPES = {
    Label.NAVIGATION: "<nav class='menu'><a href='/m'>{}</a></nav>",
    Label.TICKER: "<div class='strip'>{}</div>",
    Label.TITLE: "<h1>{}</h1>",
    Label.METADATA: "<p class='byline'>{}</p>",
    Label.SHARE: "<div class='sharing'><a href='/s'>{}</a></div>",
    Label.BODY: "<div class='story'><p>{}</p></div>",
    Label.CAPTION: "<figure><figcaption>{}</figcaption></figure>",
    Label.PROMOTION: "<aside class='offer'>{}</aside>",
    Label.RELATED: "<div class='more'><a href='/r'>{}</a></div>",
    Label.COMMENTS: "<div class='replies'><p>{}</p></div>",
    Label.NOTICE: "<div class='consent'>{}</div>",
    Label.FOOTER: "<footer><p>{}</p></footer>",
}


def gold_page(rng: random.Random, number: int, site: int) -> GoldPage:
    """A page with three blocks of each label."""
    texts = [(label, f"{sentence(rng)} {rng.random():.9f}") for label in SHAPES for _ in range(3)]
    html = "".join(SHAPES[label].format(text) for label, text in texts)
    gold = [Span(label, text) for label, text in texts]
    return GoldPage(f"p{number}", f"<html><body>{html}</body></html>", gold, group=f"site {site}")


def gold_pages(n_sites: int = 6, pages_a_site: int = 3) -> list[GoldPage]:
    rng = random.Random(3)
    return [gold_page(rng, number, number % n_sites) for number in range(n_sites * pages_a_site)]


#: The generated pages by their keys.
HTML = {page_key(page.html): page.html for page in gold_pages()}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> list[TrainingPage]:
    return prepare(gold_pages(), tmp_path_factory.mktemp("prepared"), n_jobs=1)[0]


@pytest.fixture(scope="module")
def lessons(prepared: list[TrainingPage]) -> list[KindsLesson]:
    folds = [int(lesson.group.removeprefix("site ")) % 2 for lesson in prepared]
    return kinds_lessons(prepared, [np.full(36, 0.4)] * len(prepared), folds)[0]


@pytest.fixture(scope="module")
def model(lessons: list[KindsLesson]) -> LabelModel:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("boilerkit.learning.labels.N_ITERATIONS", 8)
        patch.setattr("boilerkit.learning.labels.LEARNING_RATE", 0.3)
        return fit_labels(lessons)


# --- Gold -------------------------------------------------------------------------------------------------------------


def test_each_block_has_the_label_of_its_span() -> None:
    page = gold_pages()[0]
    assert isinstance(page.gold, list)
    found = align_labels(read(page.html)[1], page.gold)
    assert [LABELS[place] for place in found] == [span.label for span in page.gold]


def test_a_block_has_the_label_that_most_of_its_words_have() -> None:
    table = read("<p>one two three four five</p><p>six seven eight</p><p>nine ten eleven</p>")[1]
    spans = [Span(Label.BODY, "one two three"), Span(Label.SHARE, "four five"), Span(Label.NOTICE, "six")]
    assert align_labels(table, spans).tolist() == [PLACE[Label.BODY], -1, -1]
    assert (align_labels(table, "one two three") == -1).all()
    by_place = [Span(Label.SHARE, start=0, end=13), Span(Label.BODY, start=14, end=23)]
    assert align_labels(table, by_place)[0] == PLACE[Label.SHARE]


def test_the_halves_say_nothing_of_the_twelve() -> None:
    table = read("<p>one two three</p><p>four five</p>")[1]
    spans = [Span(Label.CONTENT, "one two three"), Span(Label.BOILERPLATE, "four five")]
    assert align_labels(table, spans).tolist() == [-1, -1]


# --- Features ---------------------------------------------------------------------------------------------------------


def test_every_column_is_there_and_finite(lessons: list[KindsLesson], model: LabelModel) -> None:
    for lesson in lessons[:3]:
        features = kinds_features(lesson.table, lesson.content, model.vocabulary)
        assert features.shape == (len(lesson.table), len(COLUMNS)) and features.dtype == np.float32
        assert np.isfinite(features).all()
    assert len(set(COLUMNS)) == len(COLUMNS)


def test_a_name_speaks_for_the_label_that_it_stands_at(lessons: list[KindsLesson], model: LabelModel) -> None:
    lesson = lessons[0]
    features = kinds_features(lesson.table, lesson.content, model.vocabulary)
    for label in (Label.TICKER, Label.PROMOTION, Label.NOTICE):
        column = features[:, COLUMNS.index(f"{label}_names_near")]
        own = lesson.labels == PLACE[label]
        assert column[own].min() > column[~own].max()


def test_tokens_of_too_few_sites_are_not_learned(lessons: list[KindsLesson]) -> None:
    few = learn_vocabulary([lesson.shares for lesson in lessons[:2]], [0, 1])
    assert not any(len(few.hashes[kind]) for kind in TOKENS)
    many = learn_vocabulary([lesson.shares for lesson in lessons[:3]], [0, 1, 2])
    assert all(len(many.hashes[kind]) for kind in ("element", "tags"))


def test_what_weighs_less_says_less() -> None:
    label, other = PLACE[Label.SHARE], PLACE[Label.FOOTER]
    sure = np.eye(12)[[label, other]]
    table = read("<div class='sharing'>one two</div><div class='legal'>three four</div>")[1]
    pages = [label_shares(table, sure)] * 4 + [label_shares(table, sure[::-1])] * 4
    token = next(hash for owner, hash in zip(*tokens(table, "element"), strict=True) if owner == 2)

    def score(weight: float) -> float:
        words = learn_vocabulary(pages, range(8), [1.0] * 4 + [weight] * 4)
        return float(words.scores["element"][words.hashes["element"] == token, label][0])

    assert score(1.0) == pytest.approx(0, abs=0.01) and 0 < score(0.5) < score(0.1)


def test_shares_leave_out_what_is_not_known() -> None:
    table = read("<div class='known'>one two</div><div class='unknown'>three four</div>")[1]
    is_label = np.zeros((2, 12))
    is_label[0, PLACE[Label.SHARE]] = 1
    shares = label_shares(table, is_label)
    for kind in TOKENS:
        assert shares.shares[kind].sum(axis=1) == pytest.approx(1)
        assert (shares.shares[kind][:, PLACE[Label.SHARE]] == 1).all()


# --- The model --------------------------------------------------------------------------------------------------------


def test_trees_of_many_classes_answer_as_scikit_learn_does() -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(400, 6)).astype(np.float32)
    y = (X[:, 0] > 0) + 2 * (X[:, 1] > 0.3)
    classifier = HistGradientBoostingClassifier(max_iter=7, max_leaf_nodes=5, early_stopping=False).fit(X, y)
    scores = [trees.log_odds(X) for trees in TreeEnsemble.from_multiclass(classifier)]
    assert softmax(np.stack(scores, axis=1)) == pytest.approx(classifier.predict_proba(X), abs=1e-12)


def test_means_of_trees_give_means_of_log_odds() -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(400, 6)).astype(np.float32)
    several = [
        TreeEnsemble.from_sklearn(HistGradientBoostingClassifier(max_iter=n, max_leaf_nodes=5).fit(X, X[:, n] > 0.2))
        for n in (2, 3, 5)
    ]
    mean = TreeEnsemble.mean(several)
    mean.check(6)
    assert mean.log_odds(X) == pytest.approx(np.mean([trees.log_odds(X) for trees in several], axis=0))


def test_probabilities_are_such_and_find_the_labels(lessons: list[KindsLesson], model: LabelModel) -> None:
    for lesson in lessons[:3]:
        p = model.predict_proba(lesson.table, lesson.content)
        assert p.shape == (len(lesson.table), 12) and (p >= 0).all()
        assert p.sum(axis=1) == pytest.approx(1)
        assert (p.argmax(axis=1) == lesson.labels).mean() > 0.9


def test_no_blocks_have_no_probabilities(model: LabelModel) -> None:
    assert model.predict_proba(read("")[1], np.zeros(0)).shape == (0, 12)


def test_temperature_flattens(lessons: list[KindsLesson], model: LabelModel) -> None:
    table, content = lessons[0].table, lessons[0].content
    sharp, flat = (replace(model, temperature=t).predict_proba(table, content) for t in (1.0, 3.0))
    assert (flat.argmax(axis=1) == sharp.argmax(axis=1)).all()
    assert (flat.max(axis=1) < sharp.max(axis=1)).all()


def test_the_chosen_label_fits_what_is_kept() -> None:
    p = np.random.default_rng(1).dirichlet(np.ones(12), size=300)
    keep = np.arange(300) % 2 == 0
    p[:, PLACE[Label.TITLE]] = 0
    labels = [LABELS[place] for place in choose(p, keep)]
    for label, kept, row in zip(labels, keep.tolist(), p, strict=True):
        allowed = [its for its in LABELS if its.is_content == kept or its is Label.CAPTION]
        assert label is max(allowed, key=lambda its: row[PLACE[its]])
    assert Label.CAPTION in labels[1::2]  # of blocks that are not kept
    assert [LABELS[place] for place in choose(p)] == [LABELS[place] for place in p.argmax(axis=1)]


@pytest.mark.parametrize("keep", [None, np.array([False] * 4)])
def test_a_page_has_one_title(keep: NDArray[np.bool_] | None) -> None:
    p = np.full((4, 12), 0.01)
    p[:, PLACE[Label.TITLE]] = 0.5, 0.6, 0.7, 0.2
    p[:, PLACE[Label.FOOTER]] = 0.3
    labels = [LABELS[place] for place in choose(p, keep)]
    assert labels == [Label.FOOTER, Label.FOOTER, Label.TITLE, Label.FOOTER]


# --- Its folder -------------------------------------------------------------------------------------------------------


def test_a_saved_model_answers_the_same(model: LabelModel, lessons: list[KindsLesson], tmp_path: Path) -> None:
    model = replace(model, temperature=1.25, card={"purpose": "a test"})
    iter_pages = load_kinds_model(save_kinds_model(model, tmp_path / "a"))
    assert (iter_pages.temperature, iter_pages.card) == (1.25, {"purpose": "a test"})
    for lesson in lessons[:2]:
        answers = model.predict_proba(lesson.table, lesson.content)
        assert (iter_pages.predict_proba(lesson.table, lesson.content) == answers).all()
    save_kinds_model(iter_pages, tmp_path / "b")
    for name in ("config.json", "arrays.npz"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


Config = dict[str, object]
DAMAGES: dict[str, tuple[Callable[[Config], object], str]] = {
    "format": (lambda config: config.update(format="else"), "not the configuration"),
    "format of no text": (lambda config: config.update(format=["boilerkit-kinds"]), "not the configuration"),
    "version": (lambda config: config.update(format_version=99), "format version 99"),
    "labels": (lambda config: config.update(labels=["title", "advert"]), "'advert' is not a valid Label"),
    "halves": (lambda config: config.update(labels=["content"]), "damaged"),
    "no labels": (lambda config: config.update(labels=[]), "some of the twelve"),
    "features": (lambda config: config.update(features={"trees": ["words"]}), "other features"),
    "temperature": (lambda config: config.update(temperature=0), "temperature"),
    "card": (lambda config: config.pop("card"), "damaged"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_folder_that_does_not_fit_is_refused(damage: str, model: LabelModel, tmp_path: Path) -> None:
    file = save_kinds_model(model, tmp_path) / "config.json"
    config = json.loads(file.read_text(encoding="utf-8"))
    change, message = DAMAGES[damage]
    change(config)
    file.write_text(json.dumps(config), encoding="utf-8")
    with pytest.raises(ModelError, match=message):
        load_kinds_model(tmp_path)


@pytest.mark.parametrize("name", ["title.threshold", "share.baseline", "vocabulary.block.scores"])
def test_arrays_that_do_not_fit_together_are_refused(name: str, model: LabelModel, tmp_path: Path) -> None:
    file = save_kinds_model(model, tmp_path) / "arrays.npz"
    with np.load(file) as archive:
        arrays = dict(archive)
    arrays[name] = arrays[name][:-1]
    np.savez(file, **arrays)
    with pytest.raises(ModelError, match="damaged"):
        load_kinds_model(tmp_path)


def test_a_vocabulary_of_more_tokens_than_can_be_numbered_is_refused(
    model: LabelModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = save_kinds_model(model, tmp_path)
    monkeypatch.setattr("boilerkit.model.labels_store.MOST_TOKENS", len(model.vocabulary.hashes["element"]) - 1)
    with pytest.raises(ModelError, match="too large"):
        load_kinds_model(folder)


def test_a_content_model_is_none_of_the_labels(small_model: ContentModel, tmp_path: Path) -> None:
    with pytest.raises(
        ModelError, match="holds a model of content in HTML; what is needed here is a model of the labels"
    ):
        load_kinds_model(save_model(small_model, tmp_path))


# --- Training and scores ----------------------------------------------------------------------------------------------


def test_pages_without_answers_or_labels_teach_nothing(prepared: list[TrainingPage], tmp_path: Path) -> None:
    plain = prepare([GoldPage("text", "<p>one two</p>", "one two")], tmp_path, n_jobs=1)[0]
    lessons, further = kinds_lessons([*prepared[:2], *plain], [None, np.zeros(36), np.zeros(1)], [0, 1, 2])
    assert [(lesson.key, lesson.fold) for lesson in lessons] == [(prepared[1].key, 1)]
    assert [(page.lesson.id, page.fold) for page in further] == [("text", 2)]


def test_a_page_is_not_learned_from_twice(prepared: list[TrainingPage], tmp_path: Path) -> None:
    page = gold_pages()[0]
    again = prepare([replace(page, gold="other gold")], tmp_path, n_jobs=1)[0]
    lessons, further = kinds_lessons([*again, prepared[0], prepared[0]], [np.zeros(36)] * 3, [0, 0, 0])
    assert (len(lessons), further) == (1, [])


def test_words_of_further_pages_are_learned(
    lessons: list[KindsLesson], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("boilerkit.learning.labels.N_ITERATIONS", 8)
    monkeypatch.setattr("boilerkit.learning.labels.LEARNING_RATE", 0.3)
    html = "<div class='strip panel'>A ferry</div><div class='story'><p>It came late, they say.</p></div>"
    pages = [GoldPage(f"p{n}", f"{html}<p>{n}</p>", "", group=f"other site {n}") for n in range(4)]
    prepared = prepare(pages, tmp_path, n_jobs=1)[0]
    _, further = kinds_lessons(prepared, [np.full(3, 0.4)] * 4, [0] * 4)
    hashes = tokens(read(html)[1], "element")[1]
    without, learned = fit_labels(lessons).vocabulary, fit_labels(lessons, further).vocabulary
    assert (without.rows("element", hashes) < 0).any()
    assert (learned.rows("element", hashes) >= 0).all()


def test_answers_for_another_segmentation_are_refused(prepared: list[TrainingPage]) -> None:
    with pytest.raises(GoldError, match="36 blocks, but the content model's answers are 2"):
        kinds_lessons(prepared[:1], [np.zeros(2)], [0])


def without(lesson: KindsLesson, *labels: Label) -> KindsLesson:
    """The lesson, with nothing known of the blocks of some labels."""
    unknown = np.isin(lesson.labels, [PLACE[label] for label in labels])
    return replace(lesson, labels=np.where(unknown, -1, lesson.labels).astype(np.int8))


def test_a_label_that_no_page_has_is_given_to_no_block(
    lessons: list[KindsLesson], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("boilerkit.learning.labels.N_ITERATIONS", 2)
    model = fit_labels([without(lesson, Label.SHARE, Label.TITLE) for lesson in lessons])
    assert set(model.trees) == set(LABELS) - {Label.SHARE, Label.TITLE}
    model = load_kinds_model(save_kinds_model(model, tmp_path))
    p = model.predict_proba(lessons[0].table, lessons[0].content)
    assert p.sum(axis=1) == pytest.approx(1)
    assert not p[:, [PLACE[Label.SHARE], PLACE[Label.TITLE]]].any()
    labels = {LABELS[place] for place in choose(p, np.arange(36) % 2 == 0)}
    assert not labels & {Label.SHARE, Label.TITLE}


@pytest.mark.parametrize("shown", [{Label.BODY, Label.FOOTER}, {Label.FOOTER, Label.SHARE, Label.NOTICE}, set()])
def test_too_few_labels_are_refused(shown: set[Label], lessons: list[KindsLesson]) -> None:
    few = [without(lesson, *(set(LABELS) - shown)) for lesson in lessons]
    with pytest.raises(GoldError, match="too few labels"):
        fit_labels(few)


def test_answers_out_of_fold_come_from_the_other_folds(
    lessons: list[KindsLesson], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[set[str]] = []

    def remember(chosen: list[KindsLesson], further: list[UnlabelledPage], strips: list[Strip], seed: int) -> LabelModel:
        seen.append({lesson.group for lesson in chosen})
        assert further == [others[len(seen) % 2]]
        return fit_labels(chosen, strips=strips, seed=seed)

    monkeypatch.setattr("boilerkit.learning.labels.N_ITERATIONS", 2)
    monkeypatch.setattr("boilerkit.learning.label_evaluation.fit_labels", remember)
    monkeypatch.setattr("boilerkit.learning.labels.N_FOLDS", 2)
    others = [UnlabelledPage(cast(TrainingPage, None), fold, np.zeros(0)) for fold in (0, 1)]
    answers = cross_validate_labels(lessons, others)
    assert seen == [{"site 1", "site 3", "site 5"}, {"site 0", "site 2", "site 4"}]
    assert [len(answer) for answer in answers] == [len(lesson.table) for lesson in lessons]


def test_tickers_are_set_into_other_pages(lessons: list[KindsLesson], small_model: ContentModel) -> None:
    hosts = [without(lesson, Label.TICKER) for lesson in lessons[1:]]
    source = lessons[0]
    texts = [source.table.block_text(int(block)) for block in np.flatnonzero(source.labels == PLACE[Label.TICKER])]
    strips = strips_of([source, *hosts], HTML, small_model)
    assert len(strips) == GRAFTS
    for strip in strips:
        assert strip.groups[0] == source.group
        inside = [strip.table.block_text(int(block)) for block in np.flatnonzero(strip.is_strip)]
        assert " ".join(" ".join(inside).split()) == " ".join(texts)
        assert len(strip.table) == len(strip.is_strip) == len(strip.content) > len(inside)
    assert len({strip.table.text for strip in strips}) > 1


def test_a_strip_stands_near_the_top_in_many_shapes() -> None:
    html = "<body><nav>menu here</nav><main>" + "<p>some text stands here</p>" * 40 + "</main></body>"
    shapes = set()
    for seed in range(30):
        grafted = graft(html, ["first\x01 news", "second news"], random.Random(seed))
        assert grafted is not None
        blocks = np.flatnonzero(grafted.is_strip)
        assert blocks[0] < 5
        assert " ".join(grafted.table.block_text(int(block)).strip() for block in blocks) == "first news second news"
        shapes.add((len(blocks), int(blocks[0]), int(grafted.table.block("links")[blocks[0]])))
    assert len(shapes) > 5


def test_what_has_no_body_takes_no_strip() -> None:
    assert graft("", ["news"], random.Random(0)) is None


def test_where_every_page_has_a_ticker_none_is_set_in(lessons: list[KindsLesson], small_model: ContentModel) -> None:
    assert strips_of(lessons, HTML, small_model) == []


def test_strips_of_groups_that_are_not_trained_on_are_left_out(
    lessons: list[KindsLesson], small_model: ContentModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("boilerkit.learning.labels.N_ITERATIONS", 2)
    marked = replace(lessons[0], group="elsewhere")
    others = [without(lesson, Label.TICKER) for lesson in lessons]
    strips = strips_of([marked, *others], HTML, small_model)

    def values(some: list[Strip]) -> bytes:
        return fit_labels(lessons, strips=some).trees[Label.TICKER].value.tobytes()

    assert values(strips) == values([])
    known = [replace(strip, groups=(lessons[0].group, strip.groups[1])) for strip in strips]
    assert values(known) != values([])


def test_scores_count_blocks(lessons: list[KindsLesson]) -> None:
    lesson = lessons[0]
    right = score_labels([lesson], [lesson.labels])
    assert (right.macro_f1, right.accuracy, right.content_accuracy) == (1, 1, 1)
    wrong = np.where(lesson.labels == PLACE[Label.SHARE], PLACE[Label.BODY], lesson.labels)
    scores = score_labels([lesson], [wrong])
    by_label = {score.label: score for score in scores.labels}
    assert (by_label[Label.SHARE].recall, by_label[Label.SHARE].f1, by_label[Label.SHARE].blocks) == (0, 0, 3)
    assert by_label[Label.BODY].precision == pytest.approx(0.5)
    assert scores.accuracy == scores.content_accuracy == pytest.approx(33 / 36)
    assert scores.confusion[PLACE[Label.SHARE]][PLACE[Label.BODY]] == 3


def test_labels_that_the_gold_has_not_do_not_count_in_the_mean(lessons: list[KindsLesson]) -> None:
    known = without(lessons[0], Label.SHARE, Label.TICKER)
    right = np.maximum(known.labels, 0)
    assert score_labels([known], [right]).macro_f1 == 1


def test_blocks_of_unknown_label_do_not_count(lessons: list[KindsLesson]) -> None:
    labels = lessons[0].labels.copy()
    labels[:30] = -1
    scores = score_labels([replace(lessons[0], labels=labels)], [np.zeros(36, dtype=np.intp)])
    assert sum(score.blocks for score in scores.labels) == 6


def test_chosen_labels_follow_the_threshold(lessons: list[KindsLesson]) -> None:
    sure = replace(lessons[0], content=np.full(36, 0.99))
    p = [np.full((36, 12), 1 / 12)]
    assert set(chosen_labels([sure], p, 0.5)[0].tolist()) == {PLACE[Label.TITLE], PLACE[Label.BODY]}
    p[0][:, PLACE[Label.FOOTER]] = 0.9
    assert set(chosen_labels([replace(sure, content=np.zeros(36))], p, 0.5)[0].tolist()) == {PLACE[Label.FOOTER]}


def test_the_temperature_makes_up_for_too_sure_answers(lessons: list[KindsLesson]) -> None:
    rng = np.random.default_rng(0)
    true = rng.dirichlet(np.full(12, 0.3), size=4000)
    labels = np.array([rng.choice(12, p=row) for row in true], dtype=np.int8)
    sharp = softmax(1.5 * np.log(true + 1e-9))
    temperature = fit_temperature(sharp, labels)
    assert temperature == pytest.approx(1.5, rel=0.08)
    lesson = replace(lessons[0], labels=labels)
    assert calibration_error([lesson], [true]) < 0.02 < calibration_error([lesson], [sharp])


# --- What users see ---------------------------------------------------------------------------------------------------


@pytest.fixture
def own_labels(model: LabelModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("boilerkit.page.load_kinds_model", lambda: model)


@pytest.mark.usefixtures("own_labels")
def test_blocks_carry_labels_and_probabilities(small_model: ContentModel) -> None:
    page = analyze(EXAMPLE, model=small_model)
    for block in page.blocks:
        assert list(block.probabilities) == list(LABELS)
        assert sum(block.probabilities.values()) == pytest.approx(1)
        assert block.label in LABELS
        assert block.label.is_content == block.is_content
        assert block.is_kept == block.is_content or block.label in (Label.TITLE, Label.CAPTION)


@pytest.mark.usefixtures("own_labels")
def test_blocks_of_labels(small_model: ContentModel) -> None:
    page = analyze(EXAMPLE, model=small_model)
    found = page.blocks_with_label("navigation", Label.RELATED)
    assert found == [block for block in page.blocks if block.label in ("navigation", "related")]
    assert sum(len(page.blocks_with_label(label)) for label in LABELS) == len(page.blocks)
    for wrong in ("content", "menu"):
        with pytest.raises(ValueError, match=wrong):
            page.blocks_with_label(wrong)


@pytest.mark.usefixtures("own_labels")
def test_extracting_by_labels(small_model: ContentModel) -> None:
    page = analyze(EXAMPLE, model=small_model)
    wanted = {label for label in LABELS if page.blocks_with_label(label)} - {Label.BODY}
    text = " ".join(extract(EXAMPLE, model=small_model, keep=wanted).split())
    for block in page.blocks:
        if block.label in wanted and block.text.isprintable():
            assert block.text in text
    body = [block.text for block in page.blocks_with_label("body") if len(block.text) > 80]
    assert not any(part in text for part in body)
    assert extract(EXAMPLE, model=small_model, keep=set()) == ""
    with pytest.raises(ValueError, match="title"):
        extract(EXAMPLE, model=small_model, keep="title")


@pytest.mark.usefixtures("own_labels")
def test_a_page_by_labels_is_another_page(small_model: ContentModel) -> None:
    page = analyze(EXAMPLE, model=small_model)
    text, kept = page.text, [block.is_kept for block in page.blocks]
    nothing = page.keeping([])
    assert nothing.text == "" and not any(block.is_kept for block in nothing.blocks)
    assert (page.text, [block.is_kept for block in page.blocks]) == (text, kept)
    assert [block.label for block in nothing.blocks] == [block.label for block in page.blocks]
    assert [block.label for block in pickle.loads(pickle.dumps(page)).blocks] == [block.label for block in page.blocks]


def test_text_alone_needs_no_labels(small_model: ContentModel, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> LabelModel:
        raise AssertionError("nobody asked for labels")

    monkeypatch.setattr("boilerkit.page.load_kinds_model", refuse)
    page = analyze(EXAMPLE, model=small_model)
    assert page.text and page.markdown and page.html
    assert [block.probability for block in page.blocks if block.is_kept]
    with pytest.raises(AssertionError, match="nobody asked"):
        _ = page.blocks[0].label


# --- The shipped model ------------------------------------------------------------------------------------------------


def test_the_shipped_model_labels_the_example() -> None:
    page = boilerkit.analyze(EXAMPLE)
    labels = {" ".join(block.text.split())[:40]: block.label for block in page.blocks}

    def of(start: str) -> Label:
        return next(label for text, label in labels.items() if text.startswith(start))

    assert of("Harrow Point reopens its tidal mill") is Label.TITLE
    assert of("Then the oak began to creak") is Label.BODY
    assert of("By Morwen Tallis") is Label.METADATA
    assert of("We and our partners use cookies") is Label.NOTICE
    assert of("The last lamp lighter of Quay Street") is Label.RELATED
    assert of("My grandmother carried her corn") is Label.COMMENTS


def test_the_shipped_model_is_no_worse_out_of_fold_than_it_was() -> None:
    scores = load_kinds_model().card["out of fold"]["likeliest label"]
    assert [row["label"] for row in scores["labels"]] == list(LABELS)
    assert scores["macro F1"] >= 0.77
    assert scores["accuracy, content against boilerplate"] >= 0.96
    by_label = {row["label"]: row["f1"] for row in scores["labels"]}
    assert min(by_label[label] for label in ("title", "body", "navigation", "footer")) >= 0.9


# --- boilerkit train --------------------------------------------------------------------------------------------------


def write_pages(file: Path, pages: list[GoldPage]) -> Path:
    rows = [
        {
            "id": page.id,
            "html": page.html,
            "group": page.group,
            "spans": [{"label": span.label, "text": span.text} for span in page.gold or () if isinstance(span, Span)],
        }
        for page in pages
    ]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file


def train(gold: Path, out: Path, *options: str) -> Result:
    arguments = ["train", str(gold), "-o", str(out), "--trees", "3", "--cache", str(out.parent / "cache"), *options]
    return CliRunner().invoke(cli, [*arguments, "--folds", "2", "--jobs", "1"], catch_exceptions=False)


def test_train_makes_a_labels_model_of_labelled_spans(
    small_model: ContentModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("boilerkit.learning.labels.N_ITERATIONS", 8)
    gold = write_pages(tmp_path / "gold.jsonl", gold_pages())
    result = train(gold, tmp_path / "model")
    assert result.exit_code == 0, result.output
    assert "Out-of-fold scores of the labels" in result.output
    assert "## The twelve labels" in (tmp_path / "model" / "README.md").read_text(encoding="utf-8")
    model = boilerkit.load_model(tmp_path / "model")
    assert model.kinds is not None and set(model.kinds.trees) == set(LABELS)
    html = gold_pages()[0].html
    own, shipped = analyze(html, model=model), analyze(html, model=replace(model, kinds=None))
    expected = model.kinds.predict_proba(read(html)[1], np.array([block.probability for block in own.blocks]))
    assert [list(block.probabilities.values()) for block in own.blocks] == pytest.approx(expected)
    assert own.blocks[0].probabilities != shipped.blocks[0].probabilities


def test_train_without_labels_makes_none_and_removes_that_of_before(
    model: LabelModel, small_model: ContentModel, tmp_path: Path
) -> None:
    save_model(replace(small_model, kinds=model), tmp_path / "model")
    assert boilerkit.load_model(tmp_path / "model").kinds is not None
    halves = [
        replace(
            page,
            gold=[
                Span(Label.CONTENT if span.label.is_content else Label.BOILERPLATE, span.text)
                for span in page.gold or ()
                if isinstance(span, Span)
            ],
        )
        for page in gold_pages()
    ]
    result = train(write_pages(tmp_path / "gold.jsonl", halves), tmp_path / "model")
    assert result.exit_code == 0 and "of the labels" not in result.output
    assert boilerkit.load_model(tmp_path / "model").kinds is None


def test_train_says_why_labels_are_too_few(tmp_path: Path) -> None:
    few = [
        replace(
            page,
            gold=[span for span in page.gold or () if isinstance(span, Span) and span.label in ("body", "footer")],
        )
        for page in gold_pages()
    ]
    result = train(write_pages(tmp_path / "gold.jsonl", few), tmp_path / "model")
    assert result.exit_code == 0 and "too few labels" in result.output
    assert boilerkit.load_model(tmp_path / "model").kinds is None
