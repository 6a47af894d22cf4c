"""What monitors count (Prometheus): flows since the start, and how things stand when they ask."""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.health import Looked, Part, look
from data.models import Inbox, Outbox

FLOWS = CollectorRegistry()
ProcessCollector(registry=FLOWS)
RECEIVED = Counter("duban_received", "Updates handed in by a channel, repeated ones too", ["channel"], registry=FLOWS)
HANDLED = Counter("duban_handled", "Messages by what became of them", ["channel", "outcome"], registry=FLOWS)
SENDS = Counter("duban_sends", "Calls to a provider by what became of them", ["channel", "outcome"], registry=FLOWS)
SEND_SECONDS = Histogram("duban_send_seconds", "How long a call to a provider took", ["channel"], registry=FLOWS)

Counts = list[tuple[str, str, int]]


async def exposition(bot: Looked) -> bytes:
    """`/metrics`, in Prometheus' text format; no names and no words of anybody."""
    parts = await look(bot)
    try:
        inbox, outbox = await bot.store.read(lambda session: (_counts(session, Inbox), _counts(session, Outbox)))
    except Exception:
        inbox, outbox = [], []
    now = CollectorRegistry()
    now.register(Standing(parts, inbox, outbox))
    return generate_latest(FLOWS) + generate_latest(now)


def _counts(session: Session, table: type[Inbox] | type[Outbox]) -> Counts:
    query = select(table.channel, table.state, func.count()).group_by(table.channel, table.state)
    return [(row[0], row[1], row[2]) for row in session.execute(query)]


class Standing(Collector):
    """How things stand at one moment."""

    def __init__(self, parts: Iterable[Part], inbox: Counts, outbox: Counts) -> None:
        self._parts, self._rows = tuple(parts), {"inbox": inbox, "outbox": outbox}

    def collect(self) -> Iterable[GaugeMetricFamily]:
        unwell = GaugeMetricFamily("duban_part_seconds", "Seconds since a part was well", labels=["part"])
        ready = GaugeMetricFamily("duban_part_ready", "Whether a part is well enough", labels=["part"])
        for part in self._parts:
            unwell.add_metric([part.name], part.seconds)
            ready.add_metric([part.name], float(part.ready))
        yield unwell
        yield ready
        for name, counts in self._rows.items():
            gauge = GaugeMetricFamily(f"duban_{name}_rows", f"Rows of the {name}", labels=["channel", "state"])
            for channel, state, count in counts:
                gauge.add_metric([channel, state], count)
            yield gauge
