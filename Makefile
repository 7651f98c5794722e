# Each command sets up what it needs: a virtual environment in $(VENV) with the versions of constraints.txt.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
EXTRAS ?= dev
READY = $(VENV)/.ready

.PHONY: solve test lint clean

solve: $(READY)
	$(BIN)/pzh-opt solve scenarios/baseline.yaml

test: $(READY)
	$(BIN)/python -m pytest -n 2 --dist loadfile

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[$(EXTRAS)]"
	touch $(READY)

clean:
	rm -rf $(VENV) results
