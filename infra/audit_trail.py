"""Who pressed which button, and who saw which photo: CloudTrail's record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_cloudtrail as cloudtrail
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

if TYPE_CHECKING:
    from infra.command_centre import CommandCentre
    from infra.settings import Settings

TRAIL = "cloudtrail.amazonaws.com"


class AuditTrail(Construct):
    """A trail of data events: calls of these functions alone, and every look at a photo or recording.

    A widget's function is not told who clicked. It keeps the request id of its invocation with what the
    click changed, and this trail names the person of that request id.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002
        *,
        settings: Settings,
        centre: CommandCentre,
        photos: s3.Bucket,
    ) -> None:
        super().__init__(scope, id)
        stack = Stack.of(self)
        name, kept = settings.name("command-centre"), Duration.days(settings.days_kept("trail"))
        trail_arn = f"arn:aws:cloudtrail:{stack.region}:{stack.account}:trail/{name}"
        bucket = s3.Bucket(
            self,
            "trail",
            bucket_name=f"{settings.name('trail')}-{stack.account}",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            versioned=True,  # what somebody deletes or writes over is still there
            removal_policy=RemovalPolicy.RETAIN,
            lifecycle_rules=[
                s3.LifecycleRule(
                    id="five years", expiration=kept, noncurrent_version_expiration=kept
                )
            ],
        )
        for action, resource in (
            ("s3:GetBucketAcl", bucket.bucket_arn),
            ("s3:PutObject", bucket.arn_for_objects(f"AWSLogs/{stack.account}/*")),
        ):
            bucket.add_to_resource_policy(
                iam.PolicyStatement(
                    principals=[iam.ServicePrincipal(TRAIL)],
                    actions=[action],
                    resources=[resource],
                    conditions={"StringEquals": {"aws:SourceArn": trail_arn}},
                )
            )
        acts = (centre.decide, centre.take_call, centre.redrive, centre.reveal)
        field = cloudtrail.CfnTrail.AdvancedFieldSelectorProperty
        trail = cloudtrail.CfnTrail(
            self,
            "calls",
            trail_name=name,
            s3_bucket_name=bucket.bucket_name,
            is_logging=True,
            is_multi_region_trail=True,  # the functions are in one; a trail of one region can be missed
            enable_log_file_validation=True,
            advanced_event_selectors=[
                cloudtrail.CfnTrail.AdvancedEventSelectorProperty(
                    name="Calls of the functions that act",
                    field_selectors=[
                        field(field="eventCategory", equal_to=["Data"]),
                        field(field="resources.type", equal_to=["AWS::Lambda::Function"]),
                        field(field="resources.ARN", equal_to=[each.function_arn for each in acts]),
                    ],
                ),
                cloudtrail.CfnTrail.AdvancedEventSelectorProperty(
                    name="Looks at photos and recordings",
                    field_selectors=[
                        field(field="eventCategory", equal_to=["Data"]),
                        field(field="resources.type", equal_to=["AWS::S3::Object"]),
                        field(field="resources.ARN", starts_with=[f"{photos.bucket_arn}/"]),
                        field(field="eventName", equal_to=["GetObject"]),
                    ],
                ),
            ],
        )
        if bucket.policy:
            trail.node.add_dependency(bucket.policy)
