"""Running the bot, and looking after it: demo, run, check, status, backup, config."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from bot.cli.tools import language, print_json, said, say, state_of, write_out


def add_to(app: typer.Typer) -> None:
    app.command(help=said("demo"))(demo)
    app.command(help=said("run"))(run)
    app.command(help=said("check"))(check)
    app.command(help=said("status"))(status)
    config = typer.Typer(no_args_is_help=True)
    config.command("example", help=said("config_example"))(config_example)
    app.add_typer(config, name="config", help=said("config"))


def demo(
    once: Annotated[bool, typer.Option("--once", help=said("demo_once"))] = False,
    port: Annotated[int, typer.Option("--port", help=said("port"))] = 8080,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help=said("browser"))] = True,
) -> None:
    from bot import logs

    logs.set_up("WARNING", json_lines=False, secrets=())
    if once:
        from bot.demo_once import play

        asyncio.run(play(typer.echo))
        return
    from bot.demo import serve

    def show(address: str) -> None:
        typer.echo(say("demo_at", address=address))
        if browser:
            import webbrowser

            webbrowser.open(address)

    asyncio.run(serve(port, show))
    typer.echo(say("demo_over"))


def run(context: typer.Context) -> None:
    from bot import config, logs, service

    settings = state_of(context).settings
    logs.set_up(settings.log.level, json_lines=settings.log.json_lines, secrets=config.secrets_in(settings))
    asyncio.run(service.run(settings, lambda address: typer.echo(say("running_at", address=address), err=True)))


def check(context: typer.Context) -> None:
    from bot.checkup import check_all

    findings = asyncio.run(check_all(state_of(context).settings))
    for finding in findings:
        mark = "✓" if finding.good else "✗"
        typer.echo(f"{mark} {say(finding.code, **finding.values)}")
    if not all(finding.good for finding in findings):
        raise typer.Exit(1)


def status(context: typer.Context, as_json: Annotated[bool, typer.Option("--json", help=said("json"))] = False) -> None:
    from bot.checkup import status_of
    from bot.health import last_known, spoken
    from bot.texts import texts

    state = state_of(context)
    now = state.now()
    found = state.read(lambda session: status_of(session, now) | {"bot": last_known(session, now)})
    if as_json:
        print_json(found)
        return
    typer.echo(say("status_is", **found))
    for line in state.read(lambda session: spoken(last_known(session, now), state.office, texts(language()))):
        typer.echo(line)


def config_example(output: Annotated[str | None, typer.Option("--output", "-o", help=said("output"))] = None) -> None:
    from bot.config import example

    write_out(example(), output)
