"""Every fixed sentence of the report, in both languages."""

from __future__ import annotations

from mingjian.domain.message import Message

TEXT: dict[str, Message] = {
    "title": Message("数字证据检验报告", "Digital evidence examination report"),
    "case": Message("案件", "Case"),
    "asked": Message("检验请求", "What was asked"),
    "split_off": Message(
        "检验后分出、已不属本案", "Split off after the examination, no longer of this case"
    ),
    "asked_text": Message(
        "对下列材料逐项识别、解包、计算哈希，并用全部适用的检测器检验、评估。",
        "Identify, unpack and hash every item below, examine it with every detector that "
        "applies, and weigh what was found.",
    ),
    "examiner": Message("操作人", "Examiner"),
    "time": Message("检验时间（UTC）", "Time of examination (UTC)"),
    "to": Message("至", "to"),
    "version": Message("软件版本", "Software"),
    "summary": Message("摘要", "Summary"),
    "n_items": Message("项材料", "items"),
    "n_records": Message("份证据（含派生）", "pieces of evidence, parts included"),
    "n_flagged": Message("项达到标度阈值", "items past a scale's threshold"),
    "n_notable": Message("项有发现", "items with findings"),
    "n_gaps": Message("处未检验", "places not examined"),
    "decide": Message(
        "本报告陈述内容与制品的特征，不评价任何人；如何处置由人决定。",
        "This report speaks of content and artefacts, never of persons; what follows from it "
        "is for a person to decide.",
    ),
    "overview": Message("有发现的材料", "Items with findings"),
    "item": Message("材料", "Item"),
    "kind": Message("类别", "Kind"),
    "weights": Message("证据权重", "Weight of evidence"),
    "none_notable": Message("没有材料出现需要注意的发现。", "No item shows a finding of note."),
    "findings": Message("发现", "Findings"),
    "facts": Message("事实", "fact"),
    "measure": Message("测量", "measurement"),
    "by": Message("检测器", "detector"),
    "where": Message("位置", "where"),
    "exhibits": Message("图证", "Exhibits"),
    "undrawn": Message("图证画不出来：", "This exhibit cannot be drawn:"),
    "proposition": Message("命题", "Proposition"),
    "h1": Message("命题一（H1）", "H1"),
    "h2": Message("命题二（H2）", "H2"),
    "against": Message("对照", "against"),
    "no_opinion": Message("无意见", "no opinion"),
    "flagged": Message("达到阈值", "past the threshold"),
    "carried": Message("来自派生材料", "carried up from a part"),
    "bounds": Message("界限", "bounds"),
    "parts": Message("派生材料", "Parts"),
    "step": Message("派生方式", "How derived"),
    "size": Message("大小", "Size"),
    "format": Message("格式", "Format"),
    "notes": Message("注意", "Note"),
    "gaps": Message("未检验的内容及原因", "What was not examined, and why"),
    "gaps_none": Message(
        "没有未检验的内容：每份证据都由全部适用的检测器检验完毕。",
        "Nothing was left out: every piece of evidence was examined by every detector that "
        "applies to it.",
    ),
    "what": Message("内容", "What"),
    "why": Message("原因", "Why"),
    "quiet": Message("检验后未见异常的材料", "Items examined with nothing of note"),
    "quiet_text": Message(
        "未见异常只说明现有检测器没有发现需要注意的特征，不证明材料真实或安全。",
        "Nothing of note means only that the installed detectors found no sign that calls for "
        "attention; it does not prove an item genuine or safe.",
    ),
    "methods": Message("检测器与标度", "Detectors and scales"),
    "state": Message("状态", "State"),
    "live": Message("可用", "live"),
    "unavailable": Message("不可用", "unavailable"),
    "scale": Message("标度", "Scale"),
    "unweighed": Message("未加权", "unweighed"),
    "settings": Message("设置摘要（SHA-256）", "Settings digest (SHA-256)"),
    "custody": Message("保管链摘录", "Custody extract"),
    "custody_text": Message(
        "对证据所做的每一步都写入只能追加的记录，前后以 SHA-256 相连并用 Ed25519 签名；"
        "每个权重与证据哈希、检测器版本和标度版本绑定。",
        "Each step taken with the evidence is written to an append-only record, chained by "
        "SHA-256 and signed with Ed25519; each weight is bound to the hash of the evidence and "
        "to the versions of detector and scale.",
    ),
    "custody_none": Message("本次检验未写入保管链。", "This examination wrote no custody."),
    "entries": Message("记录条数", "Entries"),
    "head": Message("末条散列值", "Hash of the last entry"),
    "key": Message("签名密钥", "Signing key"),
    "verified": Message("核验结果", "Verification"),
    "verified_yes": Message("完整，未见改动", "intact, no change found"),
    "verified_no": Message("发现问题", "problems found"),
    "limits": Message("如何理解本报告及其局限", "How to read this report, and its limits"),
    "limit_lr": Message(
        "似然比说明：在命题一成立时得到该发现的可能性，是命题二成立时的多少倍。它不是命题一"
        "成立的概率；该概率还取决于案件的其他情况，由裁判者判断。",
        "A likelihood ratio says how many times more probable the finding is if H1 holds than "
        "if H2 holds. It is not the probability of H1: that depends on everything else in the "
        "case and is for the court.",
    ),
    "limit_bounds": Message(
        "似然比有上下界：用多少已知样本得到的标度，就只能支持多大的数值。",
        "Likelihood ratios are bounded: a scale can support no larger number than the known "
        "cases behind it allow.",
    ),
    "limit_no_opinion": Message(
        "“无意见”表示没有实测依据或超出参照总体；它不表示材料没有问题。",
        "“No opinion” means that nothing was measured or that the evidence lies outside the "
        "reference population; it does not mean that nothing is wrong.",
    ),
    "limit_absence": Message(
        "没有找到标识、凭证或痕迹不证明内容出自人手：元数据在转存、截图时经常丢失。",
        "The absence of a label, credential or trace does not prove human origin: metadata is "
        "often lost when files are saved again or captured from a screen.",
    ),
    "limit_unsigned": Message(
        "未签名的标识和元数据可以伪造，也可以删除；它们是声明，不是证明。",
        "Unsigned labels and metadata can be forged and removed; they are statements, not proof.",
    ),
    "limit_words": Message("语言量表", "Verbal scale"),
    "pending": Message("待核验", "not yet verified"),
    "partly": Message("部分内容未检验", "not examined in full"),
    "more": Message(
        "表格过长，其余内容见 JSON 输出。", "The table is cut; the JSON output has the rest."
    ),
    "sha256": Message("SHA-256", "SHA-256"),
    "sm3": Message("SM3", "SM3"),
    "offset": Message("偏移", "Offset"),
    "code": Message("内容", "Code"),
    "meaning": Message("含义", "Meaning"),
    "examinations": Message("检验记录", "Examinations"),
    "page_note": Message(
        "本页不含脚本，不访问网络，可直接打印。",
        "This page has no script, fetches nothing and prints as it is.",
    ),
    "kinds": Message("证据类别", "Kinds of evidence"),
}

