"""Download one large file: resumed where it broke off, verified by size and MD5, with progress."""

from __future__ import annotations

import hashlib
import shutil
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import cast
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from w2vcli.errors import DownloadFailed
from w2vcli.models.catalogue import Pretrained
from w2vcli.network import require_network
from w2vcli.reporting import Advance, Reporter

_CHUNK = 1 << 18
_TIMEOUT_SECONDS = 30


def download(entry: Pretrained, folder: Path, reporter: Reporter) -> Path:
    """Return the verified file of ``entry`` in ``folder``, downloading what is not there yet.

    What arrived before a break stays in ``NAME.part`` and is not fetched again.

    Raises
    ------
    DownloadFailed
        If the address does not answer, answers with an error, breaks off, or gives another file than
        promised. That other file is then deleted.
    """
    whole = folder / entry.url.rpartition("/")[2]
    if whole.exists() and whole.stat().st_size == entry.bytes:
        return whole
    folder.mkdir(parents=True, exist_ok=True)
    part = whole.with_name(whole.name + ".part")
    with reporter.phase(f"downloading {entry.name}", entry.bytes, "B") as advance:
        if not part.exists() or part.stat().st_size != entry.bytes:
            require_network(entry.url)
            _require_space(entry, part)
            _fetch(entry, part, advance)
    _verify(entry, part)
    part.rename(whole)
    return whole


def _fetch(entry: Pretrained, part: Path, advance: Advance) -> None:
    """Download what is missing of a file, behind what is there already.

    A server that does not know ranges sends all from the beginning.
    """
    have = part.stat().st_size if part.exists() else 0
    # What is longer than the whole was never a part of it.
    if have > entry.bytes:
        have = 0
    request = Request(entry.url, headers={"Range": f"bytes={have}-"} if have else {})  # noqa: S310 - the catalogue's
    try:
        with cast(HTTPResponse, urlopen(request, timeout=_TIMEOUT_SECONDS)) as response:  # noqa: S310
            resumed = response.status == 206
            with open(part, "ab" if resumed else "wb") as file:
                done = have if resumed else 0
                advance(done)
                while chunk := response.read(_CHUNK):
                    file.write(chunk)
                    done += len(chunk)
                    advance(done)
                    if done > entry.bytes:
                        break  # whatever comes, it is not the promised file
    except HTTPError as error:
        error.close()  # it holds the connection
        raise DownloadFailed(f"{entry.url} answered {error.code} {error.reason}") from error
    except (URLError, HTTPException, TimeoutError, ConnectionError) as error:
        reason = getattr(error, "reason", error)
        raise DownloadFailed(f"{entry.url}: {reason}; run the same command again to go on") from error
    if done > entry.bytes:
        part.unlink()
        raise DownloadFailed(
            f"{entry.url} is not the promised file: it has more than {entry.bytes:,} bytes; it was deleted"
        )
    if done < entry.bytes:
        raise DownloadFailed(
            f"{entry.url} broke off after {done:,} of {entry.bytes:,} bytes; run the same command again to go on"
        )


def _require_space(entry: Pretrained, part: Path) -> None:
    """Raise `DownloadFailed` if the disk has no room for what is missing."""
    missing = entry.bytes - (part.stat().st_size if part.exists() else 0)
    free = shutil.disk_usage(part.parent).free
    if missing > free:
        raise DownloadFailed(f"{entry.name} needs {missing:,} bytes in {part.parent}, {free:,} are free")


def _verify(entry: Pretrained, part: Path) -> None:
    """Raise `DownloadFailed` and delete the file if it is not the promised one."""
    size = part.stat().st_size
    digest = hashlib.md5(usedforsecurity=False)
    with open(part, "rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    if size == entry.bytes and digest.hexdigest() == entry.md5:
        return
    part.unlink()
    raise DownloadFailed(
        f"{entry.url} is not the promised file: expected {entry.bytes:,} bytes with MD5 {entry.md5}, "
        f"got {size:,} with {digest.hexdigest()}; it was deleted"
    )
