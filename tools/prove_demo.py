"""Prove the README's first command: ./demo starts, shows a moving charger and stops when told."""

import json
import subprocess
import sys
import time
from threading import Timer
from typing import Any
from urllib.request import urlopen

URL = "http://127.0.0.1:8099/"
DEMO = ("./demo", "--no-browser", "--port", "8099")
START_MAX_S = 300
FLOW_MAX_S, FLOWS_W = 60, 1_000.0
STOP_MAX_S = 20


def main() -> int:
    began = time.monotonic()
    with subprocess.Popen(DEMO, stdout=subprocess.PIPE, text=True) as demo:
        deadline = Timer(START_MAX_S, demo.kill)
        deadline.start()
        try:
            fault = watch(demo, began)
        finally:
            deadline.cancel()
            demo.terminate()
        try:
            code = demo.wait(STOP_MAX_S)
        except subprocess.TimeoutExpired:
            demo.kill()
            code = None
    if fault is None and code != 0:
        fault = f"told to stop, it ended with {code} instead of 0 (None: not in {STOP_MAX_S} s)"
    if fault:
        print(f"prove_demo: {fault}", file=sys.stderr)
    return 1 if fault else 0


def watch(demo: "subprocess.Popen[str]", began: float) -> str | None:
    """What is wrong with the demo that has just been started, or None."""
    line = demo.stdout.readline() if demo.stdout else ""
    if line != f"ready {URL}\n":
        return f"its first line is {line!r}, not 'ready {URL}'"
    print(f"prove_demo: ready {time.monotonic() - began:.1f} s after ./demo")
    if b"<html" not in fetch(""):
        return "the page is no HTML"
    first = status()
    if first.get("schema") != "silverpin.status/1":
        return f"the status calls itself {first.get('schema')!r}"
    late = time.monotonic() + FLOW_MAX_S
    while abs((now := status())["power_w"]) < FLOWS_W:
        if time.monotonic() > late:
            return f"no power flowed in {FLOW_MAX_S} s; the vehicle: {now['vehicle']}"
        time.sleep(0.2)
    print(f"prove_demo: {now['power_w']} W at {now['time']}", flush=True)
    print(f"prove_demo: {now['vehicle']['words']}, {now['vehicle']['transport']}", flush=True)
    return None


def status() -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(fetch("api/status"))
    return answer


def fetch(path: str) -> bytes:
    with urlopen(URL + path, timeout=10) as answer:
        body: bytes = answer.read()
    return body


if __name__ == "__main__":
    sys.exit(main())
