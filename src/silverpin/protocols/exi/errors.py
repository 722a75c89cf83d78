"""The one error of the codec."""


class ExiError(ValueError):
    """Octets that are no message of the schema, or a message that the schema does not allow.

    `reason` is a sentence for a person. `bit` counts from the first bit of the stream and is None
    where there is no stream, while encoding. `within` names the types around the fault, outermost
    first.
    """

    def __init__(self, reason: str, bit: int | None = None) -> None:
        super().__init__(reason, bit)
        self.reason = reason
        self.bit = bit
        self.within: tuple[str, ...] = ()

    def inside(self, name: str) -> "ExiError":
        """Return this error, its place told one type further out."""
        self.within = (name, *self.within)
        return self

    def __str__(self) -> str:
        place = f" in {' > '.join(self.within)}" if self.within else ""
        bit = "" if self.bit is None else f" at bit {self.bit}"
        return f"{self.reason}{place}{bit}"
