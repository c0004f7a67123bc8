"""`python -m infra.local.meta_twin --port 8112 --config .local/twin.json`"""

import argparse
import logging
from pathlib import Path

import uvicorn

from infra.local.meta_twin.app import create_app
from infra.local.meta_twin.config import Config
from infra.local.meta_twin.twin import Twin


def main() -> None:
    parser = argparse.ArgumentParser(prog="meta_twin", description="Plays Meta and the citizens.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--config", type=Path, required=True, help="a JSON file, see config.py")
    arguments = parser.parse_args()

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    config = Config.model_validate_json(arguments.config.read_bytes())
    if not config.base_url:
        base_url = f"http://{arguments.host}:{arguments.port}"
        config = config.model_copy(update={"base_url": base_url})
    uvicorn.run(
        create_app(Twin(config)),
        host=arguments.host,
        port=arguments.port,
        log_level="warning",
        timeout_graceful_shutdown=1,
    )


if __name__ == "__main__":
    main()
