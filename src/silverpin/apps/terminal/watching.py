"""`evse-cli watch`: the status again and again, one object or one line each time."""

import argparse
import os

from silverpin.apps.control_socket.client import watch
from silverpin.apps.control_socket.path import find
from silverpin.apps.exits import Exit
from silverpin.apps.terminal.answers import show_json
from silverpin.apps.terminal.status_screen import watch_line


def watch_status(options: argparse.Namespace) -> int:
    """Print every status until the user has seen enough, which is a good end."""
    try:
        for status in watch(find(options.socket, os.environ), options.every):
            if options.json:
                show_json("status", status)
            else:
                print(watch_line(status), flush=True)
    except KeyboardInterrupt:
        pass
    return Exit.DONE
