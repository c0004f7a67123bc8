"""`make bench`: cold starts as ratios, the glance with 100,000 reports, what one report costs.

Non-zero over a limit. `python -m tests.bench glance` measures the glance alone.
"""

import sys

from infra.local.stack import DEMO, LocalStack, running
from tests.bench import cold_start, flood, glance, report_cost
from tests.stories.city import City


def look_at_the_glance() -> list[str]:
    glances = glance.measure()
    over = glance.over_the_limit(glances)
    print(glance.table(glances))
    print("\n".join(f"✗ {each}" for each in over) or "✓ no slower and no dearer than with 10,000")
    return over


def main() -> int:
    if sys.argv[1:] == ["glance"]:
        return 1 if look_at_the_glance() else 0
    starts = cold_start.measure()
    print(cold_start.table(starts))
    over = cold_start.over_the_limit(starts)
    print("\n".join(f"✗ {each}" for each in over) or "✓ every function within its limit")
    over += look_at_the_glance()
    print("\n" + flood.table(flood.measure()))
    name = DEMO if LocalStack(DEMO).is_up else "bench"
    with running(name) as stack:
        city = City(stack, tell=lambda line: None)
        print("\n" + report_cost.table(report_cost.count(city)))
        print("\n" + report_cost.messages_of_each_story(city))
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
