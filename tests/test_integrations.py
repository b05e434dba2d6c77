"""Batches in Arrow, and the engines that run them, each with 2 workers, pages that fail and a worker that is killed."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from shutil import which
from typing import Any

import pyarrow as pa
import pytest
from support.crawl import (
    NOT_A_PAGE,
    crawl_rows,
    expected_rows,
    read_json_lines,
    read_parquet,
    write_parquet,
    write_warc,
)

from boilerkit import ModelError, OptionError, extract
from boilerkit.integrations.arrow import ExtractBatch
from boilerkit.integrations.records import FIELDS, ExtractRecord

ROOT = Path(__file__).parent.parent
ARTICLE = (ROOT / "examples" / "news-article.html").read_text(encoding="utf-8")

pytestmark = pytest.mark.slow


@pytest.fixture
def crawl(tmp_path: Path) -> Path:
    """A folder of Parquet files."""
    return write_parquet(tmp_path / "crawl")


def killing_once(function: Any, marker: Path, victim: int = 9) -> Any:
    """Return a function on batches that kills its process where it first meets the row of that id."""

    def run(batch: Any) -> Any:
        if victim in batch.column("id").to_pylist() and not marker.exists():
            marker.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return function(batch)

    return run


# --- Records and batches ----------------------------------------------------------------------------------------------


def test_a_record_has_the_content_and_the_fields() -> None:
    record = ExtractRecord(FIELDS)(ARTICLE, "https://example.org/mill")
    assert tuple(record) == ("text", *FIELDS, "error") and record["error"] is None
    assert record["text"] == extract(ARTICLE)
    assert (record["title"], record["authors"], record["date"]) == (
        "Harrow Point reopens its tidal mill after a century of silence",
        ["Morwen Tallis"],
        "2024-05-11",
    )
    assert 0.5 < record["confidence"] <= 1


@pytest.mark.parametrize("output_format", ["text", "markdown", "html"])
def test_the_content_is_that_of_extract(output_format: Any) -> None:
    record = ExtractRecord((), output_format=output_format, include_links=False)(ARTICLE, "https://example.org/")
    expected = extract(ARTICLE, output_format=output_format, include_links=False, url="https://example.org/")
    assert record == {output_format: expected, "error": None}


def test_halves_of_surrogate_pairs_become_replacement_characters() -> None:
    record = ExtractRecord(("title",))("<title>A \ud83d b</title><p>One \udc00 word in a paragraph of words.</p>")
    assert pa.array([record["text"], record["title"]], pa.string()).null_count == 0


def test_options_that_cannot_be_are_refused() -> None:
    with pytest.raises(OptionError, match="title, authors"):
        ExtractBatch(fields=["headline"])
    with pytest.raises(OptionError, match="not 'json'"):
        ExtractBatch(output_format="json")
    with pytest.raises(OptionError, match="threshold"):
        ExtractBatch(threshold=2)


def test_a_batch_keeps_its_rows_and_its_other_columns() -> None:
    rows = crawl_rows()
    batch = pa.RecordBatch.from_pylist(rows)
    found = ExtractBatch()(batch)
    assert isinstance(found, pa.RecordBatch) and found.schema == ExtractBatch().output_schema(batch.schema)
    assert found.schema.names == ["id", "url", "text", "title", "authors", "date", "language", "confidence", "error"]
    assert found.to_pylist() == expected_rows(rows)
    assert [row["id"] for row in found.to_pylist() if row["error"] is not None] == [3, 7]


def test_a_table_gives_a_table() -> None:
    table = pa.concat_tables([pa.Table.from_pylist(crawl_rows()[:2]), pa.Table.from_pylist(crawl_rows()[2:5])])
    found = ExtractBatch(fields=())(table)
    assert isinstance(found, pa.Table) and found.to_pylist() == expected_rows(crawl_rows()[:5], fields=())
    empty = ExtractBatch()(table.slice(0, 0))
    assert empty.num_rows == 0 and empty.schema == ExtractBatch().output_schema(table.schema)


@pytest.mark.parametrize("type", [pa.string(), pa.large_string(), pa.binary(), pa.large_binary()])
def test_pages_of_every_type_of_column(type: pa.DataType) -> None:
    pages = [ARTICLE if pa.types.is_string(type) or pa.types.is_large_string(type) else ARTICLE.encode(), None]
    found = ExtractBatch(fields=())(pa.record_batch({"html": pa.array(pages, type)}))
    assert found.to_pylist() == [
        {"text": extract(ARTICLE), "error": None},
        {"text": None, "error": "the page is missing"},
    ]


def test_strings_that_are_not_utf_8_cost_nothing() -> None:
    bad = pa.array([b"<p>caf\xe9 and a paragraph of some words</p>", ARTICLE.encode()]).view(pa.string())
    found = ExtractBatch(fields=())(pa.record_batch({"html": bad})).to_pylist()
    assert found[1]["text"] == extract(ARTICLE) and found[0]["error"] is None


def test_columns_are_guessed_or_named() -> None:
    page = "<p>{}</p>".format("Žluťoučký kůň úpěl ďábelské ódy. " * 5)
    batch = pa.record_batch(
        {
            "content": [b"<p>no</p>"],
            "raw": [page.encode("cp1250")],
            "header": ["windows-1250"],
            "link": ["https://a.b/"],
        }
    )
    found = ExtractBatch("raw", url="link", charset="header", fields=())(batch).to_pylist()
    assert found == [
        {"content": b"<p>no</p>", "header": "windows-1250", "link": "https://a.b/"}
        | {"text": extract(page), "error": None}
    ]
    assert ExtractBatch(fields=())(batch).column("text").to_pylist() == ["no"]
    with pytest.raises(OptionError, match="no column 'missing'"):
        ExtractBatch("missing")(batch)
    with pytest.raises(OptionError, match="name the column of pages"):
        ExtractBatch()(batch.select(["raw"]))


def test_columns_are_never_overwritten() -> None:
    batch = pa.record_batch({"html": [ARTICLE], "date": ["2026-01-01"]})
    with pytest.raises(OptionError, match="'date'"):
        ExtractBatch()(batch)
    found = ExtractBatch(prefix="page_")(batch).to_pylist()[0]
    assert (found["date"], found["page_date"], found["page_text"]) == ("2026-01-01", "2024-05-11", extract(ARTICLE))


def test_plain_text_gives_its_content() -> None:
    text = (ROOT / "examples" / "harbour-news.txt").read_text(encoding="utf-8")
    found = ExtractBatch(fields=["title"])(pa.record_batch({"text": [text]})).to_pylist()
    assert found == [{"text": extract(text), "title": "The ferry that nobody wanted to sell", "error": None}]


def test_a_model_of_the_other_format_is_an_error_of_each_page(small_models: Any) -> None:
    found = ExtractBatch(fields=(), model=small_models["text"])(pa.record_batch({"html": [ARTICLE]})).to_pylist()
    with pytest.raises(ModelError) as raised:
        extract(ARTICLE, model=small_models["text"])
    assert found == [{"text": None, "error": str(raised.value)}]


def test_a_copy_is_small_and_loads_the_model_once_a_process() -> None:
    """The models that ship are found by each process; only those of users travel."""
    code = """
