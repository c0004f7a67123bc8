"""Meta as it is played for the functions."""

from tests.functions.conftest import meta, output

__all__ = ["meta", "output"]
