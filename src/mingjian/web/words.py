"""Every fixed sentence of the desk, in both languages."""

from __future__ import annotations

from mingjian.domain.message import Message
from mingjian.web.words_case import CASE_TEXT
from mingjian.web.words_entry import ENTRY
from mingjian.web.words_evidence import EVIDENCE_TEXT
from mingjian.web.words_lists import LIST_TEXT
from mingjian.web.words_response import RESPONSE_TEXT
from mingjian.web.words_warn import WARN_TEXT

ITEM_STATES: dict[str, Message] = {
    "flagged": Message("达到阈值", "past a threshold"),
    "found": Message("有发现", "found"),
    "partial": Message("部分未检验", "not examined in full"),
    "failed": Message("无法检验", "not examinable"),
    "quiet": Message("未见异常", "nothing of note"),
}

_FRAME: dict[str, Message] = {
    "brand": Message("明鉴", "Mingjian"),
    "skip": Message("跳到正文", "Skip to the content"),
    "nav": Message("主导航", "Main"),
    "desk": Message("桌面", "Desk"),
    "law": Message("法条", "Law"),
    "detectors": Message("检测器", "Detectors"),
    "help": Message("说明", "Help"),
    "theme": Message("外观", "Appearance"),
    "system": Message("跟随系统", "System"),
    "light": Message("浅色", "Light"),
    "dark": Message("深色", "Dark"),
    "crumbs": Message("所在位置", "Where you are"),
    "pages": Message("翻页", "Pages"),
    "first_page": Message("回到首页", "First page"),
    "next_page": Message("下一页", "Next page"),
    "as_json": Message("本页的 JSON", "This page as JSON"),
    "promise": Message(
        "明鉴衡量内容与制品，不评价任何人；如何处置由人决定。",
        "Mingjian weighs content and artefacts, never persons; what follows is for a person to "
        "decide.",
    ),
    "to_desk": Message("回到桌面", "Back to the desk"),
    "words": Message("词", "Words"),
    "search": Message("查找", "Search"),
    "show": Message("显示", "Show"),
    "all": Message("全部", "all"),
    "none_fits": Message("没有符合条件的内容。", "Nothing fits these filters."),
    "cut_rows": Message(
        "表格过长，其余见本页的 JSON。", "The table is cut; this page as JSON has the rest."
    ),
    "undrawn": Message("该图证无法绘制", "This exhibit cannot be drawn"),
    "CN": Message("中国", "China"),
    "EU": Message("欧盟", "European Union"),
}

