"""Write the Python source that reads and writes one type, from its automaton.

Two shapes share every rule: "json" is plain dictionaries and text, "typed" is the dataclasses of
`messages`. Event codes that leave no choice are not read one by one: they wait in `pending` until
a value, a choice or the end reads them together. Names in the source: `s` the bits, `p` the place
in them, `q` the next state, `m` the value, `o` the bits written, `r7` and `w7` the reader and
writer of type 7, `k3` a dictionary. Nothing of a message ever becomes source, only the tables do.
"""

from typing import Any

from silverpin.protocols.exi.automaton import Step, is_sequence, steps, unconditional
from silverpin.protocols.exi.grammar import Complex, Grammar, Production, Simple, code_width
from silverpin.protocols.exi.values import (
    REMEMBERED,
    choices,
    fixed_bits,
    fixed_reads,
    integer_bits,
    is_unsigned,
    range_size,
    short_reads,
)

FROM_BYTES = {"hex": "hex_text", "base64": "base64_text"}
TO_BYTES = {"hex": "from_hex", "base64": "from_base64"}


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


class Reader(Source):
    """The source of a reader: bits and a place in, value and the place behind it out."""

    pending = ""

    def text(self, name: str, label: str) -> str:
        head = [f"def {name}(s, p):", "    try:"]
        if isinstance(self.type, Complex):
            self.start(self.type)
            for step in steps(self.type):
                self.state(step)
            self.flush()
            self.finish(self.type)
        else:
            self.value(self.type, "0", "0")
            self.flush()
            self.add("return x, p")
        tail = [
            "    except KeyError:",
            f"        raise unread(s, p, {label!r}) from None",
            "    except ExiError as error:",
            f"        raise error.inside({label!r})",
        ]
        return "\n".join([*head, *self.lines, *tail])

    def start(self, type_: Complex) -> None:
        if not self.typed:
            self.add("d = {}")
        surely = unconditional(type_)
        many = {p.name for state in type_.states for p in state if p.many}
        for name in type_.fields():
            if name in many:
                self.add(f"v_{name} = {'[]' if self.typed else '()'}")
            elif self.typed and name not in surely:
                self.add(f"v_{name} = None")
        self.many = many

    def finish(self, type_: Complex) -> None:
        if not self.typed:
            self.add("return d, p")
            return
        values = ", ".join(
            f"tuple(v_{name})" if name in self.many else f"v_{name}" for name in type_.fields()
        )
        self.add(f"return make({values}), p")

    def flush(self) -> None:
        """Read the codes that wait."""
        if self.pending:
            count = len(self.pending)
            self.add(f'if s[p:p + {count}] != "{self.pending}": raise KeyError')
            self.add(f"p += {count}")
            self.pending = ""

    def state(self, step: Step) -> None:
        guarded = step.loops or not step.always
        if guarded:
            self.flush()
            self.add(f"{'while' if step.loops else 'if'} q == {step.number}:")
            self.depth += 1
        if len(step.productions) == 1:
            self.pending += "0"
            self.event(step, step.productions[0])
        else:
            self.choice(step)
        if guarded:
            self.flush()
            self.depth -= 1

    def choice(self, step: Step) -> None:
        width = code_width(len(step.productions))
        count = len(self.pending) + width
        self.add(f"c = s[p:p + {count}]")
        self.add(f"p += {count}")
        word, before = "if", self.pending
        for code, production in enumerate(step.productions):
            if production.kind in "WM":
                continue
            self.add(f'{word} c == "{before}{code:0{width}b}":')
            word = "elif"
            self.depth += 1
            self.pending = ""
            self.event(step, production)
            self.flush()
            self.add("pass")
            self.depth -= 1
        self.pending = ""
        self.add("else: raise KeyError" if word == "elif" else "raise KeyError")

    def event(self, step: Step, production: Production) -> None:
        """Read what *production* holds, its code being read or waiting."""
        if production.kind == "X":
            self.go(step, len(self.complex.states))
            return
        if production.kind in "WM":
            self.add("raise KeyError")
            return
        type_ = self.grammar.types[production.type]
        if isinstance(type_, Complex):
            self.flush()
            self.add(f"x, p = {self.child('r', production.type)}(s, p)")
        elif production.kind == "E":
            self.value(type_, "0", "0")
        else:
            self.value(type_, "", "")
        self.store(production)
        self.go_after(step, production, f"len(v_{production.name})")

    @property
    def complex(self) -> Complex:
        if not isinstance(self.type, Complex):
            raise TypeError("a simple type has no states")
        return self.type

    def store(self, production: Production) -> None:
        name = production.name
        if self.typed:
            self.add(f"v_{name}.append(x)" if production.many else f"v_{name} = x")
        elif production.many:
            self.add(f"if v_{name}: v_{name}.append(x)")
            self.add(f'else: d["{name}"] = v_{name} = [x]')
        else:
            self.add(f'd["{name}"] = x')

    def value(self, simple: Simple, before: str, after: str) -> None:
        """Read a value into x; *before* and *after* are its element's own codes."""
        if choices(simple):
            reads = fixed_reads(simple, self.pending + before, after)
            count = len(next(iter(reads)))
            self.add(f"x = {self.constant(reads)}[s[p:p + {count}]]")
            self.add(f"p += {count}")
            self.pending = ""
            return
        self.pending += before
        bounds = f"{simple.low}, {simple.high}"
        if simple.kind == "int":
            self.integer(simple, bounds)
        else:
            self.flush()
            reader = "read_text" if simple.kind == "string" else "read_octets"
            self.add(f"x, p = {reader}(s, p, {bounds})")
            if not self.typed and simple.kind in FROM_BYTES:
                self.add(f"x = {FROM_BYTES[simple.kind]}(x)")
        self.pending = after

    def integer(self, simple: Simple, bounds: str) -> None:
        reads = short_reads(simple, self.pending)
        count = len(next(iter(reads)))
        self.add(f"x = {self.constant(reads)}.get(s[p:p + {count}])")
        self.add("if x is None:")
        self.depth += 1
        self.flush()
        name = "read_unsigned" if is_unsigned(simple) else "read_signed"
        self.add(f"x, p = {name}(s, p, {bounds})")
        self.depth -= 1
        self.add(f"else: p += {count}")


