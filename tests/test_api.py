"""What users call, with the model that the package comes with."""

from __future__ import annotations

import io
import json
import os
import pickle
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from lxml import etree

import boilerkit
from boilerkit import InputError, Label, OptionError, Page, analyze, extract, load_model
from boilerkit.blocks.columns import InputFormat
from boilerkit.extraction import OUTPUT_FORMATS, ExtractOptions, OutputFormat
from boilerkit.html.parsing import parse
from boilerkit.model.content import ContentModel
from boilerkit.model.labels import UNCERTAIN_LABELS
from boilerkit.model.storage import load_shipped_labels

ROOT = Path(__file__).parent.parent
EXAMPLE = (ROOT / "examples" / "news-article.html").read_bytes()
EXAMPLES: dict[InputFormat, bytes] = {
    "html": EXAMPLE,
    "text": (ROOT / "examples" / "harbour-news.txt").read_bytes(),
}
URL = "https://courier.example/n/48213"

BODY = [
    "For the first time since 1921 the wheel of the tidal mill",
    "Then the oak began to creak.",
    "The mill works by patience.",
    "Nine winters of work",
    "The restoration began with an argument over a roof.",
    "People kept telling me that it could not be done with hand tools.",
    "how high the pond had stood",
    "The last question was answered in a county archive",
    "The society has published its accounts",
    "From June the mill will grind on two days a week",
    "Mr Penn did not wait for one.",
]
REST = [
    "We and our partners use cookies",  # notice
    "Accept all",
    "Skip to content",
    "Politics",  # menu
    "Ferry service to Marl Island suspended",  # ticker
    "Copy link",  # share
    "The last lamp lighter of Quay Street",  # related
    "Ten walks that end at a tea room",
    "The Courier in your inbox",  # promotion
    "My grandmother carried her corn there",  # comments
    "where is anybody supposed to park",
    "Log in",
    "Terms of use",  # footer
    "All rights reserved",
]


@pytest.fixture(scope="module")
def page(shipped_model: ContentModel) -> Page:
    return analyze(EXAMPLE, url=URL)


def normalized(text: str) -> str:
    return " ".join(text.split())


# --- Extracting -------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("shipped_model")
@pytest.mark.parametrize("output_format", ["text", "markdown", "html"])
def test_the_example_in_each_form(output_format: OutputFormat) -> None:
    text = normalized(extract(EXAMPLE, output_format=output_format, url=URL))
    assert [part for part in BODY if part not in text] == []
    assert [part for part in REST if part in text] == []


@pytest.mark.usefixtures("shipped_model")
def test_the_example_as_json() -> None:
    result = json.loads(extract(EXAMPLE, output_format="json", url=URL))
    assert result["url"] == URL
    assert result["title"] == "Harrow Point reopens its tidal mill after a century of silence"
    assert result["text"] == extract(EXAMPLE)
    assert (
        result["page_type"] == "article"
        and result["text_source"] == "page"
        and len(result["comments"]) == 3
        and 0.5 < result["confidence"] <= 1
    )


@pytest.mark.usefixtures("shipped_model")
def test_str_and_bytes_and_the_named_model_give_the_same() -> None:
    text = extract(EXAMPLE)
    assert text == extract(EXAMPLE.decode("utf-8")) == extract(EXAMPLE, model=load_model())
    assert text == analyze(EXAMPLE).text
    assert load_model() is load_model()


@pytest.mark.usefixtures("shipped_model")
def test_addresses_are_made_absolute() -> None:
    page = EXAMPLE.replace(b"The mill works by patience.", b"<a href='/how'>The mill works by patience.</a>")
    assert "https://courier.example/how" in extract(page, output_format="markdown", url=URL)
    assert "https://courier.example/how" in extract(page, output_format="html", url=URL)
    assert "https://courier.example" not in extract(page, output_format="html")