_CASE: dict[str, Message] = {
    "case": Message("案件", "Case"),
    "cases": Message("案件", "Cases"),
    "all_cases": Message("显示全部案件", "Show all cases"),
    "case_parts": Message("案件的各部分", "Parts of the case"),
    "case_name": Message("案件名称", "NAME"),
    "folder": Message("文件夹", "FOLDER"),
    "status": Message("状态", "Status"),
    "items": Message("证据材料", "Evidence items"),
    "flagged_items": Message("达到阈值", "past a threshold"),
    "found_items": Message("有发现", "with findings"),
    "gap_places": Message("处未检验", "places not examined"),
    "grade": Message("事件等级", "Grade"),
    "assigned": Message("指派", "Assigned"),
    "open_tasks": Message("未完任务", "open tasks:"),
    "hold": Message("保留令", "Legal hold"),
    "home": Message("存放位置", "Home folder"),
    "desk_empty": Message(
        "这里还没有案件。在“检验”页交来材料，或在服务器上检验一个文件夹，案件就会出现在此：",
        "There are no cases yet. Hand in evidence on the page Examine, or examine a folder on the "
        "server, and its case appears here:",
    ),
    "away": Message("不可用的检测器", "Detectors unavailable"),
    "away_none": Message("全部检测器可用。", "Every detector is available."),
    "clocks": Message("报告时限", "Reporting clocks"),
    "clocks_note": Message(
        "由案件中所陈述的事件事实算得，是供人决定的建议。",
        "Worked out from the incident facts stated in the cases; suggestions for a person.",
    ),
    "who_to": Message("由谁向谁", "From whom, to whom"),
    "within": Message("时限", "Within"),
    "due": Message("到期", "Due"),
    "next_due": Message("最近到期", "Next due"),
    "at_once": Message("立即", "at once"),
    "overdue": Message("已过期", "overdue"),
    "perhaps": Message("取决于未知事实", "depends on facts not known"),
    "beijing": Message("北京时间", "Beijing"),
    "exercise": Message("演练", "Exercise"),
    "exercise_banner": Message(
        "演练 · 本案一切内容均非真实", "EXERCISE · nothing in this case is real"
    ),
    "draft": Message("草稿", "Draft"),
    "draft_note": Message(
        "尚无人作出处置决定：由本案得出的一切都是草稿。"
        "虚线框内为软件的建议，或提出而未确认的内容。",
        "No person has decided this case: everything made from it is a draft. What stands in a "
        "dotted border is suggested by software, or proposed and not confirmed yet.",
    ),
    "summary": Message("摘要", "Summary"),
    "no_summary": Message("尚无摘要。", "No summary yet."),
    "look_first": Message("先看这些材料", "Look at these first"),
    "all_flagged": Message("全部达到阈值的材料", "All items past a threshold"),
    "none_flagged": Message(
        "没有材料达到标度阈值。这不证明材料真实或安全。",
        "No item is past a scale's threshold. That does not prove them genuine or safe.",
    ),
    "all_items": Message("全部证据材料", "All evidence items"),
    "all_detectors": Message("全部检测器", "All detectors"),
    "disposition": Message("处置", "Disposition"),
    "no_disposition": Message(
        "尚无处置：须由人决定，写明理由。", "None yet: a person decides, and gives the reason."
    ),
    "decided_by": Message("决定人", "Decided by"),
    "reason": Message("理由", "Reason"),
    "effect": Message("效力", "Effect"),
    "appeal": Message("救济", "Appeal"),
    "second": Message("第二人", "Second person"),
    "second_awaited": Message("须由第二人确认", "must still be confirmed by a second person"),
    "second_not_asked": Message("不要求", "not asked for"),
    "tasks": Message("任务", "Tasks"),
    "no_tasks": Message("没有任务。", "No tasks."),
    "done": Message("已完成", "done"),
    "notes": Message("记事", "Notes"),
    "no_notes": Message("没有记事。", "No notes."),
    "related": Message("关联案件", "Linked cases"),
    "above": Message("上级案件", "Case above"),
    "below": Message("下级案件", "Cases below"),
    "merged_into": Message("并入", "Merged into"),
    "merged": Message("已并入本案", "Merged into this"),
    "keep_until": Message("保存至", "Kept until"),
    "custody": Message("保管链", "Custody"),
    "entries": Message("条目数", "entries"),
    "items_empty": Message("本案还没有证据材料。加入材料：", "No evidence yet. Add some:"),
    "conducts_empty": Message(
        "现有发现不足以建议任何行为。", "The findings so far suggest no conduct."
    ),
    "taken_up": Message("已采纳", "taken up"),
    "set_aside": Message("不采纳", "set aside"),
    "nobody_judged": Message("尚无人判断", "judged by nobody yet"),
    "supports": Message("支持的迹象", "What supports it"),
    "stated": Message("陈述", "stated"),
    "missing": Message("尚缺", "What is missing"),
    "would_change": Message("会改变判断的情况", "What would change it"),
    "against": Message("相反迹象", "What speaks against it"),
    "counted": Message("材料中计得：", "Counted in the evidence:"),
    "law_empty": Message(
        "尚无可匹配的行为。先看行为建议。", "There is no conduct to match yet. See the conducts."
    ),
    "to_conducts": Message("行为建议", "Suggested conducts"),
    "as_of": Message("截至", "As of"),
    "ask_for": Message("查问：", "Ask for:"),
    "no_duty": Message(
        "没有由本案引出的义务。", "No duty that this case gives reason to ask about."
    ),
    "time": Message("时间", "Time"),
    "person": Message("人员", "Person"),
    "what": Message("内容", "What"),
    "history_note": Message(
        "由签名的保管链读出，未在此核验；核验：",
        "Read from the signed custody chain, which is not checked here; to check it:",
    ),
}

