"""Compiles requirements*.in into requirements*.txt: every version pinned, every file by its hash.

Usage: python scripts/lock.py [--upgrade]

One lock serves every Python from 3.11.0 on and every platform, and names no address to download from.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11"]
CLEAN = [
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--custom-compile-command",
    "make lock",
]


def main() -> None:
    for name in ("requirements", "requirements-dev"):
        command = [*UV, *CLEAN, *sys.argv[1:], f"{name}.in", "--output-file", f"{name}.txt"]
        if subprocess.run(command, cwd=ROOT, check=False).returncode:
            sys.exit(f"{name}.in could not be compiled; the reason stands above.")


if __name__ == "__main__":
    main()
