"""Every fixed sentence of the case file, in both languages."""

from __future__ import annotations

from mingjian.domain.message import Message

CASE_FILE: dict[str, Message] = {
    "title": Message("案卷", "Case file"),
    "draft": Message("草稿：尚无人作出处置决定", "DRAFT: nobody has decided the matter yet"),
    "unconfirmed": Message(
        "草稿：处置决定待第二人确认", "DRAFT: the decision waits for a second person"
    ),
    "exercise": Message("演练 Exercise", "Exercise 演练"),
    "purpose": Message(
        "本案卷汇集材料、发现、建议与办理经过。它说的是内容与制品，不评价任何人；"
        "处置由人决定并署名。",
        "This file brings together material, findings, suggestions and what was done. It speaks of "
        "content and artefacts, never of persons; people decide, and put their names to it.",
    ),
    "case": Message("案件", "Case"),
    "case_title": Message("标题", "Title"),
    "made": Message("本案卷生成时间（UTC）", "This file made at (UTC)"),
    "decision": Message("处置", "Disposition"),
    "none_yet": Message("尚无", "none yet"),
    # 1
    "s_summary": Message("一、摘要与状态", "1. Summary and status"),
    "status": Message("状态", "Status"),
    "class": Message("类别", "Class"),
    "grade": Message("事件等级", "Incident grade"),
    "ungraded": Message("未定级", "not graded"),
    "level": Message("{} 级", "level {}"),
    "waiting": Message("（待第二人确认）", " (waits for a second person)"),
    "summary": Message("摘要", "Summary"),
    "no_summary": Message("（未填写）", "(not written)"),
    "above": Message("上级案件", "Case above"),
    "below": Message("下级案件", "Cases below"),
    "merged_into": Message("已并入", "Merged into"),
    "merged": Message("并入本案的案件", "Cases merged into this one"),
    "given": Message("分出的材料", "Evidence split off"),
    "taken": Message("分得的材料", "Evidence received from a split"),
    "to": Message("至", "to"),
    "of": Message("来自", "from"),
    "linked": Message("关联案件", "Linked cases"),
    "keep_until": Message("保存至", "Kept until"),
    "hold": Message("保留令", "Legal hold"),
    # 2
    "s_people": Message("二、办理人员", "2. People at work"),
    "people_text": Message(
        "下列为在本案中办理事务的人及其职责。本案卷不把任何行为归于任何人。",
        "Those who worked on this case, by their role. This file lays no act at anybody's door.",
    ),
    "name": Message("姓名", "Name"),
    "role": Message("职责", "Role"),
    "steps": Message("经手步数", "Steps taken"),
    "assigned": Message("承办", "assigned"),
    "operator": Message("检验、导出", "examining, exporting"),
    # 3
    "s_evidence": Message("三、材料", "3. Evidence"),
    "evidence_text": Message(
        "整件材料如下；派生部分的散列值见检验报告附件一。",
        "Items as they were handed in; hashes of their parts stand in annex A of the examiner's "
        "report.",
    ),
    "evidence_none": Message("本案没有材料。", "The case holds no evidence."),
    "item": Message("材料", "Item"),
    "parts": Message("派生", "Parts"),
    "flagged_text": Message(
        "达到标度阈值的发现（完整内容及局限见检验报告）：",
        "Findings past a scale's threshold (in full, with their limits, in the examiner's report):",
    ),
    "h1": Message("命题一（H1）", "H1"),
    "weight": Message("证据权重", "Weight of evidence"),
    "flagged_none": Message(
        "没有发现达到标度阈值。这不证明材料真实或安全。",
        "No finding is past a scale's threshold, which does not prove an item genuine or safe.",
    ),
    # 4
    "s_conduct": Message("四、行为建议", "4. Suggested conduct"),
    "conduct_none": Message("没有建议。", "Nothing is suggested."),
    "conduct": Message("行为", "Conduct"),
    "taken_up": Message("采纳", "taken up"),
    "set_aside": Message("不采纳", "set aside"),
    "unjudged": Message("尚无人表态", "nobody has judged this yet"),
    "judged": Message("人的判断", "A person's view"),
    "supports": Message("支持", "Supported by"),
    "stated": Message("陈述", "stated"),
    "missing": Message("尚缺", "Missing"),
    "changes": Message("会改变判断", "Would change it"),
    "against": Message("相反迹象", "Speaks against it"),
    "partly_text": Message(
        "下列行为只有部分迹象，且无人表态：",
        "Of these only some signs are there, and nobody has judged them:",
    ),
    # 5
    "s_law": Message("五、可能涉及的条文", "5. Articles that may apply"),
    "lawyer": Message(
        "以下是供律师核对的建议，不是有罪认定，也不是法律意见。标有“待核验”的条目尚未与官方文本核对。",
        "These are suggestions for a lawyer to check, no finding of guilt and no legal advice. "
        "Entries marked “not verified yet” were not checked against an official text.",
    ),
    "law_none": Message("尚无可匹配的行为。", "There is no conduct to match yet."),
    "facts_stated": Message("陈述的事实", "Facts stated"),
    "date": Message("行为日期", "date of the act"),
    "not_stated": Message("未陈述", "not stated"),
    "excluded": Message("已排除", "excluded"),
    "counted": Message("材料中计得", "Counted in the evidence"),
    "to_establish": Message("尚待查明", "To establish"),
    "coverage": Message("规制情况", "Coverage"),
    "unverified": Message("【待核验】", " [not verified yet]"),
    "article": Message("条文", "Article"),
    "state": Message("情况", "State"),
    "band": Message("幅度与理由", "Band and reason"),
    "lacking": Message("缺少的事实", "Facts missing"),
    "may_reach": Message("可能达到", "may reach"),
    # 6
    "s_duties": Message("六、责任链", "6. Chain of duties"),
    "duty": Message("义务", "Duty"),
    "because": Message("为何要问", "Why it is asked"),
    "ask_for": Message("查问什么", "What to ask for"),
    "of_conduct": Message("所列行为引用", "named by the conduct"),
    "duties_none": Message("没有要问的义务。", "No duty to ask about."),
    "as_of": Message("截至", "As of"),
    # 7
    "s_grade": Message("七、事件等级", "7. Incident grade"),
    "grade_none": Message("未作为事件定级。", "The case was not graded as an incident."),
    "graded_by": Message("定级人", "Graded by"),
    "proposed_by": Message("提议人", "Proposed by"),
    "confirmed_by": Message("第二人", "Second person"),
    "suggested": Message("规则建议", "Suggested by the rules"),
    "reason": Message("理由", "Reason"),
    "criterion": Message("标准", "Criterion"),
    "reached": Message("达到", "Reached"),
    "source": Message("出处与核验", "Source, and how verified"),
    "rests": Message(
        "仅有一项标准达到本级；没有它则为：",
        "The grade rests on one criterion alone; without it:",
    ),
    "higher": Message("升高一级的条件", "One level higher"),
    "unknown": Message("可能改变等级的未知事实", "Not known, may change the grade"),
    "and_more": Message("，等 {} 项", ", and {} more"),
    "clock": Message("报告期限", "Reporting clock"),
    "who_to": Message("谁向谁", "Who to whom"),
    "due": Message("期限", "Due"),
    "beijing": Message("北京时间", "Beijing"),
    "perhaps": Message("（取决于未知事实）", " (depends on facts not known)"),
    # 8
    "s_tasks": Message("八、任务与记录", "8. Tasks and notes"),
    "task": Message("任务", "Task"),
    "person": Message("负责人", "By whom"),
    "done": Message("完成", "Done"),
    "open": Message("未完成", "open"),
    "tasks_none": Message("没有任务。", "There are no tasks."),
    "note": Message("记录", "Note"),
    "by": Message("何人", "By"),
    "at": Message("时间（UTC）", "Time (UTC)"),
    "notes_none": Message("没有记录。", "There are no notes."),
    # 9
    "s_timeline": Message("九、时间线", "9. Timeline"),
    "timeline_text": Message(
        "所陈述之事、文件时间与空档，均为 UTC；办理经过见附件。",
        "What is stated, file times and gaps, all in UTC; what was done stands in the annex.",
    ),
    "kind": Message("来源", "Source"),
    "what": Message("内容", "What"),
    "timeline_none": Message("没有条目。", "There is nothing to show."),
    # 10
    "s_response": Message("十、预案、文书与通知", "10. Playbooks, letters and notices"),
    "response_none": Message(
        "没有执行预案，也没有起草文书或通知。",
        "No playbook was worked through, no letter or notice drafted.",
    ),
    "playbook": Message("预案", "Playbook"),
    "document": Message("文书", "Document"),
    "standing": Message("状态", "Standing"),
    "sha256": Message("SHA-256", "SHA-256"),
    "notice_draft": Message("草稿", "draft"),
    "approved": Message("已同意：", "approved by "),
    "released": Message("已签发：", "released by "),
    # 11
    "s_decision": Message("十一、决定", "11. Decisions"),
    "undecided": Message(
        "尚无人作出处置决定。在此之前，本案卷及由本案产生的一切均为草稿。",
        "Nobody has decided the matter. Until then this file and all that comes from the case is "
        "draft.",
    ),
    "disposition": Message("处置决定", "The disposition"),
    "past": Message("先前的处置决定", "An earlier disposition"),
    "decided_by": Message("决定人", "Decided by"),
    "effect": Message("效力", "Effect"),
    "appeal": Message("救济", "Appeal"),
    "second": Message("第二人确认", "Confirmed by a second person"),
    "second_none": Message("不需要", "not asked for"),
    "second_wanted": Message("须由第二人确认，尚无", "needed, and not there yet"),
    "status_steps": Message("状态变更", "Changes of status"),
    "step": Message("步骤", "Step"),
    # annex
    "a_custody": Message("附件　保管链摘录", "Annex: custody extract"),
    "history_text": Message(
        "对本案所做的每一步（不含逐件材料的登记与检验，那些见完整的保管链）：",
        "Each step taken with this case (without registering and examining each single item, for "
        "which see the whole chain):",
    ),
}
