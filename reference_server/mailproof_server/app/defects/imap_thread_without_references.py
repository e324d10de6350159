"""THREAD REFERENCES looks at In-Reply-To alone, and loses every thread of which a message is missing."""

from dataclasses import replace

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import messages as module


def apply(_server: Server) -> None:
    original = module.threads
    module.threads = lambda rows, algorithm: original([replace(row, references=()) for row in rows], algorithm)


DEFECT = Defect(
    name="imap_thread_without_references",
    summary="the References field is ignored",
    requirements=("RFC5256:3-11", "RFC5256:3-12"),
    apply=apply,
)
