from __future__ import annotations

import gc
import threading

from twinning.core.memory import rare_collections


def test_the_collector_is_as_it_was_when_the_last_one_leaves() -> None:
    usual, inside, leave = gc.get_threshold(), threading.Event(), threading.Event()

    def work() -> None:
        with rare_collections():
            inside.set()
            leave.wait(5)

    other = threading.Thread(target=work)
    with rare_collections():
        other.start()
        inside.wait(5)
    assert gc.get_threshold() != usual
    leave.set()
    other.join(5)
    assert gc.get_threshold() == usual
