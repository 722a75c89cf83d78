"""Throw damaged messages at the EXI decoder: python -m tools.exi_fuzz --inputs 10000000 --seed 1

An input that reaches something new joins the pool that later ones are made from. New is what the
decoder tells: another error in another type, or a message of another shape. Whatever decodes must
encode, and decode again to the same message. Anything but a message or an ExiError is a finding.
"""

import argparse
import json
import re
import sys
import time
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from math import inf
from random import Random
from typing import Any

from silverpin.protocols.exi import PROTOCOLS, ExiError, decode, encode
from tests.v2g_values import message

POOL_MAX = 4000
OCTETS_MAX = 4096
SLOW_S = 0.25
DIGITS = re.compile(r"-?\d+|'.*'")


@dataclass(slots=True, kw_only=True)
class Fuzz:
    """One run: its pool, what was seen so far, and what went wrong."""

    seed: int
    chance: Random
    slow_s: float = inf
    """An input that takes longer is a finding; a busy machine is no place to ask for that."""
    pool: list[tuple[str, bytes]] = field(default_factory=list)
    seen: set[Hashable] = field(default_factory=set)
    findings: list[dict[str, str]] = field(default_factory=list)
    inputs: int = 0
    decoded: int = 0

    def run(self, inputs: int) -> None:
        for protocol in PROTOCOLS:
            for _ in range(20):
                data = encode(protocol, message(protocol, self.chance))
                self.pool.append((protocol, data[:OCTETS_MAX]))
        for _ in range(inputs):
            protocol, data = self.damaged()
            self.inputs += 1
            self.judge(protocol, data)

    def damaged(self) -> tuple[str, bytes]:
        chance = self.chance
        protocol, whole = self.pool[int(chance.random() * len(self.pool))]
        data = bytearray(whole)
        for _ in range(1 + int(chance.random() * 3)):
            place = int(chance.random() * len(data))
            match int(chance.random() * 8):
                case 0:
                    del data[max(place, 1) :]
                case 1:
                    data[place:place] = chance.randbytes(1 + int(chance.random() * 4))
                case 2:
                    data[place:] = self.pool[int(chance.random() * len(self.pool))][1][place:]
                case 3:
                    data[place] = chance.choice((0, 127, 128, 255))
                case _:
                    data[place] ^= 1 << int(chance.random() * 8)
        return protocol, bytes(data[:OCTETS_MAX])

    def judge(self, protocol: str, data: bytes) -> None:
        began = time.process_time()
        try:
            reached = self.reached(protocol, data)
        except Exception as error:  # any other error at all is what is looked for
            self.found(protocol, data, repr(error))
            return
        if time.process_time() - began > self.slow_s:
            self.found(protocol, data, "slow")
        if reached not in self.seen:
            self.seen.add(reached)
            if len(self.pool) < POOL_MAX:
                self.pool.append((protocol, data))

    def reached(self, protocol: str, data: bytes) -> Hashable:
        try:
            decoded = decode(protocol, data).message
        except ExiError as error:
            return protocol, error.within, DIGITS.sub("#", error.reason)
        self.decoded += 1
        if decode(protocol, encode(protocol, decoded)).message != decoded:
            self.found(protocol, data, "another message after encoding")
        return protocol, tuple(shape(decoded))

    def found(self, protocol: str, data: bytes, what: str) -> None:
        self.findings.append({"protocol": protocol, "exi": data.hex(), "what": what})


def shape(value: Any) -> Iterator[Hashable]:
    """The names of a message and the lengths of its lists up to 2, without any value."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield name
            yield from shape(item)
    elif isinstance(value, list):
        yield min(len(value), 2)
        yield from shape(value[0])


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="throw damaged messages at the EXI decoder")
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    fuzz = Fuzz(seed=given.seed, chance=Random(given.seed), slow_s=SLOW_S)
    began = time.monotonic()
    fuzz.run(given.inputs)
    for finding in fuzz.findings:
        print(json.dumps({"schema": "silverpin.exi_fuzz/1", **finding}))
    sys.stderr.write(
        f"{fuzz.inputs} inputs in {time.monotonic() - began:.0f} s: {fuzz.decoded} decoded, "
        f"{len(fuzz.seen)} different ends, {len(fuzz.findings)} findings\n"
    )
    return 1 if fuzz.findings else 0


if __name__ == "__main__":
    sys.exit(main())
