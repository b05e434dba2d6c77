"""Extracts the example page with an installed wheel: what each wheel has to do before it may be handed out."""

from pathlib import Path

import boilerkit

page = Path("examples/news-article.html").read_bytes()
text = " ".join(boilerkit.extract(page).split())
assert "By the time the third was done" in text, text
assert "use cookies to run this site" not in text, text
for output in ("markdown", "html", "json"):
    assert "By the time the third was done" in " ".join(boilerkit.extract(page, output_format=output).split()), output
assert list(boilerkit.extract_many([page, page], n_jobs=2)) == [boilerkit.extract(page)] * 2
print("extracts, with", boilerkit.__file__)
