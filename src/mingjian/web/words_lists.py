"""The sentences of the lists."""

from __future__ import annotations

from mingjian.domain.message import Message

LIST_TEXT: dict[str, Message] = {
    "order": Message("排序", "Order"),
    "by_newest": Message("最新", "newest first"),
    "by_changed": Message("最近办理", "last worked on"),
    "by_flagged": Message("达到阈值最多", "most past a threshold"),
    "by_grade": Message("事件等级", "gravest incident"),
    "by_weight": Message("先看的在前", "worth a look first"),
    "by_path": Message("路径", "by path"),
    "whose": Message("指派给", "Assigned to"),
    "mine": Message("我", "me"),
    "past_for": Message("达到阈值的命题", "Past the threshold of"),
    "missed": Message("未完成的检验", "Examinations missing"),
    "as_csv": Message("导出 CSV", "Export as CSV"),
    "views": Message("保存的视图", "Saved views"),
    "views_edit": Message("保存或整理视图", "Keep or tidy views"),
    "views_note": Message(
        "把当前的筛选与排序存为一个名称，只有您自己看得到；同名的会被替换。",
        "Keeps the filters and order now shown under a name, for you alone; one of the same name "
        "is replaced.",
    ),
    "view_name": Message("视图名称", "Name of the view"),
    "view_keep": Message("保存视图", "Keep view"),
    "view_rename": Message("改名", "Rename"),
    "view_forget": Message("删除", "Remove"),
    "find": Message("查找证据材料", "Find evidence"),
    "find_note": Message(
        "查找全部案件中的证据材料：路径中的词，或 SHA-256 的前至少 6 位；最新检验的在前。",
        "Items of all cases: words of the path, or at least 6 first digits of the SHA-256; those "
        "examined last come first.",
    ),
    "find_empty": Message("还没有任何证据材料。", "There is no evidence yet."),
}