import pickle, sys
import pyarrow as pa
from boilerkit.model import storage
loads = []
load = storage._load_content
storage._load_content = lambda *its: loads.append(its) or load(*its)
batch = pa.record_batch({"html": ["<html><p>A paragraph of some words.</p>"]})
sent = sys.stdin.buffer.read()
assert [pickle.loads(sent)(batch).num_rows for _ in range(3)] == [1, 1, 1]
assert len(loads) == 1, loads
"""
    sent = pickle.dumps(ExtractBatch())
    assert len(sent) < 10_000
    subprocess.run([sys.executable, "-c", code], input=sent, check=True, cwd=ROOT)


# --- datasets ---------------------------------------------------------------------------------------------------------


def test_datasets(crawl: Path, tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets", reason="needs datasets, of the extra train")
    files = [str(file) for file in sorted(crawl.glob("*.parquet"))]
    pages = datasets.load_dataset("parquet", data_files=files, split="train", cache_dir=str(tmp_path / "cache"))
    found = pages.with_format("arrow").map(ExtractBatch(), batched=True, batch_size=4, num_proc=2)
    rows = sorted(found.with_format(None).to_list(), key=lambda row: row["id"])
    assert rows == expected_rows(crawl_rows())


# --- Ray --------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ray_data() -> Iterator[Any]:
    """Ray Data with two workers, and a third to read."""
    ray = pytest.importorskip("ray", reason="needs Ray, of the extra ray")
    environment = {"env_vars": {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])}}
    ray.init(num_cpus=3, include_dashboard=False, logging_level="error", log_to_driver=False, runtime_env=environment)
    yield pytest.importorskip("ray.data")
    ray.shutdown()


def test_ray_in_tasks_and_in_actors(ray_data: Any, crawl: Path, tmp_path: Path) -> None:
    pages = ray_data.read_parquet(str(crawl))
    pages.map_batches(ExtractBatch(), batch_format="pyarrow", batch_size=4).write_parquet(str(tmp_path / "tasks"))
    assert read_parquet(tmp_path / "tasks") == expected_rows(crawl_rows())
    options = {"output_format": "markdown", "fields": ["title"]}
    actors = pages.map_batches(
        ExtractBatch, fn_constructor_kwargs=options, batch_format="pyarrow", batch_size=4, concurrency=2
    )
    assert sorted(actors.take_all(), key=lambda row: row["id"]) == expected_rows(crawl_rows(), **options)


def test_ray_runs_the_batch_of_a_killed_worker_again(ray_data: Any, crawl: Path, tmp_path: Path) -> None:
    killing = killing_once(ExtractBatch(), tmp_path / "killed")
    found = ray_data.read_parquet(str(crawl)).map_batches(killing, batch_format="pyarrow", batch_size=4).take_all()
    assert (tmp_path / "killed").exists()
    assert sorted(found, key=lambda row: row["id"]) == expected_rows(crawl_rows())


# --- Spark ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    """Spark on two workers, which tries a task three times."""
    sql = pytest.importorskip("pyspark.sql", reason="needs PySpark, of the extra spark")
    if which("java") is None:
        pytest.skip("Spark needs Java")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), str(ROOT / "tests")]))
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        builder = sql.SparkSession.builder.master("local[2,3]").config("spark.ui.enabled", "false")
        session = builder.config("spark.sql.execution.arrow.maxRecordsPerBatch", 4).getOrCreate()
        session.sparkContext.setLogLevel("OFF")
        yield session
        session.stop()


def test_spark(spark: Any, crawl: Path, tmp_path: Path) -> None:
    from boilerkit.integrations import spark as integration

    found = integration.extract(spark.read.parquet(str(crawl)))
    found.write.parquet(str(tmp_path / "out"))
    assert read_parquet(tmp_path / "out") == expected_rows(crawl_rows())
    with pytest.raises(OptionError, match="name the column of pages"):
        integration.extract(spark.createDataFrame([(1,)], "id int"))


def test_spark_runs_the_task_of_a_killed_worker_again(spark: Any, crawl: Path, tmp_path: Path) -> None:
    extract_batch = ExtractBatch(fields=())
    killing = killing_once(extract_batch, tmp_path / "killed")
    pages = spark.read.parquet(str(crawl))
    found = pages.mapInArrow(lambda batches: map(killing, batches), "id long, url string, text string, error string")
    rows = [row.asDict() for row in found.orderBy("id").collect()]
    assert (tmp_path / "killed").exists() and rows == expected_rows(crawl_rows(), fields=())


# --- datatrove --------------------------------------------------------------------------------------------------------


@pytest.fixture
def warcs(tmp_path: Path) -> Path:
    """A folder of two WARC files, of the rows that have a page."""
    pytest.importorskip("warcio", reason="needs warcio, of the extra dev")
    folder = tmp_path / "warcs"
    folder.mkdir()
    for number in range(2):
        write_warc(folder / f"{number}.warc.gz", crawl_rows()[number::2])
    return folder


@pytest.fixture
def datatrove(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The integration."""
    pytest.importorskip("datatrove", reason="needs datatrove, of the extra datatrove")
    from datatrove.pipeline.readers import WarcReader

    # It asks for the distribution faust-cchardet; cchardet, whose module it takes the place of, serves as well.
    monkeypatch.setattr(WarcReader, "_requires_dependencies", ["warcio"])
    from boilerkit.integrations import datatrove

    return datatrove


