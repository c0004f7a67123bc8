"""A whole storm over a running stack, from the first webhook to the recount."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from infra.local.meta_twin.config import Config
from tests.storm.crowd import Crowd
from tests.storm.officers import Officers
from tests.storm.recount import Line, Recount
from tests.storm.weather import Weather

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from infra.local.stack import LocalStack
    from tests.canaries import Marks
    from tests.stories.city import City

Json = dict[str, Any]
WORKED_OFF = ("inbox", "outbox", "settling", "photos", "notices", "erasures")
QUIET_WITHIN_S = 1500.0
TELL_EVERY_S = 15.0
FEW = 20


@dataclass(frozen=True, kw_only=True)
class Plan:
    """`strength`: see `weather`. `kill_every_s` 0: no process is killed. `restart`: the emulator, half-way."""

    messages: int
    seed: int
    strength: float = 1.0
    kill_every_s: float = 5.0
    restart: bool = True
    share_answered: float = 0.5
    meta_fails: bool = True


@dataclass
class Outcome:
    lines: list[Line]
    injected: dict[str, Counter[str]]
    of_meta: Counter[str]
    killed: Counter[str]
    refused: Counter[str]
    marks: Marks
    strays: dict[str, Counter[str]] = field(default_factory=dict)
    mended: Counter[str] = field(default_factory=Counter)
    facts: list[str] = field(default_factory=list)

    @property
    def is_right(self) -> bool:
        return all(line.is_right for line in self.lines) and not self.strays


def storm(city: City, stack: LocalStack, plan: Plan, tell: Callable[[str], None]) -> Outcome:
    """Let it come and go, and count. Whatever is wrong stands in the outcome's lines."""
    began = time.monotonic()
    config = Config.model_validate_json((stack.folder / "twin.json").read_text("utf-8"))
    config = config.model_copy(update={"base_url": city.stack["twin_url"]})
    crowd = Crowd(city.stack, config, messages=plan.messages, seed=plan.seed)
    officers = Officers(city, plan.seed, plan.share_answered)
    weather = Weather(city, stack.folder, plan.seed)
    billed_before = Recount(city, crowd, officers).billed_beyond_record
    bodies = crowd.deliveries()
    copies = sum(map(len, bodies))
    tell(f"{len(crowd.people)} citizens, {len(crowd.letters)} messages, {copies} copies")
    with weather.between():
        weather.blows(plan.strength, meta=plan.meta_fails)
        with ExitStack() as during:
            if plan.kill_every_s:
                during.enter_context(weather.killing(plan.kill_every_s))
            during.enter_context(_at_work(crowd, officers))
            strays: dict[str, Counter[str]] = {}
            restart_at, told = len(bodies) // 2 if plan.restart else -1, 0.0
            for left in crowd.send(bodies):
                if time.monotonic() > told + TELL_EVERY_S:
                    told = time.monotonic()
                    tell(f"{left} webhooks to go")
                if left <= restart_at:
                    restart_at = -1
                    strays = _restart(city, stack, weather, plan, crowd)
                    tell("the emulator was restarted with its state")
            tell("all was sent and accepted; it blows on until it is thought about")
            _until_thought_about(city)
        weather.is_fine()
        sent_s = time.monotonic() - began
        tell("now it is fine")
        mended = _until_quiet(city, tell)
        for _ in range(2):  # what was dispatched late, and what is said of it
            _answer(crowd, officers)
            mended += _until_quiet(city, tell)
        injected = weather.injected()
    mended["reports counted anew"] += int(city.runs("recount_reports", {})["reports_missed"])
    recount = Recount(city, crowd, officers, billed_before)
    lines = recount.lines()
    mails = sum(recount.mail.values())
    facts = [
        f"{len(crowd.people)} citizens, {len(crowd.letters)} messages, {copies} copies, {len(bodies)} webhooks",
        f"{len(officers.done)} reports answered by officers: {_counted(Counter(officers.done.values()))}",
        f"messages that Meta took twice: {recount.doubles} (perhaps, by our record: {recount.perhaps})",
        f"dispatches of which the agency was told twice or more: {mails - len(recount.mail)} of {mails}",
        f"{sent_s:.0f} s of storm, {time.monotonic() - began:.0f} s until all was quiet",
    ]
    return Outcome(
        lines,
        injected,
        weather.of_meta,
        weather.killed,
        crowd.log.refused,
        crowd.marks,
        strays,
        mended,
        facts,
    )


@contextmanager
def _at_work(crowd: Crowd, officers: Officers) -> Iterator[None]:
    """Officers answer all the while."""
    over = threading.Event()

    def work() -> None:
        while not over.wait(1):
            _answer(crowd, officers, over)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _answer(crowd: Crowd, officers: Officers, over: threading.Event | None = None) -> None:
    """Officers answer, and whoever's report was solved rates it."""
    for number, text in officers.work(over):
        marks = [word for word in text.split() if word in crowd.by_mark]
        if marks:
            crowd.deliver([crowd.rating(crowd.by_mark[marks[0]])])
            officers.done[number] = "closed"


