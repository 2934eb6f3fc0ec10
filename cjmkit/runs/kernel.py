"""The normal kernel, as the kit starts it."""

from __future__ import annotations

import subprocess
import sys
from typing import Any


def quiet_kernel() -> type:
    """A kernel that talks over files where the system can: no port to collide on, nothing to listen in to."""
    from jupyter_client.manager import AsyncKernelManager

    if sys.platform == "win32":
        return AsyncKernelManager

    class QuietKernel(AsyncKernelManager):
        def __init__(self, **given: Any) -> None:
            super().__init__(**{"transport": "ipc", **given})

        async def _async_launch_kernel(self, kernel_cmd: list[str], **kw: Any) -> None:
            await super()._async_launch_kernel(
                kernel_cmd, **{**kw, "stderr": subprocess.DEVNULL}
            )  # cells keep their own

    return QuietKernel
