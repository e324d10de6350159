"""/metrics (Prometheus) and /healthz, for a plain-HTTP port on loopback."""

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
)
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from mailproof_server.model.errors import Refusal
from mailproof_server.store.base import Store

MULTIPROCESS_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""Set by `__main__` before anything is counted: the counters of several workers are then added up."""
IMAP_COMMANDS = Counter("mailproof_imap_commands", "Completed IMAP commands.", ("command", "status"))


def imap_command(name: bytes, status: bytes) -> None:
    """Count one completed command."""
    IMAP_COMMANDS.labels(name.decode("ascii", "replace"), status.decode("ascii")).inc()


SMTP_COMMANDS = Counter("mailproof_smtp_commands", "Answered SMTP commands.", ("verb", "code"))


def smtp_command(verb: bytes, code: int) -> None:
    """Count one answered command."""
    SMTP_COMMANDS.labels(verb.decode("ascii", "replace"), str(code)).inc()


EWS_OPERATIONS = Counter("mailproof_ews_operations", "Answered EWS operations.", ("operation", "outcome"))


def ews_operation(operation: str, outcome: str) -> None:
    """Count one answered operation; `outcome`: ok, or the ResponseCode of the fault."""
    EWS_OPERATIONS.labels(operation, outcome).inc()


AUTODISCOVER_ANSWERS = Counter("mailproof_autodiscover_answers", "Answers of AutoDiscover.", ("dialect", "outcome"))


def autodiscover_answer(dialect: str, outcome: str) -> None:
    """Count one answer; `outcome`: ok, or the code of an error."""
    AUTODISCOVER_ANSWERS.labels(dialect, outcome).inc()


STORE_BATCHES = Histogram(
    "mailproof_store_batch_units", "Units of work in one commit of the store.", buckets=(1, 2, 4, 8, 16, 32, 64, 128)
)
STORE_FAILURES = Counter("mailproof_store_failed_units", "Units of work that were rolled back.")


def store_batch(committed: int, failed: int) -> None:
    """Count one batch of the group commit; the histogram's count is the number of commits."""
    if committed:
        STORE_BATCHES.observe(committed)
    if failed:
        STORE_FAILURES.inc(failed)


def application(store: Store) -> Starlette:
    """The HTTP application of one worker."""

    async def show_metrics(_request: Request) -> Response:
        return Response(await run_in_threadpool(_exposition), media_type=CONTENT_TYPE_LATEST)

    async def show_health(_request: Request) -> Response:
        try:
            await store.read(lambda view: view.domains())
        except Refusal as refusal:
            return PlainTextResponse(f"unavailable: {refusal.text}\n", status_code=503)
        return PlainTextResponse("ok\n")

    return Starlette(routes=[Route("/metrics", show_metrics), Route("/healthz", show_health)])


def _exposition() -> bytes:
    import os

    if MULTIPROCESS_VARIABLE not in os.environ:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)
    return generate_latest(registry)
