"""`make validate`: how well messages are understood by models that were learnt without them.

Five times a fifth of the training text is held back. Then, voice by voice, all lines of that voice: what
is left of the figures is what a speaker can expect whose way to write was never seen.
"""

import random
from collections.abc import Sequence

from aduan.understanding import knowledge, read
from layers.jurisdictions.training.evaluate import Answer, Message, answer, figures, report
from layers.jurisdictions.training.examples import Example, read_all
from layers.jurisdictions.training.fit import FOLDS, SEED
from layers.jurisdictions.training.train import JURISDICTION, models_of


def answers(
    seen: Sequence[Example], unseen: Sequence[Example]
) -> tuple[list[Message], list[Answer]]:
    known = knowledge.words(JURISDICTION)
    models = knowledge.Models(**models_of(seen, known))
    messages = [
        Message(
            id=str(number),
            text=example.text,
            service_code=example.service_code,
            urgency=example.urgency,
            place=example.place,
        )
        for number, example in enumerate(unseen)
    ]
    return messages, [answer(message, read(message.text, known, models)) for message in messages]


def main() -> None:
    examples = read_all()
    random.Random(SEED).shuffle(examples)  # noqa: S311, no secret
    messages: list[Message] = []
    given: list[Answer] = []
    for fold in range(FOLDS):
        seen = [example for i, example in enumerate(examples) if i % FOLDS != fold]
        asked, answered = answers(seen, examples[fold::FOLDS])
        messages += asked
        given += answered
    print(report({"ms_per_message": "-", **figures(messages, given)}))
    print(
        f"\n{'voice':10} lines  top-1  top-3  emergency recall, precision  place recall, precision"
    )
    for voice in sorted({example.voice for example in examples}):
        seen = [example for example in examples if example.voice != voice]
        unseen = [example for example in examples if example.voice == voice]
        found = figures(*answers(seen, unseen))
        print(
            f"{voice:10} {len(unseen):5}  {found['top1']:5.1%}  {found['top3']:5.1%}"
            f"  {found['emergency_recall']:16.1%}  {found['emergency_precision']:9.1%}"
            f"  {found['place_recall']:12.1%}  {found['place_precision']:9.1%}"
        )


if __name__ == "__main__":
    main()