@pytest.mark.usefixtures("shipped_model")
def test_charset_is_that_of_the_header() -> None:
    page = EXAMPLE.decode("utf-8").replace("Penn", "Żeńca").replace('<meta charset="utf-8">', "")
    assert "Żeńca" in extract(page.encode("iso8859-2", "xmlcharrefreplace"), charset="iso-8859-2")


def test_the_page_gives_what_extract_gives(page: Page) -> None:
    assert page.text == extract(EXAMPLE)
    assert page.markdown == extract(EXAMPLE, output_format="markdown", url=URL)
    assert page.html == extract(EXAMPLE, output_format="html", url=URL)
    assert json.dumps(page.to_dict(), ensure_ascii=False) == extract(EXAMPLE, output_format="json", url=URL)


def test_a_page_without_text(shipped_model: ContentModel) -> None:
    empty = analyze("")
    assert (empty.text, empty.html, empty.markdown, empty.full_text, empty.blocks) == ("",) * 4 + ([],)
    nothing = dict.fromkeys(("url", "title", "date", "date_modified", "site_name", "language", "description", "image"))
    assert empty.to_dict() == nothing | {
        "authors": [],
        "page_type": str(empty.page_type),
        "comments": [],
        "model_version": shipped_model.version,
        "label_model_version": load_shipped_labels("html").version,
        "threshold": shipped_model.threshold / 2,  # as for all fragments
        "confidence": empty.confidence and round(empty.confidence, 4),
        "text": "",
        "text_source": "page",
    }


# --- Analysing --------------------------------------------------------------------------------------------------------


def test_blocks_cover_the_text_in_order(input_format: InputFormat) -> None:
    page = analyze(EXAMPLES[input_format])
    assert page.full_text[: page.blocks[0].start].strip() == page.full_text[page.blocks[-1].end :].strip() == ""
    for block in page.blocks:
        assert page.full_text[block.start : block.end] == block.text != ""
    for before, after in pairwise(page.blocks):
        assert before.end <= after.start
        assert page.full_text[before.end : after.start].strip() == ""
    assert [block.index for block in page.blocks] == list(range(len(page.blocks)))
    for part in BODY + REST if input_format == "html" else []:
        assert part in normalized(page.full_text)


def test_xpaths_lead_to_the_text_in_the_parsed_tree(page: Page) -> None:
    root = parse(EXAMPLE.decode("utf-8"))
    assert root is not None
    tree = root.getroottree()
    for block in page.blocks:
        (element,) = tree.xpath(block.xpath)
        assert isinstance(element, etree._Element)
        assert normalized(block.text) in normalized("".join(map(str, element.itertext())))


def test_xpaths_of_odd_names_resolve(shipped_model: ContentModel) -> None:
    html = (
        "<body><o:p>one</o:p><my-tag>two</my-tag><div><o:p>three</o:p><o:p><p>four</p></o:p></div>"
        "<p><a²>five<p><ä>six<p><a\u0300>seven<p><a$=>eight</body>"
    )
    root = parse(html)
    assert root is not None
    for block in analyze(html).blocks:
        (element,) = root.getroottree().xpath(block.xpath)
        assert block.text in "".join(map(str, element.itertext()))


class Text(str):
    pass


@pytest.mark.parametrize("output_format", OUTPUT_FORMATS)
def test_the_address_may_be_of_a_subclass_of_str(output_format: OutputFormat) -> None:
    expected = extract(EXAMPLE, url="https://a.example/b", output_format=output_format)
    for url in (np.str_("https://a.example/b"), Text("https://a.example/b")):
        assert extract(EXAMPLE, url=url, output_format=output_format) == expected


@pytest.mark.parametrize("url", [b"https://a.example", Path("a"), 5])
def test_an_address_of_another_type_is_refused(url: Any) -> None:
    with pytest.raises(OptionError, match="url is the page's address as str"):
        extract(EXAMPLE, url=url)


