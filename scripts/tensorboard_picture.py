"""Takes a picture of TensorBoard showing a run, with a real browser, for the README and the documentation.

    .venv/bin/python scripts/tensorboard_picture.py demo_run docs/tensorboard.png

needs Chromium (`apt-get install chromium`, or --browser PROGRAM) and the run that `make demo` leaves. In order: TensorBoard is
started on a free port, asked until it has read the run, shown to a browser without a window, and stopped.
"""

import argparse
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

# What the page may take to load and draw, in the browser's own time, which goes as fast as the page has nothing to do.
_PAGE_MS = 30_000
_START_SECS = 120
_PAGE = "scalars&tagFilter=^(accuracy|learning_rate|loss)$&_smoothingWeight=0"
_LARGEST_BYTES = 200_000


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("localhost", 0))
        return listener.getsockname()[1]


def wait_for_run(address: str) -> None:
    """Waits until TensorBoard has read scalars of a run."""
    deadline = time.monotonic() + _START_SECS
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{address}/data/plugin/scalars/tags") as answer:
                if any(json.load(answer).values()):
                    return
        except (urllib.error.URLError, ConnectionError):
            pass  # it is not up yet
        time.sleep(0.5)
    sys.exit(f"TensorBoard has shown no run in {_START_SECS} s")


def take(browser: str, page: str, picture: Path, size: tuple[int, int]) -> None:
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            [
                browser,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--hide-scrollbars",
                f"--user-data-dir={profile}",
                f"--window-size={size[0]},{size[1]}",
                f"--virtual-time-budget={_PAGE_MS}",
                f"--screenshot={picture.resolve()}",
                page,
            ],
            check=True,
            stderr=subprocess.DEVNULL,
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("logdir", type=Path, help="a run, such as demo_run")
    parser.add_argument("picture", type=Path, help="the PNG to write")
    parser.add_argument(
        "--page", default=_PAGE, help="what stands behind # in the address (default: %(default)s)"
    )
    parser.add_argument("--size", type=int, nargs=2, default=(1440, 500), metavar=("WIDTH", "HEIGHT"))
    parser.add_argument("--browser", default="chromium", help="the program (default: %(default)s)")
    arguments = parser.parse_args()
    browser = shutil.which(arguments.browser)
    if browser is None:
        sys.exit(f"there is no program {arguments.browser!r}: install Chromium, or give --browser")
    address = f"http://localhost:{(port := free_port())}"
    tensorboard = Path(sys.executable).parent / "tensorboard"
    command = [str(tensorboard), "--logdir", str(arguments.logdir), "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for_run(address)
        take(browser, f"{address}/?darkMode=false#{arguments.page}", arguments.picture, arguments.size)
    finally:
        server.terminate()
        server.wait()
    size = arguments.picture.stat().st_size
    print(f"{arguments.picture}: {size:,} bytes")
    if size > _LARGEST_BYTES:
        sys.exit(f"that is more than {_LARGEST_BYTES:,}: take a smaller --size")


if __name__ == "__main__":
    main()
