"""Write the Python source that reads and writes one type, from its automaton.

Two shapes share every rule: "json" is plain dictionaries and text, "typed" is the dataclasses of
`messages`. Event codes that leave no choice are not read one by one: they wait in `pending` until
a value, a choice or the end reads them together. Names in the source: `s` the bits, `p` the place
in them, `q` the next state, `m` the value, `o` the bits written, `r7` and `w7` the reader and
writer of type 7, `k3` a dictionary. Nothing of a message ever becomes source, only the tables do.

A frozen dataclass takes 0.2 us a field to make. The reader fills the `twin` instead, an open class
with the same slots, and gives it the class of the frozen one (`make`) when it is complete.
"""

from typing import Any

from silverpin.protocols.exi.automaton import Step
from silverpin.protocols.exi.grammar import Complex, Grammar, Production, Simple


class Source:
    """Lines of one function, and the dictionaries that they name."""

    def __init__(self, grammar: Grammar, type_: Complex | Simple, *, typed: bool) -> None:
        self.grammar, self.type, self.typed = grammar, type_, typed
        self.lines: list[str] = []
        self.depth = 2
        self.constants: dict[str, Any] = {}
        self.children: set[int] = set()

    def add(self, line: str) -> None:
        self.lines.append("    " * self.depth + line)

    def constant(self, value: Any) -> str:
        name = f"k{len(self.constants)}"
        self.constants[name] = value
        return name

    def child(self, letter: str, number: int) -> str:
        self.children.add(number)
        return f"{letter}{number}"

    def go(self, step: Step, target: int) -> None:
        if step.loops or target != step.next or not step.next_is_plain:
            self.add(f"q = {target}")

    def go_after(self, step: Step, production: Production, count: str) -> None:
        """Set the state after *production*, where *count* tells the occurrences so far."""
        if production.limit:
            self.add(
                f"q = {production.exit} if {count} >= {production.limit} else {production.next}"
            )
        else:
            self.go(step, production.next)

    def begin(self, step: Step) -> bool:
        """Open the block of a state that not every way passes, or that repeats."""
        if step.loops and step.number == 0:
            self.add("q = 0")
        if step.loops or not step.always:
            self.add(f"{'while' if step.loops else 'if'} q == {step.number}:")
            self.depth += 1
            return True
        return False

    @property
    def end_state(self) -> int:
        return len(self.type.states) if isinstance(self.type, Complex) else 0
