"""How a program asks the charger and shows what it answered: data on stdout, the rest on stderr."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Mapping
from typing import Any

from silverpin.apps.control_socket.client import Answer, ClientError, ask
from silverpin.apps.control_socket.path import find
from silverpin.apps.exits import Exit
from silverpin.apps.terminal.streams import is_full, make_ready, silence

_INTERRUPTED = 130  # what shells expect of a program that was ended by Ctrl-C


def send(options: argparse.Namespace, command: str, **fields: Any) -> Answer:
    """Return the charger's answer to *command*, at the socket that *options* mean."""
    return ask(find(options.socket, os.environ), {"command": command, **fields})


def show(options: argparse.Namespace, told: Answer, done: str | None = None) -> int:
    """Print an answer and return its exit code; *done* are the words for a success."""
    if options.json:
        _show_object(told)
    elif told.exit is Exit.DONE:
        print(done or told.text)
    if told.exit is not Exit.DONE:
        show_refusal(told)
    return told.exit


def refused(options: argparse.Namespace, told: Answer) -> int:
    """Print why nothing can be told, for machines as the answer that it is; return the code."""
    if options.json:
        _show_object(told)
    show_refusal(told)
    return told.exit or Exit.REFUSED


def _show_object(told: Answer) -> None:
    show_json(
        "answer",
        {
            "exit": int(told.exit),
            "text": told.text,
            "changed": told.changed,
            "blocked_by": told.blocked_by,
            "data": told.data,
        },
    )


def show_refusal(told: Answer) -> None:
    """Print the first unmet condition, and every other one that stands in the way."""
    print(told.text, file=sys.stderr)
    for reason in told.blocked_by:
        if reason not in told.text:
            print(f"Also: {reason}", file=sys.stderr)


def show_json(what: str, data: Mapping[str, Any]) -> None:
    """Print one object on a line with its schema in front."""
    print(json.dumps({"schema": f"silverpin.{what}/1"} | dict(data)), flush=True)


def guarded(program: str, work: Callable[[], int]) -> int:
    """Run *work*; an unreachable charger becomes a sentence, a closed pipe the end."""
    make_ready()
    try:
        code = work()
        sys.stdout.flush()
    except ClientError as error:
        print(f"{program}: {error}", file=sys.stderr)
        return error.code
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        silence(sys.stdout, sys.stderr)  # the reader has seen enough
        return Exit.DONE
    except OSError as error:
        if not is_full(error):
            raise
        silence(sys.stdout)
        why = (error.strerror or str(error)).lower()
        print(f"{program}: the answer could not be written ({why}): make room, then look again",
              file=sys.stderr)  # fmt: skip
        return Exit.BAD_FILE
    return code