_EVIDENCE: dict[str, Message] = {
    "item": Message("材料", "Item"),
    "kind": Message("类别", "Kind"),
    "state": Message("状态", "State"),
    "strongest": Message("最强的权重", "Strongest weight"),
    "parts": Message("派生材料", "parts:"),
    "not_examined": Message("未检验", "not examined:"),
    "no_opinion": Message("不发表意见", "No opinion"),
    "weights": Message("证据权重", "Weight of evidence"),
    "lr_note": Message(
        "似然比说明发现在 H1 与 H2 之下出现的可能性之比；不是 H1 成立的概率。"
        "浅色带为该标度的上下界。",
        "A likelihood ratio compares how probable the findings are under H1 and under H2. It is "
        "not the probability of H1. The pale band shows the bounds of the scale.",
    ),
    "no_weight": Message(
        "没有可给出权重的命题。这不表示材料没有问题。",
        "There is no proposition with a weight. That does not mean nothing is wrong.",
    ),
    "flagged": Message("达到阈值", "past the threshold"),
    "bounds": Message("界限", "bounds"),
    "moved_by": Message("由哪些发现得出", "What moved it"),
    "measured": Message("测得", "measured"),
    "carried": Message("来自派生材料", "Carried up from a part:"),
    "findings": Message("发现", "Findings"),
    "fact": Message("事实", "fact"),
    "measurement": Message("测量", "measurement"),
    "no_findings": Message(
        "没有需要注意的发现。派生材料可能另有发现。",
        "No finding of note here. Its parts may have some.",
    ),
    "quiet_measures": Message("未见异常的测量", "Measurements with nothing of note"),
    "picture_hidden": Message("含证据图像，点击后显示", "shows a picture of the evidence: open it"),
    "parts_tree": Message("派生结构", "Parts"),
    "gaps": Message("未检验的内容及原因", "Not examined, and why"),
    "gaps_none": Message(
        "没有：全部适用的检测器都已检验。", "Nothing: every detector that applies has run."
    ),
    "examined_by": Message("检验记录", "Examinations"),
    "show_list": Message("显示列表", "Show the list"),
    "not_applicable": Message("不适用：", "Not applicable:"),
    "identity": Message("散列值与来源", "Hashes and origin"),
    "derived_from": Message("派生自", "Derived from"),
    "found_at": Message("所在案件", "Found in"),
    "raw": Message("原始记录", "Raw record"),
}

_LAW: dict[str, Message] = {
    "law_note": Message(
        "条文概括由我们撰写，供法律专业人员参考，不是有罪认定；标“待核验”的尚未与官方文本核对。",
        "The wording is ours, for a lawyer to check, and never a finding of guilt; what is marked "
        "“not verified” has not been compared with the official text.",
    ),
    "law_example": Message("例：诈骗", "e.g. fraud"),
    "law_size": Message("条目", "Entries"),
    "official_texts": Message("已导入官方文本", "official texts imported"),
    "unverified": Message("待核验", "not verified"),
    "import_how": Message("导入官方文本：", "to import official texts:"),
    "hits": Message("查找结果", "Found"),
    "hits_cut": Message("只显示前 50 处，请加词。", "The first 50 only; add a word."),
    "hits_none": Message(
        "没有找到。请换一个词，或从下面的行为进入。",
        "Nothing found. Try another word, or start from a conduct below.",
    ),
    "conduct": Message("行为", "Conduct"),
    "official": Message("官方文本", "Official text"),
    "from_conduct": Message("由行为到条文", "From conduct to articles"),
    "category": Message("分类", "Category"),
    "type": Message("类型", "Type"),
    "to_establish": Message("尚待查明", "To establish"),
    "facts_missing": Message("缺少的事实", "Facts not known"),
    "no_article": Message("没有对应条文。", "No article."),
    "as_of_day": Message("某日的条文", "As of (day)"),
    "date_of_act": Message("行为日期", "Date of the act"),
    "in_force": Message("施行", "In force"),
    "bands": Message("量刑幅度", "Bands"),
    "band": Message("档", "Band"),
    "penalty": Message("刑罚", "Penalty"),
    "thresholds": Message("数额与情节", "Thresholds"),
    "source": Message("来源：", "Source:"),
    "not_then": Message("该日没有效力。施行期间：", "Not in force on that day. In force:"),
    "no_official": Message(
        "未导入官方文本，请与原文核对；导入：",
        "The official text is not imported; compare with the original. To import:",
    ),
}

_DETECTORS: dict[str, Message] = {
    "detector": Message("检测器", "Detector"),
    "live": Message("可用", "live"),
    "unavailable": Message("不可用", "unavailable"),
    "kinds": Message("可检验的类别", "Examines"),
    "scales": Message("标度", "Scales"),
    "scale": Message("标度", "Scale"),
    "propositions": Message("命题", "Propositions"),
    "measured_on": Message("实测结果", "Measured results"),
    "measured_note": Message(
        "在未参与训练的来源上测得。Cllr 小于 1 才有意义；阈值为误报率约 1 % 处。",
        "Measured on sources not learnt from. Only a Cllr below 1 is worth anything; the "
        "threshold is set for about 1 % false positives.",
    ),
    "not_measured": Message(
        "没有实测标度：其发现只作为事实或测量展示，不加权。",
        "There is no measured scale: findings are shown as facts or measurements, unweighed.",
    ),
    "frozen_tpr": Message("阈值处检出率", "TPR at the threshold"),
    "frozen_fpr": Message("阈值处误报率", "FPR at the threshold"),
    "research": Message("研究权重", "research"),
    "population_and_curve": Message("参照总体、曲线与各来源", "population, curve and sources"),
    "scale_curve": Message("测量值如何折算为 log10 LR", "From measurement to log10 LR"),
    "held_out": Message("留出的来源", "Source held out"),
    "fitted": Message("拟合于", "Fitted"),
    "card": Message("说明卡", "Card"),
    "no_card": Message("没有说明卡。", "It has no card."),
}

