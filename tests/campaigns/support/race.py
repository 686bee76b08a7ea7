"""Real processes that make the same request at the same moment, round by round."""

import multiprocessing
import random
import time
from collections.abc import Callable, Iterable, Sequence
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from typing import Any

from anguan.infra.idempotency import KeyReused
from anguan.infra.transaction import Busy
from anguan.services.refusals import InvalidSubmission, NotFound, Refused, StaleRequest
from tests.campaigns.support.office import Office, Place

SubprocessTask = Callable[[], object]
Runner = Callable[[Office, Any], SubprocessTask]
"""Prepares one round from its task (the page as it is open); gives the click itself as a callable."""

DONE = "done"
SAID = (StaleRequest, InvalidSubmission, NotFound, Refused, Busy, KeyReused)
PATIENCE = 120.0
LATEST = (0.005, 0.02, 0.3)
"""Seconds: from the same moment to so late that the other one has surely finished."""

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.campaigns.support.preload"])


def attempt(task: SubprocessTask) -> str:
    """Run the task; the word for how it ended. An unexpected exception ends as `!` and its name."""
    try:
        task()
    except SAID as refusal:
        return type(refusal).__name__
    except Exception as error:
        return f"!{type(error).__name__}: {error}"[:300]
    return DONE


def delays(count: int, runners: int, seed: int) -> list[tuple[float, ...]]:
    """For each round how many seconds each runner waits: both orders, by little and by much."""
    dice = random.Random(seed)
    rounds = []
    for index in range(count):
        late = dice.random() * LATEST[index // 2 % len(LATEST)]
        rounds.append(tuple(0.0 if runner == index % runners else late for runner in range(runners)))
    return rounds


def race(
    place: Place, runners: Sequence[Runner], tasks: Sequence[Any], seed: int = 0
) -> list[tuple[str, ...]]:
    """Each runner runs each task in a process of its own, all at once; gives the endings by round."""
    barrier = PROCESSES.Barrier(len(runners))
    waits = delays(len(tasks), len(runners), seed)
    lines, processes = [], []
    for index, runner in enumerate(runners):
        here, there = PROCESSES.Pipe(duplex=False)
        seconds_to_wait = [wait[index] for wait in waits]
        process = PROCESSES.Process(
            target=_run, args=(place, runner, tasks, seconds_to_wait, barrier, there), daemon=True
        )
        process.start()
        there.close()
        lines.append(here)
        processes.append(process)
    endings = [_receive(line) for line in lines]
    for process in processes:
        process.join(PATIENCE)
    return list(zip(*endings, strict=True))


def _receive(line: Connection) -> list[str]:
    try:
        reported: list[str] = line.recv()
    except EOFError:
        raise RuntimeError("a runner ended before the end of the race") from None
    return reported


def _run(
    place: Place,
    runner: Runner,
    tasks: Iterable[Any],
    seconds_to_wait: Iterable[float],
    barrier: Barrier,
    line: Connection,
) -> None:
    office = Office(place)
    endings = []
    try:
        for task, hesitation in zip(tasks, seconds_to_wait, strict=True):
            task = runner(office, task)
            barrier.wait(PATIENCE)
            time.sleep(hesitation)
            endings.append(attempt(task))
            office.session.rollback()
    except BaseException:
        barrier.abort()
        raise
    line.send(endings)
    office.close()
