# Everything a newcomer needs; on Windows see README.md.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready
.PHONY: setup report lab learn test check bench soak lock catalogue notebooks picture clean

report: $(READY)
	$(BIN)/cjmkit run --workshops workshops fridge running-shoes --language en,pl

# The guided workshop in JupyterLab; make lab NAME=fridge opens that client.
lab: $(READY)
	$(BIN)/cjmkit lab $(NAME) --workshops workshops

# The lessons in JupyterLab.
learn: $(READY)
	$(BIN)/cjmkit lab --learn --workshops workshops

test: check
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder  # one more than cores: some tests wait for a browser

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(READY)
	$(BIN)/python -m pytest tests/bench -s -p no:xdist

soak: $(READY)
	$(BIN)/python tests/soak/run.py

setup: $(READY)

# uv installs the lock; uv itself comes from the lock too, by its hash.
$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'cjmkit needs Python 3.11 or newer: make PYTHON=/path/to/python3.11')"
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	awk '/^uv==/ {on=1} on {print; if ($$0 !~ /\\$$/) exit}' requirements.lock > .venv/uv.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r .venv/uv.txt
	VIRTUAL_ENV=.venv $(BIN)/uv pip sync --quiet --compile-bytecode --require-hashes requirements.lock
	VIRTUAL_ENV=.venv $(BIN)/uv pip install --quiet --no-deps --no-build-isolation -e .
	touch $(READY)

# For maintainers: write the lock anew after pyproject.toml changed.
lock:
	$(BIN)/uv pip compile pyproject.toml --all-extras --universal --generate-hashes --no-header --no-annotate -o requirements.lock

# For maintainers: collect the sentences of the code into every language's catalogue.
catalogue: $(READY)
	$(BIN)/python -m cjmkit.language.collect

# For maintainers: write the notebooks of other languages anew, and tell what is left to translate.
notebooks: $(READY)
	$(BIN)/python -m cjmkit.lessons.book
	$(BIN)/python -m cjmkit.lessons.linking
	$(BIN)/python -m cjmkit.language.notebooks

# For maintainers: draw the picture of the README anew.
picture: $(READY)
	$(BIN)/python -c "import pathlib; from cjmkit.charts.drawing import png; from cjmkit.reports.content.findings import drawn_map; from cjmkit.runs.opening import open_report; pathlib.Path('.github/journey-map.png').write_bytes(png(drawn_map(open_report('running-shoes', language='en')), 1, 'en'))"

clean:
	rm -rf .venv dist workshops/*/out workshops/*/build
