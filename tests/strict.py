"""Loaded by the Makefile: a skipped test fails the run, and the run says where it took place."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.db import connection


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    broker = "embedded Redis" if settings.EMBEDDED_REDIS else "Redis"
    terminalreporter.write_line(f"ran on {connection.vendor} with {broker}")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and reporter.stats.get("skipped"):
        reporter.write_line("A test was skipped; skipped tests prove nothing.")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
