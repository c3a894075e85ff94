"""The page's files: read once, served from memory by name, so that no path is ever looked up."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from attrs import frozen

_STATIC = Path(__file__).parent / "static"

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}
_OURS = "no-cache"
_VENDORED = "public, max-age=31536000, immutable"
"""Vendored files carry their version in their name."""


@frozen(kw_only=True)
class Asset:
    """A file as it is sent."""

    content: bytes
    headers: dict[str, str]

    @property
    def etag(self) -> str:
        return self.headers["etag"]


def _read(folder: Path, cache_control: str) -> Iterator[tuple[str, Asset]]:
    for path in sorted(folder.iterdir()):
        if path.is_file():
            content = path.read_bytes()
            etag = f'"{sha256(content).hexdigest()[:32]}"'
            headers = {"content-type": _TYPES[path.suffix], "cache-control": cache_control, "etag": etag}
            yield path.name, Asset(content=content, headers=headers)


ASSETS = dict(_read(_STATIC, _OURS)) | dict(_read(_STATIC / "vendor", _VENDORED))
PAGE = ASSETS.pop("index.html")
