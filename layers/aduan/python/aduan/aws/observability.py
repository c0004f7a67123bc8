"""Logs and metrics, the same in every function. Ids and codes only; nothing of a citizen's.

X-Ray's SDK is in maintenance and would be loaded at every cold start: functions are traced by Lambda
itself (`Tracing: Active`), without it.
"""

import warnings

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

# Many an invocation has nothing to count, and that is no news.
warnings.filterwarnings("ignore", message="No application metrics to publish")

logger = Logger(log_uncaught_exceptions=False, utc=True)
metrics = Metrics()


def count(name: str, number: int = 1) -> None:
    """Count a fact in the past tense, e.g. ServiceRequestRouted."""
    metrics.add_metric(name=name, unit=MetricUnit.Count, value=number)


def gauge(name: str, value: float) -> None:
    """How much of something there is now."""
    metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)
