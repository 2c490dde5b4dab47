"""Every fixed sentence about coming in, accounts and evidence coming in, in both languages."""

from __future__ import annotations

from mingjian.domain.message import Message

_IN: dict[str, Message] = {
    "sign_in": Message("登录", "Sign in"),
    "sign_out": Message("退出登录", "Sign out"),
    "account_name": Message("账户名", "Name"),
    "password": Message("密码", "Password"),
    "password_new": Message("新密码", "New password"),
    "password_again": Message("再输入一次", "The same again"),
    "password_old": Message("当前密码", "Present password"),
    "password_hint": Message(
        "至少 12 个字符。几个不相干的词连起来就好记又够长。",
        "At least 12 characters. A few unrelated words are long enough and easy to remember.",
    ),
    "sign_in_how": Message(
        "没有账户或忘记密码：请管理员给您一次性链接；管理员自己可在服务器上运行",
        "No account, or a forgotten password: ask an admin for a one-time link; an admin can run "
        "on the server",
    ),
    "welcome": Message("设置密码", "Set your password"),
    "welcome_why": Message(
        "这是一次性链接。设好密码即登录，链接随即失效；以后用账户名和密码登录。",
        "This is a one-time link. Setting the password signs you in and spends the link; from then "
        "on sign in with name and password.",
    ),
    "set_password": Message("设置密码并登录", "Set it and sign in"),
    "you": Message("我的账户", "Your account"),
    "acting_as": Message("当前角色", "Acting as"),
    "change_role": Message("切换角色", "Change role"),
    "role_note": Message(
        "一个人一次只以一个角色工作；它会写入您所做的每一件事的记录。",
        "A person works in one role at a time; it stands in the record of everything you do.",
    ),
    "change_password": Message("更改密码", "Change password"),
    "change_password_note": Message(
        "更改后您在所有浏览器中的登录都会结束，请用新密码重新登录。",
        "You are then signed out of every browser; sign in again with the new password.",
    ),
    "rows_keys": Message("下一行、上一行", "next row, row before"),
    "keys_on": Message("启用单键快捷键", "single keys are on"),
    "close": Message("关闭", "Close"),
    "next": Message("怎么办", "What next"),
}

_EXAMINE: dict[str, Message] = {
    "examine_note": Message(
        "交来的材料逐字节保存、登记保管链，在隔离的进程中检验；不打开、不播放、不联网。",
        "What you hand in is kept byte for byte, entered into custody and examined in a process "
        "shut off from the rest. Nothing of it is opened, played or looked up on the net.",
    ),
    "for_case": Message("案件", "Case"),
    "for_case_hint": Message(
        "选择已有案件；输入新的名称则新建案件。",
        "Choose one there is, or type a new name: then a case of that name is made.",
    ),
    "what_comes_in": Message("材料", "Evidence"),
    "drop_here": Message("把文件或文件夹拖到这里", "Drop files or folders here"),
    "files": Message("文件", "Files"),
    "a_folder": Message("整个文件夹", "A whole folder"),
    "chosen": Message("已选", "chosen:"),
    "paste_text": Message("粘贴文字", "Paste text"),
    "paste_link": Message("粘贴链接", "Paste a link"),
    "link_hint": Message(
        "链接只作为文字检验，绝不访问。", "A link is examined as text; it is never followed."
    ),
    "stated_kind": Message("内容类别", "What it is"),
    "find_out": Message("由软件识别", "find out"),
    "examine_now": Message("上传并检验", "Upload and examine"),
    "most": Message("每次最多", "at most, per upload:"),
    "too_large": Message("超过每次上传的上限", "This is more than one upload may bring."),
    "sending": Message("正在上传", "Uploading"),
    "cut_off": Message(
        "上传中断，未保存任何内容，请重试。",
        "The upload was cut off and nothing was kept: try again.",
    ),
    "latest_uploads": Message("最近的检验", "Latest examinations"),
    "no_uploads": Message("还没有从这里交来的材料。", "Nothing has been handed in here yet."),
    "back_to_examine": Message("检验", "Examine"),
    "handed_in": Message("交来的材料", "What was handed in"),
    "up_waiting": Message("等待中", "waiting"),
    "up_running": Message("正在检验", "being examined"),
    "up_done": Message("已检验", "examined"),
    "up_failed": Message("中断", "broke off"),
    "up_stopped": Message("已停止", "stopped"),
    "up_waiting_note": Message(
        "已收到并保存。前面的检验结束后自动开始；离开本页不影响检验。",
        "It has arrived and is kept. It starts by itself when those before it are done; you may "
        "leave this page.",
    ),
    "up_stopped_note": Message(
        "已完成的部分在案件中；可随时继续。",
        "What was examined is in the case; it can be gone on with at any time.",
    ),
    "now": Message("进行中", "now"),
    "taking_in": Message("识别与解包", "identifying and unpacking"),
    "making_ready": Message("正在准备检测器…", "getting the detectors ready…"),
    "read_weight": Message("查看证据权重", "Read the weight"),
    "read_evidence": Message("查看证据材料", "Read the evidence"),
    "to_case": Message("打开案件", "Open the case"),
    "by_detector": Message("按检测器", "By detector"),
    "not_examined_short": Message("未检验", "not examined"),
    "stop_it": Message("停止检验", "Stop"),
    "go_on": Message("继续检验", "Go on"),
    "renamed": Message("改写的文件名", "Names that were rewritten"),
    "renamed_note": Message(
        "不可见字符写成代码，越界的路径去掉，过长的截短，重名的加编号；内容一字未改。",
        "Characters that cannot be seen are spelt out, paths that lead elsewhere removed, long "
        "names cut, equal ones numbered; of the content nothing was changed.",
    ),
}

