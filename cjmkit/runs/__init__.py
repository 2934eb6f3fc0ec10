"""Reports for clients: the only place where a client's folder and the report meet."""

from cjmkit.runs.build import Built, build_client
from cjmkit.runs.opening import open_report

__all__ = ["Built", "build_client", "open_report"]
