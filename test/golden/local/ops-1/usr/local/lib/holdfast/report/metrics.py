"""The recovery window for the node exporter: a file for each place, so that one that cannot be read leaves the other's."""

import os

from files import write
from place import Place
from told import Told


def publish(told: Told, place: Place) -> None:
    """0 where no moment can be recovered."""
    values = {
        "start": place.window.start.timestamp() if place.window else 0,
        "end": place.window.end.timestamp() if place.window else 0,
    }
    write(
        os.path.join(told.metrics, f"recovery-window-{place.source}.prom"),
        "".join(
            f'holdfast_recovery_window_{name}_timestamp_seconds{{place="{place.source}"}} {round(value)}\n'
            for name, value in values.items()
        ),
    )
