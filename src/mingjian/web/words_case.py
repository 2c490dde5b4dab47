"""Fixed sentences of the pages of a case, in both languages."""

from __future__ import annotations

from mingjian.casework.case.comparison import CAUTION
from mingjian.domain.message import Message

_FORMS: dict[str, Message] = {
    "required": Message("必填", "required"),
    "zone": Message("时区", "Time zone"),
    "save": Message("保存", "Save"),
    "choose": Message("请选择", "choose"),
    "none": Message("无", "none"),
    "yes": Message("是", "yes"),
    "no": Message("否", "no"),
    "unknown": Message("未知", "not known"),
    "role_needed": Message("须由以下角色做：", "needs the role:"),
    "language": Message("语言", "Language"),
    "format": Message("格式", "Format"),
    "download": Message("下载", "Download"),
    "go_on": Message("继续", "Go on"),
    "level": Message("等级", "Level"),
    "value": Message("内容", "Value"),
    "source_plain": Message("来源", "Source"),
}

_WORK: dict[str, Message] = {
    "title": Message("标题", "Title"),
    "class": Message("类别", "Class"),
    "template": Message("模板（带来任务与预案）", "Template (brings tasks and a playbook)"),
    "above_hint": Message("留空表示没有上级", "empty: none"),
    "edit_details": Message("修改标题、摘要、类别", "Change title, summary, class"),
    "next_step": Message("下一步", "Next step"),
    "step_open": Message("立为案件", "Accept the draft: open the case"),
    "step_submit": Message("提交复核", "Hand it to review"),
    "step_return": Message("退回补充", "Send it back"),
    "step_close": Message("结案", "Close the case"),
    "step_reopen": Message("重新办理", "Take it up again"),
    "step_hold": Message("设置保留令", "Put it on legal hold"),
    "step_release": Message("解除保留令", "Release the legal hold"),
    "step_erase": Message("期满清除文字", "Erase what persons wrote"),
    "why_open": Message(
        "这是软件形成的草稿，尚未由人采纳。",
        "Software made this draft; no person has accepted it yet.",
    ),
    "why_submit": Message("材料齐备，请复核人查看。", "All is there for a reviewer to look at."),
    "why_return": Message("写明还缺什么。", "Say what is wanting."),
    "why_close": Message("处置已经作出。", "The disposition is made."),
    "why_reopen": Message(
        "原处置会保留在过往处置中。", "Its disposition is kept among the past ones."
    ),
    "close_needs": Message("须先有人作出处置。", "A person must make the disposition first."),
    "close_needs_two": Message(
        "处置须先由第二人确认（一、二级事件）。",
        "A second person must confirm the disposition first (grade I or II).",
    ),
    "no_step": Message("此状态下没有可做的步骤。", "There is no step to take from here."),
    "erase_note": Message(
        "只在保存期满且没有保留令时可行；经过与散列值保留。",
        "Only once its time is over and nothing holds it; who did what, and the hashes, stay.",
    ),
    "make_disposition": Message("作出处置", "Make the disposition"),
    "replace_disposition": Message("另作处置", "Make another disposition"),
    "effect_hint": Message("由此产生什么，对谁，从何时起", "what follows, for whom, from when"),
    "appeal_hint": Message(
        "当事人向何处、在多长时间内申请复查", "where and until when it can be looked at again"
    ),
    "two_persons_note": Message(
        "本案为一、二级：处置由一人作出，须由另一名登录者确认。",
        "Grade I or II: one person makes the disposition, another signed-in person confirms it.",
    ),
    "another_person": Message(
        "你是第一人；须由另一人登录后确认。",
        "You were the first person: another one must sign in and confirm it.",
    ),
    "confirm_what": Message(
        "确认表示你已看过材料并同意这一处置。",
        "By confirming you say that you have looked at the case and agree.",
    ),
    "confirm_disposition": Message("确认处置", "Confirm the disposition"),
    "past_dispositions": Message("过往处置", "Past dispositions"),
    "note": Message("记录", "Note"),
    "add_note": Message("添加记录", "Add a note"),
    "happened": Message("发生时间", "It happened at"),
    "happened_hint": Message("填写后进入时间线", "given, it stands in the timeline"),
    "task": Message("任务", "Task"),
    "add_task": Message("添加任务", "Add a task"),
    "by_whom": Message("由谁做", "By whom"),
    "tick_off": Message("完成", "Done"),
    "take_up_again": Message("重做", "Again"),
    "assign": Message("指派", "Assign"),
    "unassign": Message("取消", "End"),
    "nobody_assigned": Message("尚未指派。", "Assigned to nobody."),
    "keeping": Message("保存与保管链", "Keeping and custody"),
    "kept_by_hold": Message("有保留令，不清除", "on legal hold: nothing is erased"),
    "not_closed_yet": Message("结案后起算", "counts from closing"),
    "check_chain": Message("核验本案的链", "check this chain"),
    "chain_intact": Message(
        "本案的保管链完整，未见改动。", "This chain is intact; no change found."
    ),
    "chain_broken": Message("保管链有问题：", "Something is wrong with this chain:"),
    "checked_entries": Message("已核验条目", "Entries checked"),
    "last_hash": Message("末条散列值", "Hash of the last"),
    "key_id": Message("密钥编号", "Key"),
    "relations": Message("关联与并案", "Relations"),
    "compared": Message("材料比对", "Items compared"),
    "compared_text": CAUTION,
    "compared_items": Message("材料", "Items"),
    "compared_h1": Message("命题一（H1）", "H1"),
    "compared_weight": Message("证据权重", "Weight of evidence"),
    "compared_basis": Message("法律依据", "Legal basis"),
    "to_relations": Message("关联、合并、分出、撤销", "Link, merge, split, undo"),
    "judge_this": Message("采纳或不采纳", "Take it up or set it aside"),
    "judge_again": Message("重新判断", "Judge it again"),
    "enter_judgement": Message("记入判断", "Enter your view"),
    "your_view": Message("你的判断", "Your view"),
    "take_up": Message("采纳", "take up"),
    "put_aside": Message("不采纳", "set aside"),
    "name_other_conduct": Message("采纳软件未建议的行为", "Take up a conduct nobody suggested"),
    "name_other_note": Message(
        "有些行为没有检测器支持，只能由人指明。",
        "Some conducts have no detector behind them: only a person can name them.",
    ),
    "counts_stated": Message("已陈述的数量", "Counts stated"),
    "are_so": Message("具备的情节", "Circumstances that are so"),
    "are_not_so": Message("已排除的情节", "Circumstances known not to be so"),
    "state_facts": Message("陈述事实", "State facts"),
    "facts_note": Message(
        "先列出会改变结果的事实。留空表示未知，不是零。",
        "What would change the outcome stands first. Empty means not known, never zero.",
    ),
    "another_count": Message("另一种数量", "Another count"),
    "its_number": Message("数量", "Its number"),
    "all_circumstances": Message("其他情节", "Other circumstances"),
    "jurisdictions": Message("法域", "Jurisdictions"),
    "new_case": Message("新建案件", "New case"),
    "new_note": Message(
        "新建的是草稿；立案须由复核人或负责人另行作出。",
        "What is made is a draft; a reviewer or lead opens it as a case.",
    ),
    "case_id": Message("案件名称", "Name of the case"),
    "case_id_hint": Message("以后不能改，如 2026-014", "cannot be changed later, such as 2026-014"),
    "make_draft": Message("建立草稿", "Make the draft"),
    "real_or_exercise": Message("真实案件或演练", "Real or an exercise"),
    "real_case": Message("真实案件", "a real case"),
}

