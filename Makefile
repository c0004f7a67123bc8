# Everything one does with the project. The machine needs Python 3.11 or newer, and make.
.DEFAULT_GOAL := help
.PHONY: help demo test thorough checks conversations story up down clean status logs bench grants storm crashes screenshots deploy check rekey restore replay-erasures sbom audit templates secrets synth diagram format lint \
	types routes mutants fuzz transcripts train evaluate validate compare explain corrections

PYTHON ?= python3
STAGE ?= production
WHATSAPP_PHONE_NUMBER_ID ?=
TOOLS := .local/tools
# uv, if it is here; else one of our own, from PyPI.
UV := $(shell uv --version >/dev/null 2>&1 && echo uv || echo $(TOOLS)/bin/uv)
READY := .venv/.ready
TRAINING := layers.jurisdictions.training
STACK := python -m infra.local.stack
PORTS := $(if $(PORT),--port $(PORT)) $(if $(PAGE_PORT),--page-port $(PAGE_PORT))
CONTEXT := -c stage=$(STAGE) -c whatsapp_phone_number_id=$(WHATSAPP_PHONE_NUMBER_ID)
export PATH := $(CURDIR)/.venv/bin:$(CURDIR)/$(TOOLS)/bin:$(PATH)
export PYTHONPATH := $(CURDIR)/layers/aduan/python:$(CURDIR)/layers/jurisdictions/python
export UV_PYTHON_DOWNLOADS := never

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(READY) ## the whole system on this machine, with a page to play on; Ctrl-C stops it
	$(STACK) demo $(PORTS)

test: $(READY) ## format, lint, types, every test, and the stories on the deployed local stack but the thorough ones
	@mkdir -p .local
	@nice -n 10 $(MAKE) --no-print-directory checks >.local/checks.log 2>&1 & checks=$$!; \
	pytest tests/stories -m 'not thorough'; stories=$$?; \
	wait $$checks; checked=$$?; cat .local/checks.log; \
	exit $$((stories | checked))

thorough: $(READY) ## the stories that take longest: backups, a caller's browser, axe on every page
	pytest tests/stories -m thorough

checks: lint types ## all of that without the stories
	pytest --ignore tests/stories

conversations: $(READY) ## ten thousand made-up conversations and lives of reports, some things always so; a crowd of fifty (ten minutes)
	CONVERSATIONS=10000 pytest tests/domain/test_any_conversation.py tests/domain/test_turn_of.py
	CROWD=50 pytest tests/functions/test_inform_joined.py

fuzz: $(READY) ## 100,000 hostile bodies, links and signatures, some thousand forms and widgets (ten minutes)
	BODIES=$(or $(BODIES),100000) pytest tests/functions/test_hostile_input.py --hypothesis-show-statistics

transcripts: $(READY) ## write the records of tests/domain/transcripts anew, to be read in the difference
	TRANSCRIPTS=write pytest tests/domain/test_transcripts.py

story: $(READY) ## one whole report a channel, told in the terminal
	python -m tests.stories

up: $(READY) ## start the local stack in the background, or bring it up to date
	$(STACK) up $(PORTS)

down: $(READY) ## stop it; what it knows is kept
	$(STACK) down

clean: $(READY) ## stop it and forget everything
	$(STACK) clean

status: $(READY) ## does it run?
	$(STACK) status

logs: $(READY) ## what its functions wrote: make logs [OF=converse]
	$(STACK) logs $(OF)

bench: $(READY) ## how fast functions start, and what a report costs
	python -m tests.bench

screenshots: $(READY) ## play on the demo page and take the README's pictures anew
	python -m tests.browser.screenshots

train: $(READY) ## learn from the training text anew what citizens mean
	$(UV) run --quiet --isolated --locked --group training python -W error -m $(TRAINING).train

evaluate: $(READY) ## how well messages are understood: make evaluate [MESSAGES=x.csv] [OUT=x.json]
	@python -m $(TRAINING).evaluate

