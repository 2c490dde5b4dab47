"""The sentences of the page of one piece of evidence, beside those in `web.words`."""

from __future__ import annotations

from mingjian.domain.message import Message

EVIDENCE_TEXT: dict[str, Message] = {
    "on_page": Message("本页内容", "On this page"),
    "opacity": Message("叠加层的浓度", "Strength of what is laid over it"),
    "without_over": Message("未叠加的图像", "The picture alone"),
    "framed": Message("框出：", "Framed:"),
    "listen": Message("收听录音", "Listen to the recording"),
    "listen_note": Message(
        "由受限进程解码并重新写成普通声音（16 kHz、单声道，至多前 2 分钟），按播放键才会取来。",
        "Decoded by a confined process and written anew as plain sound (16 kHz, one channel, at "
        "most the first 2 minutes); it is fetched only when you press play.",
    ),
    "listen_at": Message(
        "点击频谱图可从该处听起。", "Press into a spectrogram to listen from there."
    ),
    "listen_from": Message("从此处听", "listen from here"),
    "bytes": Message("字节分布", "Byte map"),
    "bytes_note": Message(
        "横条为整个文件，从第一个字节到最后一个；标出的是各项发现所指之处。",
        "The strip is the whole file, from its first byte to its last; marked is where findings "
        "point.",
    ),
    "byte_from": Message("起（字节）", "From (byte)"),
    "byte_length": Message("长度", "Length"),
    "points_at": Message("所指的发现", "What points there"),
    "origin_marks": Message("来源标记", "Marks of origin"),
    "origin_none": Message(
        "没有检测器读取这类材料的来源标记。",
        "No detector reads marks of origin in material of this kind.",
    ),
    "custody": Message("保管记录", "Custody"),
    "custody_all": Message("本案全部记录", "everything recorded in this case"),
    "custody_latest": Message("只列最近的", "Only the latest are shown:"),
}
