"""The dashboards of the command centre, as their people find them in the CloudWatch console."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_logs as logs
from constructs import Construct

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infra.alarms import Alarms
    from infra.command_centre import CommandCentre
    from infra.settings import Settings

TODAY, DECIDE, CALL, HEALTH = (
    "Kota-Kediri-hari-ini",
    "Perlu-diputus",
    "Terima-telepon-112",
    "Kesehatan-sistem",
)

# Saved in Logs Insights under these names; `?` is what its user fills in.
QUERIES = {
    "Perjalanan satu laporan": "fields @timestamp, service, message, what, act, agency_responsible, because"
    ' | filter service_request_id = "?" | sort @timestamp asc | limit 500',
    "Semua yang gagal": "fields @timestamp, service, message, error, at"
    ' | filter level = "ERROR" or level = "WARNING" | sort @timestamp desc | limit 200',
    "Tindakan operator": "fields @timestamp, act, by, service_request_id, citizen_id, function_request_id"
    ' | filter message = "operator decided" | sort @timestamp desc | limit 200',
    "Nomor yang dibuka": "fields @timestamp, by, service_request_id, citizen_id, function_request_id"
    ' | filter message = "contact revealed" | sort @timestamp desc | limit 200',
    "Siapa yang terdampak": "filter ispresent(citizen_id) or ispresent(service_request_id)"
    " | stats count(*) as kali, min(@timestamp) as mulai, max(@timestamp) as sampai"
    " by citizen_id, service_request_id, service | sort mulai asc | limit 10000",
    "Pesan yang ditolak Meta": "fields @timestamp, code, effect"
    ' | filter message = "message refused by Meta" | stats count(*) by code',
    "Fungsi paling lambat": 'filter @type = "REPORT"'
    " | stats count(*), pct(@duration, 50), pct(@duration, 99), max(@maxMemoryUsed) by @log",
}


class Dashboards(Construct):
    """One dashboard a task; widgets in which somebody types are not refreshed under their hands."""

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002
        *,
        settings: Settings,
        centre: CommandCentre,
        alarms: Alarms,
    ) -> None:
        super().__init__(scope, id)
        self._settings = settings
        show, call = centre.show.function_arn, centre.take_call.function_arn
        self.today = self._dashboard(
            TODAY,
            [_widget("Kota Kediri hari ini", show, {"view": "today"}, refreshes=True, height=22)],
        )
        self.decide = self._dashboard(
            DECIDE, [_widget("Perlu diputus", show, {"view": "triage"}, height=22)]
        )
        self.call = self._dashboard(
            CALL, [_widget("Terima telepon 112", call, {"step": "open"}, height=20)]
        )
        self.health = self._dashboard(HEALTH, _health_widgets(centre, alarms, show))
        self.of_agency = {
            agency_id: self._dashboard(
                f"Instansi-{agency_id}",
                [
                    _widget(
                        settings.agencies()[agency_id],
                        alias.attr_alias_arn,
                        {"view": "agency"},
                        refreshes=True,
                        height=14,
                    )
                ],
            )
            for agency_id, alias in centre.agency_views.items()
        }
        if not settings.is_local:  # the emulator does not know saved queries
            self._queries()

    def _dashboard(self, name: str, widgets: list[cloudwatch.IWidget]) -> cloudwatch.Dashboard:
        stage = "" if self._settings.stage == "production" else f"-{self._settings.stage}"
        return cloudwatch.Dashboard(
            self,
            name,
            dashboard_name=f"{name}{stage}",
            widgets=[[widget] for widget in widgets],
        )

    def _queries(self) -> None:
        folder = self._settings.name("112")
        functions = sorted(self._settings.functions())
        groups = [f"/aws/lambda/{self._settings.name(name)}" for name in functions]
        for name, query in QUERIES.items():
            logs.CfnQueryDefinition(
                self,
                name,
                name=f"{folder}/{name}",
                query_string=query,
                log_group_names=groups,
            )


def _widget(
    title: str, endpoint: str, params: Mapping[str, Any], *, height: int, refreshes: bool = False
) -> cloudwatch.CustomWidget:
    return cloudwatch.CustomWidget(
        title=title,
        function_arn=endpoint,
        params=dict(params),
        width=24,
        height=height,
        update_on_refresh=refreshes,
        update_on_resize=False,
        update_on_time_range_change=False,
    )


def _health_widgets(centre: CommandCentre, alarms: Alarms, show: str) -> list[cloudwatch.IWidget]:
    """What waits and failed, with its buttons; the alarms, and what each asks for; the oldest message."""
    same: dict[str, list[str]] = {}
    for name, sentence in alarms.runbook.items():
        same.setdefault(sentence, []).append(name.partition(": ")[2])
    runbook = "\n".join(f"| {_together(names)} | {said} |" for said, names in same.items())
    return [
        _widget("Antrean dan alur", show, {"view": "health"}, refreshes=True, height=11),
        cloudwatch.AlarmStatusWidget(title="Alarm", alarms=alarms.all, width=24, height=5),
        cloudwatch.GraphWidget(
            title="Umur pesan tertua (detik)", left=centre.oldest_messages(), width=24, height=6
        ),
        cloudwatch.TextWidget(
            markdown=f"## Bila sebuah alarm berbunyi\n\n| Alarm | Yang perlu dilakukan |\n|---|---|\n{runbook}",
            width=24,
            height=16,
        ),
    ]


def _together(names: list[str]) -> str:
    """Alarms that ask for the same: three by name, the others as a number."""
    more = f" … dan {len(names) - 3} lagi" if len(names) > 3 else ""
    return "; ".join(names[:3]) + more
