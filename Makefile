# make demo      make .venv, install w2v, train on data/, ask, draw
# make test      make .venv, install what the tests need, run them all
# make core      run the tests without any extra, in .venv-core: what a newcomer has
# make core-without-gensim   the same in an environment without gensim, as on a Python that gensim has no wheel for
# make check     what CI runs: tests, lint, types, generated files up to date
# make fuzz      give all readers hostile input; MINUTES=5 SEED=1 READERS=vectors,sets; see tests/fuzz/runner.py
# make lowest    run the tests with the lowest versions of what w2v depends on, in .venv-lowest, and the newest of
#                its extras, on a Python for which these have wheels: PYTHON=python3.10. EXTRAS=core-test leaves the extras out
# make house     measure the code: sizes, arrows, comments, semicolons, doubled names
# make docs      write the generated documentation again
# make format    format the code

PYTHON ?= python3
MINUTES ?= 5
EXTRAS ?= test
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: demo test core core-without-gensim check lint types generated fuzz lowest house docs format clean

demo: .venv/installed
	@mkdir -p demo
	$(BIN)/w2v train data/english.txt -o w2v-demo --workers 1 --force
	$(BIN)/w2v plot data/vocab.txt -o demo/vocab.png --force
	$(BIN)/w2v projector demo --force
	$(BIN)/w2v similar girl
	$(BIN)/w2v analogy boy queen - girl --topn 3
	@echo
	@echo "Look at demo/vocab.png; load demo/vecs.tsv and demo/meta.tsv at https://projector.tensorflow.org"
	@echo "Go on with: . .venv/bin/activate; w2v --help"

test: .venv/installed-test
	$(BIN)/python -m pytest -n auto

core:
	$(PYTHON) -m venv .venv-core
	.venv-core/bin/python -m pip install --quiet --disable-pip-version-check -e '.[core-test]'
	.venv-core/bin/python -m pytest -n auto

core-without-gensim:
	$(PYTHON) -m venv --clear .venv-without-gensim
	.venv-without-gensim/bin/python -m pip install --quiet --disable-pip-version-check -e '.[core-test]'
	.venv-without-gensim/bin/python -m pip uninstall --quiet --yes gensim
	.venv-without-gensim/bin/python -m pytest -n auto

check: test lint types generated

lint: .venv/installed-lint
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: .venv/installed-lint
	$(BIN)/mypy
	$(BIN)/mypy --platform win32 --cache-dir .mypy_cache/win32
	$(BIN)/mypy --platform darwin --cache-dir .mypy_cache/darwin

generated: .venv/installed
	$(BIN)/python data/make_corpus.py --check
	$(BIN)/python docs/generate.py --check

fuzz: .venv/installed-test
	$(BIN)/python -m tests.fuzz --minutes $(MINUTES) $(if $(SEED),--seed $(SEED)) $(if $(READERS),--readers $(READERS))

# matplotlib of that time is deprecated by a newer pyparsing, and warnings are errors.
lowest:
	$(PYTHON) -m venv --clear .venv-lowest
	sed -n '/^dependencies/,/^]/ p' pyproject.toml | grep -o '"[A-Za-z][^" ]*>=[0-9.]*' \
		| sed 's/^"//; s/\[.*\]//; s/>=/==/' > .venv-lowest/lowest.txt
	echo 'pyparsing<3.3' >> .venv-lowest/lowest.txt
	.venv-lowest/bin/python -m pip install --quiet --disable-pip-version-check -c .venv-lowest/lowest.txt -e '.[$(EXTRAS)]'
	.venv-lowest/bin/python -m pytest -n auto

house: .venv/installed
	$(BIN)/python -m benchmarks.house

docs: .venv/installed
	$(BIN)/python data/make_corpus.py
	$(BIN)/python docs/generate.py

format: .venv/installed-lint
	$(BIN)/ruff check --fix-only
	$(BIN)/ruff format

clean:
	rm -rf .venv .venv-core .venv-without-gensim .venv-lowest demo build *.egg-info

.venv/bin/python:
	$(PYTHON) -m venv .venv

# A font with Hangul comes too, so that a first picture may have Korean words. The tokenizer of [korean] is ten times larger.
.venv/installed: pyproject.toml setup.cfg | .venv/bin/python
	$(INSTALL) -e . koreanize-matplotlib
	@touch $@

.venv/installed-test: .venv/installed
	$(INSTALL) -e '.[test]'
	@touch $@

.venv/installed-lint: .venv/installed-test
	$(INSTALL) -e '.[test,lint]'
	@touch $@
