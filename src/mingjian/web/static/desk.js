// What a browser adds to pages that work without it: live progress, the drop zone, keys, theme.
// No markup is ever made from text: pages come from the server, escaped there.
"use strict";

const $ = (selector, within = document) => within.querySelector(selector);

// ---- parts of a page that change by themselves ------------------------------------------------

async function refresh(region) {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) { location.reload(); return; }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById(region.id);
  if (!fresh || !fresh.dataset.live) { location.reload(); return; }
  region.replaceChildren(...fresh.childNodes);
}

function watch(region) {
  let busy = false, again = false;
  const source = new EventSource(region.dataset.live);
  source.onmessage = async () => {
    if (busy) { again = true; return; }
    busy = true;
    try {
      do { again = false; await refresh(region); } while (again);
    } catch { /* away for a moment, or the page is being left: the next event tries again */ }
    busy = false;
  };
  addEventListener("pagehide", () => source.close());
}

// Whether somebody is at work in a region, which must then stay as it is.
const busyIn = (region) => region.contains(document.activeElement)
  || [...region.querySelectorAll("input, textarea")].some((field) =>
    field.checked !== field.defaultChecked || field.value !== field.defaultValue);

// Regions of a page that is read again every few seconds: only what changed is put in place.
function readAgain(regions) {
  const seconds = Math.min(...regions.map((region) => Number(region.dataset.again)));
  const once = async () => {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) { clearInterval(timer); return; }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const region of regions) {
      const fresh = page.getElementById(region.id);
      if (!fresh || !fresh.dataset.again) { if (!regions.some(busyIn)) location.reload(); return; }
      if (!busyIn(region) && fresh.innerHTML !== region.innerHTML) region.replaceChildren(...fresh.childNodes);
    }
  };
  let asking = false;
  const timer = setInterval(async () => {
    if (asking || document.hidden) return;
    asking = true;
    try { await once(); } catch { /* away for a moment: the next time tries again */ }
    asking = false;
  }, seconds * 1000);
}

// ---- handing in -------------------------------------------------------------------------------

function bytes(count) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let at = 0;
  while (count >= 1024 && at < units.length - 1) { count /= 1024; at += 1; }
  return `${at ? count.toFixed(1) : count} ${units[at]}`;
}

// All files below what was dropped, each with its path.
async function below(entry, path = "") {
  if (entry.isFile) {
    const file = await new Promise((done, failed) => entry.file(done, failed));
    return [[file, path + file.name]];
  }
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((done, failed) => reader.readEntries(done, failed));
    if (!some.length) return found;
    for (const one of some) found.push(...await below(one, `${path}${entry.name}/`));
  }
}

function uploading(form) {
  const zone = $("#drop"), told = $("#chosen"), sending = $("#sending"), says = form.dataset;
  let dropped = [];

  const chosen = () => [
    ...[...form.querySelectorAll("input[type=file]")].flatMap((input) =>
      [...input.files].map((file) => [file, file.webkitRelativePath || file.name])),
    ...dropped,
  ];
  const size = () => chosen().reduce((sum, [file]) => sum + file.size, 0);
  const tell = () => {
    const files = chosen();
    const some = files.slice(0, 5).map(([, path]) => path).join(", ") + (files.length > 5 ? " …" : "");
    told.textContent = files.length ? `${says.chosen} ${files.length} · ${bytes(size())} · ${some}` : "";
    if (size() > says.most) told.textContent = `${says.tooLarge} (${bytes(size())})`;
  };
  form.addEventListener("change", tell);
  $(".drop-here", zone).hidden = false;
  for (const kind of ["dragenter", "dragover"])
    zone.addEventListener(kind, (event) => { event.preventDefault(); zone.classList.add("over"); });
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", async (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry()).filter(Boolean);
    for (const entry of entries) dropped.push(...await below(entry));
    tell();
  });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (size() > says.most) { tell(); told.scrollIntoView(); return; }
    const data = new FormData();
    for (const field of form.elements)
      if (field.name && field.type !== "file") data.append(field.name, field.value);
    for (const [file, path] of chosen()) data.append("files", file, path);
    const request = new XMLHttpRequest();
    const line = $("[role=status]", sending), bar = $("progress", sending);
    const over = (text) => { line.textContent = text; form.classList.remove("busy"); $("button", form).disabled = false; };
    request.upload.onprogress = (at) => {
      bar.max = at.total;
      bar.value = at.loaded;
      line.textContent = `${says.sending} ${bytes(at.loaded)} / ${bytes(at.total)}`;
    };
    request.onload = () => {
      let answer = {};
      try { answer = JSON.parse(request.responseText); } catch { /* told below */ }
      if (answer.next) { location.assign(answer.next); return; }
      const language = document.documentElement.lang.startsWith("zh") ? "zh" : "en";
      const { what, next } = answer.problem || {};
      over(what ? [what, next].filter(Boolean).map((one) => one[language]).join(" · ") : says.cutOff);
    };
    request.onerror = () => over(says.cutOff);
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    sending.hidden = false;
    form.classList.add("busy");
    $("button", form).disabled = true;
    request.send(data);
  });
}

// ---- exhibits: what is laid over a picture, values of charts, sound -----------------------------

function strength(box) {
  const label = $(".strength", box), over = $(".over", box);
  if (!over) return;
  label.hidden = false;
  $("input", label).addEventListener("input", (event) => over.setAttribute("opacity", event.target.value / 100));
}

const SVG = "http://www.w3.org/2000/svg";

