"""Where reports, citizens' addresses and photos lie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from aduan.aws.erasure_list import PREFIX

if TYPE_CHECKING:
    from infra.python_function import PythonFunction
    from infra.settings import Settings

# What the account's administrators may do with a key: everything but use it. Whoever changes the
# key's policy to read a citizen's address leaves a trace in CloudTrail.
KEY_ADMINISTRATION = [
    "kms:CancelKeyDeletion",
    "kms:CreateAlias",
    "kms:DeleteAlias",
    "kms:Describe*",
    "kms:Disable*",
    "kms:Enable*",
    "kms:Get*",
    "kms:List*",
    "kms:PutKeyPolicy",
    "kms:RotateKeyOnDemand",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:Update*",
]


class Storage(Construct):
    """The table of reports, the vault with its two keys, and the photos."""

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002
        *,
        settings: Settings,
        desk_origin: str,
    ) -> None:
        super().__init__(scope, id)
        self._settings = settings
        self._kept = RemovalPolicy.DESTROY if settings.is_local else RemovalPolicy.RETAIN
        self.reports = self._table(
            "reports",
            sort_key=dynamodb.Attribute(name="SK", type=dynamodb.AttributeType.STRING),
            stream=dynamodb.StreamViewType.NEW_IMAGE,
            time_to_live_attribute="expires_at",
        )
        self.reports.add_global_secondary_index(
            index_name="work",
            partition_key=dynamodb.Attribute(name="work", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="work_since", type=dynamodb.AttributeType.STRING),
        )
        self.vault = self._table("vault")
        self.vault_key = self._key(
            "vault", "Enciphers the citizens' addresses in the vault", enable_key_rotation=True
        )
        self.address_hash_key = self._key(
            "address-hash",
            "Makes the keyed hash by which a citizen's address is found",
            key_spec=kms.KeySpec.HMAC_256,
            key_usage=kms.KeyUsage.GENERATE_VERIFY_MAC,
        )
        self.photos = self._bucket(desk_origin)

    def let_use(
        self,
        function: PythonFunction,
        action: str,
        key: kms.Key,
        *,
        only_with_context: str = "",
    ) -> None:
        """Allow one use of a key, in the key's own policy and nowhere else: there it can be read whole.

        With `only_with_context`, a call must name this part of the encryption context, which CloudTrail
        records: https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
        """
        named = {f"kms:EncryptionContext:{only_with_context}": "*"}
        is_told = only_with_context and not self._settings.is_local  # the emulator tells no context
        key.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[function.execution_role],
                actions=[action],
                resources=["*"],
                conditions={"StringLike": named} if is_told else None,
            )
        )

    def _table(self, name: str, **more: Any) -> dynamodb.Table:
        return dynamodb.Table(
            self,
            name,
            table_name=self._settings.name(name),
            partition_key=dynamodb.Attribute(name="PK", type=dynamodb.AttributeType.STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            deletion_protection=not self._settings.is_local,
            removal_policy=self._kept,
            **more,
        )

    def _key(self, name: str, description: str, **more: Any) -> kms.Key:
        administration = iam.PolicyStatement(
            principals=[iam.AccountRootPrincipal()], actions=KEY_ADMINISTRATION, resources=["*"]
        )
        return kms.Key(
            self,
            f"{name}-key",
            alias=self._settings.name(name),
            description=f"{description} ({self._settings.stage})",
            policy=iam.PolicyDocument(statements=[administration]),
            removal_policy=self._kept,
            **more,
        )

    def _bucket(self, desk_origin: str) -> s3.Bucket:
        local = self._settings.is_local
        return s3.Bucket(
            self,
            "photos",
            bucket_name=f"{self._settings.name('photos')}-{Stack.of(self).account}",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=not local,
            removal_policy=self._kept,
            cors=[
                s3.CorsRule(
                    allowed_methods=[s3.HttpMethods.POST],
                    allowed_origins=[desk_origin],
                    allowed_headers=["*"],
                )
            ],
            lifecycle_rules=[
                s3.LifecycleRule(
                    id="officers' uploads that no answer took up",
                    prefix="incoming/",
                    expiration=Duration.days(self._settings.days_kept("uploads")),
                    abort_incomplete_multipart_upload_after=Duration.days(1),
                ),
                s3.LifecycleRule(
                    id="who was forgotten, for as long as backups reach back",
                    prefix=PREFIX,
                    expiration=Duration.days(self._settings.days_kept("erasures")),
                ),
            ],
        )