_TIES: dict[str, Message] = {
    "came_and_went": Message("经过", "What was tied and undone"),
    "no_ties": Message("本案没有关联、合并或分出。", "Nothing was linked, merged or split."),
    "graph_label": Message(
        "本案与他案的关联、合并、分出与撤销，自上而下；内容见旁边的表",
        "links, merges, splits and undoings of this case from top to bottom; the table beside it "
        "says the same",
    ),
    "this_case": Message("本案", "this case"),
    "standing_tie": Message("有效", "stands"),
    "undone": Message("已撤销", "undone"),
    "an_undoing": Message("撤销", "an undoing"),
    "undo": Message("撤销", "Undo"),
    "undo_there": Message("在分出材料的案件中撤销", "undo it in the case that gave"),
    "link_cases": Message("关联案件", "Link"),
    "link_note": Message(
        "说明两案有关，双方都显示。", "Says that two cases have to do with each other."
    ),
    "why_related": Message("为何有关", "Why"),
    "other_case": Message("另一案件", "The other case"),
    "merge_case": Message("并入另一案件", "Merge into another"),
    "merge_note": Message(
        "本案的材料随之在该案中显示；可撤销。",
        "Its evidence then shows in that case; it can be undone.",
    ),
    "merge_into": Message("并入哪一案", "Into which case"),
    "split_case": Message("分出材料", "Split off evidence"),
    "split_note": Message(
        "所选材料移到一个新的草稿；可撤销。",
        "What you tick moves to a new draft; it can be undone.",
    ),
    "new_case_name": Message("新案件名称", "Name of the new case"),
    "which_evidence": Message("哪些材料", "Which evidence"),
    "nothing_to_split": Message("没有可分出的材料。", "There is nothing to split off."),
    "more_items": Message(
        "只列出前 200 件；其余请用命令行分出。",
        "The first 200 are listed; split others off at the command line.",
    ),
    "shared_artefacts": Message("共有线索的案件", "Cases that share artefacts"),
    "shared_note": Message(
        "少数案件才有的线索说明多，案案都有的说明少。",
        "What few cases hold says much; what all hold says nothing.",
    ),
    "compare": Message("与其他案件比对线索", "Compare artefacts with other cases"),
    "shares": Message("共有的线索", "What is shared"),
    "none_related": Message("没有共有少见线索的案件。", "No case shares anything rare."),
    "artefacts": Message("线索", "Artefacts"),
    "artefacts_note": Message(
        "链接、主机、账号、号码、钱包、散列值；从不收录姓名与身份证号。此处已遮盖。",
        "Links, hosts, accounts, numbers, wallets, hashes; never names or identity numbers. "
        "Redacted here.",
    ),
    "times": Message("次数", "Times"),
    "in_cases": Message("案件数", "Cases"),
    "reveal": Message("下载未遮盖的线索（记入保管链）", "Download in clear (entered into custody)"),
}

