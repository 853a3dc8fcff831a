"""``make bench``: every goal of speed beside its baseline, as ratios of one run.

Needs PostgreSQL for the rows at full size (BENCH_DATABASE_URL, else the local server); its databases are its own
and dropped at the end. ``ARGS="--small"`` measures the same at a hundredth of the size.
"""

from __future__ import annotations

import argparse
import importlib
import json
import platform
import sys
import time
from pathlib import Path

from bench.rows import Row

MODULES = ["pages", "api_list", "results", "iati", "report_pdf", "study_pdf", "donor_pdf", "imports"]
RESULTS = Path(__file__).parent / "results.json"


def table(rows: list[Row]) -> str:
    lines = [f"{'what':58} {'measured':>10} {'baseline':>10} {'ratio':>7} {'goal':>6}  verdict"]
    for row in rows:
        goal = "" if row.goal is None else f"{row.goal:.2f}"
        lines.append(
            f"{row.name[:58]:58} {row.measured:>8.4f} {row.unit:1} {row.baseline:>8.4f} {row.unit:1} "
            f"{row.ratio:>7.2f} {goal:>6}  {row.verdict}"
        )
        if row.note:
            lines.append(f"    {row.note}")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--small", action="store_true", help="a hundredth of the size")
    parser.add_argument("only", nargs="*", choices=[*MODULES, []], help="measure these alone")
    options = parser.parse_args()
    rows: list[Row] = []
    for name in options.only or MODULES:
        started = time.perf_counter()
        found = importlib.import_module(f"bench.{name}").run(small=options.small)
        print(f"{name}: {time.perf_counter() - started:.0f} s", file=sys.stderr)
        rows += found
        keep(name, found)
    print(table(rows))
    return 0


def keep(module: str, rows: list[Row]) -> None:
    """Write what was measured beside what was measured of other modules before, since all of it takes hours."""
    known = json.loads(RESULTS.read_text())["rows"] if RESULTS.exists() else []
    others = [row for row in known if row.get("module") != module]
    found = [row.to_json() | {"module": module} for row in rows]
    machine = {"python": platform.python_version(), "machine": platform.machine()}
    RESULTS.write_text(json.dumps({"machine": machine, "rows": [*others, *found]}, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main())