// A line across a drawing, put to `x` in its own units.
function rule(drawing, kind) {
  const line = document.createElementNS(SVG, "line"), high = drawing.viewBox.baseVal.height;
  for (const [name, value] of Object.entries({ class: kind, y1: 0, y2: high, visibility: "hidden" })) line.setAttribute(name, value);
  drawing.append(line);
  return (x) => {
    line.setAttribute("visibility", x === null ? "hidden" : "visible");
    if (x !== null) for (const end of ["x1", "x2"]) line.setAttribute(end, x);
  };
}

// Where a pointer is in a drawing's own units, from left to right.
const across = (drawing, event) =>
  new DOMPoint(event.clientX, event.clientY).matrixTransform(drawing.getScreenCTM().inverse()).x;

// The values of a chart as one points at it, or steps through it by the arrow keys: a point is an
// element with `data-at` and a title, or a row of the table beside it.
function readout(chart) {
  const drawing = $("svg", chart), points = [...chart.querySelectorAll("[data-at]")];
  if (!drawing || !points.length) return;
  const heads = [...chart.querySelectorAll("th")].map((one) => one.textContent);
  const told = document.createElement("output"), put = rule(drawing, "reading");
  told.className = "readout";
  told.setAttribute("aria-live", "polite");
  drawing.closest(".wide").after(told);
  let now = points.length - 1;
  const show = (at) => {
    now = Math.max(0, Math.min(points.length - 1, at));
    const point = points[now], title = $("title", point);
    told.textContent = title ? title.textContent
      : [...point.cells].map((cell, column) => `${heads[column]} ${cell.textContent}`).join(" · ");
    put(Number(point.dataset.at));
  };
  const steps = { ArrowLeft: () => now - 1, ArrowRight: () => now + 1, Home: () => 0, End: () => points.length - 1 };
  drawing.addEventListener("pointermove", (event) => {
    const x = across(drawing, event), away = (point) => Math.abs(point.dataset.at - x);
    show(points.reduce((best, point, at) => (away(point) < away(points[best]) ? at : best), 0));
  });
  const frame = drawing.closest(".wide");
  frame.addEventListener("focus", () => show(now));
  frame.addEventListener("keydown", (event) => {
    if (!(event.key in steps)) return;
    event.preventDefault();
    show(steps[event.key]());
  });
}

// A recording and its spectrograms: a line runs along, and a press into one goes there.
function sounding(audio) {
  for (const frame of document.querySelectorAll(".sounding")) {
    const drawing = $("svg", frame);
    if (!drawing) continue;
    const [first, last, left, right] = ["first", "last", "left", "right"].map((name) => Number(frame.dataset[name]));
    const put = rule(drawing, "playing");
    $(".listen-at").hidden = false;
    audio.addEventListener("timeupdate", () => {
      const share = (audio.currentTime - first) / (last - first);
      put(share < 0 || share > 1 ? null : left + share * (right - left));
    });
    drawing.addEventListener("click", (event) => {
      const share = (across(drawing, event) - left) / (right - left);
      if (share < 0 || share > 1) return;
      const go = () => { audio.currentTime = first + share * (last - first); };
      if (audio.readyState) go(); else audio.addEventListener("loadedmetadata", go, { once: true });
      audio.play();
    });
  }
}

// ---- keys and theme ---------------------------------------------------------------------------

const keysOff = () => localStorage.getItem("mingjian-keys") === "off";

function pressed(event) {
  const at = event.target;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (at.closest("input, select, textarea, [contenteditable], dialog") || keysOff()) return;
  const key = event.key;
  if (key === "?") { $("#keys").showModal(); $("#keys button").focus(); }
  else if (key === "/") { const search = $("input[type=search]"); if (!search) return; search.focus(); }
  else if (key === "j" || key === "k") { step(key === "j" ? 1 : -1); }
  else if (key === "t") {
    const themes = [...document.querySelectorAll("[data-theme-to]")];
    const now = themes.findIndex((link) => link.hasAttribute("aria-current"));
    themes[(now + 1) % themes.length].click();
  } else {
    const target = /^[a-z]$/.test(key) && $(`[accesskey="${key}"]`);
    if (!target) return;
    target.click();
  }
  event.preventDefault();
}

// To the next or the last row of a list.
function step(by) {
  const links = [...document.querySelectorAll("tbody tr")].map((row) => $("a", row)).filter(Boolean);
  const now = links.findIndex((link) => link.closest("tr").contains(document.activeElement));
  const next = links[Math.min(links.length - 1, Math.max(0, now + by))];
  if (next) next.focus();
}

function theme(event) {
  event.preventDefault();
  const link = event.currentTarget, to = link.dataset.themeTo;
  fetch(link.href, { redirect: "manual" });
  if (to === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = to;
  for (const one of document.querySelectorAll("[data-theme-to]"))
    one.toggleAttribute("aria-current", one === link);
  link.setAttribute("aria-current", "true");
}

for (const region of document.querySelectorAll("[data-live]")) watch(region);
if ($("[data-again]")) readAgain([...document.querySelectorAll("[data-again]")]);
for (const box of document.querySelectorAll(".laid-over")) strength(box);
for (const chart of document.querySelectorAll(".chart")) readout(chart);
if ($("audio")) sounding($("audio"));
if ($("#upload")) uploading($("#upload"));
for (const link of document.querySelectorAll("[data-theme-to]")) link.addEventListener("click", theme);
addEventListener("keydown", pressed);
const box = $("#keys input");
if (box) {
  box.checked = !keysOff();
  box.addEventListener("change", () => localStorage.setItem("mingjian-keys", box.checked ? "on" : "off"));
}
