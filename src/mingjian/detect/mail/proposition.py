"""The proposition pair of this folder."""

from __future__ import annotations

from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair

PHISHING = PropositionPair(
    id="mail.phishing",
    h1=Message(
        "该邮件是钓鱼邮件：以欺骗手段骗取登录信息、钱款、个人信息，或诱使运行附件",
        "the mail is a phishing mail: it deceives its reader into giving credentials, money or "
        "personal data, or into running an attachment",
    ),
    h2=Message(
        "该邮件是普通邮件：通知、营销、工作或私人往来",
        "the mail is an ordinary one: a notice, marketing, work or private correspondence",
    ),
)
