"""The words in the XML parts of Word, Excel and PowerPoint files (ISO/IEC 29500)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mingjian.intake.unpack.xml_scan import scan

_PARAGRAPH_ENDS = frozenset({"p", "br", "cr", "tr"})


class Flow:
    """Running text of a Word or PowerPoint part; `codes` are Word's field instructions."""

    def __init__(self, limit: int) -> None:
        self.codes: list[str] = []
        self.cut = False
        self._left = limit
        self._pieces: list[str] = []
        self._inside = ""

    def read(self, chunks: Iterable[bytes], what: str) -> None:
        """Adds the words of one part. Raises `Refused` where its XML is broken or hostile."""
        scan(chunks, self._start, self._end, self._words, what)

    @property
    def text(self) -> str:
        lines = "".join(self._pieces).split("\n")
        return "\n".join(line.rstrip() for line in lines if line.strip())

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name in ("t", "instrText"):
            self._inside = name
        elif name == "tab":
            self._pieces.append("\t")
        elif name == "fldSimple":
            self.codes.append(attributes.get("w:instr", "")[:4096])

    def _end(self, name: str) -> None:
        if name in ("t", "instrText"):
            self._inside = ""
        elif name in _PARAGRAPH_ENDS:
            self._pieces.append("\n")
        elif name == "tc":
            self._pieces.append("\t")

    def _words(self, words: str) -> None:
        if self._inside == "instrText":
            self.codes.append(words[:4096])
        elif self._inside:
            if len(words) > self._left:
                self.cut = True
                words = words[: self._left]
            self._left -= len(words)
            self._pieces.append(words)


class SharedStrings:
    """Excel's table of texts; cells name them by number."""

    def __init__(self, limit: int) -> None:
        self.texts: list[str] = []
        self.cut = False
        self._left = limit
        self._current: list[str] = []
        self._inside = self._phonetic = False

    def read(self, chunks: Iterable[bytes], what: str) -> None:
        scan(chunks, self._start, self._end, self._words, what)

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "si":
            self._current = []
        elif name == "rPh":
            self._phonetic = True
        elif name == "t":
            self._inside = not self._phonetic

    def _end(self, name: str) -> None:
        if name == "si":
            self.texts.append("".join(self._current))
        elif name == "rPh":
            self._phonetic = False
        elif name == "t":
            self._inside = False

    def _words(self, words: str) -> None:
        if self._inside:
            if len(words) > self._left:
                self.cut = True
                words = words[: self._left]
            self._left -= len(words)
            self._current.append(words)


class Sheet:
    """One worksheet as lines of cells with tabs between; a formula shows its stored value."""

    def __init__(self, shared: SharedStrings, limit: int) -> None:
        self.cut = False
        self.formulas: list[str] = []
        self._shared = shared.texts
        self._left = limit
        self._rows: list[str] = []
        self._row: list[str] = []
        self._value: list[str] = []
        self._type = ""
        self._inside = ""

    def read(self, chunks: Iterable[bytes], what: str) -> None:
        scan(chunks, self._start, self._end, self._words, what)

    @property
    def text(self) -> str:
        return "\n".join(row for row in self._rows if row.strip())

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "c":
            self._type, self._value = attributes.get("t", ""), []
            column = _column(attributes.get("r", ""))
            if len(self._row) < column <= len(self._row) + 200:
                self._row.extend([""] * (column - len(self._row)))
        elif name in ("v", "t", "f"):
            self._inside = name

    def _end(self, name: str) -> None:
        if name in ("v", "t", "f"):
            self._inside = ""
        elif name == "c":
            self._row.append(self._cell()[: max(self._left, 0)])
            self._left -= len(self._row[-1]) + 1
            self.cut = self.cut or self._left < 0
        elif name == "row":
            self._rows.append("\t".join(self._row).rstrip("\t"))
            self._row = []

    def _cell(self) -> str:
        value = "".join(self._value)
        if self._type == "s":
            number = int(value) if value.isascii() and value.isdigit() and len(value) < 9 else -1
            return self._shared[number] if 0 <= number < len(self._shared) else ""
        return value.replace("\t", " ").replace("\n", " ")

    def _words(self, words: str) -> None:
        if self._inside == "f":
            if len(self.formulas) < 10_000:
                self.formulas.append(words[:4096])
        elif self._inside:
            self._value.append(words)


def _column(reference: str) -> int:
    """Columns to the left of a cell: 0 for A1, 27 for AB3."""
    number = 0
    for letter in reference[:3]:
        if not "A" <= letter <= "Z":
            break
        number = number * 26 + ord(letter) - 64
    return max(number - 1, 0)
