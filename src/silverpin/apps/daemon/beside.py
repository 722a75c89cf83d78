"""Work beside the daemon's ticks: where it ends unasked, that is said and the charger goes on."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from silverpin.apps.aloud import aloud


def beside(
    work: Coroutine[Any, Any, None], what: str, tell: Callable[[str], None] = lambda _: None
) -> asyncio.Task[None]:
    """Begin *work*; an error that ends it is said, and told as a sentence to *tell*."""

    def ended(task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        if error is not None:
            why = f"{what} has ended and the charger goes on: {error!r}"
            aloud(why)
            tell(why)

    task = asyncio.create_task(work)
    task.add_done_callback(ended)
    return task
