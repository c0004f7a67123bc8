"""microburst with a seed, so that a storm can come again, and with the callers' signatures left good.

A signature covers the header Host, and the emulator checks it; microburst (0.10.0) would put its
upstream's name there.
"""

from __future__ import annotations

import logging
import os
import random
from typing import TYPE_CHECKING

from microburst import cli, forward
from microburst.core import pipeline

if TYPE_CHECKING:
    from aiohttp import web


class SignedAsSent(forward.Upstream):  # type: ignore[misc]  # tells no types
    def _outbound_headers(self, request: web.Request) -> dict[str, str]:
        """As microburst's, but for the name of the host."""
        return {**super()._outbound_headers(request), "host": request.headers["Host"]}


if __name__ == "__main__":
    random.seed(os.environ.get("SEED", "0"))
    logging.getLogger("aiohttp").setLevel(
        logging.CRITICAL
    )  # a broken connection is what was asked for
    pipeline.Upstream = SignedAsSent
    cli.main()
