"""What an administrator must hear of: each alarm says what is wrong and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from constructs import Construct

if TYPE_CHECKING:
    from infra.agencies import Agencies
    from infra.conversation import Conversation
    from infra.deadlines import Deadlines
    from infra.front_door import FrontDoor
    from infra.intake import Intake
    from infra.lifecycle import Lifecycle
    from infra.settings import Settings

PERIOD = Duration.minutes(5)
INBOX_WAITS_AT_MOST_S = 300
# Of a thousand free ones a month.
# https://developers.facebook.com/documentation/business-messaging/whatsapp/pricing/non-template-messages
FREE_MESSAGES_WARNED_AT = 800
NUMBERS_SHOWN_AN_HOUR = 15


class Alarms(Construct):
    """All alarms of a stage, sent to one topic to which the administrators subscribe."""

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002
        *,
        settings: Settings,
        front_door: FrontDoor,
        intake: Intake,
        conversation: Conversation,
        lifecycle: Lifecycle,
        agencies: Agencies,
        deadlines: Deadlines,
    ) -> None:
        super().__init__(scope, id)
        self._settings = settings
        self.all: list[cloudwatch.IAlarm] = []
        self.runbook: dict[str, str] = {}
        self._administrators = sns.Topic(
            self,
            "administrators",
            topic_name=settings.name("alarms"),
            display_name="Aduan 112: perlu diperiksa",
            enforce_ssl=not settings.is_local,
        )
        stack = Stack.of(self)
        # A policy of its own takes the place of SNS's, by which alarms could publish.
        self._administrators.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[self._administrators.topic_arn],
                conditions={
                    "ArnLike": {
                        "aws:SourceArn": (
                            f"arn:aws:cloudwatch:{stack.region}:{stack.account}:alarm:*"
                        )
                    }
                },
            )
        )
        failed = {
            "pesan dari warga": intake.inbox.failed,
            "balasan kepada warga": conversation.outbox.failed,
            "balasan yang ditahan sebentar": conversation.settling.failed,
            "kabar untuk dinas": conversation.notices.failed,
            "penghapusan data warga": conversation.erasures.failed,
            "kabar bagi warga yang bergabung": conversation.followers.failed,
            "foto": conversation.photos.failed,
            "tindak lanjut laporan": conversation.failed_effects,
            "pengawasan batas waktu": deadlines.failed,
        }
        for what, queue in failed.items():
            self._alarm(
                f"{what} gagal diproses",
                queue.metric_approximate_number_of_messages_visible(
                    period=PERIOD, statistic="Maximum"
                ),
                f"Ada {what} yang berulang kali gagal diproses dan menunggu di antrean"
                " kegagalan. Lihat log fungsinya, perbaiki sebabnya, lalu tekan 'Coba lagi' di"
                " dashboard Kesehatan sistem.",
            )
        self._alarm(
            "pesan dari warga terlambat diproses",
            intake.inbox.queue.metric_approximate_age_of_oldest_message(
                period=PERIOD, statistic="Maximum"
            ),
            "Pesan tertua di inbox sudah lebih dari lima menit belum diproses, jadi warga belum"
            " mendapat balasan. Lihat log fungsi converse.",
            above=INBOX_WAITS_AT_MOST_S,
        )
        self._alarm(
            "webhook menjawab dengan kesalahan (5xx)",
            front_door.api.metric_server_error(period=PERIOD, statistic="Sum"),
            "Meta mendapat jawaban 5xx dan akan mengirim ulang. Lihat log fungsi"
            " receive_webhook; bila berlanjut, pesan warga terlambat masuk.",
        )
        self._alarm(
            "pesan WhatsApp bulan ini hampir melewati kuota gratis",
            cloudwatch.Metric(
                namespace="Aduan112",
                metric_name="WhatsAppMessagesThisMonth",
                dimensions_map={"service": "send_message"},
                period=Duration.hours(1),
                statistic="Maximum",
            ),
            "Meta menagih setiap pesan setelah seribu pertama dalam satu bulan. Periksa metode"
            " pembayaran di WhatsApp Manager; tanpa itu pesan berhenti terkirim.",
            above=FREE_MESSAGES_WARNED_AT,
        )
        self._count_alarm(
            "angka kota tidak cocok dengan laporannya",
            "FiguresWrong",
            of="recount_reports",
            description="Hitung ulang semalam menemukan angka yang salah dan membetulkannya. Lihat log"
            " fungsi count_reports: mungkin perubahan laporan gagal dihitung.",
        )
        self._count_alarm(
            "widget Command Center gagal dibuka",
            "WidgetFailed",
            of="command_centre",
            description="Sebuah widget menjawab dengan kalimat gagal. Buka kueri 'Semua yang gagal' di"
            " Logs Insights; nomor pada kalimat itu adalah function_request_id.",
        )
        self._alarm(
            "nomor pelapor dibuka lebih sering dari biasanya",
            cloudwatch.Metric(
                namespace="Aduan112",
                metric_name="ContactRevealed",
                dimensions_map={"service": "reveal_contact"},
                period=Duration.hours(1),
                statistic="Sum",
            ),
            "Dalam satu jam nomor pelapor dibuka berkali-kali. Buka kueri 'Nomor yang dibuka' di Logs"
            " Insights, lalu cari function_request_id-nya di CloudTrail: siapa, dan apakah alasannya wajar.",
            above=NUMBERS_SHOWN_AN_HOUR,
        )
        self._alarm(
            "ada instansi tanpa langganan",
            cloudwatch.Metric(
                namespace="Aduan112",
                metric_name="AgenciesUnheard",
                dimensions_map={"service": "check_agencies"},
                period=Duration.days(1),
                statistic="Maximum",
            ),
            "Pada topik sebuah instansi di SNS belum ada e-mail atau nomor yang berlangganan, jadi"
            " laporan tidak sampai kepadanya. Log fungsi check_agencies menyebut instansinya.",
        )
        for function in ("send_message", "converse"):
            self._alarm(
                f"Meta menolak pesan karena sebab di pihak kita ({function})",
                cloudwatch.Metric(
                    namespace="Aduan112",
                    metric_name="MessageHeldUp",
                    dimensions_map={"service": function},
                    period=PERIOD,
                    statistic="Sum",
                ),
                "Kabar untuk warga menunggu sampai ia menulis lagi. Log fungsi itu menyebut kode Meta:"
                " templat belum disetujui (132001), metode pembayaran (131042), dan sebagainya."
                " Perbaiki di WhatsApp Manager.",
            )
        machine = lifecycle.state_machine
        for why, metric in {
            "gagal": machine.metric_failed(period=PERIOD, statistic="Sum"),
            "habis waktu": machine.metric_timed_out(period=PERIOD, statistic="Sum"),
            "dihentikan": machine.metric_aborted(period=PERIOD, statistic="Sum"),
        }.items():
            self._alarm(
                f"alur laporan {why}",
                metric,
                "Buka eksekusi itu di Step Functions: langkah yang merah menunjukkan sebabnya."
                " Fungsi reconcile memulai laporan itu kembali dalam 15 menit.",
            )
        for agency_id, topic in agencies.topics.items():
            self._alarm(
                f"pemberitahuan ke {settings.agencies()[agency_id]} tidak sampai",
                topic.metric_number_of_notifications_failed(period=PERIOD, statistic="Sum"),
                "E-mail atau SMS ke dinas ini tidak terkirim. Periksa langganan topiknya di"
                " SNS dan hubungi dinas itu dengan cara lain.",
            )

    def _count_alarm(self, what: str, metric: str, *, of: str, description: str) -> None:
        """An alarm on anything at all that a function counts under this name."""
        counted = cloudwatch.Metric(
            namespace="Aduan112",
            metric_name=metric,
            dimensions_map={"service": of},
            period=PERIOD,
            statistic="Sum",
        )
        self._alarm(what, counted, description)

    def _alarm(
        self, what: str, metric: cloudwatch.Metric, description: str, *, above: int = 0
    ) -> None:
        name = f"{self._settings.name('')[:-1]}: {what}"
        alarm = cloudwatch.Alarm(
            self,
            what,
            alarm_name=name,
            alarm_description=description,
            metric=metric,
            threshold=above,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            evaluation_periods=1,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        self.all.append(alarm)
        self.runbook[name] = description
        alarm.add_alarm_action(actions.SnsAction(self._administrators))
