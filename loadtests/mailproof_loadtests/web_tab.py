"""Our tab in Locust's web UI: the store's commits from /metrics, checks, checkpoints; as JSON at /mailproof."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from mailproof_loadtests.metrics import StoreCounters, read_store, since
from mailproof_loadtests.record import gather
from mailproof_loadtests.settings import Settings

_KEY = "mailproof"
_COLUMNS = ({"key": "name", "title": "What"}, {"key": "value", "title": "Value"})


class Tab:
    """Rates are those between two requests of the page."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._last: StoreCounters | None = None
        self._last_s = 0.0

    def rows(self) -> list[dict[str, str]]:
        """Name and value of each line of the table."""
        tally, findings = gather(Path(self._settings.folder))
        rows = {
            "wrong answers": str(sum(tally.broken.values())),
            "checks made": str(sum(tally.checked.values())),
            "checkpoints": f"{tally.checkpoints} ({tally.compared} messages compared)",
            **self._store_rows(),
        }
        for finding in findings[-10:]:
            rows[f"wrong: {finding.rule}"] = f"expected {finding.expected}, got {finding.actual}"[:300]
        return [{"name": name, "value": value} for name, value in rows.items()]

    def _store_rows(self) -> dict[str, str]:
        now, now_s = read_store(self._settings.metrics_url), time.monotonic()
        if now is None:
            return {"store": "the target tells no metrics"}
        before, before_s, self._last, self._last_s = self._last, self._last_s, now, now_s
        if before is None:
            return {"commits": f"{now.commits:.0f}"}
        change, seconds = since(before, now), max(now_s - before_s, 0.001)
        return {
            "commits/s": f"{change.commits / seconds:.1f}",
            "units of work/s": f"{change.units / seconds:.1f}",
            "units in one commit": f"{change.units_per_commit:.2f}",
            "units rolled back": f"{now.failed:.0f}",
        }


def extend(environment: Any, settings: Settings) -> None:
    """Add the tab and the route."""
    tab, ui = Tab(settings), environment.web_ui
    ui.template_args["extended_tabs"] = [{"title": "Mailproof", "key": _KEY}]
    ui.template_args["extended_tables"] = [{"key": _KEY, "structure": list(_COLUMNS)}]

    def show() -> Any:
        return {"rows": tab.rows()}

    def add_rows(response: Any) -> Any:
        from flask import request

        if request.path == "/stats/requests" and response.is_json:
            body = json.loads(response.get_data())
            body["extended_stats"] = [{"key": _KEY, "data": tab.rows()}]
            response.set_data(json.dumps(body))
        return response

    ui.app.add_url_rule("/mailproof", "mailproof", show)
    ui.app.after_request(add_rows)
