"""By hand, after the vault's key was rotated or replaced: what is enciphered by it is enciphered anew.

`make rekey` calls it until nothing is left: {"round": "2026-11-24", "after": "…"}. KMS does it inside itself:
no address is seen here, and this function cannot decrypt. What a round has done is marked with its name, so
that it can be interrupted at any time and begun again.
"""

import os
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from aduan.aws.observability import logger
from aduan.aws.vault_rekeying import VaultRekeyer

AT_ONCE = 500
vault = VaultRekeyer(os.environ["VAULT_TABLE"], key_id=os.environ["VAULT_KEY_ID"])


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """How many were enciphered anew, and where the next call goes on; None: this was the last."""
    name = str(event.get("round", ""))
    if not name:
        return {"error": "name the round: what bears its name is not done again"}
    page = vault.page(name, after=event.get("after"), at_most=AT_ONCE)
    rekeyed = sum(vault.rekey(item, name) for item in page.items)
    logger.info("vault enciphered anew", round=name, rekeyed=rekeyed)
    return {"rekeyed": rekeyed, "after": page.after}
