"""Where the training pages are: public repositories, at commits that have them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """A repository at a commit. `corpora` are those whose labelled pages are files of it, as they are."""

    repository: str
    commit: str
    licence: str
    corpora: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name of its folder."""
        return "+".join(self.repository.split("/")[-2:])


WCXB = Source(
    "https://github.com/Murrough-Foley/web-content-extraction-benchmark",
    "c039d5ee9f5a3a984a0e167e63aacd04e76e78a9",
    "CC-BY-4.0",
)
FUNDUS = Source("https://github.com/flairNLP/fundus", "18da6e53592f99cf0ac5770dc63d6ba99ba63ae8", "MIT")
HARVEST = Source("https://github.com/fhgr/harvest", "f778b0a4112259ad246c8ac57e9d51eb149ab9ef", "Apache-2.0")
MAGIC_HTML = Source(
    "https://github.com/opendatalab/magic-html", "47d4a7fed12030e906a093b074637f178cb46ef2", "Apache-2.0"
)

SOURCES = (
    WCXB,
    FUNDUS,
    HARVEST,
    MAGIC_HTML,
    Source(
        "https://github.com/adbar/htmldate",
        "b8952828329abaeeb3be21387b526f2be614ce67",
        "Apache-2.0",
        ("mediacloud-2020", "htmldate-eval"),
    ),
    Source(
        "https://github.com/adbar/trafilatura",
        "e90b0ef51ab026fdb905fb6c5b3c84dd3d784fd5",
        "Apache-2.0",
        ("trafilatura-eval",),
    ),
    Source(
        "https://github.com/mozilla/readability",
        "ab4027a8b37669745016869a37a504727992b2ba",
        "Apache-2.0",
        ("readability-test-pages",),
    ),
    Source(
        "https://github.com/postlight/parser",
        "e8ba7ece291efa4d915d50dd4deeec17d54359f2",
        "Apache-2.0 or MIT",
        ("postlight-fixtures",),
    ),
    Source(
        "https://github.com/jocmp/mercury-parser",
        "f987e9e0b9766d59595bcbf97ac2ebe0227c5506",
        "Apache-2.0 or MIT",
        ("mercury-fixtures",),
    ),
    Source(
        "https://github.com/codelucas/newspaper",
        "1618b547f31c2d1fd19ae3b6afd8f7542dd02074",
        "MIT and Apache-2.0",
        ("newspaper-tests",),
    ),
    Source(
        "https://github.com/AndyTheFactory/newspaper4k",
        "540bff3e8344cb8291c4829fafd98860f30d9692",
        "MIT and Apache-2.0",
        ("newspaper4k-tests",),
    ),
    Source(
        "https://github.com/goose3/goose3",
        "c5a8902eed0c4592a1ff5ec51a0277cf73a3aca7",
        "Apache-2.0",
        ("goose3-tests",),
    ),
)
