"""“Hubungi pelapor”: shows one number once, after it is on record who wanted it and why.

The one function of the command centre that may decrypt. IAM lets a role of its own call it; the number is in
its answer and nowhere else: Lambda keeps no answers, CloudTrail's record of the call holds none either.
"""

import os
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from aduan import jurisdiction, report_number
from aduan.aws import widgets
from aduan.aws.contact_table import ContactTable
from aduan.aws.observability import count, logger, metrics
from aduan.aws.vault_table import VaultReader
from aduan.change import Change
from aduan.command_centre.contact import Limits, number_of, reveal
from aduan.command_centre.operator import Act, Deed, RefusedDeedError
from aduan.command_centre.views import contact
from aduan.command_centre.widget import Context
from aduan.errors import AlreadySeenError, NotFoundError, StaleUpdateError, TooManyTodayError

ATTEMPTS = 3

city = jurisdiction.load(os.environ["JURISDICTION_ID"])
table = ContactTable(os.environ["REPORTS_TABLE"])
vault = VaultReader(os.environ["VAULT_TABLE"], key_id=os.environ["VAULT_KEY_ID"])
endpoints = widgets.endpoints(os.environ["FUNCTION_ARN_PREFIX"])
LIMITS = Limits(
    of_one=city.settings["contacts_a_day"], of_all=city.settings["contacts_a_day_in_all"]
)


@metrics.log_metrics
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> str:
    now = datetime.now(UTC)

    def show(told: Context) -> str:
        number = report_number.find(str(event.get("id", "")))
        refusals = city.command_centre["refusals"]
        try:
            shown = _number(number, str(event.get("caller", "")), told, now)
        except RefusedDeedError as error:
            count(f"ContactRefused.{error.why}")
            return contact.render("", number, city, told, refused=str(refusals[error.why]))
        return contact.render(shown, number, city, told)

    return widgets.answer(event, city, context, endpoints, show)


def _number(service_request_id: str | None, caller: str, told: Context, now: datetime) -> str:
    """Written down first, decrypted then."""
    deed = _deed(told)
    for attempt in range(ATTEMPTS):
        try:
            change, citizen_id = _about(service_request_id, caller, deed, now)
            sealed = vault.sealed(citizen_id)
            table.record_reveal(
                deed,
                LIMITS,
                change=change,
                citizen_id=citizen_id,
                click=f"contact-{told.typed.get('click') or told.click}",
                at=now,
            )
        except StaleUpdateError:
            if attempt == ATTEMPTS - 1:
                raise RefusedDeedError("not_possible") from None
        except NotFoundError:
            raise RefusedDeedError("no_number") from None
        except AlreadySeenError:
            raise RefusedDeedError("shown_before") from None
        except TooManyTodayError:
            raise RefusedDeedError("contacts_today") from None
        else:
            break
    logger.info(
        "contact revealed",
        service_request_id=service_request_id,
        citizen_id=citizen_id,
        by=deed.by,
    )
    count("ContactRevealed")
    return number_of(vault.opened(citizen_id, sealed))


def _deed(told: Context) -> Deed:
    """`Act.REVIEWED` changes nothing about a report, and neither does this."""
    return Deed(
        act=Act.REVIEWED,
        by=told.typed.get("initials", ""),
        why=told.typed.get("why", ""),
        invocation=told.click,
    ).checked()


def _about(
    service_request_id: str | None, caller: str, deed: Deed, now: datetime
) -> tuple[Change, str]:
    """Whose number it is: of a report's reporter, or of a caller who waits to be called back."""
    if service_request_id:
        request = table.request(service_request_id)
        return reveal(request, deed, now), request.citizen_id
    call_back = table.call_back(caller)
    if call_back.end:
        raise RefusedDeedError("not_possible")
    return Change(), call_back.citizen_id
