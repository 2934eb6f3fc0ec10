"""Run what takes too long for `make test`, and keep what came out.

Every module here with a number `N` and a function `main(n, seed) -> dict` is run with that N; `main` raises
AssertionError where a guarantee does not hold. Date, commit, seed, N and result go to results.json.

    python tests/soak/run.py [MODULE ...] [--seed 1]
"""

from __future__ import annotations

import argparse
import importlib
import json
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
RESULTS = HERE / "results.json"


def modules() -> list[str]:
    """The names of the modules here that have an N and a main."""
    found = []
    for path in sorted(HERE.glob("*.py")):
        module = importlib.import_module(path.stem) if path.stem != "run" else None
        if hasattr(module, "main") and hasattr(module, "N"):
            found.append(path.stem)
    return found


def commit() -> str:
    """The commit that is checked out, with a plus where the package differs from it."""

    def git(*words: str) -> str:
        return subprocess.run(["git", *words], cwd=HERE, capture_output=True, text=True).stdout.strip()

    return git("rev-parse", "--short", "HEAD") + ("+" if git("status", "--porcelain", "--", ":/cjmkit") else "")


def run(name: str, seed: int) -> dict[str, Any]:
    module = importlib.import_module(name)
    began, checked_out = time.monotonic(), commit()
    try:
        kept, result = True, module.main(module.N, seed)
    except AssertionError as error:
        kept, result = False, {"broken": str(error)}
    return {
        "date": date.today().isoformat(),
        "commit": checked_out,
        "what": name,
        "seed": seed,
        "n": module.N,
        "seconds": round(time.monotonic() - began),
        "kept": kept,
        "result": result,
    }


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("modules", nargs="*")
    words.add_argument("--seed", type=int, default=1)
    given = words.parse_args()
    all_kept = True
    for name in given.modules or modules():
        entry = run(name, given.seed)
        print(json.dumps(entry), flush=True)
        all_kept &= entry["kept"]
        entries = json.loads(RESULTS.read_text()) if RESULTS.exists() else []
        RESULTS.write_text(json.dumps([*entries, entry], indent=1) + "\n")
    return 0 if all_kept else 1


if __name__ == "__main__":
    sys.exit(main())
