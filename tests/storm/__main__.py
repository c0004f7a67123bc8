"""`make storm`: MESSAGES and SEED from the environment; non-zero on any difference."""

import os
import sys
import time

from infra.local.stack import LocalStack, running
from tests.stories.city import City
from tests.storm.storm import Plan, storm, table

NAME = "storm"
MESSAGES = 1000


def main() -> int:
    seed = int(os.environ.get("SEED") or time.time())
    plan = Plan(
        messages=int(os.environ.get("MESSAGES") or MESSAGES),
        seed=seed,
        strength=float(os.environ.get("STRENGTH") or 1),
    )
    print(f"SEED={seed} MESSAGES={plan.messages}", flush=True)
    began = time.monotonic()

    def tell(line: str) -> None:
        print(f"{time.monotonic() - began:6.0f} s  {line}", flush=True)

    LocalStack(NAME).clean()  # what a storm before has left is not this one's
    with running(NAME) as stack:
        outcome = storm(City(stack), LocalStack(NAME), plan, tell)
    for place, kinds in outcome.marks.found_in(LocalStack(NAME).folder).items():
        outcome.strays[place] = kinds
    print(f"\nSEED={seed}\n{table(outcome)}")
    print("\nnothing lost, nothing twice" if outcome.is_right else "\nDIFFERENCES: see ✗ above")
    return 0 if outcome.is_right else 1


if __name__ == "__main__":
    sys.exit(main())