def texts_by_url() -> dict[str, str]:
    """Return the texts of the pages of the crawl by their addresses."""
    return {row["url"]: row["text"] for row in expected_rows(crawl_rows(), fields=()) if row["error"] is None}


def run_datatrove(block: Any, warcs: Path, output: Path) -> list[dict[str, Any]]:
    """Run a block on WARC files in two processes; return the rows that it wrote, but for what is not a page.

    The reader decodes that as if it were one.
    """
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.readers import WarcReader
    from datatrove.pipeline.writers import JsonlWriter

    pipeline = [WarcReader(str(warcs)), block, JsonlWriter(str(output))]
    logs = str(output / "logs")
    LocalPipelineExecutor(pipeline, tasks=2, workers=2, logging_dir=logs, start_method="fork").run()
    return [row for row in read_json_lines(output) if "%PDF" not in row["text"]]


def test_datatrove(datatrove: Any, warcs: Path, tmp_path: Path) -> None:
    block = datatrove.Boilerkit()
    assert block.extract("") == "" and block.extract(ARTICLE) == extract(ARTICLE)
    rows = run_datatrove(block, warcs, tmp_path / "out")
    assert {row["metadata"]["url"]: row["text"] for row in rows} == texts_by_url()
    assert {"url", "date", "page_title", "page_authors", "page_date", "page_language"} <= set(rows[0]["metadata"])


