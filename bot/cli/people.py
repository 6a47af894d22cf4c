"""People and their invites."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.tools import State, confirm, print_json, said, say, state_of, writing, wrong_usage
from data.errors import UserError

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from data.models import Person

app = typer.Typer(no_args_is_help=True)


def add_to(main: typer.Typer) -> None:
    main.command(help=said("invite"))(invite)


@app.command("add", help=said("people_add"))
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help=said("name"))],
    role: Annotated[str, typer.Option("--role", help=said("role"))],
    unit: Annotated[str | None, typer.Option("--unit", help=said("unit"))] = None,
    as_json: Annotated[bool, typer.Option("--json", help=said("json"))] = False,
) -> None:
    from bot import access

    state = state_of(context)
    now = state.now()
    wanted = _role(role)
    if wanted == "liaison" and not unit:
        raise wrong_usage(UserError("cli.liaison_needs_unit", name=name))

    def work(session: Session) -> dict[str, Any]:
        found = access.unit_named(session, unit) if unit else None
        person = access.add_person(session, name, wanted, now, unit=found)
        return invited(session, person, now, state)

    show_invite(state.write(work, create=True), as_json)


def _role(role: str) -> Any:
    from data.kinds import Role

    try:
        return Role(role)
    except ValueError as error:
        raise wrong_usage(UserError("no_such_role", role=role, known=list(Role))) from error


def invited(session: Session, person: Person, now: datetime, state: State) -> dict[str, Any]:
    """A new invite, as the command prints it."""
    from bot import access
    from bot.exports import instant

    code, expires = access.make_invite(session, person, now)
    roles = sorted(access.roles_of(person))
    return {
        "id": person.id,
        "name": person.name,
        "role": roles[0] if roles else None,
        "unit": person.unit.name if person.unit else None,
        "code": code,
        "link": telegram_link(state, code),
        "expires_at": instant(expires),
    }


def telegram_link(state: State, code: str) -> str | None:
    """The link that opens the Telegram bot with this code; None where Telegram is not configured or not reached."""
    if not state.settings.telegram.token.get_secret_value():
        return None
    import asyncio

    from bot.checkup import telegram_link as link

    return asyncio.run(link(state.settings, code))


def show_invite(made: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(made)
    else:
        typer.echo(say("invited", **made))


def invite(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help=said("name"))],
    as_json: Annotated[bool, typer.Option("--json", help=said("json"))] = False,
) -> None:
    from bot import access

    state = state_of(context)
    now = state.now()
    made = state.write(lambda session: invited(session, access.one_person(session, name), now, state))
    show_invite(made, as_json)


@app.command("import", help=said("people_import"))
def import_people(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help=said("people_file"))],
    yes: Annotated[bool, typer.Option("--yes", "-y", help=said("yes"))] = False,
    as_json: Annotated[bool, typer.Option("--json", help=said("json"))] = False,
) -> None:
    from bot import contacts

    state = state_of(context)
    now = state.now()
    drafts = contacts.read_people(file)
    typer.echo(say("people_read", count=len(drafts)), err=as_json)
    confirm(say("people_confirm", count=len(drafts)), yes)
    on = state.settings.channel_names
    added = state.write(lambda session: contacts.apply_people(session, drafts, now, channels=on), create=True)
    rows = [
        {
            "name": one.name,
            "role": one.role,
            "unit": one.unit,
            "code": one.code,
            "link": telegram_link(state, one.code) if one.code else None,
        }
        for one in added
    ]
    if as_json:
        print_json({"people": rows})
        return
    for row in rows:
        typer.echo(say("invited_line", **row))


@app.command("list", help=said("people_list"))
def list_people(
    context: typer.Context, as_json: Annotated[bool, typer.Option("--json", help=said("json"))] = False
) -> None:
    from bot import contacts

    state = state_of(context)
    people = state.read(lambda session: contacts.people_list(session, channels=state.settings.channel_names))
    if as_json:
        print_json({"people": people})
        return
    for person in people:
        typer.echo(say("person_line", **person))


@app.command("template", help=said("people_template"))
def template(output: Annotated[Path, typer.Argument(help=said("output"))] = Path("people.xlsx")) -> None:
    from bot import contacts

    if output.exists():
        raise UserError("file_exists", path=str(output))
    with writing(str(output)):
        contacts.template(output)
    typer.echo(say("written", path=str(output)))
