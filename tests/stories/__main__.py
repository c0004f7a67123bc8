"""`make story`: play one complete report per channel in the terminal, on the running stack or a new one."""

import sys

from infra.local.stack import DEMO, LocalStack, running
from tests.stories.city import City
from tests.stories.plain import tell_all


def main() -> int:
    name = DEMO if LocalStack(DEMO).is_up else "story"
    with running(name) as stack:
        try:
            tell_all(City(stack))
        except AssertionError as missing:
            print(f"\n✗ {missing}", file=sys.stderr)
            return 1
    print("\n✓ every step happened")
    return 0


if __name__ == "__main__":
    sys.exit(main())
