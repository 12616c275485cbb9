"""TensorBoard, whose Embedding Projector turns points around: started on a folder that `views.projector` wrote."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from w2vcli.errors import BadSettings, MissingExtra


def require_tensorboard() -> None:
    """Raise `MissingExtra` if TensorBoard is not installed."""
    if find_spec("tensorboard") is None:
        raise MissingExtra("pages of TensorBoard", "tensorboard")


def serve(directory: Path, port: int | None) -> str:
    """Start TensorBoard on ``directory`` and return the address of its Projector, such as http://localhost:6006/.

    Only this machine can reach it. It runs in threads of this process, so it ends when the process ends. Without a
    ``port`` it takes 6006, or the next one that is free.

    Raises
    ------
    BadSettings
        If the port is taken.
    """
    from tensorboard import program

    board = program.TensorBoard()
    wanted = [] if port is None else ["--port", str(port)]
    board.configure(
        # The fast loader is another program, which is not installed everywhere.
        argv=["tensorboard", "--logdir", str(directory), "--host", "localhost", "--load_fast", "false", *wanted]
    )
    try:
        address: str = board.launch()
    except program.TensorBoardServerException as error:
        raise BadSettings(f"TensorBoard cannot serve at --port {port}: {error}") from error
    return f"{address}#projector"
