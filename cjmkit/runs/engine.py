"""papermill's engine `cjmkit`."""

from __future__ import annotations

from papermill.engines import NBClientEngine


class CellsEngine(NBClientEngine):
    """The cells of a notebook in a normal kernel."""
