"""What the papers say is what the code does."""

from __future__ import annotations

import ast
import os
import re
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[2]
NOT_OURS = {".git", ".venv", "var", "__pycache__", "node_modules"}


def read(name: str) -> str:
    return (ROOT / name).read_text()


def table(text: str, heading: str) -> set[str]:
    """The names in the first column of the table under a heading."""
    section = text.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return set(re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE))


def names_read(module: str) -> set[str]:
    """What a module reads from the environment, by ``env.kind("NAME")`` or ``os.environ.get("NAME")``."""
    calls = [node for node in ast.walk(ast.parse(read(module))) if isinstance(node, ast.Call)]
    return {
        call.args[0].value
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and ast.unparse(call.func.value) in {"env", "os.environ"}
        and call.args
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
    }


def sources() -> list[Path]:
    found = []
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in NOT_OURS and not name.endswith("_cache")]
        found += [Path(folder, name) for name in files]
    return found


def test_the_table_of_settings_is_complete_and_has_no_others():
    documented = table(read("README.md"), "Settings")
    assert documented == names_read("twinning/settings.py") | names_read("twinning/gunicorn.py")


def test_every_direct_dependency_has_its_reason():
    papers = read("docs/dependencies.md")
    for lock, heading in [("requirements.in", "To run"), ("requirements-dev.in", "To test and check")]:
        lines = [line for line in read(lock).splitlines() if line and not line.startswith(("-", "#"))]
        wanted = {re.split(r"[\[<>=~! ;]", line)[0] for line in lines}
        assert table(papers, heading) == wanted


def test_targets_and_commands_that_the_papers_name_exist():
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))
    for paper in ["README.md", "docs/operations.md", "docs/architecture.md", "docs/dependencies.md"]:
        text = read(paper)
        assert set(re.findall(r"(?:^|`)make ([a-z-]+)", text, re.MULTILINE)) <= targets
        assert set(re.findall(r"manage\.py ([a-z_]+)", text)) <= set(get_commands())


def test_files_that_the_readme_points_to_exist():
    for target in re.findall(r"\]\(([^)]+)\)", read("README.md")):
        assert (ROOT / target).is_file(), target


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_a_lock_pins_hashes_and_names_no_address(name):
    text = read(name)
    pins = re.findall(r"^[a-z0-9][^\n]*\\$", text, re.MULTILINE)
    assert len(pins) > 20
    assert all("==" in pin for pin in pins)
    assert text.count("--hash=sha256:") >= len(pins)
    assert "://" not in text
    assert "index-url" not in text
    assert "find-links" not in text


def test_nothing_names_the_host_of_a_registry():
    hosts = [".".join(parts) for parts in [("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org")]]
    hosts += [
        ".".join(parts) for parts in [("npmjs", "com"), ("docker", "io"), ("ghcr", "io"), ("quay", "io")]
    ]
    hosts += [".".join(("deb", "debian", "org")), ".".join(("unpkg", "com")), ".".join(("jsdelivr", "net"))]
    found = [
        f"{path.relative_to(ROOT)}: {host}"
        for path in sources()
        for host in hosts
        if path.stat().st_size < 2_000_000 and host.encode() in path.read_bytes()
    ]
    assert found == []


def test_containers_check_their_health_and_only_web_is_reachable():
    compose = yaml.safe_load(read("docker-compose.yml"))
    services = compose["services"]
    assert set(services) == {"db", "redis", "migrate", "web", "worker", "beat"}
    assert [name for name, service in services.items() if "ports" in service] == ["web"]
    image_checks_itself = "HEALTHCHECK" in read("Dockerfile")
    for name in set(services) - {"migrate"}:
        assert "healthcheck" in services[name] or (name == "web" and image_checks_itself), name
    for name in ["web", "worker", "beat"]:
        assert services[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    offered = set(re.findall(r"^([A-Z_]+)=", read(".env.example"), re.MULTILINE))
    required = set(re.findall(r"\$\{([A-Z_]+):\?", read("docker-compose.yml")))
    assert required <= offered
    known = table(read("README.md"), "Settings") | {"POSTGRES_PASSWORD", "REDIS_PASSWORD"}
    assert offered <= known


def test_the_image_does_not_run_as_root():
    last_stage = read("Dockerfile").split("\nFROM ")[-1]
    assert re.findall(r"^USER (.+)$", last_stage, re.MULTILINE) == ["twinning"]
