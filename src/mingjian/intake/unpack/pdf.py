"""PDF: text layer, embedded files, link addresses, JPEG pictures; actions named, never run.

Text comes from PDFium, objects from qpdf. Neither renders a page here, and a damaged object
costs only itself where the readers allow it.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from typing import Any, TypeVar

from mingjian.domain.evidence import Derivation, Evidence
from mingjian.domain.message import Message
from mingjian.domain.record import Refusal
from mingjian.intake.content import BytesContent
from mingjian.intake.limits import MIB, Budget, Refused
from mingjian.intake.unpack.contract import RawPart
from mingjian.intake.unpack.damage import ViewFile, damaged
from mingjian.intake.unpack.links import LINKS_TAKEN, LinkParts

MAX_PAGES = 2_000
MAX_IMAGES = 200
_MAX_FILES = 1_000
_MAX_ANNOTATIONS = 5_000
_LARGEST_FILE = 512 * MIB


def unpack(evidence: Evidence, budget: Budget) -> Iterator[RawPart | Refusal]:
    """Text, embedded files, pictures, links. Raises `Refused` for an encrypted or broken file."""
    if evidence.size > _LARGEST_FILE:
        raise Refused(
            Message(
                f"PDF 超过 {_LARGEST_FILE // MIB} MiB，未解析。",
                f"The PDF is larger than {_LARGEST_FILE // MIB} MiB and was not parsed.",
            )
        )
    view = evidence.content.view()
    text, refusals = _text_layer(view, budget.limits.text_bytes)
    yield from refusals
    if text.strip():
        data = text.encode("utf-8", "replace")
        budget.member()
        budget.expand(len(data))
        yield RawPart(
            content=BytesContent(data),
            name="text.txt",
            derivation=Derivation(step="text-layer", detail="all pages"),
            attributes={LINKS_TAKEN: "taken"},
        )
    links = LinkParts(budget)
    yield from links.from_text(text, where="text layer, character")
    yield from _objects(view, budget, links)


# ---- text, by PDFium ---------------------------------------------------------------------


def _text_layer(view: memoryview, limit: int) -> tuple[str, list[Refusal]]:
    """The text of the pages, a form feed between two; refusals for what was left out."""
    import pypdfium2

    refusals: list[Refusal] = []
    pieces: list[str] = []
    length = 0
    try:
        document = pypdfium2.PdfDocument(bytes(view))
    except pypdfium2.PdfiumError as error:
        if "assword" in str(error):
            raise _encrypted() from error
        return "", [Refusal(what="text layer", why=damaged("PDF", error).why)]
    try:
        count = len(document)
        broken = 0
        for index in range(min(count, MAX_PAGES)):
            try:
                page = document[index]
                words = page.get_textpage().get_text_bounded()
                page.close()
            except Exception:  # one broken page costs itself, not the others
                broken += 1
                if broken > 50:
                    break
                continue
            pieces.append(words)
            length += len(words)
            if length > limit:
                refusals.append(_left_out("text", "文字层超过文本上限", "more text than the limit"))
                break
        if broken:
            refusals.append(
                _left_out("pages", f"{broken} 页无法读取", f"{broken} pages cannot be read")
            )
        if count > MAX_PAGES:
            refusals.append(
                _left_out(
                    "pages",
                    f"文件声称有 {count} 页，超过 {MAX_PAGES} 页的上限",
                    f"the file claims {count} pages, the limit is {MAX_PAGES}",
                )
            )
    finally:
        document.close()
    return "\f".join(pieces).replace("\r\n", "\n")[:limit], refusals


def _left_out(what: str, zh: str, en: str) -> Refusal:
    return Refusal(
        what=what,
        why=Message(f"PDF：{zh}，其余部分未读取。", f"PDF: {en}; the rest was not read."),
    )


def _encrypted() -> Refused:
    return Refused(
        Message(
            "PDF 已加密，需要口令才能打开，内容未检验。",
            "The PDF is encrypted and needs a password; its content was not examined.",
        )
    )


# ---- objects, by qpdf --------------------------------------------------------------------


def _objects(view: memoryview, budget: Budget, links: LinkParts) -> Iterator[RawPart | Refusal]:
    import pikepdf

    try:
        pdf = pikepdf.open(io.BufferedReader(ViewFile(view)), attempt_recovery=True)
    except pikepdf.PasswordError as error:
        raise _encrypted() from error
    except Exception as error:
        raise damaged("PDF", error) from error
    with pdf:
        files, broken = _as_far_as_it_goes(_embedded_files(pdf))
        yield from broken
        for name, stream in files:
            yield from _stream_part(stream, name, "embedded-file", "embedded file", budget)
        actions: set[str] = set()
        _, broken = _as_far_as_it_goes(_document_actions(pdf, actions))
        yield from broken
        images = 0
        for number, page in _pages(pdf):
            found, broken = _as_far_as_it_goes(_page_links(page, actions))
            pictures, more = _as_far_as_it_goes(_page_pictures(page))
            yield from (*broken, *more)
            for address in found:
                yield from links.take(address, f"annotation, page {number}")
            for name, stream in pictures:
                images += 1
                if images > MAX_IMAGES:
                    break
                where = f"page {number}"
                yield from _stream_part(stream, f"{where} {name}", "inline-image", where, budget)
        if images > MAX_IMAGES:
            yield _left_out("images", f"图片超过 {MAX_IMAGES} 张", f"more than {MAX_IMAGES} images")
    for action in sorted(actions):
        yield Refusal(
            what=f"PDF {action}",
            why=Message(
                f"文件含有打开或点击时执行的动作（{action}）；动作从不运行，其后果未检验。",
                f"The file holds an action ({action}) for opening or clicking; actions are never "
                "run, so what it would do was not examined.",
            ),
        )


T = TypeVar("T")


def _as_far_as_it_goes(items: Iterator[T]) -> tuple[list[T], tuple[Refusal, ...]]:
    """What could be read of a damaged structure, and the refusal for the rest of it."""
    found: list[T] = []
    try:
        for item in items:
            found.append(item)
    except Exception as error:  # pikepdf raises many types on damaged objects
        return found, (Refusal(what="PDF objects", why=damaged("PDF", error).why),)
    return found, ()


def _pages(pdf: Any) -> Iterator[tuple[int, Any]]:
    """Pages by number; a page tree that lies ends the walk, the rest stays readable."""
    try:
        count = min(len(pdf.pages), MAX_PAGES)
    except Exception:  # qpdf raises several types for a broken tree
        return
    for index in range(count):
        try:
            page = pdf.pages[index]
        except Exception:
            return
        yield index + 1, page.obj


def _embedded_files(pdf: Any) -> Iterator[tuple[str, Any]]:
    """Streams of the name tree of embedded files and of file attachment annotations."""
    import pikepdf

    taken = 0
    for specification in _name_tree(pdf.Root.get("/Names", {}).get("/EmbeddedFiles")):
        if taken >= _MAX_FILES or not isinstance(specification, pikepdf.Dictionary):
            continue
        yield from _file_of(specification)
        taken += 1
    for _, page in _pages(pdf):
        for annotation in _annotations(page):
            specification = annotation.get("/FS")
            if taken < _MAX_FILES and isinstance(specification, pikepdf.Dictionary):
                yield from _file_of(specification)
                taken += 1


def _file_of(specification: Any) -> Iterator[tuple[str, Any]]:
    import pikepdf

    name = str(specification.get("/UF", specification.get("/F", "embedded file")))
    streams = specification.get("/EF")
    if isinstance(streams, pikepdf.Dictionary):
        stream = streams.get("/UF", streams.get("/F"))
        if isinstance(stream, pikepdf.Stream):
            yield name, stream


def _name_tree(root: Any) -> Iterator[Any]:
    """Values of a name tree (ISO 32000-1, 7.9.6), walked without recursion, loops cut."""
    import pikepdf

    waiting, seen, visited = [root], set(), 0
    while waiting and visited < _MAX_FILES:
        node = waiting.pop()
        if not isinstance(node, pikepdf.Dictionary):
            continue
        visited += 1
        if node.is_indirect:
            if node.objgen in seen:
                continue
            seen.add(node.objgen)
        names = node.get("/Names")
        if isinstance(names, pikepdf.Array):
            for index in range(1, min(len(names), 2 * _MAX_FILES), 2):
                yield names[index]
        children = node.get("/Kids")
        if isinstance(children, pikepdf.Array):
            waiting.extend(children[index] for index in range(min(len(children), _MAX_FILES)))


def _annotations(page: Any) -> Iterator[Any]:
    import pikepdf

    annotations = page.get("/Annots")
    if isinstance(annotations, pikepdf.Array):
        for index in range(min(len(annotations), _MAX_ANNOTATIONS)):
            annotation = annotations[index]
            if isinstance(annotation, pikepdf.Dictionary):
                yield annotation


def _page_links(page: Any, actions: set[str]) -> Iterator[str]:
    import pikepdf

    _note_action(page.get("/AA"), actions)
    for annotation in _annotations(page):
        _note_action(annotation.get("/AA"), actions)
        action = annotation.get("/A")
        _note_action(action, actions)
        if isinstance(action, pikepdf.Dictionary):
            address = action.get("/URI")
            if isinstance(address, pikepdf.String):
                yield str(address)


def _document_actions(pdf: Any, actions: set[str]) -> Iterator[None]:
    import pikepdf

    _note_action(pdf.Root.get("/OpenAction"), actions)
    _note_action(pdf.Root.get("/AA"), actions)
    names = pdf.Root.get("/Names")
    if isinstance(names, pikepdf.Dictionary) and "/JavaScript" in names:
        actions.add("JavaScript")
    yield from ()


def _note_action(action: Any, actions: set[str]) -> None:
    """Names what an action would do; a dictionary of triggers is looked into once."""
    import pikepdf

    if not isinstance(action, pikepdf.Dictionary):
        return
    triggers = [action[key] for key in list(action.keys())[:20] if key not in ("/Next", "/Parent")]
    for candidate in (action, *triggers):
        if isinstance(candidate, pikepdf.Dictionary):
            kind = str(candidate.get("/S", "")).lstrip("/")
            if kind in ("JavaScript", "Launch", "SubmitForm", "ImportData", "GoToR", "GoToE"):
                actions.add(kind)


def _page_pictures(page: Any) -> Iterator[tuple[str, Any]]:
    """JPEG and JPEG 2000 pictures, whose stored bytes are files of their own."""
    import pikepdf

    resources = page.get("/Resources")
    objects = resources.get("/XObject") if isinstance(resources, pikepdf.Dictionary) else None
    if not isinstance(objects, pikepdf.Dictionary):
        return
    for key in list(objects.keys())[:MAX_IMAGES]:
        item = objects[key]
        if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Image":
            filters = _filters(item)
            if filters and filters[-1] in ("/DCTDecode", "/JPXDecode"):
                yield key.lstrip("/"), item


def _filters(stream: Any) -> list[str]:
    import pikepdf

    found = stream.get("/Filter")
    if isinstance(found, pikepdf.Array):
        return [str(found[index]) for index in range(min(len(found), 8))]
    return [str(found)] if found is not None else []


def _stream_part(
    stream: Any, name: str, step: str, where: str, budget: Budget
) -> Iterator[RawPart | Refusal]:
    """A stream as a part: Flate undone under the budget, picture codings left as they are."""
    budget.member()
    try:
        filters = [item for item in _filters(stream) if item not in ("/DCTDecode", "/JPXDecode")]
        raw = bytes(stream.read_raw_bytes())
    except Exception as error:  # a damaged stream costs itself alone
        yield Refusal(what=name, why=damaged("PDF", error).why)
        return
    if filters in (["/FlateDecode"], ["/Fl"]):
        data = inflate(raw, budget)
    elif not filters:
        budget.expand(len(raw))
        data = raw
    else:
        yield Refusal(
            what=name,
            why=Message(
                f"该数据流使用的编码（{' '.join(filters)}）未支持，内容未检验。",
                f"The stream is coded as {' '.join(filters)}, which is not supported; its content "
                "was not examined.",
            ),
        )
        return
    yield RawPart(
        content=BytesContent(data), name=name, derivation=Derivation(step=step, detail=where)
    )


def inflate(raw: bytes, budget: Budget) -> bytes:
    """zlib data unpacked piece by piece under the budget; a broken end is left out."""
    machine = zlib.decompressobj()
    out = bytearray()
    rest = raw
    while rest and not machine.eof:
        try:
            piece = machine.decompress(rest, MIB)
        except zlib.error as error:
            if not out:
                raise damaged("PDF", error) from error
            break
        budget.expand(len(piece))
        out += piece
        if not piece and machine.unconsumed_tail == rest:
            break
        rest = machine.unconsumed_tail
    return bytes(out)