_INCIDENT: dict[str, Message] = {
    "not_graded": Message("尚未定级。", "Not graded yet."),
    "proposed_by": Message("提议人", "Proposed by"),
    "suggested_level": Message("软件建议", "Suggested"),
    "confirm_grade": Message("确认定级", "Confirm the grade"),
    "grade_now": Message("定级", "Grade"),
    "state_and_grade": Message("陈述事实并定级", "State the facts and grade"),
    "state_again": Message("补充事实、重新定级", "Add facts and grade again"),
    "unknown_is_not_zero": Message(
        "留空表示未知，不是零。一、二级须由另一人确认。",
        "Empty means not known, never zero. Levels I and II take a second person.",
    ),
    "incident_name": Message("事件名称", "Name of the incident"),
    "known_at": Message("获知时间", "Became known at"),
    "reported_at": Message("首次报告时间", "First reported at"),
    "closed_at": Message("处置结束时间", "Handling ended at"),
    "facts_stated": Message("已陈述的事实", "Facts stated"),
    "facts_asked_cn": Message("会改变中国分级的未知事实", "Not known, may change it in China"),
    "facts_asked_eu": Message("会改变欧盟结果的未知事实", "Not known, may change it in the EU"),
    "facts_rest": Message("其他事实", "Other facts"),
    "not_concerned": Message("不涉及的标准", "Criteria that do not touch this incident"),
    "not_concerned_note": Message("勾选后不再追问。", "What is ticked is no longer asked about."),
    "incident_classes": Message("事件类别", "Classes of the incident"),
    "classes_note": Message(
        "由行为推得类别；也可直接选择。", "Classes follow from the conduct, or are ticked directly."
    ),
    "by_conduct": Message("行为", "Conduct"),
    "by_class": Message("类别", "Class"),
    "as_suggested": Message("按建议", "as suggested"),
    "level_1": Message("I 特别重大", "I especially major"),
    "level_2": Message("II 重大", "II major"),
    "level_3": Message("III 较大", "III larger"),
    "level_4": Message("IV 一般", "IV general"),
    "what_facts_suggest": Message("事实所提示的等级", "What the facts suggest"),
    "report_yes": Message("须报告", "to be reported"),
    "report_no": Message("未达到须报告的级别", "below the level at which a report is due"),
    "report_depends": Message("是否须报告尚不能确定", "not known yet whether it must be reported"),
    "may_reach": Message("可能达到", "may reach"),
    "not_in_force": Message("该日尚未施行", "not in force on that day"),
    "criterion": Message("标准", "Criterion"),
    "reached": Message("达到", "Reached"),
    "rests_on_one": Message(
        "只有一项达到本级；没有它则为", "This rests on one criterion; without it:"
    ),
    "one_higher": Message("怎样会高一级", "One level higher if"),
    "still_asked": Message("尚缺事实", "facts still asked for:"),
    "no_known_at": Message(
        "尚未写明获知时间，时限无法起算。", "When it became known is not given: no clock can start."
    ),
    "no_clock": Message("没有须遵守的时限。", "No clock runs."),
    "clocks_after": Message(
        "陈述事实后，这里显示时限与通知。", "Once facts are stated, clocks and notices stand here."
    ),
    "clock_no_start": Message("起算时间未定", "has not started"),
    "clock_at_once": Message("立即", "at once"),
    "clock_running": Message("进行中", "running"),
    "clock_overdue": Message("已过期", "overdue"),
    "clock_met": Message("已按时报告", "reported in time"),
    "clock_late": Message("报告已超期", "reported late"),
    "notices": Message("通知", "Notices"),
    "notices_note": Message(
        "由有权的人签发之前始终是草稿；一、二级须两人先后签发。",
        "Drafts until somebody releases them; levels I and II take two people, one after another.",
    ),
    "not_drafted": Message("未起草", "not drafted"),
    "released": Message("已签发", "released"),
    "approved_by": Message("已同意签发：", "Approved by"),
    "blanks": Message("待填", "blanks:"),
    "read_it": Message("查看全文", "Read it"),
    "fill_in": Message("填写并起草", "Fill in and draft"),
    "draft_notice": Message("起草", "Draft"),
    "release_notice": Message("签发", "Release"),
    "release_note": Message(
        "签发即以你的名义负责；事实改变后须重新起草与签发。",
        "By releasing you answer for it in your name. If the facts change it is drafted anew.",
    ),
}

