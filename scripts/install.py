"""Brings a machine to where the application runs: system libraries, fonts, and a virtual environment.

Usage: python3 scripts/install.py run|lint|test

Only the standard library is used, since nothing is installed yet. What is there already is left alone: the
libraries are looked for by loading them, the fonts by asking fontconfig for a script, so that a system other
than Debian is not refused for lack of a Debian package.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
RUN, DEVELOP = ["requirements.txt"], ["requirements.txt", "requirements-dev.txt"]
LOCKS = {"run": RUN, "lint": DEVELOP, "test": DEVELOP}
MINIMUM = (3, 11)


def has_library(*names: str) -> bool:
    """Whether one of the shared libraries can be loaded."""
    for name in names:
        try:
            ctypes.CDLL(name)
        except OSError:
            continue
        return True
    return False


def has_command(*names: str) -> bool:
    return any(shutil.which(name) for name in names)


def has_fonts(*languages: str) -> bool:
    """Whether every one of the languages has a font to be written in."""
    if not shutil.which("fc-list"):
        return False
    lists = (["fc-list", f":lang={language}", "file"] for language in languages)
    return all(subprocess.run(command, capture_output=True, check=False).stdout.strip() for command in lists)


def can_make_environments() -> bool:
    # Debian splits this module off, and leaves the rest of venv in place to fail later.
    return importlib.util.find_spec("ensurepip") is not None


def missing_packages(purpose: str) -> list[str]:
    """Names of the Debian packages that would bring what this machine lacks to run, or to test as well."""
    present = {
        "libpangoft2-1.0-0": has_library("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib"),
        "libharfbuzz-subset0": has_library("libharfbuzz-subset.so.0", "libharfbuzz-subset.dylib"),
        "fonts-noto-core": has_fonts("en", "hi", "ta", "ar"),
        "fonts-noto-cjk": has_fonts("ko", "zh-cn"),
    }
    if not usable(VENV):
        present["python3-venv"] = can_make_environments()
    if any(ROOT.glob("locale/*/LC_MESSAGES/*.po")):
        present["gettext"] = has_command("msgfmt")
    if purpose == "test":
        present |= {
            "chromium": has_command("chromium", "chromium-browser", "google-chrome"),
            "libatomic1": has_library("libatomic.so.1", "libatomic.1.dylib"),
            "qpdf": has_command("qpdf"),
            "poppler-utils": has_command("pdftotext"),
        }
    return [package for package, is_there in present.items() if not is_there]


def install_packages(packages: list[str]) -> None:
    """Install Debian packages as root; for anybody else print the one command that does it and stop."""
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if not shutil.which("apt-get"):
        sys.exit(f"Missing, under the names that Debian gives them: {' '.join(packages)}")
    if os.geteuid() != 0:
        print("Some system packages are missing. Type this, then try again:", file=sys.stderr)
        typed = shlex.join(command)
        sys.exit(f"sudo {typed}" if shutil.which("sudo") else f"su -c {shlex.quote(typed)}")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    wait = ["-o", "DPkg::Lock::Timeout=120"]
    print(f"Installing {' '.join(packages)}", flush=True)
    # A stale list of packages is no reason to stop: the installation itself says whether it worked.
    subprocess.run(["apt-get", *wait, "-qq", "update"], env=environment, check=False)
    if subprocess.run([*command, *wait, "-qq"], env=environment, check=False).returncode:
        sys.exit(f"apt-get could not install {' '.join(packages)}; its reason stands above.")


def compile_messages() -> None:
    """Compile each translation that is newer than its compiled form."""
    for source in ROOT.glob("locale/*/LC_MESSAGES/*.po"):
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
            subprocess.run(["msgfmt", "--check-format", "-o", str(compiled), str(source)], check=True)


def usable(venv: Path) -> bool:
    """Whether the environment starts and is of the Python that is asked for here."""
    wanted = sysconfig.get_python_version()
    probe = "import pip, sysconfig; print(sysconfig.get_python_version())"
    try:
        found = subprocess.run(
            [venv / "bin" / "python", "-c", probe], capture_output=True, text=True, check=False
        )
    except OSError:
        return False
    return found.returncode == 0 and found.stdout.strip() == wanted


def install_requirements(locks: Iterable[str]) -> None:
    """Install each lock whose content was not installed into this environment before."""
    if not usable(VENV):
        print("Making .venv", flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)
    for lock in locks:
        # The place is part of the mark, since scripts inside an environment name where it was made.
        mark = hashlib.sha256((ROOT / lock).read_bytes() + str(VENV).encode()).hexdigest()
        stamp = VENV / f".{lock}.installed"
        if stamp.exists() and stamp.read_text() == mark:
            continue
        print(f"Installing {lock}", flush=True)
        pip = [str(VENV / "bin" / "python"), "-m", "pip", "--quiet", "--disable-pip-version-check"]
        subprocess.run(
            [*pip, "install", "--no-input", "--require-hashes", "-r", str(ROOT / lock)], check=True
        )
        stamp.write_text(mark)


def main() -> None:
    if sys.version_info < MINIMUM:
        sys.exit(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.")
    if len(sys.argv) != 2 or sys.argv[1] not in LOCKS:
        sys.exit("Usage: python3 scripts/install.py run|lint|test")
    purpose = sys.argv[1]
    if missing := missing_packages(purpose):
        install_packages(missing)
        if missing := missing_packages(purpose):
            sys.exit(f"Still not found after the installation: {' '.join(missing)}")
    try:
        install_requirements(LOCKS[purpose])
        compile_messages()
    except subprocess.CalledProcessError as error:
        sys.exit(f"This did not work; its reason stands above: {shlex.join(error.cmd)}")


if __name__ == "__main__":
    main()
