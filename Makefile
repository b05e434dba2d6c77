# make demo: install into .venv and extract the example page.    make test: install what tests need and run them.
# make sanitize: run the tests of compiled code under AddressSanitizer and UndefinedBehaviorSanitizer (Linux, gcc).
# Needs Python 3.11 or newer, a C compiler, and access to a package index.

PYTHON ?= python3
BIN := .venv/bin
SOURCES := pyproject.toml setup.py build_columns.py $(shell find boilerkit -name "*.pyx" -o -name "*.pxd" -o -name columns.py)

.PHONY: demo test model benchmarks sanitize clean

demo: .venv/installed
	@echo "== its blocks =="
	@$(BIN)/boilerkit blocks examples/news-article.html
	@echo "== the text =="
	@$(BIN)/boilerkit extract examples/news-article.html

test: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest

# Train the shipped models anew and measure them out of fold: make model DATA=path/to/data
# Some of the peers turn pages into plain text for it.
model: .venv/installed-peers
	$(BIN)/python -m training --data $(DATA)

# Measure all that the README shows, with all peers; some hours on 2 cores: make benchmarks DATA=path/to/data
benchmarks: .venv/installed-peers
	$(BIN)/python -m benchmarks accuracy $(DATA)/wcxb_dev.parquet $(DATA)/cleaneval.parquet $(DATA)/fundus_train.parquet --rouge --jobs 2
	$(BIN)/python -m benchmarks accuracy labelled:$(DATA) --jobs 2
	$(BIN)/python -m benchmarks curves $(DATA)/wcxb_dev.parquet $(DATA)/cleaneval.parquet labelled:$(DATA) --jobs 2
	$(BIN)/python -m benchmarks speed $(DATA)/wcxb_dev.parquet $(DATA)/fundus_train.parquet --limit 300 --out benchmarks/results
	$(BIN)/python -m benchmarks profile $(DATA)/wcxb_dev.parquet $(DATA)/fundus_train.parquet
	$(BIN)/python -m benchmarks learning-curve --data $(DATA)
	$(BIN)/python -m benchmarks report
	$(BIN)/python -m benchmarks readme
	$(BIN)/python -m benchmarks performance

# A copy is compiled, so that the modules that are used every day stay as they are. Python itself is not compiled for
# this, so the sanitizers' libraries are loaded before it, and what it does not free at its end is no leak of ours.
# The first thing found ends the run.
SANITIZED := build/sanitized
PRELOADED = $(foreach library,libasan.so libubsan.so libstdc++.so,$(shell gcc -print-file-name=$(library)))
SANITIZED_TESTS := $(foreach name,segment lean plaintext decode features html_features vocabulary kinds model selection output robustness threads fit,tests/test_$(name).py)

sanitize: .venv/installed-dev
	rm -rf $(SANITIZED) && mkdir -p $(SANITIZED)
	cp -r boilerkit models tests examples benchmarks training setup.py build_columns.py pyproject.toml README.md $(SANITIZED)
	find $(SANITIZED) -name '*.so' -delete -o -name '*.c' -delete
	cd $(SANITIZED) && CC=gcc CFLAGS="-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -g -O1" \
		$(CURDIR)/$(BIN)/python setup.py -q build_ext --inplace
	cd $(SANITIZED) && LD_PRELOAD="$(PRELOADED)" PYTHONMALLOC=malloc CI=true \
		ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1 UBSAN_OPTIONS=print_stacktrace=1 \
		$(CURDIR)/$(BIN)/python -m pytest -m 'not slow' -p no:cacheprovider $(SANITIZED_TESTS)

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "boilerkit needs Python 3.11 or newer")'
	$(PYTHON) -m venv .venv

.venv/installed: $(SOURCES) | .venv/bin/python
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

.venv/installed-dev: $(SOURCES) | .venv/bin/python
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@ .venv/installed

.venv/installed-peers: $(SOURCES) | .venv/bin/python
	$(BIN)/python -m pip install --quiet --upgrade pip  # older ones fail on extras that are spelt in two ways
	$(BIN)/python -m pip install --quiet --editable '.[dev,peers]'
	touch $@ .venv/installed-dev .venv/installed

clean:
	rm -rf .venv build *.egg-info boilerkit/*.so boilerkit/*.c boilerkit/*/*.so boilerkit/*/*.c
