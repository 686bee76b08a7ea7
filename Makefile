# Two commands: make run, make test. Each target is one line; what they share is in setup/.
PYTHON ?= python3
B := .venv/bin
# Without bytecode on disk each of the many processes compiles the whole program again.
export PYTHONDONTWRITEBYTECODE =
.PHONY: run test check bench soak mutants demo

run: ; @$(PYTHON) -m setup run && exec $(B)/anguan run
test: ; @$(PYTHON) -m setup dev browser && $(B)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder
check: ; @$(PYTHON) -m setup dev && $(B)/ruff check && $(B)/ruff format --check && $(B)/mypy && $(B)/lint-imports && $(B)/bandit -q -ll -c pyproject.toml -r anguan setup && $(B)/djlint --quiet --lint templates && $(B)/biome lint --error-on-warnings
bench: ; @$(PYTHON) -m setup dev bench && $(B)/python -m benchmarks $(ARGS)
soak: ; @$(PYTHON) -m setup dev && $(B)/python -m tests.soak $(C)
mutants: ; @$(PYTHON) -m setup dev && $(B)/python -m tests.mutants.run
demo: ; @$(PYTHON) -m setup run && $(B)/anguan demo
