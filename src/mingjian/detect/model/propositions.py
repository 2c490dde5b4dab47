"""What the model-file detectors weigh."""

from __future__ import annotations

from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair

MALICIOUS = PropositionPair(
    id="model.malicious",
    h1=Message(
        "该文件在载入时会运行他人选定的代码，或访问文件、网络、其他程序。",
        "When loaded, the file runs code somebody chose, or reaches files, the network or "
        "other programs.",
    ),
    h2=Message(
        "该文件是普通保存的模型或数据，载入时只重建其内容。",
        "The file is an ordinary saved model or data: loading it only rebuilds its content.",
    ),
)
