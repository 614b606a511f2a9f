# Needs Python 3.11 or newer and make. Another Python than python3: make PYTHON=python3.12
PYTHON ?= $(if $(filter Windows_NT,$(OS)),python,python3)
# Notebooks at a time.
JOBS ?= 2
# Size of the synthetic world of make paper-scale; 1 is the article's, 20.7 million tweets.
SCALE ?= 1
# Sizes of the synthetic worlds of make growth.
SCALES ?= 0.01 0.03 0.1 1
# Of make bench.
STUDY ?= data/sample
RESULTS ?= build/sample
ROUNDS ?= 3

# Windows keeps it elsewhere; there make runs in the shell that comes with Git.
VENV := .venv/$(if $(filter Windows_NT,$(OS)),Scripts,bin)/python
PIP := $(VENV) -m pip --quiet --disable-pip-version-check

COMPILE = $(VENV) -m uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest \
  --generate-hashes --no-annotate --no-header

# What .venv was made from. Compared by content: a fresh clone's time stamps say nothing.
ORIGIN = { pwd; $(PYTHON) -V; cat requirements.lock; }

.PHONY: help reproduce docs fresh test test-all faults check hooks lab spark controls multiverse paper-scale engines growth \
  rivals bench bench-tenth readme lock advisories clean environment

help:
	@echo "make reproduce  run all notebooks on the shipped sample; results in build/sample, figures in figures/"
	@echo "make docs       publish the report of build/sample in docs/, as the last step of make reproduce does"
	@echo "make fresh      make reproduce, and fail unless figures/ and docs/ are what git has"
	@echo "make test       check style and layers and run the tests, in minutes"
	@echo "make test-all   the same, and the tests that are slow by nature"
	@echo "make faults     try on purpose to break the package, in hours, and write what came of it into its guide"
	@echo "make check      look at all files as the hooks do before a commit: style, outputs, sizes, paths"
	@echo "make hooks      have them do so before each commit from now on"
	@echo "make lab        open copies of the notebooks in JupyterLab, with results of their own in build/lab"
	@echo "make spark      add PySpark to .venv, for --engine pyspark; it needs Java 17 or newer, and half a gigabyte"
	@echo "make controls   measure every claim in the control worlds anew, for notebook 11 (an hour)"
	@echo "make multiverse measure every finding under all combinations of choices, for notebook 11 (a minute)"
	@echo "make paper-scale  run all notebooks on a synthetic world of the article's size; SCALE=0.1 for a tenth of it"
	@echo "make engines    run all notebooks on DuckDB and on Spark, and compare every table, figure and claim"
	@echo "make growth     measure how the costs grow with the number of tweets; SCALES='0.01 0.1' for two sizes"
	@echo "make bench      measure each stage beside a student's version and the fastest tools; STUDY=... RESULTS=... ROUNDS=..."
	@echo "make bench-tenth  the same, once, over a synthetic world of a tenth of the article's size"
	@echo "make readme     write into README.md what the last make reproduce, make test and benchmarks gave"
	@echo "make lock       write the lock files anew from pyproject.toml"
	@echo "make advisories  look up known faults of the locked packages"
	@echo "make clean      remove build/ and .venv/"

reproduce: environment
	@echo "Running the notebooks on data/sample, $(JOBS) at a time"
	@$(VENV) -m helpers.reproduce data/sample --out build/sample --jobs $(JOBS)
	@mkdir -p figures
	@find build/sample/figures \( -name '*.png' -o -name '*.svg' -o -name '*.csv' \) -exec cp {} figures/ \;
	@$(VENV) -m helpers.reproduce.report data/sample --out build/sample --publish docs > /dev/null
	@echo "Done: open build/sample/index.html; the figures are in figures/, the report for the web is in docs/"

docs: environment
	@echo "Publishing the report of build/sample in docs/"
	@$(VENV) -m helpers.reproduce.report data/sample --out build/sample --publish docs

