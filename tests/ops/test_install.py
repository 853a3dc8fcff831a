"""What is there is left alone; what is missing is installed, or named in one command."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig

import pytest

from scripts import install

APT = "apt-get install -y --no-install-recommends qpdf fonts-noto-cjk"


def told(monkeypatch, *commands: str) -> str:
    """What somebody without rights is told on a machine that has these commands."""
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(shutil, "which", lambda name: name if name in commands else None)
    with pytest.raises(SystemExit) as stop:
        install.install_packages(["qpdf", "fonts-noto-cjk"])
    return str(stop.value.code)


def test_somebody_without_rights_is_told_the_one_command(monkeypatch):
    assert told(monkeypatch, "apt-get", "sudo") == f"sudo {APT}"
    assert told(monkeypatch, "apt-get") == f"su -c '{APT}'"


def test_another_system_is_told_what_is_missing(monkeypatch):
    said = told(monkeypatch)
    assert said == "Missing, under the names that Debian gives them: qpdf fonts-noto-cjk"


def test_this_machine_lacks_nothing_that_the_tests_need():
    assert install.missing_packages("test") == []


def test_a_library_is_looked_for_by_loading_it():
    assert install.has_library("no-such-library.so.9", "libc.so.6")
    assert not install.has_library("no-such-library.so.9")
    assert not install.has_fonts("en", "tlh-no-such-language")


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A folder with a lock, a working environment, and the list of commands that were run in it."""
    commands: list[list[str]] = []
    monkeypatch.setattr(install, "ROOT", tmp_path)
    monkeypatch.setattr(install, "VENV", tmp_path / ".venv")
    (tmp_path / ".venv").mkdir()
    monkeypatch.setattr(install, "usable", lambda venv: True)
    monkeypatch.setattr(subprocess, "run", lambda command, check: commands.append(command))
    (tmp_path / "requirements.txt").write_text("a==1")
    return tmp_path, commands


def test_a_lock_is_installed_once_and_again_when_it_has_changed(checkout):
    folder, commands = checkout
    install.install_requirements(["requirements.txt"])
    install.install_requirements(["requirements.txt"])
    assert len(commands) == 1
    assert "--require-hashes" in commands[0]
    (folder / "requirements.txt").write_text("a==2")
    install.install_requirements(["requirements.txt"])
    assert len(commands) == 2


def test_an_environment_of_another_python_is_not_usable(tmp_path, monkeypatch):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "without-pip"], check=True)
    assert not install.usable(tmp_path / "without-pip")
    assert not install.usable(tmp_path / "nowhere")
    assert install.usable(install.VENV)
    monkeypatch.setattr(sysconfig, "get_python_version", lambda: "3.99")
    assert not install.usable(install.VENV)
