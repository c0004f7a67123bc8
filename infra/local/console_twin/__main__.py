"""`python -m infra.local.console_twin --port 8113 --config .local/console.json`"""

import argparse
import json
from pathlib import Path

import uvicorn

from infra.local.console_twin.app import create_app


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="console_twin", description="Plays the CloudWatch console."
    )
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--config", type=Path, required=True, help="aws_endpoint_url and region")
    arguments = parser.parse_args()
    told = json.loads(arguments.config.read_text("utf-8"))
    app = create_app(told["aws_endpoint_url"], told["region"])
    uvicorn.run(app, host=arguments.host, port=arguments.port, log_level="warning")


if __name__ == "__main__":
    main()
