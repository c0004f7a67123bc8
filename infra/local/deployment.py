"""The very template of `infra/`, put into the emulator with the CDK command line."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
from subprocess import PIPE
from typing import TYPE_CHECKING, Any

from aduan import jurisdiction
from aduan.meta import templates as meta_templates
from infra import cdk
from infra.local.emulator import ACCOUNT, CREDENTIALS, Emulator
from infra.local.processes import LocalStackError, shown
from infra.settings import REGION, ROOT, Settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SETTINGS = Settings(whatsapp_phone_number_id="111000000000001", stage="local")
INSTAGRAM_ACCOUNT_ID = "17840000000000001"
SOURCES = ("infra/*.*", "functions/**/*", "layers/**/*", "cdk.json", "package.json")
"""What a deployment is made of."""
DEPLOYED = "/aduan-local/deployed"
"""The SSM parameter that holds the digest of what is deployed: it lives and dies with the state."""


def deploy(emulator: Emulator, twin_url: str, more_context: Mapping[str, str]) -> None:
    """Deploy unless exactly this is deployed already."""
    context = {
        "stage": SETTINGS.stage,
        "whatsapp_phone_number_id": SETTINGS.whatsapp_phone_number_id,
        "public_url": f"{emulator.url}/_aws/execute-api/{{api_id}}",
        "whatsapp_api_url": f"{twin_url}/v25.0",
        "instagram_api_url": f"{twin_url}/v25.0",
        "media_hosts": twin_url,
        "desk_frame_ancestors": f"{twin_url} {twin_url.replace('127.0.0.1', 'localhost')}",
        "reason_timeout_s": "30",  # nobody playing wants to wait a quarter of an hour
        "settle_s": "1",  # and five messages in a row come faster from a program
        **more_context,
    }
    digest = digest_of(context, SOURCES)
    ssm = emulator.client("ssm")
    there = ssm.get_parameters(Names=[DEPLOYED])["Parameters"]
    if there and there[0]["Value"] == digest:
        return
    _make_room_for_assets(emulator.client("s3"))
    given = [word for key, value in context.items() for word in ("-c", f"{key}={value}")]
    output = f"--output={emulator.folder / 'cdk.out'}"
    env = os.environ | CREDENTIALS | {"AWS_ENDPOINT_URL": emulator.url}
    env.pop("AWS_PROFILE", None)
    result = cdk.run("deploy", "--require-approval=never", output, *given, env=env, output=PIPE)
    log = emulator.folder / "cdk-deploy.log"
    log.write_text(result.stdout, "utf-8")
    if result.returncode:
        raise LocalStackError(
            f"{result.stdout}\n`cdk deploy` failed: the reason stands above and in {shown(log)};"
            f" the emulator's own log is {shown(emulator.process.log)}."
        )
    ssm.put_parameter(Name=DEPLOYED, Value=digest, Type="String", Overwrite=True)


def describe(emulator: Emulator, twin_url: str) -> dict[str, Any]:
    """All that a test, the twin or a curious person needs to know: what `stack.json` holds."""
    cloudformation = emulator.client("cloudformation")
    stack = cloudformation.describe_stacks(StackName=SETTINGS.name("112"))["Stacks"][0]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    kept = provide_secrets(emulator)
    return {
        "webhook_url": outputs["WebhookUrl"],
        "app_secret": kept["whatsapp-app-secret"],
        "instagram_app_secret": kept["instagram-app-secret"],
        "verify_token": kept["verify-token"],
        "page_url": f"{twin_url}/",
        "twin_url": twin_url,
        "aws_endpoint_url": emulator.url,
        "region": REGION,
        "reports_table": outputs["ReportsTable"],
        "vault_table": outputs["VaultTable"],
        "photo_bucket": outputs["PhotoBucket"],
        "state_machine_arn": outputs["StateMachineArn"],
        "desk_url": outputs["DeskUrl"],
        "mailboxes": json.loads(outputs["Mailboxes"]),
        "queues": {
            "inbox": outputs["InboxQueueUrl"],
            "outbox": outputs["OutboxQueueUrl"],
            "settling": outputs["SettlingQueueUrl"],
            "photos": outputs["PhotoQueueUrl"],
        },
        "whatsapp_phone_number_id": SETTINGS.whatsapp_phone_number_id,
        "instagram_account_id": INSTAGRAM_ACCOUNT_ID,
        "functions": {
            handler.parent.name: SETTINGS.name(handler.parent.name)
            for handler in sorted((ROOT / "functions").glob("*/handler.py"))
        },
    }


def provide_secrets(emulator: Emulator) -> dict[str, str]:
    """The stage's secrets, made up once; Meta's two app secrets are one, as with one Meta app."""
    ssm = emulator.client("ssm")
    prefix = SETTINGS.secrets_prefix
    found = ssm.get_parameters_by_path(Path=prefix, WithDecryption=True)["Parameters"]
    kept = {parameter["Name"].removeprefix(prefix): parameter["Value"] for parameter in found}
    app_secret = kept.get("whatsapp-app-secret", secrets.token_hex(16))
    wanted = {
        "whatsapp-app-secret": app_secret,
        "instagram-app-secret": app_secret,
        "whatsapp-token": secrets.token_urlsafe(48),
        "instagram-token": secrets.token_urlsafe(48),
        "verify-token": secrets.token_urlsafe(24),
        "link-key": secrets.token_urlsafe(32),
    }
    for name in wanted.keys() - kept.keys():
        kept[name] = wanted[name]
        ssm.put_parameter(Name=prefix + name, Value=wanted[name], Type="SecureString")
    return kept


def digest_of(told: Mapping[str, str], sources: Iterable[str]) -> str:
    """One word for all that a thing is made of and told; another word means make it anew."""
    digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode())
    for file in sorted(file for pattern in sources for file in ROOT.glob(pattern)):
        if file.is_file() and file.suffix != ".pyc":
            digest.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def _make_room_for_assets(s3: Any) -> None:
    """The one part of `cdk bootstrap` that is used here: a bucket for code and template."""
    with contextlib.suppress(s3.exceptions.BucketAlreadyOwnedByYou):
        s3.create_bucket(
            Bucket=f"cdk-hnb659fds-assets-{ACCOUNT}-{REGION}",
            CreateBucketConfiguration={"LocationConstraint": REGION},
        )


def words() -> dict[str, Any]:
    """What the jurisdiction calls its agencies, services and a report's moves, and its map."""
    city = jurisdiction.load(SETTINGS.jurisdiction_id)
    folder = ROOT / "layers/jurisdictions/python/jurisdictions" / SETTINGS.jurisdiction_id
    return {
        "agencies": SETTINGS.agencies(),
        "services": {code: service.service_name for code, service in city.services.items()},
        "happenings": city.agency_texts["events"],
        "areas": str(folder / "areas.geojson"),
    }


def templates() -> list[dict[str, Any]]:
    """The jurisdiction's message templates, for the twin, as if Meta had approved all of them."""
    city = jurisdiction.load(SETTINGS.jurisdiction_id)
    return [
        {
            "name": template["name"],
            "text": meta_templates.numbered(template["body"]),
            "parameters": len(meta_templates.fields_of(template["body"])),
            "buttons": meta_templates.button_titles(template, city),
        }
        for template in city.templates.values()
        if "body" in template
    ]
