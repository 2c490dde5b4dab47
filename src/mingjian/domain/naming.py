"""How kinds, states and derivation steps are called on every screen and in every report."""

from __future__ import annotations

from mingjian.domain.evidence import EvidenceKind
from mingjian.domain.examination import ExaminationState
from mingjian.domain.message import Message

KIND_NAMES: dict[str, Message] = {
    EvidenceKind.TEXT: Message("文本", "text"),
    EvidenceKind.MESSAGE: Message("消息", "message"),
    EvidenceKind.DIALOGUE: Message("对话", "dialogue"),
    EvidenceKind.PROMPT: Message("提示词", "prompt"),
    EvidenceKind.LINK: Message("链接", "link"),
    EvidenceKind.HTML: Message("网页", "web page"),
    EvidenceKind.MAIL: Message("邮件", "mail"),
    EvidenceKind.AGENT_TRACE: Message("智能体日志", "agent trace"),
    EvidenceKind.WEB_LOG: Message("网站日志", "web log"),
    EvidenceKind.IMAGE: Message("图像", "image"),
    EvidenceKind.AUDIO: Message("音频", "audio"),
    EvidenceKind.VIDEO: Message("视频", "video"),
    EvidenceKind.DOCUMENT: Message("文档", "document"),
    EvidenceKind.ARCHIVE: Message("压缩包", "archive"),
    EvidenceKind.MODEL: Message("模型文件", "model file"),
    EvidenceKind.DATASET: Message("数据集", "dataset"),
    EvidenceKind.UNKNOWN: Message("未识别", "unidentified"),
}

STATE_NAMES: dict[str, Message] = {
    ExaminationState.FOUND: Message("有发现", "found"),
    ExaminationState.QUIET: Message("未见异常", "nothing of note"),
    ExaminationState.NOT_APPLICABLE: Message("不适用", "not applicable"),
    ExaminationState.NOT_EXAMINABLE: Message("无法检验", "not examinable"),
    ExaminationState.FAILED: Message("检验失败", "failed"),
    ExaminationState.TIMED_OUT: Message("检验超时", "timed out"),
    ExaminationState.UNAVAILABLE: Message("检测器不可用", "detector unavailable"),
}

STEP_NAMES: dict[str, Message] = {
    "attachment": Message("附件", "attachment"),
    "member": Message("压缩包成员", "archive member"),
    "inline-image": Message("内嵌图像", "inline image"),
    "embedded-file": Message("嵌入文件", "embedded file"),
    "qr-payload": Message("二维码内容", "QR payload"),
    "picture-words": Message("图中文字", "words in picture"),
    "link": Message("链接", "link"),
    "body": Message("正文", "body"),
    "visible-text": Message("可见文字", "visible text"),
    "hidden-text": Message("隐藏文字", "hidden text"),
    "text-layer": Message("文字层", "text layer"),
    "message": Message("邮箱中的邮件", "message in a mailbox"),
    "thumbnail": Message("缩略图", "thumbnail"),
    "frame": Message("视频画面", "frame of video"),
    "audio-track": Message("视频中的声音", "sound of video"),
    "decompressed": Message("解压内容", "decompressed content"),
    "decoded": Message("解码内容", "decoded content"),
}


def name_of(names: dict[str, Message], key: str) -> Message:
    """The name of `key`, or the key itself where a third party brought a new one."""
    return names.get(key, Message(key, key))