def _restart(
    city: City, stack: LocalStack, weather: Weather, plan: Plan, crowd: Crowd
) -> dict[str, Counter[str]]:
    """Gives what stood, in the middle of it all, where it does not belong."""
    weather.is_fine()
    stack.down()
    strays = crowd.marks.found_in(stack.folder)
    city.stack.update(stack.up())
    weather.blows(plan.strength, meta=plan.meta_fails)
    return strays


def _until_thought_about(city: City) -> None:
    """The storm goes on while the inbox holds more than what waits for its next try."""
    deadline = time.monotonic() + QUIET_WITHIN_S
    while time.monotonic() < deadline and _depths(city)[0]["inbox"] > FEW:
        time.sleep(2)


def _until_quiet(city: City, tell: Callable[[str], None]) -> Counter[str]:
    """Let the queues run dry; then redrive what failed and reconcile, until there is nothing to do."""
    mended: Counter[str] = Counter()
    deadline = time.monotonic() + QUIET_WITHIN_S
    told, tell_again = "", 0.0
    while time.monotonic() < deadline:
        waiting, failed = _depths(city)
        now = (
            f"in queues: {_counted(waiting) or 'nothing'}; failed: {_counted(failed) or 'nothing'}"
        )
        if now != told and time.monotonic() > tell_again:
            tell(now)
            told, tell_again = now, time.monotonic() + TELL_EVERY_S
        if waiting:
            time.sleep(1)
            continue
        for name in WORKED_OFF:
            if failed[name]:
                mended[f"redriven: {name}"] += failed[name]
                _redrive(city, name)
        if any(failed[name] for name in WORKED_OFF):
            continue
        found = Counter(city.runs("reconcile", {"patience_s": 5}))
        del found["reports_watched"]  # what it has looked at, not what it has mended
        mended.update({f"reconcile: {what}": number for what, number in found.items()})
        if not any(found.values()) and city.is_at_rest() and not _depths(city)[0]:
            _forget_pointers(city, failed)
            return +mended
        time.sleep(1)
    tell(f"not quiet after {QUIET_WITHIN_S:.0f} s")
    return mended


def _redrive(city: City, name: str) -> None:
    """The button under "Kesehatan sistem", as an administrator presses it."""
    payload = {
        "queue": name,
        "widgetContext": {
            "forms": {"all": {"initials": "sb", "why": "badai sudah reda"}},
            "params": {},
        },
    }
    city.client("lambda").invoke(
        FunctionName=city.stack["functions"]["redrive_failures"],
        Payload=json.dumps(payload).encode(),
    )


def _forget_pointers(city: City, failed: Counter[str]) -> None:
    """The stream's failures are pointers into a stream that is gone: `reconcile` has found all they meant."""
    sqs = city.client("sqs")
    for name in ("effects", "deadlines"):
        if failed[name]:
            url = sqs.get_queue_url(QueueName=f"aduan-local-{name}-failed")["QueueUrl"]
            sqs.purge_queue(QueueUrl=url)


def _depths(city: City) -> tuple[Counter[str], Counter[str]]:
    """How many messages each queue has, waiting or in hand; the working ones and those of failures."""
    sqs = city.client("sqs")
    mailboxes = set(city.stack["mailboxes"].values())
    waiting: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    for url in sqs.list_queues().get("QueueUrls", []):
        if url in mailboxes:
            continue
        name = url.rsplit("/", 1)[-1].removeprefix("aduan-local-").removesuffix(".fifo")
        found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        number = sum(
            int(found.get(f"ApproximateNumberOfMessages{state}", 0))
            for state in ("", "NotVisible", "Delayed")
        )
        if name.endswith("-failed"):
            failed[name.removesuffix("-failed")] += number
        else:
            waiting[name] += number
    return +waiting, +failed


def _counted(counter: Counter[str]) -> str:
    return ", ".join(f"{name} {number}" for name, number in sorted(counter.items()) if number)


def table(outcome: Outcome) -> str:
    """What was counted, what had failed, and what the system mended of it."""
    out = [*outcome.facts, "", f"{'':48} {'expected':>9} {'found':>9}"]
    for line in outcome.lines:
        mark = "" if line.is_right else "   ✗ " + "; ".join(line.which[:5])
        out.append(f"{line.what:48} {line.expected:9} {line.found:9}{mark}")
    kinds = sorted({kind for each in outcome.injected.values() for kind in each})
    out += ["", "faults injected", f"{'':12}" + "".join(f"{kind[:21]:>22}" for kind in kinds)]
    for service, found in sorted(outcome.injected.items()):
        out.append(f"{service:12}" + "".join(f"{found[kind] or '':>22}" for kind in kinds))
    out += [
        "",
        f"Meta: {_counted(outcome.of_meta)}",
        f"processes killed: {_counted(outcome.killed)}",
        f"webhooks refused and sent again: {_counted(outcome.refused)}",
        f"mended by the system's own repair: {_counted(outcome.mended) or 'nothing'}",
        "",
        f"{len(outcome.marks)} marks of personal data; found where they do not belong: "
        + (
            "; ".join(f"{place} {_counted(kinds)}" for place, kinds in outcome.strays.items())
            or "none"
        ),
    ]
    return "\n".join(out)