_HELP: dict[str, Message] = {
    "h_what": Message("这是什么", "What this is"),
    "h_what_1": Message(
        "在这里交来并检验材料，查看权重与理由，办理案件与响应，查阅法条与检测器。您做的每一件事都以"
        "您的名字和当前角色记入保管链。",
        "Here evidence is handed in and examined, weights are read with their reasons, cases and "
        "responses are worked on, law and detectors looked up. Whatever you do is entered into "
        "custody in your name and the role you act in.",
    ),
    "h_what_2": Message(
        "衡量的是内容与制品，不是人。软件给出建议，由人决定。",
        "What is weighed is content and artefacts, never persons. Software suggests, a person "
        "decides.",
    ),
    "h_weight": Message("如何读权重", "How to read a weight"),
    "h_weight_1": Message(
        "每个权重都针对事先写明的两个命题 H1 与 H2。横条自中间向右表示支持 H1，向左表示支持 H2。",
        "Each weight is about two propositions stated beforehand, H1 and H2. The bar grows from "
        "the middle: to the right for H1, to the left for H2.",
    ),
    "h_weight_2": Message(
        "log10 LR = +2 表示：若 H1 为真，得到这些发现的可能性是 H2 为真时的 100 倍。",
        "log10 LR = +2 means that the findings are 100 times more probable if H1 is true than if "
        "H2 is true.",
    ),
    "h_weight_3": Message(
        "“不发表意见”表示没有实测依据，或材料不在参照总体之内；不表示没有问题。",
        "“No opinion” means that nothing was measured, or that the item lies outside the reference "
        "population; it does not mean that nothing is wrong.",
    ),
    "h_marks": Message("标记", "Marks"),
    "h_flagged": Message(
        "测量值达到标度的阈值，值得先看。",
        "the measurement is past the scale's threshold: look first.",
    ),
    "h_draft": Message("尚未由人采纳或决定。", "no person has accepted or decided it yet."),
    "h_unverified": Message("尚未与官方文本核对。", "not compared with the official text yet."),
    "h_exercise": Message(
        "演练中的案件，一切均非真实。", "a case of a drill; nothing in it is real."
    ),
    "h_keys": Message("键盘", "Keyboard"),
    "h_keys_1": Message(
        "按一个字母即可前往；按 ? 显示本表，并可在那里关闭单键。没有脚本时按住浏览器的快捷键再按"
        "字母：Windows 与 Linux 上 Chrome 为 Alt，Firefox 为 Alt+Shift；macOS 上为 "
        "Control+Option。",
        "Press a letter to go there; ? shows this map, where single keys can be switched off. "
        "Without the script hold the browser's access key with the letter: Alt in Chrome and "
        "Alt+Shift in Firefox on Windows and Linux, Control+Option on macOS.",
    ),
    "key": Message("键", "Key"),
    "h_switch": Message("切换语言", "switch the language"),
    "h_tab": Message(
        "逐项移动与打开；首次按 Tab 可跳到正文",
        "move on and open; the first Tab offers to skip to the content",
    ),
    "h_safe": Message("安全", "Safety"),
    "h_safe_1": Message(
        "证据文件从不在此打开。文字一律转义，控制字符与改变方向的字符显示为代码；图证由我们自己绘制，"
        "含证据图像的默认收起；录音按播放键才播放，所用的声音由受限进程重新写成。",
        "No file of the evidence is ever opened here. All text is escaped, control and "
        "direction-changing characters are spelt out; exhibits are drawn by us, and those that "
        "show a picture of the evidence stay closed until you open them. A recording is played "
        "only when you press play, from sound that a confined process made anew.",
    ),
    "h_safe_2": Message(
        "页面只用本服务自己的一个小脚本，不向别处发出请求；没有脚本也能使用全部功能。一小时不用或"
        "满 12 小时须重新登录。",
        "Pages use one small script of our own and ask nothing of any other place; all of it works "
        "without the script too. After an hour unused, or twelve hours, you sign in again.",
    ),
    "h_here": Message("本机", "This installation"),
    "version": Message("版本", "Version"),
}

TEXT: dict[str, Message] = {
    **_FRAME,
    **_CASE,
    **_EVIDENCE,
    **_LAW,
    **_DETECTORS,
    **_HELP,
    **ENTRY,
    **LIST_TEXT,
    **EVIDENCE_TEXT,
    **CASE_TEXT,
    **RESPONSE_TEXT,
    **WARN_TEXT,
}
