"""Text at an address: ``https://``, ``s3://`` or ``gs://``, read as it comes. ``file://`` is a path in other words.

What else is at an address is refused, and is told how to become a file: ``hdfs://host/x`` by ``hdfs dfs -get``.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from urllib.parse import urlsplit

from w2vcli.errors import BadCorpus, DownloadFailed, MissingExtra
from w2vcli.inputs import InputFile
from w2vcli.network import require_network
from w2vcli.streams import GuardedStream

_EXTRAS = {"http": "remote", "https": "remote", "s3": "remote", "gs": "remote"}
_MODULES = {"http": "requests", "https": "requests", "s3": "boto3", "gs": "google.cloud.storage"}
# A letter alone is a drive of Windows. Databricks writes dbfs:/x with one slash.
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://|dbfs:/")
_LOCAL = re.compile("file://", re.IGNORECASE)
_AZURE = {"abfs", "abfss", "wasb", "wasbs", "az", "azure"}


def is_remote(name: str) -> bool:
    """Tell whether ``name`` is an address rather than a path. What begins with ``file://`` is a path."""
    return bool(_ADDRESS.match(name)) and not _LOCAL.match(name)


def local_path(name: str) -> str:
    """Return the path that ``file:///path`` names. Any other name is returned as it is.

    Raises
    ------
    BadCorpus
        If it is on another machine, as in ``file://host/path``.
    """
    if not _LOCAL.match(name):
        return name
    from urllib.request import url2pathname  # with what fetches pages, 30 ms that help need not pay

    parts = urlsplit(name)
    if parts.netloc not in {"", "localhost"}:
        raise BadCorpus(f"{name} is on the machine {parts.netloc}; name a file of this one, as in file:///path")
    return url2pathname(name.partition("://")[2].removeprefix(parts.netloc))


def require_readable(address: str) -> None:
    """Raise `BadCorpus` if nothing here reads such an address. It tells what makes files of what is there."""
    scheme, _, rest = address.partition(":")
    if scheme in _EXTRAS:
        return
    if scheme == "dbfs":
        remedy = f"name it as Databricks mounts it: /dbfs/{rest.lstrip('/')}"
    elif scheme in {"hdfs", "viewfs", "webhdfs"}:
        remedy = f"save it as files with: hdfs dfs -get {address} FOLDER"
    elif scheme in _AZURE:
        remedy = (
            "save it as files with AzCopy (azcopy copy --recursive), or mount it with blobfuse2, and name the folder"
        )
    elif scheme in {"s3a", "s3n"}:
        remedy = f"name it s3:{rest}"
    else:
        remedy = "name a file, or an address of these"
    raise BadCorpus(f"{address}: text is read at https://, s3://, gs:// and file:// addresses; {remedy}")


def require_libraries(address: str) -> None:
    """Refuse an address before anything is read of it.

    Raises
    ------
    BadCorpus
        If nothing here reads such an address.
    MissingExtra
        If what reads it is not installed.
    Offline
        If the network is ruled out.
    """
    require_readable(address)
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


def list_remote(address: str) -> list[tuple[str, str]]:
    """Return the addresses of all files below one that ends with ``/``, by name, each with its path from there.

    Raises
    ------
    DownloadFailed
        If they cannot be listed, as those of ``https://`` never can.
    MissingExtra
        If the libraries for such an address are not installed.
    """
    require_readable(address)
    require_network(address)
    scheme, _, rest = address.partition("://")
    bucket, _, prefix = rest.partition("/")
    list_keys = _LISTED.get(scheme)
    if list_keys is None:
        raise DownloadFailed(f"{address} cannot be listed; name the files in it")
    require_libraries(address)
    try:
        keys = sorted(list_keys(bucket, prefix))
    except ImportError as error:
        raise MissingExtra("addresses", _EXTRAS[scheme]) from error
    except _failures() as error:
        raise _failed(address, error) from error
    return [(f"{scheme}://{bucket}/{key}", key.removeprefix(prefix)) for key in keys if not key.endswith("/")]


def _s3_keys(bucket: str, prefix: str) -> Iterator[str]:
    pages = import_module("boto3").client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    for page in pages:
        for entry in page.get("Contents", ()):
            yield entry["Key"]


def _gs_keys(bucket: str, prefix: str) -> Iterator[str]:
    for blob in import_module("google.cloud.storage").Client().list_blobs(bucket, prefix=prefix):
        yield blob.name


_LISTED: dict[str, Callable[[str, str], Iterator[str]]] = {"s3": _s3_keys, "gs": _gs_keys}


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