EXAMINER: dict[str, Message] = {
    "report_title": Message("电子数据检验报告", "Report on the examination of digital evidence"),
    "draft": Message("草稿：签名后生效", "DRAFT until signed"),
    "made": Message("报告生成时间（UTC）", "Report made at (UTC)"),
    "s_question": Message("一、委托事项", "1. What was asked"),
    "s_material": Message("二、检材", "2. Material"),
    "s_method": Message("三、方法", "3. Method"),
    "s_found": Message("四、检验所见", "4. What was found"),
    "s_opinion": Message("五、意见汇总", "5. Opinions in one view"),
    "gaps": Message("六、未检验的内容及原因", "6. What was not examined, and why"),
    "s_limits": Message("七、局限", "7. Limits"),
    "s_sign": Message("八、签名", "8. Signatures"),
    "pairs_text": Message(
        "对下列命题对作了评估；命题在检验之前即已确定，只涉及内容与制品，不涉及任何人。",
        "These pairs of propositions were weighed. They were fixed before the examination and "
        "speak of content and artefacts, never of a person.",
    ),
    "material_text": Message(
        "检材按内容识别，以 SHA-256 与 SM3 登记（全部散列值见附件一），未改动原件。",
        "Items were identified by content and registered by SHA-256 and SM3 (all hashes stand in "
        "annex A); originals were not changed.",
    ),
    "method_text": Message(
        "每份检材在受限的独立进程中解析，由全部适用的检测器检验。事实（如签名是否有效）按事实陈述；"
        "测量值经由在其他来源上检定过的标度换算为似然比，超出参照总体的不发表意见。检测器、标度及"
        "其版本见附件二。",
        "Each item was parsed in a confined process of its own and examined by every detector "
        "that applies. Facts, such as whether a signature holds, are stated as facts. "
        "Measurements become likelihood ratios by scales checked on other sources; outside a "
        "scale's reference population there is no opinion. Detectors, scales and their versions "
        "stand in annex B.",
    ),
    "opinion_text": Message(
        "下表汇总有意见的命题，达到标度阈值的在前；数字为似然比的常用对数，正值支持命题一，"
        "负值支持命题二。",
        "The table gathers the propositions with an opinion, those past a scale's threshold "
        "first; numbers are log10 likelihood ratios: above zero for H1, below zero for H2.",
    ),
    "opinion_none": Message(
        "对全部命题均不发表意见。", "There is no opinion on any of the propositions."
    ),
    "sign_text": Message(
        "本报告由软件起草。检验人核对全部内容、复核人复核并签名后方为报告；签名前只是草稿。",
        "Software drafted this report. It becomes a report when the examiner has checked all of "
        "it and a reviewer has read it and both have signed; until then it is a draft.",
    ),
    "examiner_role": Message("检验人", "Examiner"),
    "reviewer_role": Message("复核人", "Reviewer"),
    "date": Message("日期", "Date"),
    "a_hashes": Message("附件一　检材散列值", "Annex A: hashes"),
    "a_methods": Message("附件二　检测器与标度", "Annex B: detectors and scales"),
    "a_custody": Message("附件三　保管链摘录", "Annex C: custody extract"),
}
"""What the examiner's report says besides; its headings are numbered as a court reads them."""
