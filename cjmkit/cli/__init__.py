"""The commands: words in, one plain sentence out; 0 done, 1 the work failed, 2 the words are off."""

from cjmkit.cli import clients, exports, importing, keeping, lab, reports, room  # noqa: F401  each adds its commands to the app
from cjmkit.cli.app import app, main

__all__ = ["app", "main"]
