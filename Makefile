# make demo:       install into .venv, extract an example page and show its blocks
# make label-demo: label ten example pages in the browser, and retrain on them
# make test:       install what the tests need, check style and types, and run the tests
# make docs:       build the documentation as a web site in site/
# make model:      train the shipped models:                make model DATA=path/to/data
# make benchmarks: measure everything that the docs show:   make benchmarks DATA=path/to/data
# make fuzz:       check what must hold of every page on damaged pages:  make fuzz MINUTES=10 PAGES=saved-pages/
# make sanitize:   run the tests of compiled code under AddressSanitizer and UndefinedBehaviorSanitizer (Linux, gcc)
# make fuzz-sanitized: the same with the compiled code of "make sanitize"
#
# Needs Python 3.11 or newer, a C compiler, and access to a package index.

PYTHON ?= python3
BIN := .venv/bin
SOURCES := pyproject.toml $(wildcard *.py) $(shell find boilerkit -name '*.pyx' -o -name '*.pxd' -o -name columns.py)

.PHONY: demo label-demo test docs model benchmarks fuzz fuzz-sanitized sanitize clean

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
	$(BIN)/python -m pytest -n 2 --dist loadfile

docs: .venv/installed-dev
	$(BIN)/mkdocs build --strict

# Some of the peers render the training pages as plain text.
model: .venv/installed-peers
	$(BIN)/python -m training --data $(DATA)

ROUGE_CORPORA = $(foreach corpus,wcxb_dev cleaneval fundus_train,$(DATA)/$(corpus).parquet)

# With all peers; writes the figures and pictures into README.md and docs/. Takes some hours on 2 cores.
benchmarks: .venv/installed-peers
	$(BIN)/python -m benchmarks accuracy $(ROUGE_CORPORA) --rouge --jobs 2
	$(BIN)/python -m benchmarks leaderboard $(ROUGE_CORPORA) $(DATA)/forum_posts.parquet $(DATA)/world_pages.parquet \
		$(DATA)/validation/*.parquet labelled:$(DATA) --jobs 2
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

SANITIZED_PYTHON = LD_PRELOAD="$(PRELOADED)" PYTHONMALLOC=malloc CI=true \
	ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1 UBSAN_OPTIONS=print_stacktrace=1 $(CURDIR)/$(BIN)/python
MINUTES ?= 2

fuzz: .venv/installed-dev
	$(BIN)/python -m benchmarks fuzz $(PAGES) --minutes $(MINUTES)

fuzz-sanitized: $(SANITIZED)/built
	cd $(SANITIZED) && $(SANITIZED_PYTHON) -m benchmarks fuzz $(if $(PAGES),$(abspath $(PAGES))) --minutes $(MINUTES)

sanitize: $(SANITIZED)/built
	cd $(SANITIZED) && $(SANITIZED_PYTHON) -m pytest -m 'not slow' -p no:cacheprovider $(SANITIZED_TESTS)

$(SANITIZED)/built: .venv/installed-dev $(shell find tests benchmarks -name '*.py')
	rm -rf $(SANITIZED) && mkdir -p $(SANITIZED)
	cp -r boilerkit models tests examples benchmarks training $(wildcard *.py) pyproject.toml README.md $(SANITIZED)
	find $(SANITIZED) -name '*.so' -delete -o -name '*.c' -delete
	cd $(SANITIZED) && CC=gcc CFLAGS="-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -g -O1" \
		$(CURDIR)/$(BIN)/python setup.py -q build_ext --inplace
	touch $@

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "boilerkit needs Python 3.11 or newer")'
	@echo "Creating .venv ..."
	@$(PYTHON) -m venv .venv

# Installs into .venv, with EXTRAS. Of what pip says, shows the modules as they are translated to C and compiled.
STEPS := "[[] *[0-9]+/[0-9]+[]] Cythonizing .*|building '.*' extension"
define INSTALL
	@echo "Installing boilerkit$(EXTRAS) into .venv: pip fetches what it needs, then compiles on all cores; one to two minutes."
	@mkdir -p build
	@$(BIN)/python -m pip install --verbose --editable '.$(EXTRAS)' 2>&1 | tee build/install.log \
		| grep --line-buffered -oE $(STEPS) || true
	@grep -q "^Successfully installed .*boilerkit" build/install.log || { tail -30 build/install.log; exit 1; }
endef

.venv/installed: $(SOURCES) | .venv/bin/python
	$(INSTALL)
	@touch $@

.venv/installed-label: EXTRAS := [label]
.venv/installed-label: $(SOURCES) | .venv/bin/python
	$(INSTALL)
	@touch $@ .venv/installed

.venv/installed-dev: EXTRAS := [dev]
.venv/installed-dev: $(SOURCES) | .venv/bin/python
	$(INSTALL)
	@touch $@ .venv/installed .venv/installed-label

.venv/installed-peers: EXTRAS := [dev,peers]
.venv/installed-peers: $(SOURCES) | .venv/bin/python
	@$(BIN)/python -m pip install --quiet --upgrade pip  # older versions fail on extras that are spelt in two ways
	$(INSTALL)
	@touch $@ .venv/installed-dev .venv/installed

clean:
	rm -rf .venv build site *.egg-info
	find boilerkit -name '*.so' -delete -o -name '*.c' -delete
