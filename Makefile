# make repro   environment, pipeline, site        make test   environment, linters, tests
# make repro JOBS=4 TENSORBOARD=1   four runs at a time, with event files in .tensorboard/
# make repro SCHEDULER=tcp://10.0.0.1:8786   on the workers of a Dask scheduler
# make repro TRACKS="domains multimodal"   these tracks of params.yaml, with the optional rows that a
# plain make repro leaves out; LEADERBOARDS=digits and ROWS=digits-dcgan select data sets and rows
# make repro RECORD=1   also writes results/ and README.md, from the rows made here
# make site   the site from the records, without training
# make verify MINUTES=10   trains a sample of the recorded rows again, and compares them
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
LOCKED := .venv/requirements.lock
STAMP := .venv/pyproject.toml
JOBS ?=
TRACKS ?=
LEADERBOARDS ?=
ROWS ?=
SCHEDULER ?=
UPGRADE ?=
COMMIT ?=
EMULATOR ?=
DATA ?=
RECORD ?=
MINUTES ?= 10

ifdef BOARDS
$(error BOARDS is now TRACKS: write TRACKS="$(BOARDS)")
endif

export NO_MKDOCS_2_WARNING = 1

.PHONY: environment repro site serve test test-browser test-slow lint format check clean lock bench bench-allocator bench-arithmetic bench-averages bench-bits bench-clone bench-cluster bench-metrics bench-engine bench-gpu bench-idle bench-overhead bench-processors bench-repro bench-rollouts bench-samples bench-scaling bench-site bench-train faults publish verify verify-bits

repro: $(STAMP)
	$(BIN)/python -m benchmark repro $(if $(JOBS),--jobs $(JOBS)) \
	  $(if $(SCHEDULER),--scheduler $(SCHEDULER)) $(TRACKS:%=--track %) \
	  $(LEADERBOARDS:%=--leaderboard %) $(ROWS:%=--row %) $(if $(RECORD),--record)
	@echo "the site: $(CURDIR)/public/index.html (make serve serves it)"

test: lint
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

# requires Chromium
test-browser: $(STAMP)
	$(BIN)/python -m pytest -n 2 -m browser

test-slow: $(STAMP)
	$(BIN)/python -m pytest -m slow

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

check: $(STAMP)
	$(BIN)/python -m benchmark check

# build the site from the records in results/ and from what is made here; nothing is trained
site: $(STAMP)
	$(BIN)/python -m benchmark recipes
	$(BIN)/python -m benchmark report
	$(BIN)/python -m benchmark site

serve: $(STAMP)
	@test -f public/index.html || { echo "public/index.html: not built yet; run make site first"; exit 1; }
	$(BIN)/python -m http.server --directory public 8000