def test_probabilities_and_labels_agree(page: Page, shipped_model: ContentModel) -> None:
    for block in page.blocks:
        assert 0 <= block.probability <= 1
        assert isinstance(block.label, Label)
        assert block.label in UNCERTAIN_LABELS or block.label.is_content == block.is_content
    kept = [block.probability for block in page.blocks if block.is_kept]
    assert kept and min(kept) > 0
    assert len(kept) < len(page.blocks)


def test_kept_blocks_are_over_the_threshold(page: Page) -> None:
    assert all(block.probability > page.threshold for block in page.blocks if block.is_kept)


def test_features_are_named_and_described(page: Page) -> None:
    index = next(block.index for block in page.blocks if block.text.startswith("Then the oak"))
    features = page.blocks[index].features
    described = {name: text for group in page.feature_groups.values() for name, text in group.items()}
    assert features.keys() <= described.keys() and all(described.values())
    assert features["index"] == index and features["words"] == len(page.blocks[index].text.split())
    assert features["link_density"] == 0
    assert all(isinstance(value, float) and np.isfinite(value) for value in features.values())


def test_pages_and_blocks_pickle(input_format: InputFormat) -> None:
    page = analyze(EXAMPLES[input_format], url=URL)
    again = pickle.loads(pickle.dumps(page))
    assert again.input_format == page.input_format == input_format
    assert again.to_dict() == page.to_dict()
    assert (again.text, again.markdown, again.html, again.title) == (page.text, page.markdown, page.html, page.title)
    block = pickle.loads(pickle.dumps(page.blocks[3]))
    assert (block.to_dict(), block.features) == (page.blocks[3].to_dict(), page.blocks[3].features)


def test_to_dict_is_json(page: Page) -> None:
    result = page.to_dict()
    assert json.loads(json.dumps(result)) == result
    block = page.blocks[0].to_dict()
    assert json.loads(json.dumps(block)) == block
    assert block.keys() == {
        *("text", "label", "probability", "probabilities", "is_content", "is_kept", "xpath", "start", "end")
    }


def test_reprs_are_short(page: Page) -> None:
    assert repr(page).startswith("Page('Harrow Point reopens") and " blocks kept)" in repr(page)
    assert all(repr(block).startswith(f"Block({block.label}, ") and len(repr(block)) < 200 for block in page.blocks)


def test_blocks_cannot_be_changed(page: Page) -> None:
    with pytest.raises(AttributeError):
        page.blocks[0].text = "other"  # type: ignore[misc]


# --- Thresholds and errors --------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("shipped_model")
def test_higher_thresholds_keep_no_more() -> None:
    kept = [
        {block.index for block in analyze(EXAMPLE, threshold=threshold).blocks if block.is_kept}
        for threshold in (0.0, 0.1, 0.5, 0.9, 1.0)
    ]
    assert all(more >= fewer for more, fewer in pairwise(kept))
    assert len(kept[0]) > len(kept[2]) > len(kept[4])


def test_none_is_the_threshold_of_the_model(shipped_model: ContentModel) -> None:
    assert extract(EXAMPLE) == extract(EXAMPLE, threshold=shipped_model.threshold)


@pytest.mark.usefixtures("shipped_model")
@pytest.mark.parametrize("threshold", [-0.1, 1.1, float("nan"), float("inf")])
def test_thresholds_that_are_no_probability(threshold: float) -> None:
    for call in (extract, analyze):
        with pytest.raises(ValueError, match="threshold is a probability from 0 to 1"):
            call(EXAMPLE, threshold=threshold)


WRONG_OPTIONS: dict[str, tuple[dict[str, Any], str]] = {
    "output format": ({"output_format": "pdf"}, "output_format is one of text, markdown, html, json, not 'pdf'"),
    "output format in capitals": ({"output_format": "TEXT"}, "not 'TEXT'"),
    "no output format": ({"output_format": None}, "output_format is one of"),
    "input format": ({"input_format": "pdf"}, "input_format is one of auto, html, text, not 'pdf'"),
    "threshold": ({"threshold": 1.5}, "threshold is a probability from 0 to 1, not 1.5"),
    "labels": ({"keep": {"content"}}, "labels are title, body, .*, not content"),
    "a label alone": ({"keep": "title"}, "a collection of labels"),
}


