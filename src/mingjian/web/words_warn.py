"""The sentences of the screens Alerts and Situation, and of the campaign explorer."""

from __future__ import annotations

from mingjian.domain.message import Message

_ALERTS: dict[str, Message] = {
    "alerts": Message("预警", "Alerts"),
    "alert": Message("预警", "Alert"),
    "to_triage": Message("待处理的预警", "Alerts to triage"),
    "all_alerts": Message("全部预警", "All alerts"),
    "no_triage": Message("没有待处理的预警。", "No alert waits for anybody."),
    "alerts_empty": Message(
        "没有未关闭的预警。监测按日或按周的计数，超出预期时在此出现：",
        "No alert is open. Watch daily or weekly counts; what exceeds expectation appears here:",
    ),
    "not_closed": Message("未关闭", "not closed"),
    "closed_too": Message("全部，含已关闭", "all, closed ones too"),
    "kind_of_alert": Message("种类", "Kind"),
    "grade_word": Message("等级", "Grade"),
    "real_and_exercise": Message("真实与演练", "Real or exercise"),
    "real_only": Message("真实", "real"),
    "watched": Message("监测对象", "What is watched"),
    "why_now": Message("为何现在", "Why now"),
    "since": Message("起始", "Since"),
    "latest_step": Message("最近", "latest"),
    "alarms_count": Message("报警次数", "alarms:"),
    "measured_here": Message(
        "本单位已关闭的预警中，误报所占比例：", "Of the alerts closed here, false alarms were:"
    ),
    "interval_95": Message("95 % 区间", "95 % interval"),
    "by_province": Message("按省份", "By province"),
    "tiles_label": Message(
        "各省份未关闭预警的超出情况", "Excess of the open alerts of each province"
    ),
    "tiles_note": Message(
        "每省一格，大小相同；数字为超出预期的起数，只计名称含地区代码的序列。"
        "边框与底色：不足 2 倍、2 倍以上、3 倍以上。",
        "A tile of equal size for each province; the number is the excess over what is expected, "
        "of series whose name has a region code. Border and shade: below 2 times, from 2 times, "
        "from 3 times.",
    ),
    "province": Message("省份", "Province"),
    "observed": Message("观察到", "Observed"),
    "expected": Message("预期", "Expected"),
    "excess": Message("超出", "Excess"),
    "band_95": Message("预期区间", "Expected band"),
    "alarm_bound": Message("报警界限", "Alarm bound"),
    "crossed": Message("越过界限", "crossed"),
    "crossed_at": Message("越过界限的时间", "Bound crossed"),
    "step_day": Message("日期", "Date"),
    "course": Message("走势与预期", "Course and expectation"),
    "chart_label": Message(
        "观察到的数、预期区间与报警界限；数据见旁边的表",
        "What was observed, the expected band and the alarm bound; the table beside has the data",
    ),
    "chart_note": Message(
        "浅色带内是平静时 100 期中 95 期所在；虚线为报警界限，圆圈为越过之处。"
        "每一期只用此前已知的数计算。",
        "In the pale band 95 of 100 quiet steps lie; the dashed line is the alarm bound, the ring "
        "where it was crossed. Each step was judged from what was known before it.",
    ),
    "no_course": Message(
        "这种预警没有计数的走势；数字见右侧与下方。",
        "This kind of alert has no course of counts; its numbers stand beside and below.",
    ),
    "rule": Message("等级规则", "Rule of the grade"),
    "method": Message("方法", "Method"),
    "times_expected": Message("为预期的倍数", "Times expected"),
    "false_alarms": Message("每年预计误报", "False alarms a year"),
    "false_alarms_note": Message(
        "按现行设置，对这一序列本身的历史推算",
        "for this series, at the settings in force, from its own history",
    ),
    "not_known": Message("未知", "not known"),
    "in_numbers": Message("数字", "In numbers"),
    "what_was_done": Message("经过", "What was done"),
    "deliveries": Message("投递记录", "Deliveries"),
    "no_deliveries": Message("没有送出过什么。", "Nothing has left."),
    "channel": Message("通道", "Channel"),
    "marking": Message("标记", "Marking"),
    "tries": Message("次数", "Tries"),
    "last_answer": Message("最后的答复", "Last answer"),
    "delivery_waiting": Message("等待投递", "waiting"),
    "delivery_delivered": Message("已送达", "delivered"),
    "delivery_dead": Message("已终止", "dead"),
    "delivery_unsure": Message("送达与否不明", "unknown: sent or not"),
    "unsure_note": Message(
        "邮件和群聊没有防重复的编号：送出途中出错后不会自动再送。请问收件方，再由人决定。",
        "Mail and chat have no key against doubles: after a failure on the way nothing is sent "
        "again by itself. Ask the receiver, then decide.",
    ),
    "it_arrived": Message("对方已收到", "It arrived"),
    "send_again": Message("再送一次", "Send it again"),
    "owed": Message("须告知此前的收件方", "Those told before are to be told"),
    "owed_note": Message(
        "此前发出的消息不再成立。草稿已备好，由人看过后署名送出，引用此前的消息。",
        "What was sent before no longer holds. A draft that refers to it is ready: a person looks "
        "at it and sends it by name.",
    ),
    "acknowledge": Message("知悉", "Acknowledge"),
    "acknowledge_note": Message(
        "表示已有人看到；等级升高会再次提醒。",
        "Says that somebody has seen it; a higher grade asks anew.",
    ),
    "acknowledged_by": Message("已知悉：", "Acknowledged by"),
    "snooze": Message("暂缓", "Snooze"),
    "snooze_for": Message("暂缓多久", "For how long"),
    "snooze_until": Message("或到某一时刻", "Or until"),
    "snoozed_until": Message("暂缓至", "Snoozed until"),
    "hours_12": Message("12 小时", "12 hours"),
    "day_1": Message("1 天", "1 day"),
    "days_3": Message("3 天", "3 days"),
    "days_7": Message("7 天", "7 days"),
    "days_30": Message("30 天", "30 days"),
    "escalate": Message("转为案件", "Escalate"),
    "escalate_note": Message(
        "建立案件草稿，由人立案；或记入已有案件。",
        "Makes a case draft, which a person opens; or notes it in a case that is there.",
    ),
    "into_case": Message("已有案件", "Case that is there"),
    "into_case_hint": Message("留空则建立草稿", "leave it empty to make a draft"),
    "escalated_to": Message("已转入案件", "Escalated to the case"),
    "close_alert": Message("关闭", "Close"),
    "close_again": Message("更正结论", "Put the outcome right"),
    "alert_outcome": Message("结论", "Outcome"),
    "closed_as": Message("已关闭：", "Closed:"),
    "earlier_closings": Message("此前的结论", "Earlier outcomes"),
    "send_a_message": Message("发出通知", "Send a message"),
    "message_note": Message(
        "先逐字显示将送出的内容，再由人署名送出。",
        "What would leave is shown first, to the letter; a person then sends it.",
    ),
    "no_channel": Message(
        "没有设置通道文件（设置项 channels），什么也不会送出。",
        "No file of channels is set (setting channels): nothing leaves.",
    ),
    "see_draft": Message("查看将送出的内容", "Show what would leave"),
    "audience": Message("对象", "To whom"),
    "why_sent": Message("签发理由", "Reason for sending"),
    "usual_marking": Message("通常为", "usually"),
    "to_fill": Message("待填", "to fill in"),
    "would_leave": Message("将送出的内容", "What would leave"),
    "the_notice": Message("通知文本", "The notice"),
    "cannot_send": Message("不能送出：", "Cannot be sent:"),
    "send_in_name": Message("以我的名义送出", "Send in my name"),
    "send_note": Message(
        "以您的名义签发，随即送出，无法收回；送出记入预警的签名链。",
        "It is signed in your name and leaves at once; it cannot be called back. That it was sent "
        "is entered into the signed chain of alerts.",
    ),
    "drill_alert": Message("演练 · 这条预警并非真实", "EXERCISE · this alert is not real"),
    "my_cases": Message("指派给我的案件", "Cases assigned to me"),
    "no_own_cases": Message("没有指派给您的案件。", "No case is assigned to you."),
    "running_drills": Message("演练", "Drills"),
    "no_drill_runs": Message("没有正在进行的演练。", "No drill is running."),
    "start_one": Message("开始一次演练", "start one"),
    "unfinished": Message("未检验完全的材料", "Items not examined in full"),
    "unfinished_none": Message("没有。", "None."),
    "unfinished_among": Message("最近检验的材料，至多", "Of the items examined last, up to"),
    "failed_items": Message("全部检验失败的材料", "all items where a detector failed"),
    "timed_out_items": Message("全部超时的材料", "all that ran out of time"),
}

