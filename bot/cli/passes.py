"""Read-only tokens of the API, read-only links for leaders without an account, calendars to subscribe to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.tools import State, print_json, said, say, state_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from data.kinds import PassKind

app = typer.Typer(no_args_is_help=True)


def add_to(main: typer.Typer) -> None:
    main.command("link", help=said("link"))(link)
    main.command("feed", help=said("feed"))(feed)


@app.command("create", help=said("token_create"))
def create(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help=said("pass_name"))],
    days: Annotated[int | None, typer.Option("--days", help=said("pass_days"))] = None,
    label: Annotated[str, typer.Option("--label", help=said("pass_label"))] = "",
    as_json: Annotated[bool, typer.Option("--json", help=said("json"))] = False,
) -> None:
    from data.kinds import PassKind

    made = _made(state_of(context), PassKind.API, name, days, label)
    print_json(made) if as_json else typer.echo(say("token_made", **made))


def link(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help=said("pass_name"))],
    days: Annotated[int | None, typer.Option("--days", help=said("pass_days"))] = None,
    as_json: Annotated[bool, typer.Option("--json", help=said("json"))] = False,
) -> None:
    from data.kinds import PassKind

    state = state_of(context)
    made = _made(state, PassKind.LINK, name, days, "")
    made["address"] = f"{state.settings.web.public_url.rstrip('/')}/look/{made['token']}"
    print_json(made) if as_json else typer.echo(say("link_made", **made))


def feed(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help=said("name"))],
    as_json: Annotated[bool, typer.Option("--json", help=said("json"))] = False,
) -> None:
    from data.kinds import PassKind

    state = state_of(context)
    made = _made(state, PassKind.FEED, name, None, "")
    made["address"] = f"{state.settings.web.public_url.rstrip('/')}/calendar/{made['token']}.ics"
    print_json(made) if as_json else typer.echo(say("feed_made", **made))


@app.command("list", help=said("token_list"))
def list_tokens(
    context: typer.Context, as_json: Annotated[bool, typer.Option("--json", help=said("json"))] = False
) -> None:
    from bot import passes
    from data.kinds import PassKind

    state = state_of(context)
    now = state.now()

    def look(session: Session) -> list[dict[str, Any]]:
        return [passes.as_document(one) for kind in PassKind for one in passes.open_passes(session, kind, now)]

    found = state.read(look)
    if as_json:
        print_json({"tokens": found})
        return
    for one in found:
        typer.echo(say("token_line", **one))


@app.command("revoke", help=said("token_revoke"))
def revoke(context: typer.Context, number: Annotated[int, typer.Argument(help=said("pass_number"))]) -> None:
    from bot import passes

    state = state_of(context)
    now = state.now()
    name = state.write(lambda session: passes.revoke(session, number, now).person.name)
    typer.echo(say("token_revoked", id=number, name=name))


def _made(state: State, kind: PassKind, name: str, days: int | None, label: str) -> dict[str, Any]:
    from bot import access, passes
    from bot.exports import instant

    now = state.now()

    def work(session: Session) -> dict[str, Any]:
        person = access.one_person(session, name)
        made = passes.make(session, person, kind, now, days=days, label=label)
        until = instant(made.expires_at) if made.expires_at is not None else None
        return {"id": made.id, "name": person.name, "token": made.token, "expires_at": until}

    return state.write(work)
