"""The source of writers: a value in, its bits out."""

from silverpin.protocols.exi.automaton import Step, is_sequence, steps, unconditional
from silverpin.protocols.exi.grammar import Complex, Grammar, Production, Simple, code_width
from silverpin.protocols.exi.source import Source
from silverpin.protocols.exi.values import (
    REMEMBERED,
    FixedBits,
    IntegerBits,
    choices,
    fixed_bits,
    integer_bits,
    is_unsigned,
    range_size,
)

FROM_TEXT = {"hex": "from_hex", "base64": "from_base64"}


class Writer(Source):
    """Writes one writer; `parts` are the pieces of a format string that are still in hand."""

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
            self.value(self.type, "m", "0", "0")
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
        self.flush()
        guarded = self.begin(step)
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
            names = " or ".join(p.name for p in step.productions if p.name)
            prefix = "else: " if word == "elif" else ""
            self.add(f'{prefix}raise KeyError("{names or "unknown content"}")')

    def end(self, step: Step, word: str, bits: str) -> None:
        if word == "elif":
            self.add("else:")
            self.depth += 1
        self.parts.append(bits)
        self.flush()
        self.go(step, self.end_state)
        if word == "elif":
            self.depth -= 1

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
            self.parts.append(self.looked_up(fixed_bits(simple, before, after), simple, got))
            return
        if simple.kind == "int" and range_size(simple) <= REMEMBERED:
            self.parts += [self.looked_up(integer_bits(simple, before), simple, got), after]
            return
        if simple.kind == "int":
            writer = "unsigned" if is_unsigned(simple) else "signed"
        else:
            writer = "text" if simple.kind == "string" else "octets"
            if not self.typed and simple.kind in FROM_TEXT:
                got = f"{FROM_TEXT[simple.kind]}({got})"
        self.parts += [before, f"{{{writer}({got}, {bounds})}}", after]

    def looked_up(self, bits: FixedBits | IntegerBits, simple: Simple, got: str) -> str:
        """Return the look-up of a value: 1, 1.0 and True are one key, so their class is asked."""
        table = self.constant(bits)
        if simple.kind == "enum":
            return f"{{{table}[{got}]}}"
        is_plain = f"(x := {got}).__class__ is {simple.kind}"
        return f"{{{table}[x] if {is_plain} else {table}.strictly(x)}}"
