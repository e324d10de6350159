"""A made-up run against a made-up server, with every verdict, every state of a requirement, and hostile wire data."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mailproof_suites.verdicts import CaseResult, Level, RequirementRow, RowState, Run, Step, Verdict

HOSTILE = "</script><!-- \x00 \x1b[31m \u202eevil\u2066 \udc80 \ufffe ]]> &amp; \"'><img src=x onerror=alert(1)>"
"""What a server could send to break out of a report: markup, NUL, ESC, bidi override, a raw byte, CDATA end."""

MOVE_LOG = """\
    0.002 alice * connected, TLSv1.3 TLS_AES_256_GCM_SHA384
    0.004 alice < * OK [CAPABILITY IMAP4rev1 IMAP4rev2 AUTH=PLAIN] acme ready
    0.005 alice > A1 AUTHENTICATE PLAIN ************************
    0.011 alice < A1 OK signed in
    0.012 alice > A2 UID MOVE 7 "mp-4f1c Archive"
    0.019 alice < * OK [COPYUID 1511234567 7 7] done
    0.019 alice < * 1 EXPUNGE
    0.019 alice < A2 OK moved
    0.021 idle-1 < * 24 EXISTS
    0.030 alice > A3 LOGOUT
    0.031 alice * closed by the server
"""


def requirement(name: str, text: str, state: RowState, **more: object) -> RequirementRow:
    """A row of the catalogue, source and section told from its id."""
    if ":" in name:
        document, _, rest = name.partition(":")
        source, section = document.replace("RFC", "RFC "), rest.rpartition("-")[0]
    else:
        source, section = "FEATURES", "Transport and access"
    level = more.pop("level", Level.MUST)
    return RequirementRow(id=name, source=source, section=section, text=text, state=state, level=level, **more)  # type: ignore[arg-type]


def _golden() -> Run:
    cases = [
        CaseResult(
            id="imap/rfc9051/test_6_4_8_move.py::test_moved_messages_get_new_uids",
            title="A moved message gets a new UID",
            requirements=["RFC9051:6.4.8-3", "NET-02"],
            area="imap",
            verdict=Verdict.FAIL,
            message="the COPYUID of a move names the old UID",
            expected="a UID above 1511 in the destination",
            actual="UID 7, the one that it had in the source",
            detail='test_6_4_8_move.py:31: expect.equal(uid, "new")',
            violated=["RFC9051:6.4.8-3"],
            seconds=0.031,
            started=1795520000.25,
            transcript=MOVE_LOG,
            notes=["the server sent EXPUNGE before COPYUID's tagged reply"],
            steps=[Step(name="append", seconds=0.01), Step(name="move", verdict=Verdict.FAIL, message="old UID")],
        ),
        CaseResult(
            id="imap/rfc9051/test_2_2_1_hostile.py::test_text[nul]",
            title=f"Hostile title {HOSTILE}",
            requirements=["RFC9051:2.2.1-1"],
            area="imap",
            verdict=Verdict.FAIL,
            message=f"hostile {HOSTILE}",
            expected=f"no NUL {HOSTILE}",
            actual=HOSTILE,
            detail=HOSTILE,
            transcript=f"    0.001 alice < * OK {HOSTILE}\n",
            notes=[HOSTILE],
        ),
        CaseResult(
            id="smtp/rfc5321/test_4_1_1_4_data.py::test_dot",
            title="Only CRLF.CRLF ends a message",
            requirements=["RFC5321:4.1.1.4-1"],
            area="smtp",
            seconds=0.2,
        ),
        CaseResult(
            id="smtp/rfc5321/test_4_5_3_limits.py::test_line",
            title="A line of 1,000 octets passes",
            requirements=["RFC5321:4.5.3.1-6"],
            area="smtp",
            level=Level.SHOULD,
            verdict=Verdict.ERROR,
            message="KeyError: 'bob'",
            detail="Traceback (most recent call last): …",
        ),
        CaseResult(
            id="tls/test_versions.py::test_tls_1_1_is_refused",
            requirements=["NET-01"],
            area="tls",
            verdict=Verdict.KNOWN,
            message="the load balancer still takes TLS 1.1 (ticket 4711)",
        ),
        CaseResult(
            id="imap/rfc7162/test_3_1.py::test_condstore",
            requirements=["RFC7162:3.1-1"],
            area="imap",
            verdict=Verdict.SKIP,
            message="CONDSTORE is not advertised",
        ),
    ]
    rows = [
        requirement("RFC9051:6.4.8-3", "Each moved message gets a new UID.", RowState.FAIL, cases=[cases[0].id]),
        requirement("RFC9051:2.2.1-1", f"No NUL in text. {HOSTILE}", RowState.FAIL, cases=[cases[1].id]),
        requirement("RFC5321:4.1.1.4-1", "Only CRLF.CRLF ends the data.", RowState.PASS, cases=[cases[2].id]),
        requirement(
            "RFC5321:4.5.3.1-6", "Lines of 1,000 octets.", RowState.ERROR, level=Level.SHOULD, cases=[cases[3].id]
        ),
        requirement("NET-01", "TLS 1.2 is the floor.", RowState.KNOWN, cases=[cases[4].id], detail=cases[4].message),
        requirement("NET-02", "IMAPS needs TLS.", RowState.NOT_RUN, cases=[cases[0].id], detail="its case stopped"),
        requirement("RFC7162:3.1-1", "MODSEQ rises.", RowState.SKIP, cases=[cases[5].id], detail=cases[5].message),
        requirement("RFC9051:7-1", "Every line is one of the responses.", RowState.MONITOR, checks=4711),
        requirement("RFC9051:11-1", "Passwords are not logged.", RowState.UNTESTABLE, detail="a log is not visible"),
        requirement("RFC9051:6.3.1-2", "ENABLE lists what it enabled.", RowState.NO_CASE),
        requirement("RFC5321:4.1.1.9-1", "NOOP changes nothing.", RowState.NOT_RUN),
    ]
    return Run(
        target="acme",
        started="2026-11-24T15:04:05+01:00",
        seconds=41.23456,
        cases=cases,
        requirements=rows,
        environment={"imaps": "localhost:1993", "mailproof": "0.1.0", "server id": HOSTILE},
        exit_status=1,
    )


@pytest.fixture
def golden_run() -> Run:
    """Six cases, eleven requirements, everything once."""
    return _golden()


@pytest.fixture
def make_run() -> Callable[..., Run]:
    """`make_run(a="pass", b="fail", …)`: a run of cases with these ids and verdicts, one requirement each."""

    def make(**verdicts: str) -> Run:
        cases = [
            CaseResult(id=name, requirements=[f"RFC9051:1-{at}"], area="imap", verdict=Verdict(verdict), message="why")
            for at, (name, verdict) in enumerate(verdicts.items(), start=1)
        ]
        return Run(target="acme", started="2026-11-24T15:04:05+01:00", seconds=1.0, cases=cases)

    return make
