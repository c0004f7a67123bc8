"""The CDK application: `python -m infra.cdk synth` (or deploy) runs it."""

from __future__ import annotations

from aws_cdk import App

from infra.settings import from_context
from infra.stack import AduanStack


def main() -> None:
    app = App()
    AduanStack(app, from_context(app.node))
    app.synth()


if __name__ == "__main__":
    main()
