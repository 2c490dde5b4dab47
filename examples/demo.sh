#!/bin/sh
# `make demo`: examines examples/docket, writes the report, makes cases, alerts and a drill of it,
# and opens the desk on them. Without a terminal the desk is started, asked for a page and stopped.
set -eu
mingjian=$1
cd "$(dirname "$0")/.."
out=demo-out
mkdir -p "$out"
export MINGJIAN_HOME="$PWD/$out/home"
case "${LC_ALL:-${LANG:-}}" in zh*) shown=zh other=en ;; *) shown=en other=zh ;; esac
"$mingjian" examine examples/docket --case demo --report "$out/report.$shown.html" --lang "$shown"
"$mingjian" report examination "$out/report.$other.html" --case demo --lang "$other" >/dev/null
"$mingjian" custody export "$out/custody.jsonl" --case demo >/dev/null
"$mingjian" custody verify "$out/custody.jsonl" --lang zh >/dev/null
bin=$(dirname "$mingjian")
MINGJIAN_LANGUAGE=$shown "$bin/python" examples/demo_desk.py "$out"
cat <<EOF

报告 / report:      $out/report.zh.html   $out/report.en.html
保管链 / custody:   $out/custody.jsonl    ($bin/mingjian custody verify $out/custody.jsonl)

下一步 / next:
  $bin/mingjian examine 您的文件夹/ --report report.html       # your own files
  $bin/mingjian examine --records 表.csv --text-field 内容 --out out.jsonl
  $bin/mingjian doctor

桌面 / the desk：三个案件、预警与一场演练 / three cases, alerts and a drill
  MINGJIAN_HOME=$out/home $bin/mingjian serve --first Li
EOF
if [ -t 0 ] && [ -t 1 ]; then
  exec "$mingjian" serve --first Li --lang "$shown"
fi
"$bin/python" examples/demo_serves.py "$mingjian" "$shown"