@pytest.mark.parametrize("wrong", WRONG_OPTIONS)
def test_wrong_options_are_named(wrong: str) -> None:
    options, message = WRONG_OPTIONS[wrong]
    for error in (boilerkit.OptionError, boilerkit.BoilerkitError, ValueError):
        with pytest.raises(error, match=message):
            extract(EXAMPLE, **options)
    with pytest.raises(boilerkit.OptionError, match=message):
        ExtractOptions(**options)
    with pytest.raises(boilerkit.OptionError, match=message):
        boilerkit.extract_many([EXAMPLE], **options)  # before the first page


def test_what_is_no_page_says_what_to_do_instead(shipped_model: ContentModel) -> None:
    with pytest.raises(InputError, match=r"read_bytes\(\)"):
        extract(Path("page.html"))  # type: ignore[arg-type]
    with pytest.raises(InputError, match=r"file.read\(\)"):
        extract(io.BytesIO(b"<p>"))  # type: ignore[arg-type]
    for address in ("http://example.org/a", " HTTPS://example.org/?a=b\n"):
        with pytest.raises(InputError, match="url="):
            extract(address)
    assert extract("See http://example.org/a", threshold=0) == "See http://example.org/a"


def test_options_are_validated_once_and_cannot_be_changed() -> None:
    options = ExtractOptions(keep=["body", "title"], threshold=1)
    assert options.keep == {Label.BODY, Label.TITLE}
    with pytest.raises(AttributeError):
        options.threshold = 2  # type: ignore[misc]
    assert pickle.loads(pickle.dumps(options)) == options


def test_options_give_what_extract_gives(input_format: InputFormat) -> None:
    source = EXAMPLES[input_format]
    options = ExtractOptions(input_format, "markdown", 0.3, {"body"})
    expected = extract(source, input_format=input_format, output_format="markdown", threshold=0.3, keep={"body"})
    assert options.extract(source) == options.analyze(source).markdown == expected != ""


def test_every_public_name_is_there() -> None:
    for name in boilerkit.__all__:
        assert getattr(boilerkit, name) is not None
    assert boilerkit.BoilerplateClassifier().get_params()["max_iter"] > 0
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        boilerkit.nothing  # noqa: B018


@pytest.mark.parametrize("error", ["InputError", "ModelError", "GoldError", "OptionError"])
def test_all_errors_can_be_caught_as_one(error: str) -> None:
    assert issubclass(getattr(boilerkit, error), boilerkit.BoilerkitError)
    assert issubclass(getattr(boilerkit, error), ValueError)


# --- Imports ----------------------------------------------------------------------------------------------------------

HEAVY = "sklearn scipy pandas pyarrow datasets joblib rapidfuzz rich click cchardet"


def imported(code: str) -> set[str]:
    """Which of the heavy packages a fresh Python has imported after this code."""
    report = f"import sys; print(*(name for name in {HEAVY.split()!r} if name in sys.modules))"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", f"{code}\n{report}"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    return set(done.stdout.split())


def test_importing_imports_nothing_heavy() -> None:
    assert imported("import boilerkit") == set()


@pytest.mark.usefixtures("shipped_model")
def test_extracting_imports_nothing_heavy() -> None:
    page = "'<p>' + 'The boat came in, late. ' * 20"
    assert (
        imported(f"import boilerkit; boilerkit.extract({page}); boilerkit.analyze({page}).blocks[0].features") == set()
    )


def test_the_check_sees_what_is_imported() -> None:
    assert imported("import rich, click") == {"rich", "click"}
