"""Where the bytes of parts are kept while an item is examined: memory first, then files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile

from mingjian.domain.evidence import Content
from mingjian.intake.content import BytesContent, FileContent
from mingjian.intake.limits import MIB, Refused

LARGEST_IN_MEMORY = MIB
"""A larger part goes to a file."""
MEMORY = 64 * MIB
"""Once the parts in memory come to this, every further part goes to a file."""


class Spool:
    """Keeps parts of one item. File names are our own; nothing in the evidence names a file.

    Without a directory everything stays in memory. The caller removes the directory.
    """

    def __init__(self, directory: Path | None) -> None:
        self._directory = directory
        self._held = 0

    def keep(self, content: Content) -> Content:
        """The same bytes, moved to a file if they are too large to hold."""
        if not isinstance(content, BytesContent) or self._fits(content.size):
            return content
        return self._write(iter((content.data,)))

    def collect(
        self, chunks: Iterator[bytes], expand: Callable[[int], None]
    ) -> tuple[Content, Refused | None]:
        """The joined chunks, each counted by `expand` before it is kept.

        A `Refused` raised by `expand` propagates: the part is dropped. One raised by the
        chunks means that the rest is damaged, and is returned beside what came before it.
        """
        trouble: list[Refused] = []

        def counted() -> Iterator[bytes]:
            while True:
                try:
                    chunk = next(chunks, None)
                except Refused as refused:
                    trouble.append(refused)
                    return
                if chunk is None:
                    return
                expand(len(chunk))
                yield chunk

        pieces: list[bytes] = []
        length = 0
        stream = counted()
        for piece in stream:
            pieces.append(piece)
            length += len(piece)
            if self._directory is not None and length > LARGEST_IN_MEMORY:
                content = self._write(_chain(pieces, stream))
                break
        else:
            content = self.keep(BytesContent(b"".join(pieces)))
        return content, trouble[0] if trouble else None

    def _fits(self, size: int) -> bool:
        if self._directory is None:
            return True
        if size > LARGEST_IN_MEMORY or self._held + size > MEMORY:
            return False
        self._held += size
        return True

    def _write(self, chunks: Iterator[bytes]) -> Content:
        with NamedTemporaryFile(dir=self._directory, prefix="part-", delete=False) as file:
            path = Path(file.name)
            try:
                for chunk in chunks:
                    file.write(chunk)
            except BaseException:
                path.unlink()
                raise
        return FileContent(path)


def _chain(first: list[bytes], rest: Iterator[bytes]) -> Iterator[bytes]:
    while first:
        yield first.pop(0)
    yield from rest
