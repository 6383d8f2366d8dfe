"""Changes to a package as somebody would make them by hand: one member, line, field or spelling at a time.

Each takes the members of a good package and a source of chance, and gives other members.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any

from events.canonical import canonical_json
from tests.unit.evidence.tampering import Members

Mutation = Callable[[Members, Random], Members]
MUTATIONS: list[Mutation] = []

_FOREIGN = ("1e0", "1.0", "-0", "01", "true", "null", '"1"', "9007199254740993", "[]", "{}")
_LETTERS = "aA0_-=\u00e9\u0430\u200b\ud7ff\n "  # U+0430 looks like an a


def mutation(change: Mutation) -> Mutation:
    """Put a change on the list."""
    MUTATIONS.append(change)
    return change


def of(members: Members, chance: Random, *beginnings: str) -> str | None:
    """Any member whose name begins so."""
    names = sorted(name for name in members if name.startswith(beginnings or ("",)) and "report" not in name)
    return chance.choice(names) if names else None


# --- members ---------------------------------------------------------------------------------------------------------


@mutation
def drop_member(members: Members, chance: Random) -> Members:
    name = of(members, chance)
    return {each: data for each, data in members.items() if each != name or each == "manifest.json"}


@mutation
def exchange_members(members: Members, chance: Random) -> Members:
    kind = chance.choice(["checkpoints/", "directory/", "log/", "events/", ""])
    one, other = of(members, chance, kind), of(members, chance, kind)
    if one is None or other is None:
        return members
    return members | {one: members[other], other: members[one]}


@mutation
def copy_member(members: Members, chance: Random) -> Members:
    name = of(members, chance) or "policy"
    data = members.get(name, b"")
    new = chance.choice(
        [name.upper(), f"{name}.bak", f"x/{name}", "events/000002.jsonl", "directory/000002.note", "checkpoints/1.note",
         "policy", "log/tile/1/000", "checkpoints/79.1.tsr.txt", "readme.txt", "proofs/consistency.jsonl"]
    )  # fmt: skip
    return members | {new: data}


@mutation
def flip_bit(members: Members, chance: Random) -> Members:
    name = of(members, chance)
    if name is None or not members[name]:
        return members
    changed = bytearray(members[name])
    changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return members | {name: bytes(changed)}


@mutation
def other_ends(members: Members, chance: Random) -> Members:
    name = of(members, chance) or ""
    data = members.get(name, b"")
    ends = [data[:-1], data + b"\n", b"\n" + data, b"\xef\xbb\xbf" + data, data.replace(b"\n", b"\r\n"), data * 2, b""]
    return members | {name: chance.choice(ends)}


# --- notes -----------------------------------------------------------------------------------------------------------


def _note(members: Members, chance: Random, change: Callable[[str, list[str]], tuple[str, list[str]]]) -> Members:
    name = of(members, chance, "checkpoints/", "directory/")
    if name is None or not name.endswith(".note"):
        return members
    text, _, lines = members[name].decode().rpartition("\n\n")
    text, signed = change(f"{text}\n", lines.splitlines())
    return members | {name: (text + "\n" + "".join(f"{line}\n" for line in signed)).encode()}


@mutation
def drop_signature(members: Members, chance: Random) -> Members:
    return _note(members, chance, lambda text, lines: (text, chance.sample(lines, len(lines) - 1)))


@mutation
def repeat_or_shuffle_signatures(members: Members, chance: Random) -> Members:
    return _note(members, chance, lambda text, lines: (text, chance.choices(lines, k=len(lines) + chance.randrange(2))))


@mutation
def unknown_signature(members: Members, chance: Random) -> Members:
    def change(text: str, lines: list[str]) -> tuple[str, list[str]]:
        dash, name, line = chance.choice(lines).split(" ")
        names = [f"{name}x", name.replace("o", "\u043e"), name.upper(), f"{name}+", "someone", name]
        lines.insert(chance.randrange(len(lines) + 1), f"{dash} {chance.choice(names)} {line}")
        return text, lines

    return _note(members, chance, change)


@mutation
def other_signature(members: Members, chance: Random) -> Members:
    def change(text: str, lines: list[str]) -> tuple[str, list[str]]:
        at = chance.randrange(len(lines))
        place = chance.randrange(len(lines[at]))
        lines[at] = lines[at][:place] + chance.choice("ABCab+/=") + lines[at][place + 1 :]
        return text, lines

    return _note(members, chance, change)


@mutation
def other_text(members: Members, chance: Random) -> Members:
    def change(text: str, lines: list[str]) -> tuple[str, list[str]]:
        return chance.choice([f"{text}more\n", f"{text}\n", text.upper(), text.replace("1", "2", 1), text[1:]]), lines

    return _note(members, chance, change)


@mutation
def policy_put_in(members: Members, chance: Random) -> Members:
    texts = [
        "quorum none\n",
        "quorum police\n",
        "",
        "witness a b\n",
        "log x\nquorum none\n",
        "# nothing\n",
        "quorum none",
    ]
    return members | {"policy": chance.choice(texts).encode()}


# --- lines of events -------------------------------------------------------------------------------------------------


def _lines(members: Members, change: Callable[[list[bytes]], list[bytes]]) -> Members:
    lines = [line for name in sorted(members) if name.startswith("events/") for line in members[name].splitlines()]
    return members | {"events/000001.jsonl": b"".join(line + b"\n" for line in change(lines))}


@mutation
def drop_events(members: Members, chance: Random) -> Members:
    def change(lines: list[bytes]) -> list[bytes]:
        gone = {chance.randrange(len(lines)) for _ in range(chance.choice([1, 1, 2, 5]))}
        return [line for at, line in enumerate(lines) if at not in gone]

    return _lines(members, change)


@mutation
def exchange_events(members: Members, chance: Random) -> Members:
    def change(lines: list[bytes]) -> list[bytes]:
        one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        lines[one], lines[other] = lines[other], lines[one]
        return lines

    return _lines(members, change)


@mutation
def repeat_event(members: Members, chance: Random) -> Members:
    def change(lines: list[bytes]) -> list[bytes]:
        lines.insert(chance.randrange(len(lines)), chance.choice(lines))
        return lines

    return _lines(members, change)


def _line(members: Members, chance: Random, change: Callable[[dict[str, Any], dict[str, Any]], None]) -> Members:
    """Change one line; it is handed over with another."""

    def edit(lines: list[bytes]) -> list[bytes]:
        at = chance.randrange(len(lines))
        line = json.loads(lines[at])
        change(line, json.loads(chance.choice(lines)))
        lines[at] = canonical_json(line)
        return lines

    return _lines(members, edit)


@mutation
def drop_field(members: Members, chance: Random) -> Members:
    return _line(members, chance, lambda line, _other: line.pop(chance.choice(sorted(line))) and None)


@mutation
def field_of_another(members: Members, chance: Random) -> Members:
    def change(line: dict[str, Any], other: dict[str, Any]) -> None:
        name = chance.choice(sorted(other))
        line[name] = other[name]

    return _line(members, chance, change)


@mutation
def other_value(members: Members, chance: Random) -> Members:
    def change(line: dict[str, Any], _other: dict[str, Any]) -> None:
        name = chance.choice(sorted(line))
        line[name] = altered(line[name], chance)

    return _line(members, chance, change)


@mutation
def inner_value(members: Members, chance: Random) -> Members:
    """One member of the envelope or of the content, in its canonical form again."""

    def change(line: dict[str, Any], _other: dict[str, Any]) -> None:
        name = chance.choice([each for each in ("envelope", "data") if each in line])
        inner = json.loads(line[name])
        member = chance.choice(sorted(inner))
        inner[member] = altered(inner[member], chance)
        line[name] = canonical_json(inner).decode()

    return _line(members, chance, change)


def altered(value: Any, chance: Random) -> Any:
    """Another value, of the same kind if it can be."""
    match value:
        case bool():
            return not value
        case int():
            return chance.choice([value + 1, value - 1, 0, -value, 2**53 - 1, str(value)])
        case str() if value:
            at = chance.randrange(len(value))
            letter = chance.choice([chance.choice(_LETTERS), chr(ord(value[at]) ^ 1)])
            return chance.choice([value[:at] + letter + value[at + 1 :], value[1:], value.upper(), f"{value} ", ""])
        case list() if value:
            return chance.choice([value[:-1], value[::-1], [*value, value[0]], [altered(value[0], chance), *value[1:]]])
        case dict() if value:
            name = chance.choice(sorted(value))
            return value | {name: altered(value[name], chance)}
    return chance.choice([None, 0, "", []])


# --- spellings -------------------------------------------------------------------------------------------------------


@mutation
def other_spelling(members: Members, chance: Random) -> Members:
    """The same JSON otherwise written, or numbers that only look alike."""
    name = of(members, chance, "events/", "proofs/", "manifest")
    if name is None:
        return members
    text = members[name].decode()
    at = chance.randrange(len(text))
    numbers = [place for place in range(1, len(text)) if text[place].isdigit() and text[place - 1] == ":"]
    changed = [
        text[:at] + " " + text[at:],
        text.replace(",", ", ", 1),
        text.replace('"e', '"\\u0065', 1),
        text.replace("/", "\\/", 1),
        text.replace("{", '{"envelope":"",', 1),
        text.replace("}", ',"zz":1}', 1),
        text.replace(":", ":\t", 1),
    ]
    if numbers:
        place = chance.choice(numbers)
        end = next(stop for stop in range(place, len(text)) if not text[stop].isdigit())
        changed += [text[:place] + foreign + text[end:] for foreign in chance.sample(_FOREIGN, 3)]
        changed.append(text[:end] + chance.choice([".0", "e0", "E0", "0"]) + text[end:])
    return members | {name: chance.choice(changed).encode()}
