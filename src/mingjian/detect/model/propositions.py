"""What the model-file detectors weigh."""

from __future__ import annotations

from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair

MALICIOUS = PropositionPair(
    id="model.malicious",
    h1=Message(
        "该文件在载入或使用时会运行他人选定的代码，或访问文件、网络、其他程序，或夹带使用者"
        "看不到的指示。",
        "When loaded or used, the file runs code somebody chose, reaches files, the network or "
        "other programs, or carries instructions kept from its user.",
    ),
    h2=Message(
        "该文件是普通保存的模型或数据，载入时只重建其内容，使用时只作计算。",
        "The file is an ordinary saved model or data: loading it only rebuilds its content, "
        "and using it only computes.",
    ),
)
