"""`make bench`: cold starts as ratios, and what one plain report costs. Non-zero over a limit."""

import sys

from infra.local.stack import DEMO, LocalStack, running
from tests.bench import cold_start, flood, report_cost
from tests.stories.city import City


def main() -> int:
    starts = cold_start.measure()
    print(cold_start.table(starts))
    over = cold_start.over_the_limit(starts)
    print("\n".join(f"✗ {each}" for each in over) or "✓ every function within its limit")
    print("\n" + flood.table(flood.measure()))
    name = DEMO if LocalStack(DEMO).is_up else "bench"
    with running(name) as stack:
        city = City(stack, tell=lambda line: None)
        print("\n" + report_cost.table(report_cost.count(city)))
        print("\n" + report_cost.messages_of_each_story(city))
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