# the site as one archive, and the weights that are in runs/ as a DVC remote, for any folder of a
# static host; nothing is trained
publish: site
	tar -czf site.tar.gz -C public .
	@echo "site.tar.gz: unpack it in a folder of a static host"
	@if ls runs/*/*/*/trained/*/weights.safetensors > /dev/null 2>&1; then \
	  $(BIN)/python -m benchmark publish && \
	  echo "weights/: copy it to a folder of a static host, for gan-benchmark fetch ROW --from URL"; \
	else echo "weights/: not written, as runs/ has no weights; make repro trains them"; fi

bench-repro: $(STAMP)
	$(BIN)/python -m tests.performance.repro_time

bench: bench-metrics bench-overhead bench-allocator bench-train bench-rollouts bench-site

bench-metrics: $(STAMP)
	$(BIN)/python -m tests.performance.metrics_speed

bench-overhead: $(STAMP)
	$(BIN)/python -m tests.performance.task_overhead

bench-allocator: $(STAMP)
	$(BIN)/python -m tests.performance.allocator_speed

# EMULATOR="qemu-x86_64 -cpu Skylake-Server" adds the column of an emulated processor
bench-processors: $(STAMP)
	$(BIN)/python -m tests.performance.processors $(if $(EMULATOR),--emulator "$(EMULATOR)")

# requires the data and features of its rows: make repro ROWS="ring8-dcgan digits-dcgan ..." first
bench-arithmetic: $(STAMP)
	$(BIN)/python -m tests.performance.arithmetic_speed

# on a GPU, in at most 10 minutes; DATA is a folder with MNIST's raw idx files. Without this
# environment: python3 -m tests.performance.gpu --data ... --out results/bench/gpu.json
bench-gpu: $(STAMP)
	$(BIN)/python -m tests.performance.gpu $(if $(DATA),--data $(DATA)) --out results/bench/gpu.json

bench-clone: $(STAMP)
	$(BIN)/python -m tests.performance.clone_time

bench-idle: $(STAMP)
	$(BIN)/python -m tests.performance.idle_time $(COMMIT)

bench-bits: $(STAMP)
	$(BIN)/python -m tests.performance.commit_bits $(COMMIT)

bench-samples: $(STAMP)
	$(BIN)/python -m tests.performance.sample_numbers

bench-averages: $(STAMP)
	$(BIN)/python -m tests.performance.averages

bench-engine: $(STAMP)
	$(BIN)/python -m tests.performance.engine_speed $(COMMIT)

bench-scaling: $(STAMP)
	$(BIN)/python -m tests.performance.scaling

bench-cluster: $(STAMP)
	$(BIN)/python -m tests.performance.cluster_faults

bench-train: $(STAMP)
	$(BIN)/python -m tests.performance.train_speed

bench-rollouts: $(STAMP)
	$(BIN)/python -m tests.performance.rollout_speed

bench-site: $(STAMP)
	$(BIN)/python -m tests.performance.site_speed
	$(BIN)/python -m tests.performance.site_interactions

faults: $(STAMP)
	$(BIN)/python -m tests.performance.faults

# train a random sample of the recorded rows again, and compare the scores with the records
verify: $(STAMP)
	$(BIN)/python -m benchmark verify --minutes $(MINUTES) $(if $(JOBS),--jobs $(JOBS))

verify-bits: $(STAMP)
	$(BIN)/python -m tests.performance.verify_bits $(TRACKS)

# delete environment, data, runs, fetched weights and site; keep the committed tables and the downloads
clean:
	rm -rf .venv .cache .checkpoints .tensorboard .dvc/cache .dvc/tmp data features references runs sensitivity tables theory recipes results/drawn results/pages public site.tar.gz weights/index.json weights/files .weights.new .weights.old fetched build *.egg-info
	rmdir weights 2>/dev/null || true  # other files in it are the user's
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

environment: $(STAMP)

# rebuild the environment if the lock differs from the lock it was built from
$(LOCKED): requirements.lock
	@if cmp -s requirements.lock $(LOCKED); then touch $(LOCKED); else \
	  rm -rf .venv && $(PYTHON) -m venv .venv && \
	  $(PIP) install -r requirements.lock && \
	  cp requirements.lock $(LOCKED); fi

# install this project in editable mode if its metadata has changed
$(STAMP): pyproject.toml $(LOCKED)
	@if cmp -s pyproject.toml $(STAMP); then touch $(STAMP); else \
	  $(PIP) install --no-deps --no-build-isolation --editable . && \
	  cp pyproject.toml $(STAMP); fi

# write requirements.lock for Linux and macOS: uv resolves for all platforms and adds the markers.
# Valid pins stay; UPGRADE=1 takes the newest versions.
lock:
	$(PYTHON) -m venv .cache/uv
	.cache/uv/bin/python -m pip install --quiet --disable-pip-version-check uv
	.cache/uv/bin/uv pip compile --quiet --universal --python-version 3.11 $(if $(UPGRADE),--upgrade) \
	  --no-annotate --custom-compile-command "make lock" \
	  --extra test --output-file requirements.lock pyproject.toml
