"""Text at an address: ``https://``, ``s3://`` or ``gs://``, read as it comes."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec

from w2vcli.errors import DownloadFailed, MissingExtra
from w2vcli.inputs import InputFile
from w2vcli.network import require_network
from w2vcli.streams import GuardedStream

_EXTRAS = {"http": "remote", "https": "remote", "s3": "remote", "gs": "remote"}
_MODULES = {"http": "requests", "https": "requests", "s3": "boto3", "gs": "google.cloud.storage"}
_ADDRESS = re.compile(rf"({'|'.join(_EXTRAS)})://")


def is_remote(name: str) -> bool:
    """Tell whether ``name`` is an address rather than a path."""
    return bool(_ADDRESS.match(name))


def require_libraries(address: str) -> None:
    """Raise `Offline` if the network is ruled out, `MissingExtra` if what reads such an address is not installed."""
    require_network(address)
    scheme = address.partition(":")[0]
    for module in ("smart_open", _MODULES[scheme]):
        try:
            found = find_spec(module)
        except ModuleNotFoundError:  # the package that it would be in is missing
            found = None
        if found is None:
            raise MissingExtra("addresses", _EXTRAS[scheme])


@contextmanager
def open_remote(address: str) -> Iterator[InputFile]:
    """Open what is at an address.

    Raises
    ------
    DownloadFailed
        If it is not there, may not be read, or breaks off.
    MissingExtra
        If the libraries for such an address are not installed.
    """
    require_libraries(address)
    import smart_open

    try:
        opened = smart_open.open(address, "rb", compression="disable")
    except (ImportError, NotImplementedError) as error:  # the second where no module for the scheme could be imported
        raise MissingExtra("addresses", _EXTRAS[address.partition(":")[0]]) from error
    except _failures() as error:
        raise _failed(address, error) from error
    with opened as stream:
        raw = io.BufferedReader(GuardedStream(stream, lambda: _failure_told(address)))
        yield InputFile(address, raw, None)


def list_remote(address: str) -> list[str]:
    """Return the addresses below one that ends with ``/``, by name. Those of hidden files are left out.

    Raises
    ------
    DownloadFailed
        If they cannot be listed, as those of ``https://`` never can.
    MissingExtra
        If the libraries for such an address are not installed.
    """
    require_network(address)
    scheme, _, rest = address.partition("://")
    bucket, _, prefix = rest.partition("/")
    list_keys = _LISTED.get(scheme)
    if list_keys is None:
        raise DownloadFailed(f"{address} cannot be listed; name the files in it")
    try:
        keys = sorted(list_keys(bucket, prefix))
    except ImportError as error:
        raise MissingExtra("addresses", _EXTRAS[scheme]) from error
    except _failures() as error:
        raise _failed(address, error) from error
    inside = [key for key in keys if not any(part.startswith(".") for part in key.removeprefix(prefix).split("/"))]
    return [f"{scheme}://{bucket}/{key}" for key in inside if not key.endswith("/")]


def _s3_keys(bucket: str, prefix: str) -> Iterator[str]:
    pages = import_module("boto3").client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    for page in pages:
        for entry in page.get("Contents", ()):
            yield entry["Key"]


def _gs_keys(bucket: str, prefix: str) -> Iterator[str]:
    for blob in import_module("google.cloud.storage").Client().list_blobs(bucket, prefix=prefix):
        yield blob.name


_LISTED = {"s3": _s3_keys, "gs": _gs_keys}


@contextmanager
def _failure_told(address: str) -> Iterator[None]:
    """Turn what the network's libraries raise into `DownloadFailed`."""
    try:
        yield
    except _failures() as error:
        raise _failed(address, error) from error


def _failed(address: str, error: BaseException) -> DownloadFailed:
    return DownloadFailed(f"{address} cannot be read: {' '.join(str(error).split())}")


def _failures() -> tuple[type[BaseException], ...]:
    """Return what the network's libraries raise, of those that are installed."""
    found: list[type[BaseException]] = [OSError, ValueError]
    for module, name in (
        ("botocore.exceptions", "BotoCoreError"),
        ("botocore.exceptions", "ClientError"),
        ("google.api_core.exceptions", "GoogleAPIError"),
        ("google.auth.exceptions", "GoogleAuthError"),
    ):
        try:
            found.append(getattr(import_module(module), name))
        except ImportError:
            continue
    return tuple(found)
