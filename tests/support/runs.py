"""A made-up run of a benchmark, as results name it."""

CONTEXT = {
    "command": "python -m benchmarks accuracy mills.jsonl",
    "machine": "Abacus, 2 cores",
    "python": "3.11.7",
    "versions": {"lxml": "6.1.3"},
    "commit": "0123456789ab",
}
