"""`python -m cjmkit.room FOLDER [HOST] [PORT]`: keep a room; with `--serve` in front, be its server."""

import sys
from pathlib import Path

from cjmkit.room.keeper import main, serve

if __name__ == "__main__":
    words = [word for word in sys.argv[1:] if word != "--serve"]
    words += [""] * (3 - len(words))
    go = serve if "--serve" in sys.argv else main
    sys.exit(go(Path(words[0]), words[1] or None, int(words[2]) if words[2] else None))
