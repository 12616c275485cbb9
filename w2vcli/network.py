"""The network, which ``--offline`` rules out, and ``W2V_OFFLINE`` for Python, too."""

from __future__ import annotations

import os

from w2vcli.errors import Offline

_VARIABLE = "W2V_OFFLINE"
_NO = {"", "0", "false", "f", "no", "n", "off"}
_offline: list[bool] = []


def stay_offline(*, offline: bool) -> None:
    """Rule out the network for what follows, or allow it again."""
    _offline[:] = [True] if offline else []


def is_offline() -> bool:
    """Tell whether the network is ruled out."""
    return bool(_offline) or os.environ.get(_VARIABLE, "").strip().lower() not in _NO


def require_network(address: str) -> None:
    """Refuse to reach an address where the network is ruled out. Call it before any library is that could.

    Raises
    ------
    Offline
        If it is.
    """
    if is_offline():
        raise Offline(f"{address} is in the network, which --offline or W2V_OFFLINE rules out")