def test_datatrove_leaves_out_the_document_of_a_killed_process(datatrove: Any, warcs: Path, tmp_path: Path) -> None:
    block = datatrove.Boilerkit(fields=())
    extract_record = block.extract_record

    def killing(text: str, url: str | None = None) -> dict[str, Any]:
        if url == "https://site.example/9":
            os.kill(os.getpid(), signal.SIGKILL)
        return extract_record(text, url)

    block.extract_record = killing
    killing.options = extract_record.options
    found = {row["metadata"]["url"]: row["text"] for row in run_datatrove(block, warcs, tmp_path / "out")}
    expected = texts_by_url()
    del expected["https://site.example/9"]
    assert found == expected


# --- The jobs of docs/clusters.md -------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ["ray", "spark", "datatrove"])
def test_jobs(engine: str, warcs: Path, tmp_path: Path) -> None:
    pytest.importorskip({"spark": "pyspark"}.get(engine, engine), reason=f"needs the extra {engine}")
    if engine == "datatrove" and not _is_installed("faust-cchardet"):
        pytest.skip("datatrove reads WARC with faust-cchardet")
    if engine == "spark" and which("java") is None:
        pytest.skip("Spark needs Java")
    archives = sorted(warcs.iterdir())
    paths, output = tmp_path / "paths.txt", tmp_path / "out"
    paths.write_text("".join(f"{file.name if engine == 'datatrove' else file}\n" for file in archives))
    arguments = [warcs, paths, output] if engine == "datatrove" else [paths, output]
    job = ROOT / "examples" / "clusters" / f"{engine}_job.py"
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYSPARK_PYTHON": sys.executable}
    subprocess.run([sys.executable, job, *arguments], check=True, env=environment, capture_output=True, timeout=300)
    if engine == "datatrove":
        found = {row["metadata"]["url"]: row["text"] for row in read_json_lines(output)}
    else:
        found = {row["url"]: row["text"] for row in read_parquet(output, "url")}
    assert found | texts_by_url() == found and len(found) == len(texts_by_url()) + 1  # what is not a page has its row


def test_the_docs_show_the_jobs() -> None:
    shown = (ROOT / "docs" / "clusters.md").read_text(encoding="utf-8")
    jobs = sorted((ROOT / "examples" / "clusters").glob("*.py"))
    assert len(jobs) == 3 and [job.name for job in jobs if job.read_text(encoding="utf-8") not in shown] == []


def _is_installed(distribution: str) -> bool:
    try:
        return bool(version(distribution))
    except PackageNotFoundError:
        return False


# --- NeMo Curator and Dolma -------------------------------------------------------------------------------------------


def test_nemo_curator(warcs: Path) -> None:
    pytest.importorskip("nemo_curator.stages.text.download", reason="needs nemo-curator[text_cpu]")
    from nemo_curator.stages.text.download.base.iterator import DocumentIterateExtractStage
    from nemo_curator.stages.text.download.common_crawl.warc_iterator import CommonCrawlWarcIterator
    from nemo_curator.tasks import FileGroupTask

    from boilerkit.integrations.nemo_curator import BoilerkitExtractor

    extractor = pickle.loads(pickle.dumps(BoilerkitExtractor()))
    assert extractor.extract({"url": "https://site.example/", "content": NOT_A_PAGE}) is None
    stage = DocumentIterateExtractStage(iterator=CommonCrawlWarcIterator(), extractor=extractor)
    task = FileGroupTask(dataset_name="crawl", data=[str(file) for file in sorted(warcs.iterdir())])
    found = stage.process(task).data
    assert list(found.columns) == stage.outputs()[1]
    assert dict(zip(found["url"], found["text"], strict=True)) == texts_by_url()


def test_dolma(warcs: Path, tmp_path: Path) -> None:
    pytest.importorskip("dolma.warc", reason="needs Dolma, which asks for another numpy: see docs/clusters.md")
    job = f"""
import boilerkit.integrations.dolma
from dolma.warc import create_and_run_warc_pipeline
if __name__ == "__main__":
    create_and_run_warc_pipeline(
        documents={str(warcs / "*.warc.gz")!r}, destination={str(tmp_path / "out")!r}, source_name="crawl",
        linearizer_name="boilerkit", num_processes=2,
    )
"""
    (tmp_path / "job.py").write_text(job, encoding="utf-8")
    subprocess.run([sys.executable, tmp_path / "job.py"], check=True, env=os.environ | {"PYTHONPATH": str(ROOT)})
    assert set(texts_by_url().values()) <= {row["text"] for row in read_json_lines(tmp_path / "out")}
