"""`results.json` in the contract's exact form, `run.json` with everything, and the way back (contract, "Results").

`results.json` is what scripts outside the project are written against: only the keys of the contract. `run.json`
holds the whole `Run` with transcripts and requirement rows, so that `mailproof report` and `mailproof compare` can
work from a folder that a CI job kept.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from mailproof_suites.reporting.files import write_atomically
from mailproof_suites.reporting.text import encodable, one_line
from mailproof_suites.verdicts import RESULTS_FORMAT, CaseResult, Level, Run, Verdict

RESULTS_NAME = "results.json"
RUN_NAME = "run.json"


class RunUnreadableError(Exception):
    """A folder or file that was named as a run is none; the text says in one line what is wrong with which file."""


class ResultsCase(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """One case in results.json."""

    id: str
    requirements: list[str]
    area: str
    level: Level
    verdict: Verdict
    message: str
    seconds: float


class Results(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """results.json, key by key as the contract prints it."""

    format: Literal[1]
    target: str
    started: str
    seconds: float
    cases: list[ResultsCase]
    summary: dict[Verdict, int]


def results_of(run: Run) -> Results:
    """The contract's view of a run: messages on one line, figures rounded to a tenth of a millisecond."""
    return Results(
        format=1,
        target=encodable(run.target),
        started=encodable(run.started),
        seconds=round(run.seconds, 4),
        cases=[
            ResultsCase(
                id=encodable(case.id),
                requirements=[encodable(name) for name in case.requirements],
                area=encodable(case.area),
                level=case.level,
                verdict=case.verdict,
                message=one_line(case.message),
                seconds=round(case.seconds, 4),
            )
            for case in run.cases
        ],
        summary={Verdict(name): count for name, count in run.summary().items()},
    )


def write_results(run: Run, folder: Path) -> Path:
    """Write `folder/results.json`, indented: people read it, too."""
    return write_atomically(folder / RESULTS_NAME, msgspec.json.format(msgspec.json.encode(results_of(run))) + b"\n")


def write_run(run: Run, folder: Path) -> Path:
    """Write `folder/run.json`: the whole `Run`, in the form of `verdicts.Run`."""
    return write_atomically(folder / RUN_NAME, msgspec.json.encode(_encodable_run(run)) + b"\n")


def load_run(place: Path) -> Run:
    """Read a run back from its report folder, its run.json, or a bare results.json.

    A results.json alone (kept by a script, or made by another tool) gives a run without requirement rows and wire
    logs: enough to compare. Raises RunUnreadableError.
    """
    if not place.exists():
        raise RunUnreadableError(f"{place}: no such file or folder")
    if not place.is_dir():
        return _load_file(place)
    for name in (RUN_NAME, RESULTS_NAME):
        if (place / name).is_file():
            return _load_file(place / name)
    raise RunUnreadableError(f"{place}: holds neither {RUN_NAME} nor {RESULTS_NAME}, so it is not the report of a run")


class _Probe(msgspec.Struct):
    """As much of a file as tells which of the two forms it has."""

    format: int
    requirements: msgspec.Raw = msgspec.Raw(b"")


def _load_file(path: Path) -> Run:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise RunUnreadableError(f"{path}: {error.strerror or error}") from error
    try:
        probe = msgspec.json.decode(data, type=_Probe)
        if probe.format != RESULTS_FORMAT:
            raise RunUnreadableError(
                f"{path}: format {probe.format}, but this version of mailproof reads format {RESULTS_FORMAT}"
            )
        if probe.requirements:
            return msgspec.json.decode(data, type=Run)
        return _run_of(msgspec.json.decode(data, type=Results))
    except msgspec.ValidationError as error:
        raise RunUnreadableError(f"{path}: not the results of a run: {error}") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RunUnreadableError(f"{path}: not readable as JSON: {error}") from error


def _run_of(results: Results) -> Run:
    cases = [
        CaseResult(
            id=case.id,
            requirements=case.requirements,
            area=case.area,
            level=case.level,
            verdict=case.verdict,
            message=case.message,
            seconds=case.seconds,
        )
        for case in results.cases
    ]
    return Run(target=results.target, started=results.started, seconds=results.seconds, cases=cases)


def _encodable_run(run: Run) -> object:
    """The run itself when msgspec can write it, else plain data in which bytes that were no UTF-8 are escaped."""
    try:
        msgspec.json.encode(run)
    except UnicodeEncodeError:
        return _encodable_data(msgspec.to_builtins(run))
    return run


def _encodable_data(data: object) -> object:
    match data:
        case str():
            return encodable(data)
        case list():
            return [_encodable_data(entry) for entry in data]
        case dict():
            return {_encodable_data(key): _encodable_data(value) for key, value in data.items()}
        case _:
            return data
