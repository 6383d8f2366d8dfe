"""The frame that every command stands in: help from the catalogue, common options, commands loaded when called."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from services.cli.session import Session
from services.texts import LANGUAGES, Texts

_Function = TypeVar("_Function", bound=Callable[..., Any])


class UnknownCommand(click.UsageError):
    """There is no such command; `known` are those that there are."""

    def __init__(self, command: str, known: list[str], ctx: click.Context) -> None:
        super().__init__(f"no such command {command!r}", ctx)
        self.command = command
        self.known = ", ".join(known)


def _texts(ctx: click.Context) -> Texts:
    session = ctx.find_object(Session)
    return session.texts if session is not None else Texts()


class TextOption(click.Option):
    """An option whose help is the text `option.<name>`, or the one that `text` names."""

    def __init__(self, *declarations: Any, text: str | None = None, **attributes: Any) -> None:
        super().__init__(*declarations, **attributes)
        self.text_key = f"option.{text or self.name}"

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """The option's line in the help."""
        self.help = _texts(ctx)(self.text_key)
        return super().get_help_record(ctx)

    def get_help_extra(self, ctx: click.Context) -> Any:  # noqa: ARG002 - click's signature
        """Nothing beside the text: it says itself what is needed and what holds without it."""
        return {}


class _TextHelp(click.Command):
    """Help in the session's language: the text `help.<path>`, such as `help.agency.run`."""

    def get_help(self, ctx: click.Context) -> str:
        """The whole help page."""
        return super().get_help(ctx)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The line that says what can be typed."""
        pieces = self.collect_usage_pieces(ctx)
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix=_texts(ctx)("frame.usage"))

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What the command does."""
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(_texts(ctx)(help_key(ctx.command_path)))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options, and a group's commands."""
        records = [record for param in self.get_params(ctx) if (record := param.get_help_record(ctx)) is not None]
        with formatter.section(_texts(ctx)("frame.options")):
            formatter.write_dl(records)
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """`--help`, explained in the session's language."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = _texts(ctx)("option.help")
        return option


class TextCommand(_TextHelp):
    """A command of the frame."""


class LazyGroup(_TextHelp, click.Group):
    """A group whose commands are modules, imported when one is called: `{"run": "services.cli.commands.agency_run"}`.

    The module's command is its attribute `command`.
    """

    def __init__(self, *args: Any, modules: Mapping[str, str], **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.modules = modules

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The commands' names in the order of the table."""
        return list(self.modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Load a command."""
        if cmd_name not in self.modules:
            return None
        loaded: click.Command = importlib.import_module(self.modules[cmd_name]).command
        return loaded

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; raises `UnknownCommand`."""
        if args and args[0] not in self.modules and not args[0].startswith("-"):
            raise UnknownCommand(args[0], list(self.modules), ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands with a line each, none of them loaded."""
        texts = _texts(ctx)
        rows = [(name, texts(help_key(f"{ctx.command_path} {name}")).partition("\n")[0]) for name in self.modules]
        with formatter.section(texts("frame.commands")):
            formatter.write_dl(rows)


def help_key(command_path: str) -> str:
    """The key of a command's help: `phoihop agency run` has `help.agency.run.text`."""
    return ".".join(["help", *command_path.split()[1:], "text"])


def option(*declarations: str, **attributes: Any) -> Callable[[_Function], _Function]:
    """An option with its help from the catalogue."""
    return click.option(*declarations, cls=TextOption, **attributes)


def _store(name: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    def store(ctx: click.Context, _param: click.Parameter, value: Any) -> None:
        session = ctx.find_object(Session)
        if session is not None and value not in (None, False):
            setattr(session, name, value)

    return store


def _store_language(ctx: click.Context, _param: click.Parameter, value: str | None) -> None:
    session = ctx.find_object(Session)
    if session is not None and value is not None:
        session.texts = Texts(value)


def common_options(
    *, agency: bool = True, document: bool = True, folder_text: str = "dir"
) -> Callable[[_Function], _Function]:
    """`--dir` and `--lang`, with `--as` for commands of one agency and `--json` for those that show something.

    `folder_text` is the key of what the help says of `--dir`.
    """

    def decorate(function: _Function) -> _Function:
        options = [
            option("--lang", type=click.Choice(LANGUAGES), expose_value=False, callback=_store_language),
            option(
                "--dir",
                type=click.Path(path_type=Path),
                expose_value=False,
                callback=_store("folder"),
                text=folder_text,
            ),
        ]
        if document:
            options.append(option("--json", is_flag=True, expose_value=False, callback=_store("json")))
        if agency:
            options.append(option("--as", metavar="AGENCY", expose_value=False, callback=_store("agency")))
        for add in options:
            function = add(function)
        return function

    return decorate