_HELP: dict[str, Message] = {
    "h_alert": Message("如何读预警", "How to read an alert"),
    "h_alert_1": Message(
        "预警说的是计数超出预期，不是原因，也不针对任何人。浅色带内是平静时 100 期中 95 期所在，"
        "越过虚线即报警；等级的规则与每年预计误报次数一并写明。",
        "An alert says that counts exceed what is expected, not why, and points at nobody. In the "
        "pale band 95 of 100 quiet steps lie; what is over the dashed line alarms. The rule of its "
        "grade and the false alarms a year to expect stand with it.",
    ),
    "h_alert_2": Message(
        "知悉、暂缓、转为案件草稿或关闭，都以您的名字记入签名链。通知先显示后送出，由负责人署名；没有设置"
        "通道时，什么也不会送出。",
        "To acknowledge, snooze, make a case draft of it or close it is entered into the signed "
        "chain in your name. A message is shown first and then sent by a lead; without a channel "
        "nothing leaves.",
    ),
}

_SITUATION: dict[str, Message] = {
    "situation": Message("形势", "Situation"),
    "situation_note": Message(
        "由本机案件库统计，不含演练和已并入他案的案件。登记数随登记的勤惰而变，不等于发生数。点击数字"
        "查看计入的行。",
        "Counted from the case base here; exercises and cases merged into others are left out. "
        "What is filed varies with how diligently it is filed, and is not what happened. Follow a "
        "number to its rows.",
    ),
    "situation_empty": Message(
        "案件库里还没有可统计的案件。先检验材料、建立案件；或在下方粘贴事件表；整份文件请在命令行导入：",
        "The case base has no case to count yet. Examine evidence and open cases, paste a table of "
        "incidents below, or read whole files at the command line:",
    ),
    "every": Message("按", "By"),
    "period": Message("期", "Period"),
    "from_day": Message("自", "From"),
    "to_day": Message("至", "To"),
    "incidents": Message("起数", "Incidents"),
    "in_span": Message("期间总数", "in the span"),
    "growth": Message("增长", "Growth"),
    "growth_label": Message("各期起数；数据见下表", "Incidents by period; the table has the data"),
    "times_before": Message("为上一期的倍数（95 %）", "Times the period before (95 %)"),
    "part_period": Message("不足一整期，不比较", "not a whole period: not compared"),
    "times_note": Message(
        "区间把两期起数都当作泊松分布；区间包含 1 时不能说有变化。",
        "The interval takes both counts as Poisson; where it includes 1 no change can be stated.",
    ),
    "spread": Message("涉及的案件类别", "Spread over classes of cases"),
    "no_classes": Message(
        "没有案件类别清单，因此没有这两个比例；可在下方粘贴。",
        "There is no list of classes, and so no such ratios; paste one below.",
    ),
    "conduct_mix": Message("行为类型", "Conduct"),
    "technique_mix": Message("手法构成", "Methods"),
    "share_of_stated": Message("起数 / 写明者", "Incidents / of those that state it"),
    "first_seen": Message("首次出现", "new"),
    "nothing_stated": Message("没有写明。", "None is stated."),
    "skill": Message("技术门槛", "Skill it took"),
    "without_skill": Message("无须专门技能", "Without special skill"),
    "no_skill": Message(
        "没有写明所需技能的事件（事件表的 skill 列）。",
        "No incident states the skill it took (column skill of the table).",
    ),
    "number_word": Message("数字", "Number"),
    "query": Message("口径", "What was counted"),
    "queries": Message("各数字的口径", "What each number counts"),
    "rows_counted": Message("计入的行", "Rows counted"),
    "row": Message("行", "Row"),
    "source_word": Message("来源", "Source"),
    "case_base": Message("案件库", "case base"),
    "rows_cut": Message("只列出前 2,000 行。", "The first 2,000 rows are listed."),
    "make_report": Message("出具报告", "Make a report"),
    "include_cases": Message("计入本机案件库", "count the case base here"),
    "paste_incidents": Message("粘贴事件表（CSV，可不填）", "Table of incidents (CSV, if wanted)"),
    "paste_incidents_hint": Message(
        "表头：日期，可加 编号、行为、主案别、细分类、手法、技能；只用于这一份报告，不保存",
        "header: date, and if known id, conduct, lead, fine, technique, skill; used for this one "
        "report and not kept",
    ),
    "paste_classes": Message("粘贴案件类别清单（CSV，可不填）", "List of classes (CSV, if wanted)"),
    "paste_classes_hint": Message("表头：细分类、主案别、涉人工智能", "header: fine, lead, ai"),
}