fresh: reproduce
	@changed=$$(git status --porcelain -- figures docs) && test -z "$$changed" || { \
	  echo "figures/ or docs/ are not what this run makes. Look at the differences, and commit them:" >&2; \
	  echo "$$changed" >&2; exit 1; }

# Tests marked slow run in test-all alone.
test test-all: environment
	@echo "Checking style and layers and running the tests"
	@$(VENV) -m ruff check
	@$(VENV) -m ruff format --check --quiet
	@$(dir $(VENV))lint-imports --no-logo --no-cache
	@$(VENV) -m pytest -n 2 --dist loadfile $(if $(filter test-all,$@),-m "") --junitxml=build/$(subst test,tests,$@).xml

# All are run and the guide is written, also where one breaks a promise. Some need Linux and root, and say so.
faults: environment
	@echo "Trying to break the package; this takes about three hours"
	@broken=; for trial in "fuzz.py --lines 100000" kills.py resources.py same_bytes.py; do \
	  echo "trials/$$trial" && $(VENV) trials/$$trial || broken="$$broken trials/$$trial"; done; \
	  $(VENV) trials/guide.py --tried-now && test -z "$$broken" || { \
	  echo "Not all held:$$broken. See docs/guides/what_was_tried.md" >&2; exit 1; }

check: environment
	@$(VENV) -m pre_commit run --all-files

hooks: environment
	@$(VENV) -m pre_commit install

lab: environment
	@echo "Opening copies of the notebooks (build/lab) in JupyterLab; stop it with Ctrl-C"
	@$(VENV) -m helpers.reproduce.lab $(if $(filter 0,$(shell id -u)),--allow-root)

# Beside the environment and not part of it: most studies need no Spark. At its end Spark is started, as a trial.
spark: environment
	@cmp -s requirements-spark.lock .venv/spark || { \
	  echo "Adding PySpark to .venv from requirements-spark.lock; this takes a few minutes, once" && \
	  $(PIP) install --require-hashes --no-build-isolation -r requirements-spark.lock && \
	  $(VENV) -m helpers.engines && \
	  cp requirements-spark.lock .venv/spark; }

# One world after the other, so that an interrupted run can go on: what is in build/controls is kept.
controls: environment
	@echo "Measuring every claim in the control worlds; this takes an hour on two cores"
	@$(VENV) -m helpers.world.measure --jobs $(JOBS)
	@for scale in 0.005 0.01 0.04 0.1; do \
	  $(VENV) -m helpers.world.measure --worlds base --scale $$scale --seeds 10 --jobs $(JOBS) || exit 1; \
	done
	@$(VENV) -m helpers.world.measure --table
	@$(VENV) -m helpers.world.coverage

# An interrupted run goes on: what is in build/multiverse is kept until tables, settings or code change.
multiverse: environment
	@echo "Measuring every finding under all combinations of choices; this takes about a minute"
	@$(VENV) -m helpers.audit.multiverse data/sample --out build/sample --jobs $(JOBS) \
	  --table data/reference/multiverse.csv

# The world is kept, so that a second run measures the notebooks alone; the record is that of the full size.
paper-scale: environment
	@echo "Running the notebooks on a world of scale $(SCALE), $(JOBS) at a time; results in build/scale-$(SCALE)"
	@test -e build/scale-$(SCALE)/study/truth || \
	  $(VENV) -m helpers.world --scale $(SCALE) --tables --out build/scale-$(SCALE)/study
	@$(VENV) -m helpers.reproduce build/scale-$(SCALE)/study --out build/scale-$(SCALE)/results --jobs $(JOBS) \
	  --memory 4GB --spill build/scale-$(SCALE)/spill
	@test "$(SCALE)" != 1 || { cp build/scale-1/results/summary.csv benchmarks/results/paper_scale.csv && \
	  cp build/scale-1/results/scorecard.csv benchmarks/results/paper_scale_scorecard.csv && \
	  cp build/scale-1/results/run.json benchmarks/results/paper_scale.json; }

engines: spark
	@echo "Running the notebooks on data/sample on two engines; this takes some minutes. Results in build/engines"
	@$(VENV) benchmarks/engines.py