validate: $(READY) ## the same on the training text itself, each part by models that never saw it
	@$(UV) run --quiet --isolated --locked --group training python -m $(TRAINING).validate

compare: $(READY) ## the same beside simpler methods: make compare [MESSAGES=x.csv]
	@$(UV) run --quiet --isolated --locked --group training python -m $(TRAINING).compare

explain: $(READY) ## which words decided: make explain TEXT="lampu mati"
	@python -m $(TRAINING).explain

corrections: $(READY) ## what people put right in STAGE, as training text: make corrections OUT=x.csv
	@REPORTS_TABLE=aduan-$(STAGE)-reports AWS_REGION=$${AWS_REGION:-ap-southeast-3} python -m $(TRAINING).corrections

diagram: $(READY) ## draw the workflow in the README anew
	python -m infra.lifecycle_diagram

synth: $(READY) ## the CloudFormation template, in cdk.out/
	python -m infra.cdk synth --quiet $(CONTEXT)

mutants: $(READY) ## change the domain a little at a time; tests must notice (twenty minutes): make mutants [OF=routing]
	$(UV) run --quiet --isolated --locked --group mutants python -m tests.mutants $(OF)

grants: $(READY) ## take each grant away and see a story fail (half an hour): make grants [OF=converse]
	python -m tests.grants $(OF)

crashes: $(READY) ## stop each function after every single call and run it again: the table of calls
	CRASHES=every pytest tests/crashes

storm: $(READY) ## thousands of webhooks while everything fails, then a recount: make storm [MESSAGES=500] [SEED=7]
	python -m tests.storm

routes: $(READY) ## who has what where, as a table for a clerk to check
	@python -m infra.routes

sbom: $(READY) ## what is deployed besides our own code: CycloneDX with licences, in .build/sbom.json
	python -m infra.sbom

audit: $(READY) ## known faults in what is deployed, by PyPI's data (needs the internet; fails without)
	@mkdir -p .build
	$(UV) export --locked --no-default-groups --no-emit-project --quiet --output-file .build/requirements.txt
	$(UV) run --isolated --no-project --quiet --with pip-audit==2.10.1 \
		pip-audit --strict --disable-pip --require-hashes --requirement .build/requirements.txt

templates: $(READY) ## the WhatsApp templates as JSON; with credentials (see README) submits them
	@python -m infra.templates

secrets: $(READY) ## put the secrets of STAGE into the SSM Parameter Store
	python -m infra.put_secrets --stage $(STAGE)

deploy: $(READY) ## to AWS: STAGE=production WHATSAPP_PHONE_NUMBER_ID=…
	python -m infra.dependencies
	python -m infra.cdk bootstrap $(CONTEXT)
	python -m infra.cdk deploy $(CONTEXT)
	python -m infra.check_agencies --stage $(STAGE)

rekey: $(READY) ## rotate the vault's key and encipher every address anew; may be interrupted
	python -m infra.rekey --stage $(STAGE) $(ARGS)

restore: $(READY) ## what STAGE lacks, back from a restored table, and erasures replayed: make restore FROM=x [TABLE=vault]
	python -m infra.restore --stage $(STAGE) --table $(or $(TABLE),reports) --from $(FROM)

replay-erasures: $(READY) ## forget again who was forgotten, after a backup was restored
	python -m infra.restore --stage $(STAGE)

check: $(READY) ## which agencies of STAGE would hear of no report, for want of a subscription
	python -m infra.check_agencies --stage $(STAGE)

format: $(READY) ## lay the code out
	ruff format .
	ruff check --fix .

lint: $(READY)
	ruff format --check .
	ruff check .

types: $(READY)
	mypy functions layers infra tests

$(READY): pyproject.toml uv.lock | $(filter-out uv,$(UV))
	$(UV) sync --locked --quiet --python $(PYTHON)
	@touch $@

$(TOOLS)/bin/uv:
	$(PYTHON) -m venv $(TOOLS)
	$(TOOLS)/bin/pip install --quiet --disable-pip-version-check uv==0.13.9