_REPORT: dict[str, Message] = {
    "report_note": Message(
        "报告由已存记录当场生成，作为文件下载；何人何时出具及其散列值记入保管链。",
        "Made on the spot from what is stored, and sent as a file. Who made it when, and its "
        "hash, go into custody.",
    ),
    "report_draft": Message(
        "尚无处置决定，报告将标为草稿。",
        "Nobody has decided this case yet: it will be marked a draft.",
    ),
    "report_is_case": Message(
        "状态、材料、行为、条文、责任、等级、任务、时间线、文书、决定、保管链摘录。",
        "Status, evidence, conduct, law, duties, grade, tasks, timeline, letters, decisions, "
        "extract from custody.",
    ),
    "report_is_examiner": Message(
        "委托事项、检材、方法、所见、似然比与用语、局限、附件、签名栏。",
        "Question, material, method, findings with likelihood ratios and words, limits, annexes, "
        "signatures.",
    ),
    "report_is_custody": Message(
        "整条保管链，可在别处独立核验。", "The whole chain; it can be verified anywhere by itself."
    ),
    "nothing_examined": Message("本案还没有检验。", "Nothing was examined in this case yet."),
    "examination": Message("哪次检验", "Examination"),
    "latest": Message("最近一次", "the latest"),
    "make_and_download": Message("生成并下载", "Make and download"),
    "made_before": Message("此前出具的报告", "Made before"),
    "report_word": Message("报告", "Report"),
    "none_made": Message("尚未出具报告。", "None yet."),
}

CASE_TEXT: dict[str, Message] = {
    **_FORMS,
    **_WORK,
    **_TIES,
    **_INCIDENT,
    **_REPORT,
}