growth: environment
	@echo "Running the notebooks on worlds of scale $(SCALES); results in build/growth"
	@$(VENV) benchmarks/growth.py $(SCALES)

# What bench compares with, and its tests need.
rivals: environment
	@$(PIP) install --require-hashes -r requirements-bench.lock

# Of another study: make bench STUDY=my_study RESULTS=my_results, after a run over it.
bench: rivals
	@test -e $(RESULTS)/tables/partisans.parquet || { \
	  echo "$(RESULTS) has no tables of a whole run. Run make reproduce first" >&2; exit 1; }
	@echo "Measuring each stage three ways, $(ROUNDS) rounds; this takes some minutes"
	@$(VENV) benchmarks/bench.py $(STUDY) --results $(RESULTS) --rounds $(ROUNDS)
	@$(VENV) benchmarks/full_objects.py $(STUDY) --results $(RESULTS) --rounds $(ROUNDS)

# The stages over all tweets show what they cost once what any run costs no longer counts.
bench-tenth: rivals
	@echo "Measuring each stage three ways over two million synthetic tweets; this takes a quarter of an hour"
	@test -e build/tenth/study/truth || $(VENV) -m helpers.world --scale 0.1 --out build/tenth/study
	@test -e build/tenth/results/tables/partisans.parquet || \
	  $(VENV) -m helpers.reproduce build/tenth/study --out build/tenth/results --jobs $(JOBS)
	@$(VENV) benchmarks/bench.py build/tenth/study --results build/tenth/results --rounds 1 --name bench_tenth

readme: environment
	@echo "Writing into README.md what build/, benchmarks/results and data/reference say"
	@$(VENV) benchmarks/readme.py

lock: environment
	@echo "Writing the lock files requirements*.lock from pyproject.toml"
	@$(PIP) install uv
	@$(COMPILE) --extra dev pyproject.toml -o requirements.lock
	@for extra in spark bench; do \
	  $(VENV) -c 'import sys, tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"][sys.argv[1]], sep="\n")' $$extra | \
	  $(COMPILE) --constraints requirements.lock - -o requirements-$$extra.lock || exit 1; done

# In an environment of its own, since what looks at the lock is no part of it. Spark's is looked at, too.
advisories: AUDIT = $(subst .venv,build/advisories,$(VENV))
advisories:
	@echo "Looking up known faults of the packages in requirements*.lock"
	@$(PYTHON) -m venv --clear build/advisories
	@$(AUDIT) -m pip --quiet --disable-pip-version-check install pip-audit
	@$(AUDIT) -m pip_audit --disable-pip --require-hashes $(patsubst %,-r %,$(wildcard requirements*.lock))

clean:
	@echo "Removing build/ and .venv/"
	@rm -rf build .venv

# The record takes its place last, so that a half-made .venv is never taken for a whole one. One that had PySpark gets
# it again, without $(MAKE): make -n would run such a line, and all of this.
environment:
	@$(PYTHON) -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "$(PYTHON) is missing, older than 3.11, or lacks venv. Install Python 3.11 or newer" \
	    "(Debian, Ubuntu: also python3-venv), or name one: make PYTHON=python3.12" >&2; exit 1; }
	@$(ORIGIN) | cmp -s - .venv/origin || { \
	  echo "Setting up .venv from requirements.lock; this takes a few minutes, once" && begun=$$(date +%s) && \
	  spark=$$(test ! -e .venv/spark || echo spark) && \
	  $(PYTHON) -m venv --clear .venv && \
	  $(ORIGIN) > .venv/origin.partial && \
	  $(PIP) install --require-hashes -r requirements.lock && \
	  $(PIP) install --no-deps --no-build-isolation -e . && \
	  echo $$(($$(date +%s) - begun)) > .venv/seconds && \
	  mv .venv/origin.partial .venv/origin && \
	  { test -z "$$spark" || { $(PIP) install --require-hashes --no-build-isolation -r requirements-spark.lock && \
	  cp requirements-spark.lock .venv/spark; }; }; }
