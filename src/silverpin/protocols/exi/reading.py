"""The source of readers: bits and a place in, the value and the place behind it out."""

from silverpin.protocols.exi.automaton import Step, steps, unconditional
from silverpin.protocols.exi.grammar import Complex, Production, Simple, code_width
from silverpin.protocols.exi.source import Source
from silverpin.protocols.exi.values import (
    choices,
    fixed_reads,
    is_unsigned,
    longer_reads,
    short_reads,
)

TO_TEXT = {"hex": "hex_text", "base64": "base64_text"}


class Reader(Source):
    """Writes one reader; `pending` are the bits of event codes that wait to be read."""

    pending = ""
    ended = -1
    """The state whose only code, the end of the element, was read with the value before it."""

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
        self.add("m = new(twin)" if self.typed else "m = {}")
        surely = unconditional(type_)
        self.many = {p.name for state in type_.states for p in state if p.many}
        for name in type_.fields():
            if name in self.many:
                self.add(f"v_{name} = []")
            elif self.typed and name not in surely:
                self.add(f"m.{name} = None")

    def finish(self, type_: Complex) -> None:
        if self.typed:
            for name in type_.fields():
                if name in self.many:
                    self.add(f"m.{name} = tuple(v_{name})")
            self.add("m.__class__ = make")
        self.add("return m, p")

    def flush(self) -> None:
        """Read the codes that wait."""
        if self.pending:
            count = len(self.pending)
            self.add(f'if s[p:p + {count}] != "{self.pending}": raise KeyError')
            self.add(f"p += {count}")
            self.pending = ""

    def state(self, step: Step) -> None:
        if step.loops or not step.always:
            self.flush()
        guarded = self.begin(step)
        if step.number == self.ended:
            self.go(step, self.end_state)
        elif len(step.productions) == 1:
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
        back = f"p -= {count}; raise KeyError"  # the error names the place of the code
        self.add(f"else: {back}" if word == "elif" else back)

    def event(self, step: Step, production: Production) -> None:
        """Read what *production* holds, its code being read or waiting."""
        if production.kind == "X":
            self.go(step, self.end_state)
            return
        if production.kind in "WM":
            self.add("raise KeyError")
            return
        type_ = self.grammar.types[production.type]
        if isinstance(type_, Complex):
            self.flush()
            self.add(f"x, p = {self.child('r', production.type)}(s, p)")
        elif production.kind == "E":
            self.value(type_, "0", f"0{self.end_code(step, production)}")
        else:
            self.value(type_, "", "")
        self.store(production)
        self.go_after(step, production, f"len(v_{production.name})")

    def end_code(self, step: Step, production: Production) -> str:
        """Return the end of the element if nothing else can follow *production*'s value."""
        following = step.next
        if len(step.productions) > 1 or production.many or not step.next_is_plain:
            return ""
        if step.loops or not step.always:
            return ""  # another way to the end may lead past this value
        if following == self.end_state or self.productions(following) != [("X",)]:
            return ""
        self.ended = following
        return "0"

    def productions(self, state: int) -> list[tuple[str]]:
        states = self.type.states if isinstance(self.type, Complex) else ()
        return [(production.kind,) for production in states[state]]

    def store(self, production: Production) -> None:
        name = production.name
        if production.many:
            if not self.typed:
                self.add(f'if not v_{name}: m["{name}"] = v_{name}')
            self.add(f"v_{name}.append(x)")
        else:
            self.add(f"m.{name} = x" if self.typed else f'm["{name}"] = x')

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
        if simple.kind == "int":
            self.integer(simple, after)
        else:
            self.flush()
            reader = "read_text" if simple.kind == "string" else "read_octets"
            self.add(f"x, p = {reader}(s, p, {simple.low}, {simple.high})")
            if not self.typed and simple.kind in TO_TEXT:
                self.add(f"x = {TO_TEXT[simple.kind]}(x)")
            self.pending = after

    def integer(self, simple: Simple, after: str) -> None:
        """Read an integer: one octet by its table, two by what was read before, more by hand."""
        before = self.pending
        short = short_reads(simple, before, after)
        longer = longer_reads(simple, before, after)
        count = len(next(iter(short)))
        self.add(f"x = {self.constant(short)}.get(s[p:p + {count}])")
        self.add(f"if x is not None: p += {count}")
        self.add("else:")
        self.depth += 1
        known = self.constant(longer)
        self.add(f"x = {known}.get(s[p:p + {count + 8}])")
        self.add(f"if x is not None: p += {count + 8}")
        self.add("else:")
        self.depth += 1
        self.add("b = p")
        self.flush()
        name = "read_unsigned" if is_unsigned(simple) else "read_signed"
        self.add(f"x, p = {name}(s, p, {simple.low}, {simple.high})")
        self.pending = after
        self.flush()
        self.add(f"if p - b == {count + 8}: {known}[s[b:p]] = x")
        self.depth -= 2
