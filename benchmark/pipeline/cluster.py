"""Open a Dask cluster: one of this machine, or one that runs already."""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

import dask
from dask.typing import Key
from distributed import Client, LocalCluster

from benchmark.common.messages import stop, summarise_error
from benchmark.pipeline.gpus import list_gpus
from benchmark.pipeline.worker import TaskPlugin

CONNECT_SECONDS = 30
LOGGERS = "distributed", "distributed.client"  # the latter has a level of its own
GPU = "GPU"  # the resource that workers with GPUs declare: dask worker --resources GPU=2
SETTINGS = {
    "distributed.worker.profile.enabled": False,  # it would sample threads that only wait
    "distributed.scheduler.worker-saturation": 1.0,  # tasks wait at the scheduler for a free worker
    "distributed.scheduler.dashboard.link": "http://{host}:{port}/status",
}


def start_cluster(jobs: int) -> LocalCluster:
    """Start a scheduler and one worker in this process; each task runs in a child process.

    Args:
        jobs: number of parallel tasks.
    """
    gpus = len(list_gpus())
    return LocalCluster(
        n_workers=1,
        threads_per_worker=jobs,
        processes=False,
        protocol="tcp://",  # the address of the dashboard is that of this machine only
        memory_limit=0,
        resources={GPU: gpus} if gpus else {},
        dashboard_address="127.0.0.1:0" if has_dashboard() else None,
        silence_logs=logging.CRITICAL,
    )


def has_dashboard() -> bool:
    """Whether the packages of Dask's dashboard are installed."""
    return find_spec("bokeh") is not None


@contextmanager
def open_cluster(address: str | None = None, *, jobs: int = 1) -> Iterator[Client]:
    """Start a local cluster or connect to a running one, and leave it at the end of the block.

    Args:
        address: address of a scheduler; without it, a local cluster is started.
        jobs: number of parallel tasks of a local cluster.
    """
    for name in LOGGERS:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    with dask.config.set(SETTINGS):
        if address is None:
            with start_cluster(jobs) as cluster, Client(cluster) as client:
                client.register_plugin(TaskPlugin(is_local=True))
                yield client
            return
        try:
            client = Client(address, timeout=CONNECT_SECONDS)
        except (OSError, ValueError) as error:
            stop(
                f"{address}: expected the address of a Dask scheduler, got none"
                f" ({summarise_error(error)}); start one with `dask scheduler`, or correct the"
                " address"
            )
        with client:
            client.register_plugin(TaskPlugin(is_local=False))
            yield client


def wait_for_workers(client: Client, is_interrupted: Callable[[], bool]) -> None:
    """Wait until a worker has joined, or a signal was received; say so if it takes a while."""
    is_quiet = True
    while not is_interrupted():
        try:
            client.wait_for_workers(1, timeout=2)
            return
        except TimeoutError:
            if is_quiet:
                print("the cluster has no worker yet; waiting for one", flush=True)
            is_quiet = False


@contextmanager
def watch_workers(client: Client, report: Callable[[str, Iterable[Key]], None]) -> Iterator[None]:
    """Call a function with the address and the tasks of each worker that leaves in the block."""

    def read_event(event: tuple[float, dict[str, Any]]) -> None:
        if event[1].get("action") == "remove-worker":
            report(event[1]["worker"], event[1]["processing-tasks"])

    client.subscribe_topic("all", read_event)
    try:
        yield
    finally:
        # a client that closes is such an event, which could not be sent to it
        if client.status == "running":
            client.unsubscribe_topic("all")


def list_workers(client: Client) -> list[dict[str, Any]]:
    """List the workers of a cluster, with their numbers of threads and resources."""
    return list(client.scheduler_info(n_workers=-1)["workers"].values())


def count_slots(client: Client, runs_per_gpu: int) -> int:
    """Count the tasks that run at a time."""
    return sum(
        min(
            worker["nthreads"],
            int(worker["resources"].get(GPU, worker["nthreads"])) * runs_per_gpu,
        )
        for worker in list_workers(client)
    )


def declare_resources(client: Client, runs_per_gpu: int) -> dict[str, float]:
    """Declare what a task needs: a share of a GPU, if any worker has one."""
    if not any(GPU in worker["resources"] for worker in list_workers(client)):
        return {}
    return {GPU: 1_000_000 // runs_per_gpu / 1_000_000}  # rounded down: the shares sum to 1 or less


def describe_cluster(client: Client, slots: int) -> str:
    """Describe a cluster in one line, with the address of its dashboard if it has one."""
    workers = len(list_workers(client))
    line = f"{slots} at a time" if workers == 1 else f"{slots} at a time on {workers} workers"
    has_link = has_dashboard() and "dashboard" in client.scheduler_info()["services"]
    return f"{line}; dashboard: {client.dashboard_link}" if has_link else line