_CAMPAIGNS: dict[str, Message] = {
    "campaigns": Message("团伙活动簇", "Campaigns"),
    "campaigns_in_table": Message(
        "在表格中查找彼此近似的内容（团伙活动簇）",
        "Find texts of a table that are alike (campaigns)",
    ),
    "campaigns_note": Message(
        "在案件所存的表格中查找彼此近似的文本。聚的是内容，不是人：发送者不读取，所示文字已遮去个人信息。"
        "当场计算，不保存。",
        "Looks for texts that are alike in a table a case holds. It groups content, never people: "
        "who sent an item is not read, and what is shown has personal fields masked. Worked out "
        "on the spot and not kept.",
    ),
    "choose_table": Message("选择表格", "Choose a table"),
    "no_tables": Message(
        "案件中还没有表格。在“检验”页上传 CSV、JSONL 或 Parquet；更大的文件请用命令行：",
        "No case holds a table yet. Hand in a CSV, JSONL or Parquet file on the page Examine; "
        "larger files are for the command line:",
    ),
    "text_column": Message("文本列", "Column with the text"),
    "time_column": Message("时间列", "Column with the time"),
    "find_campaigns": Message("查找", "Find"),
    "rows_read": Message("至多读取的行数：", "Rows read at most:"),
    "rows_read_now": Message("读取的行", "rows read"),
    "in_campaigns": Message("在团伙活动簇中的行", "rows in campaigns"),
    "alike": Message("条彼此近似", "alike"),
    "in_common": Message(
        "共同的文字（标出不同之处）", "Text in common (where copies differ is marked)"
    ),
    "shared_things": Message("共同的链接、号码、账号", "Links, numbers and accounts shared"),
    "by_day": Message("每日条数", "By day"),
    "by_day_label": Message("每日条数；数据见下表", "Items by day; the table below has the data"),
    "as_table": Message("表格", "as a table"),
    "rows_word": Message("条数", "Items"),
    "no_campaigns": Message("没有彼此近似的内容。", "No texts are alike."),
}

WARN_TEXT: dict[str, Message] = {**_ALERTS, **_HELP, **_SITUATION, **_CAMPAIGNS}
