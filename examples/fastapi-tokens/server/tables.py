"""Tide tables, and the jobs that compute them: each tells its channel how far it is."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any, Union

import tides
from publisher import Message, PublishError, Publisher
from tokens import channel_name

CHUNK = 12
"""Heights per message: two hours of tide."""

PACE = 0.06
"""Seconds per message: a real model takes its time as well."""

log = logging.getLogger("uvicorn.error")


@dataclass
class Table:
    account: str
    kind: str
    days: int
    start: datetime
    id: str = field(default_factory=lambda: secrets.token_hex(3))
    metres: list[float] = field(default_factory=list)
    extremes: Union[dict[str, Any], None] = None
    """Set once it is complete."""
    failed: Union[str, None] = None
    position: str = ""
    """Of the last message about what is above: a page goes on from there, without a hole or a repeat."""

    @property
    def channel(self) -> str:
        return channel_name("tide:{account}:{table}", account=self.account, table=self.id)

    @property
    def size(self) -> int:
        return self.days * tides.PER_DAY

    def at(self, index: int) -> str:
        return (self.start + timedelta(minutes=index * tides.STEP)).isoformat()


class Tables:
    """All tables of all accounts, in memory: a database, in your app."""

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher
        self._tables: dict[str, Table] = {}
        self._lock = threading.Lock()

    def start(self, account: str, kind: str, days: int) -> Table:
        """Begins a table. Raises PublishError where the gateway can't be told."""
        midnight = datetime.now(timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0)
        table = Table(account, kind, days, midnight)
        # The first message has a position: whoever comes before the second goes on from it.
        table.position = self._publisher.publish(table.channel, [Message("progress", {"part": 0})])
        with self._lock:
            self._tables[table.id] = table
        # Ends with the process: what isn't complete then is computed anew.
        threading.Thread(target=self._compute, args=(table,), daemon=True).start()
        return table

    def find(self, account: str, table_id: str) -> Union[Table, None]:
        """A table of this account, and of no other."""
        table = self._tables.get(table_id)
        return table if table is not None and table.account == account else None

    def of(self, account: str) -> list[Table]:
        with self._lock:
            return [table for table in self._tables.values() if table.account == account]

    def describe(self, table: Table) -> dict[str, Any]:
        """The table as it stands, and the position that belongs to it."""
        with self._lock:
            return {
                "id": table.id,
                "account": table.account,
                "kind": table.kind,
                "days": table.days,
                "start": table.start.isoformat(),
                "part": len(table.metres) / table.size,
                "metres": list(table.metres),
                "extremes": table.extremes,
                "failed": table.failed,
                "position": table.position,
            }

    def _compute(self, table: Table) -> None:
        try:
            hours = table.start.timestamp() / 3600
            for begin in range(0, table.size, CHUNK):
                end = min(begin + CHUNK, table.size)
                chunk = [
                    round(tides.height(table.kind, hours + index * tides.STEP / 60), 3) for index in range(begin, end)
                ]
                time.sleep(PACE)
                messages = [
                    Message("heights", {"from": begin, "metres": chunk}),
                    Message("progress", {"part": end / table.size}),
                ]
                position = self._publisher.publish(table.channel, messages)
                with self._lock:
                    table.metres += chunk
                    table.position = position
            extremes = {
                name: {"metres": value, "at": table.at(table.metres.index(value))}
                for name, value in (("highest", max(table.metres)), ("lowest", min(table.metres)))
            }
            kinds = {"/highest/at": "Date", "/lowest/at": "Date"}
            position = self._publisher.publish(table.channel, [Message("done", extremes, kinds, key="done")])
            with self._lock:
                table.extremes = extremes
                table.position = position
        except PublishError as error:
            log.error("Table %s of %s: %s", table.id, table.account, error)
            with self._lock:
                table.failed = "The gateway couldn't be reached."