class Writer(Source):
    """The source of a writer: a value in, its bits out."""

    def __init__(self, grammar: Grammar, type_: Complex | Simple, *, typed: bool) -> None:
        super().__init__(grammar, type_, typed=typed)
        self.parts: list[str] = []
        self.counts = False
        self.surely: frozenset[str] = frozenset()

    def text(self, name: str, label: str) -> str:
        head = [f"def {name}(m):", "    try:"]
        self.add('o = ""')
        if isinstance(self.type, Complex):
            self.start(self.type)
            for step in steps(self.type):
                self.state(step)
            self.flush()
            self.finish(self.type)
        else:
            self.parts.append("0")
            self.value(self.type, "m", "0", "")
            self.flush()
        self.add("return o")
        tail = [
            "    except KeyError as error:",
            f"        raise ExiError(f'{{error.args[0]}} is missing').inside({label!r}) from None",
            "    except ExiError as error:",
            f"        raise error.inside({label!r})",
            "    except (AttributeError, IndexError, TypeError):",
            f"        raise ExiError(f'{{m!r:.60}} does not fit').inside({label!r}) from None",
        ]
        return "\n".join([*head, *self.lines, *tail])

    def start(self, type_: Complex) -> None:
        self.surely = unconditional(type_)
        self.counts = not (self.typed and is_sequence(type_))
        if self.counts:
            self.add(f"n = {len(self.surely)}")
        if not self.typed:
            self.add("if type(m) is not dict: raise TypeError")
        self.many = {p.name for state in type_.states for p in state if p.many}
        for name in type_.fields():
            if name in self.surely:
                continue
            got = f"m.{name}" if self.typed else f'm.get("{name}")'
            self.add(f"v_{name} = {got}{' or ()' if name in self.many else ''}")
            if name in self.many:
                self.add(f"i_{name} = 0")

    def finish(self, type_: Complex) -> None:
        for name in type_.fields():
            if name in self.many:
                self.add(f'if i_{name} != len(v_{name}): raise too_many("{name}", i_{name})')
        if not self.counts:
            return
        fields = self.constant(type_.fields())
        if self.typed:
            given = " + ".join(
                f"(v_{name} is not None)"
                for name in type_.fields()
                if name not in self.surely and name not in self.many
            )
            lists = " + ".join(f"(i_{name} > 0)" for name in type_.fields() if name in self.many)
            total = " + ".join(filter(None, (str(len(self.surely)), given, lists)))
            self.add(f"if n != {total}: raise surplus(m, {fields}, n)")
        else:
            self.add(f"if n != len(m): check_surplus(m, {fields}, n)")

    def flush(self) -> None:
        if self.parts:
            self.add(f"o += f'{''.join(self.parts)}'")
            self.parts = []

    def state(self, step: Step) -> None:
        guarded = step.loops or not step.always
        self.flush()
        if guarded:
            self.add(f"{'while' if step.loops else 'if'} q == {step.number}:")
            self.depth += 1
        if len(step.productions) == 1 and step.productions[0].name in self.surely:
            production = step.productions[0]
            got = f"m.{production.name}" if self.typed else f'm["{production.name}"]'
            self.content(production, got, "0")
            self.go_after(step, production, "1")
        else:
            self.choice(step)
        if guarded:
            self.flush()
            self.depth -= 1

    def choice(self, step: Step) -> None:
        width = code_width(len(step.productions))
        word, ends = "if", False
        for code, production in enumerate(step.productions):
            bits = f"{code:0{width}b}"
            if production.kind == "X":
                ends = True
                self.end(step, word, bits)
                break
            if production.kind in "WM":
                continue
            self.add(f"{word} {self.is_given(production)}:")
            word = "elif"
            self.depth += 1
            self.taken(step, production, bits)
            self.depth -= 1
        if not ends:
            names = ", ".join(p.name for p in step.productions if p.name) or "nothing known"
            prefix = "else: " if word == "elif" else ""
            self.add(f'{prefix}raise KeyError("{names}")')

    def end(self, step: Step, word: str, bits: str) -> None:
        if word == "elif":
            self.add("else:")
            self.depth += 1
        self.parts.append(bits)
        self.flush()
        self.go(step, self.state_count())
        if word == "elif":
            self.depth -= 1

    def state_count(self) -> int:
        return len(self.type.states) if isinstance(self.type, Complex) else 0

    def is_given(self, production: Production) -> str:
        name = production.name
        return f"i_{name} < len(v_{name})" if production.many else f"v_{name} is not None"

    def taken(self, step: Step, production: Production, bits: str) -> None:
        name = production.name
        got = f"v_{name}[i_{name}]" if production.many else f"v_{name}"
        self.content(production, got, bits)
        self.flush()
        if self.counts:
            self.add(f"if not i_{name}: n += 1" if production.many else "n += 1")
        if production.many:
            self.add(f"i_{name} += 1")
        self.go_after(step, production, f"i_{name}")

    def content(self, production: Production, got: str, bits: str) -> None:
        type_ = self.grammar.types[production.type]
        if isinstance(type_, Complex):
            self.parts += [bits, f"{{{self.child('w', production.type)}({got})}}"]
        elif production.kind == "E":
            self.value(type_, got, f"{bits}0", "0")
        else:
            self.value(type_, got, bits, "")

    def value(self, simple: Simple, got: str, before: str, after: str) -> None:
        bounds = f"{simple.low}, {simple.high}"
        if choices(simple):
            table = self.constant(fixed_bits(simple, before, after))
            self.parts.append(f"{{{table}[{got}]}}")
            return
        if simple.kind == "int" and range_size(simple) <= REMEMBERED:
            table = self.constant(integer_bits(simple, before))
            self.parts += [f"{{{table}[{got}]}}", after]
            return
        if simple.kind == "int":
            writer = "unsigned" if is_unsigned(simple) else "signed"
        else:
            writer = "text" if simple.kind == "string" else "octets"
            if not self.typed and simple.kind in TO_BYTES:
                got = f"{TO_BYTES[simple.kind]}({got})"
        self.parts += [before, f"{{{writer}({got}, {bounds})}}", after]