_ADMIN: dict[str, Message] = {
    "admin_title": Message("管理", "Admin"),
    "admin_parts": Message("管理的各部分", "Parts of Admin"),
    "accounts": Message("账户", "Accounts"),
    "roles": Message("角色", "Roles"),
    "may_sign_in": Message("可登录", "may sign in"),
    "no_password": Message("尚未设置密码", "no password yet"),
    "shut_out": Message("已停用", "disabled"),
    "add_account": Message("添加账户", "Add an account"),
    "add_account_note": Message(
        "添加后显示一次性链接，请当面或经可信渠道交给本人；本人用它设置密码。",
        "You are then shown a one-time link: hand it over in person or by a channel you trust. The "
        "person sets the password with it.",
    ),
    "keep_account": Message("更改", "Change"),
    "set_roles": Message("保存角色", "Save the roles"),
    "reset_it": Message("重置密码", "Reset the password"),
    "reset_note": Message(
        "立即结束其全部登录，旧密码作废，并给出新的一次性链接。",
        "Signs the person out everywhere at once, takes the password away, and gives a new "
        "one-time link.",
    ),
    "disable_it": Message("停用账户", "Disable the account"),
    "disable_note": Message(
        "立即结束其全部登录；记录中的名字保留。",
        "Signs the person out everywhere at once; the name stays in the records.",
    ),
    "enable_it": Message("重新启用", "Let it in again"),
    "sessions_now": Message("现有登录", "Signed in now"),
    "no_sessions": Message("没有登录。", "Nobody is signed in."),
    "began": Message("登录于", "Since"),
    "last_seen": Message("最近使用", "Last seen"),
    "address": Message("来自", "From"),
    "browser": Message("浏览器", "Browser"),
    "this_one": Message("就是您", "this is you"),
    "revoke": Message("结束", "End"),
    "sign_in_record": Message("登录记录", "Record of sign-ins"),
    "record_note": Message(
        "保存六个月。输错的名字不保存，只保存其散列值。",
        "Kept for six months. A name that was mistyped is not kept, only its hash.",
    ),
    "who_did": Message("由谁", "By"),
    "ev_added": Message("添加账户", "account added"),
    "ev_link_made": Message("发出一次性链接", "one-time link made"),
    "ev_password_set": Message("设置密码", "password set"),
    "ev_signed_in": Message("登录", "signed in"),
    "ev_signed_out": Message("退出", "signed out"),
    "ev_refused": Message("登录被拒", "refused"),
    "ev_roles_set": Message("更改角色", "roles changed"),
    "ev_disabled": Message("停用", "disabled"),
    "ev_enabled": Message("重新启用", "let in again"),
    "ev_revoked": Message("会话被结束", "session ended"),
    "retention": Message("保存期限", "Retention"),
    "retention_note": Message(
        "自结案起算；是起始值，不是法定期限，由各单位修改 workflow.json。",
        "Counted from closing. Starting values, not a legal rule: an installation sets its own in "
        "workflow.json.",
    ),
    "years": Message("年", "years"),
    "case_class": Message("案件类别", "Class of case"),
    "trust_lists": Message("信任列表与检测器选项", "Trust lists and options of detectors"),
    "no_options": Message(
        '没有设置。例：在 settings.toml 中写 [detectors."provenance.c2pa"] trust_anchors。',
        'None is set. For example trust_anchors below [detectors."provenance.c2pa"] in '
        "settings.toml.",
    ),
    "option": Message("选项", "Option"),
    "value": Message("值", "Value"),
    "set_by": Message("来源", "Set by"),
    "switches": Message("检测器开关与标度", "Detectors switched on, and their scales"),
    "switched_off": Message("已停用", "switched off"),
    "switch_how": Message(
        "在 settings.toml 的 disabled_detectors 中停用；本页只读，因为改变检测方法须留有书面依据。",
        "Switched off by disabled_detectors in settings.toml. This page only reads: a change of "
        "method should leave a trace outside the browser.",
    ),
    "installation": Message("本机设置", "Settings of this installation"),
    "setting": Message("设置项", "Setting"),
    "from_environment": Message("环境变量", "environment"),
    "from_built-in": Message("内置", "built in"),
}

ENTRY: dict[str, Message] = {**_IN, **_EXAMINE, **_ADMIN}
