"""What one sees of the demonstration: who told whom what, under which clause, and how far it has come.

On a terminal, events on their way stand in a live table at the bottom and move up, in order, when every delivery is
settled; elsewhere only settled ones are written, line by line.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from events.envelope import Envelope
from events.instants import VIETNAM
from services.demo.board import Delivery, Line, State
from services.demo.player import Outcome
from services.demo.words import Words
from services.verify.verdict import NetworkVerdict

_STYLES = {
    State.SIGNED: "yellow",
    State.STORED: "cyan",
    State.ADMITTED: "blue",
    State.RECEIPTED: "green",
    State.REFUSED: "bold red",
}
_LIVE_LINES = 12


@dataclass
class _Shown:
    """A step on the screen, with its line of the board if it has one."""

    outcome: Outcome
    line: Line | None
    chapter: str | None = None
    """The title of the chapter that it opens."""

    @property
    def settled(self) -> bool:
        return self.line is None or self.line.settled


class Screen:
    """Shows a demonstration on a console; in `words` of one language, with the agencies' `names` where they fit."""

    def __init__(self, console: Console, words: Words) -> None:
        self._console = console
        self._words = words
        self._waiting: deque[_Shown] = deque()
        self._live: Live | None = None
        self._chapter: str | None = None

    # --- set-up and start ---

    @contextmanager
    def progress(self, what: str, total: int) -> Iterator[Progress]:
        """A progress bar for something that takes a while; call `progress.advance(progress.task_ids[0])`."""
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, console=self._console, transient=True, disable=not self._console.is_terminal) as bar:
            bar.add_task(what, total=total)
            yield bar

    def say(self, text: str) -> None:
        """A line by itself."""
        self._console.print(text, highlight=False)

    def command(self, text: str) -> None:
        """A line to be copied: it is not broken, however narrow the console is."""
        self._console.print(text, highlight=False, soft_wrap=True)

    # --- the play ---

    @contextmanager
    def playing(self) -> Iterator[None]:
        """While the scenario plays."""
        self._console.print(self._row(*(Text(word, style="bold") for word in self._words.columns)))
        if not self._console.is_terminal:
            yield
            return
        with Live(self._pending(), console=self._console, refresh_per_second=8, transient=True) as live:
            self._live = live
            try:
                yield
            finally:
                self.moved()
                self._live = None

    def chapter(self, title: str) -> None:
        """The next step opens a chapter."""
        self._chapter = title

    def told(self, outcome: Outcome, line: Line | None) -> None:
        """A step was played."""
        self._waiting.append(_Shown(outcome, line, self._chapter))
        self._chapter = None
        self.moved()

    def moved(self) -> None:
        """Deliveries may have moved on."""
        settled: list[_Shown] = []
        while self._waiting and self._waiting[0].settled:
            settled.append(self._waiting.popleft())
        # First out of the live part, so that no line stands in both.
        if self._live is not None:
            self._live.update(self._pending())
        for shown in settled:
            self._console.print(self._step(shown))

    def _pending(self) -> RenderableType:
        return Group(*(self._step(shown) for shown in list(self._waiting)[:_LIVE_LINES]))

    def _step(self, shown: _Shown) -> RenderableType:
        step = shown.outcome.step
        note = Text(f"▸ {step.note(self._words.lang)}", style="dim italic")
        above: tuple[RenderableType, ...] = (note,)
        if shown.chapter is not None:
            above = (Text(f"\n{shown.chapter}", style="bold"), note)
        if shown.line is not None:
            return Group(*above, self._event(shown.line))
        refusal = shown.outcome.refusal
        reasons = () if refusal is None else (_reason(self._words.explanation(refusal)),)
        state = Text(f"✗ {self._words.refused_by_sender}", style="bold red")
        if step.does == "succeed":
            state = Text(self._words.role_passed, style="green")
        row = self._row(
            "",
            Text(f"{step.by} → {' '.join(step.to)}"),
            Text(self._words.event(step.type)),
            Text(step.refused_clause or "", style="bold red"),
            "-",
            state,
        )
        return Group(*above, row, *reasons)

    def _event(self, line: Line) -> RenderableType:
        envelope = line.event.envelope
        refusals = [d for d in line.deliveries.values() if d.state is State.REFUSED]
        row = self._row(
            envelope.time.astimezone(VIETNAM).strftime("%d/%m %H:%M"),
            Text(f"{envelope.sender} → {' '.join(envelope.agencies)}"),
            Text(self._words.event(envelope.event_type)),
            Text(envelope.clause or ""),
            Text(_number(envelope)),
            self._states(line.deliveries),
        )
        reasons = dict.fromkeys(refusal.explanation for refusal in refusals)
        return Group(row, *(_reason(reason) for reason in reasons))

    def _states(self, deliveries: Mapping[str, Delivery]) -> Text:
        counts = dict.fromkeys(State, 0)
        for delivery in deliveries.values():
            counts[delivery.state] += 1
        parts = [
            (f"{self._words.states[state]}{f' {number}' if len(deliveries) > 1 else ''}", _STYLES[state])
            for state, number in counts.items()
            if number
        ]
        return Text(", ").join(Text(text, style=style) for text, style in parts)

    @staticmethod
    def _row(*cells: RenderableType) -> Table:
        row = Table.grid(padding=(0, 1), expand=True)
        row.add_column(width=11)
        row.add_column(ratio=6, overflow="fold")
        row.add_column(ratio=6, overflow="fold")
        row.add_column(width=8)
        row.add_column(width=14, overflow="fold")
        row.add_column(ratio=4, overflow="fold")
        row.add_row(*cells)
        return row

    # --- the end ---

    def verdict(self, verdict: NetworkVerdict) -> None:
        """What the verification in another process found."""
        table = Table(title=self._words.verdict, show_header=False)
        for name, value in verdict.summary().items():
            table.add_row(self._words.figures[name], self._words.figure(value))
        table.add_row(self._words.figures["clock"], self._words.clocks[verdict.simulated])
        self._console.print(table)
        for finding in verdict.findings:
            self._console.print(Text(str(finding), style="bold red"))


def _reason(text: str) -> RenderableType:
    return Padding(Text(text, style="red"), (0, 0, 0, 9))


def _number(envelope: Envelope) -> str:
    return f"{envelope.docnumber}/{envelope.docsymbol}"
