"""The app: sessions, tide tables, and tokens for those who may follow one. FastAPI, and nothing of Halyard's but two files."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any, Union

from fastapi import Cookie, Depends, FastAPI, HTTPException, Response
from fastapi.staticfiles import StaticFiles
from pydantic import BaseModel, Field

import tides
from publisher import PublishError, Publisher
from tables import Table, Tables
from tokens import TokenError, channel_name, mint_token

SECRET = os.environ["HALYARD_SECRET"]
"""The gateway has the same."""
GATEWAY = os.environ["GATEWAY_URL"]

app = FastAPI(title="Tide tables", docs_url=None, redoc_url=None)
tables = Tables(Publisher(GATEWAY, SECRET, subject="tide-tables"))

# Accounts by session: your own way to know who is asking. This one believes everybody who says a name.
sessions: dict[str, str] = {}


def whoever(session: Union[str, None] = Cookie(None)) -> Union[str, None]:
    return sessions.get(session or "")


def account_of(account: Union[str, None] = Depends(whoever)) -> str:
    if account is None:
        raise HTTPException(401, "Sign in first.")
    return account


def own_table(table_id: str, account: str = Depends(account_of)) -> Table:
    table = tables.find(account, table_id)
    if table is None:
        # As if it weren't there: whose it is, is nobody else's business.
        raise HTTPException(404, "You have no such table.")
    return table


class SignIn(BaseModel):
    account: str = Field(min_length=1, max_length=60)


class Order(BaseModel):
    kind: str
    days: int = Field(ge=1, le=14)


@app.post("/api/session")
def sign_in(body: SignIn, response: Response) -> dict[str, str]:
    try:
        # A name that no channel could carry is refused at the door.
        channel_name("tide:{account}:{table}", account=body.account, table="000000")
    except TokenError as error:
        raise HTTPException(422, str(error)) from error
    session = secrets.token_urlsafe(32)
    sessions[session] = body.account
    # secure=True as well, where you have https.
    response.set_cookie("session", session, httponly=True, samesite="lax")
    return {"account": body.account}


@app.delete("/api/session")
def sign_out(response: Response, session: Union[str, None] = Cookie(None)) -> None:
    sessions.pop(session or "", None)
    response.delete_cookie("session")


@app.get("/api/session")
def who(account: Union[str, None] = Depends(whoever)) -> dict[str, Union[str, None]]:
    return {"account": account}


@app.post("/api/tables", status_code=201)
def order(body: Order, account: str = Depends(account_of)) -> dict[str, Any]:
    if body.kind not in tides.KINDS:
        raise HTTPException(422, f"A kind of tide is one of {', '.join(tides.KINDS)}.")
    try:
        return tables.describe(tables.start(account, body.kind, body.days))
    except PublishError as error:
        raise HTTPException(503, "The gateway can't be reached. Try again.") from error


@app.get("/api/tables")
def all_tables(account: str = Depends(account_of)) -> list[dict[str, Any]]:
    return [{"id": table.id, "kind": table.kind, "days": table.days} for table in tables.of(account)]


@app.get("/api/tables/{table_id}")
def one_table(table: Table = Depends(own_table)) -> dict[str, Any]:
    return tables.describe(table)


@app.post("/api/tables/{table_id}/token")
def token(table: Table = Depends(own_table)) -> dict[str, Any]:
    """Who may see the table may follow it: the same dependency says so."""
    return mint_token(
        SECRET,
        channel=table.channel,
        topics=["heights", "progress", "done"],
        subject=table.account,
        expires_in=5 * 60,
        url=GATEWAY,
    )


app.mount("/", StaticFiles(directory=Path(__file__).parent.parent / "dist", html=True))
