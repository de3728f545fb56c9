"""Publishes to Halyard's channels, over HTTP: `POST /api/realtime/publish`, as docs/PROTOCOL.md, section 5, has it."""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass, field
from typing import Any, Sequence, Union

from tokens import SecretKey, mint_token

ATTEMPTS = 6
"""A gateway that restarts is back within them: they take some 15 seconds."""

# The gateway is a neighbour: no proxy in between.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class PublishError(Exception):
    """The gateway refused it, or can't be reached."""


@dataclass(frozen=True)
class Message:
    topic: str
    data: Any
    """What the topic's schema takes. A datetime is an ISO text here, and `kinds` says so: {"/at": "Date"}."""
    kinds: Union[dict[str, str], None] = None
    key: str = field(default_factory=lambda: str(uuid.uuid4()))
    """A message is taken once per key: so it may be sent again where no answer came."""


class Publisher:
    def __init__(self, url: str, secret: Union[str, SecretKey], subject: str) -> None:
        self._url, self._secret, self._subject = url, secret, subject

    def publish(self, channel: str, messages: Sequence[Message]) -> str:
        """Publishes 1 to 100 messages, in this order. Gives the position after the last. Raises PublishError."""
        token = mint_token(
            self._secret,
            channel=channel,
            publish=[message.topic for message in messages],
            subject=self._subject,
            expires_in=60,
        )
        body = {
            "token": token["key"],
            "channel": channel,
            "messages": [
                {"topic": message.topic, "data": message.data, "kinds": message.kinds or {}, "key": message.key}
                for message in messages
            ],
        }
        results = self._send(json.dumps(body).encode("utf-8"))["results"]
        for message, result in zip(messages, results):
            if "error" in result:
                error = result["error"]
                raise PublishError(f'{error["code"]} for "{message.topic}": {error["message"]}')
        return str(results[-1]["id"])

    def _send(self, body: bytes) -> Any:
        trouble = ""
        for attempt in range(ATTEMPTS):
            if attempt > 0:
                time.sleep(0.5 * 2 ** (attempt - 1))
            request = urllib.request.Request(
                f"{self._url}/publish", data=body, headers={"Content-Type": "application/json"}, method="POST"
            )
            try:
                with _opener.open(request, timeout=10) as answer:
                    return json.load(answer)
            except urllib.error.HTTPError as error:
                trouble = f"{error.code} {error.read(2_000).decode('utf-8', 'replace')}"
                # Too many messages, or a gateway that restarts: both pass. What else it says stays as it is.
                if error.code not in (429, 503):
                    break
            except (OSError, http.client.HTTPException, ValueError) as error:
                # No answer, or half of one.
                trouble = str(error) or type(error).__name__
        raise PublishError(f"The gateway at {self._url} took nothing: {trouble}")
