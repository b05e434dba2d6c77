# make demo:       install into .venv, extract an example page and show its blocks
# make label-demo: label ten example pages in the browser, and retrain on them
# make test:       install what the tests need, check style and types, and run the tests
# make model:      train the shipped models:                make model DATA=path/to/data
# make benchmarks: measure everything that the docs show:   make benchmarks DATA=path/to/data
# make sanitize:   run the tests of compiled code under AddressSanitizer and UndefinedBehaviorSanitizer (Linux, gcc)
#
# Needs Python 3.11 or newer, a C compiler, and access to a package index.

PYTHON ?= python3
BIN := .venv/bin
SOURCES := pyproject.toml $(wildcard *.py) $(shell find boilerkit -name '*.pyx' -o -name '*.pxd' -o -name columns.py)

.PHONY: demo label-demo test model benchmarks sanitize clean

demo: .venv/installed
	@echo
	@echo "== boilerkit blocks examples/news-article.html =="
	@$(BIN)/boilerkit blocks examples/news-article.html
	@echo
	@echo "== boilerkit extract examples/news-article.html =="
	@$(BIN)/boilerkit extract examples/news-article.html
	@echo
	@echo "Boilerkit is installed in .venv. Run it as .venv/bin/boilerkit, or activate the environment:"
	@echo "    . .venv/bin/activate"
	@echo "    boilerkit --help"

label-demo: .venv/installed-label
	@mkdir -p build
	@echo "Ten pages from the books of mountain huts, of which the shipped model keeps the wrong parts."
	@echo "Label what guests wrote as content, and the rest as boilerplate; then press Retrain; docs/labeling.md shows how."
	@$(BIN)/boilerkit label examples/label_demo -o build/label-demo.jsonl

test: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest

# Some of the peers render the training pages as plain text.
model: .venv/installed-peers
	$(BIN)/python -m training --data $(DATA)

# With all peers; writes the figures and pictures into README.md and docs/. Takes some hours on 2 cores.
benchmarks: .venv/installed-peers
	$(BIN)/python -m benchmarks accuracy $(DATA)/wcxb_dev.parquet $(DATA)/cleaneval.parquet $(DATA)/fundus_train.parquet --rouge --jobs 2
	$(BIN)/python -m benchmarks accuracy $(DATA)/forum_posts.parquet $(DATA)/world_pages.parquet $(DATA)/validation/*.parquet --jobs 2
	$(BIN)/python -m benchmarks accuracy labelled:$(DATA) --jobs 2
	$(BIN)/python -m benchmarks curves $(DATA)/wcxb_dev.parquet $(DATA)/cleaneval.parquet labelled:$(DATA) --jobs 2
	$(BIN)/python -m benchmarks speed $(DATA)/wcxb_dev.parquet $(DATA)/fundus_train.parquet --limit 300 --output benchmarks/results
	$(BIN)/python -m benchmarks learning-curve --data $(DATA)
	$(BIN)/python -m benchmarks adaptation $(DATA)/validation/blogs_2012.parquet $(DATA)/validation/news_2008.parquet --sites-of $(DATA)/validation/world_press.parquet
	$(BIN)/python -m benchmarks docs

# Sanitizers compile a copy, so that the modules in use stay as they are. Python itself is not compiled with them, so
# their libraries are loaded before it, and memory that it does not free at exit does not count as a leak. The first
# error ends the run.
SANITIZED := build/sanitized
PRELOADED = $(foreach library,libasan.so libubsan.so libstdc++.so,$(shell gcc -print-file-name=$(library)))
SANITIZED_TESTS := $(foreach name,html_segmentation prefilter plaintext decode features html_features vocabulary labels model \
	selection html_rendering robustness threads lxml_abi,tests/test_$(name).py)

sanitize: .venv/installed-dev
	rm -rf $(SANITIZED) && mkdir -p $(SANITIZED)
	cp -r boilerkit models tests examples benchmarks training $(wildcard *.py) pyproject.toml README.md $(SANITIZED)
	find $(SANITIZED) -name '*.so' -delete -o -name '*.c' -delete
	cd $(SANITIZED) && CC=gcc CFLAGS="-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -g -O1" \
		$(CURDIR)/$(BIN)/python setup.py -q build_ext --inplace
	cd $(SANITIZED) && LD_PRELOAD="$(PRELOADED)" PYTHONMALLOC=malloc CI=true \
		ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1 UBSAN_OPTIONS=print_stacktrace=1 \
		$(CURDIR)/$(BIN)/python -m pytest -m 'not slow' -p no:cacheprovider $(SANITIZED_TESTS)

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "boilerkit needs Python 3.11 or newer")'
	@echo "Creating .venv ..."
	@$(PYTHON) -m venv .venv

.venv/installed: $(SOURCES) | .venv/bin/python
	@echo "Installing boilerkit into .venv (compiles a few modules, about two minutes) ..."
	@$(BIN)/python -m pip install --quiet --editable .
	@touch $@

.venv/installed-label: $(SOURCES) | .venv/bin/python
	@echo "Installing boilerkit and what labelling needs into .venv (compiles a few modules, some minutes) ..."
	@$(BIN)/python -m pip install --quiet --editable '.[label]'
	@touch $@ .venv/installed

.venv/installed-dev: $(SOURCES) | .venv/bin/python
	@echo "Installing boilerkit and the tools for development into .venv (compiles a few modules, some minutes) ..."
	@$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@ .venv/installed .venv/installed-label

.venv/installed-peers: $(SOURCES) | .venv/bin/python
	@echo "Installing boilerkit, the tools for development and other extractors into .venv (some minutes) ..."
	@$(BIN)/python -m pip install --quiet --upgrade pip  # older versions fail on extras that are spelt in two ways
	@$(BIN)/python -m pip install --quiet --editable '.[dev,peers]'
	@touch $@ .venv/installed-dev .venv/installed

clean:
	rm -rf .venv build *.egg-info
	find boilerkit -name '*.so' -delete -o -name '*.c' -delete
