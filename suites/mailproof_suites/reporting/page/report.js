"use strict";
// The table "Every verdict" of report.html. Text from a run reaches the page through textContent only, never as markup.
// Rows are built when they come near the screen and bodies when they are opened, so thousands of cases stay quick.
(() => {
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const { requirements, cases, areas, words, openStates } = read("index");
  const byId = new Map(requirements.map((row) => [row.id, row]));
  const caseById = new Map(cases.map((entry) => [entry.id, entry]));
  const CHUNK = 120;
  const WIRE_CHUNK = 400;
  let wires = null; // parsed at the first opened case: by far the largest part of the page

  // ---- building blocks -------------------------------------------------------------------------------------------
  const h = (tag, attributes, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name === "onclick") element.addEventListener("click", value);
      else if (value !== undefined && value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
    }
    for (const child of children.flat()) {
      if (child || child === 0) element.append(child); // `condition && element` leaves false, null or ""
    }
    return element;
  };
  const kindOf = (state) => (openStates.includes(state) ? "open" : state);
  const pill = (state) => h("span", { class: `pill is-${kindOf(state)}` }, state);
  const plural = (count, noun) => `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
  const seconds = (value) => (value >= 10 ? `${value.toFixed(1)} s` : value >= 0.9995 ? `${value.toFixed(2)} s` : `${Math.round(value * 1000)} ms`);
  const heading = (text) => h("h4", {}, text);
  let serial = 0;

  // ---- what the hash keeps ---------------------------------------------------------------------------------------
  const state = { view: "requirements", q: "", verdict: new Set(), area: "", level: "", open: "" };
  const readHash = () => {
    const hash = new URLSearchParams(location.hash.slice(1));
    const open = hash.get("case") || hash.get("req") || "";
    const view = hash.has("case") ? "cases" : hash.get("view");
    state.view = view === "cases" || !requirements.length ? "cases" : "requirements";
    state.q = hash.get("q") || "";
    state.verdict = new Set((hash.get("verdict") || "").split(",").filter(Boolean));
    state.area = hash.get("area") || "";
    state.level = hash.get("level") || "";
    state.open = open;
  };
  const writeHash = () => {
    const hash = new URLSearchParams();
    if (state.view === "cases") hash.set("view", "cases");
    if (state.q) hash.set("q", state.q);
    if (state.verdict.size) hash.set("verdict", [...state.verdict].join(","));
    if (state.area) hash.set("area", state.area);
    if (state.level) hash.set("level", state.level);
    const text = hash.toString();
    history.replaceState(null, "", text ? `#${text}` : location.pathname + location.search);
  };

  // ---- filter ----------------------------------------------------------------------------------------------------
  const haystack = (item) => {
    if (item.hay === undefined) {
      const own = item.v !== undefined
        ? [item.id, item.title, item.message, item.expected, item.actual, ...item.reqs]
        : [item.id, item.source, item.section, item.text, item.detail, ...item.cases.flatMap((at) => [cases[at].id, cases[at].title, cases[at].message])];
      item.hay = own.join("\n").toLowerCase();
    }
    return item.hay;
  };
  const stateOf = (item) => (item.v === undefined ? item.state : item.v);
  const matching = () => {
    const terms = state.q.toLowerCase().split(/\s+/).filter(Boolean);
    return (state.view === "cases" ? cases : requirements).filter((item) =>
      (!state.area || item.area === state.area)
      && (!state.level || item.level === state.level)
      && terms.every((term) => haystack(item).includes(term)));
  };

  // ---- one case --------------------------------------------------------------------------------------------------
  const section = (row) => {
    const label = row.source === "FEATURES" ? `FEATURES, ${row.section}` : `${row.source} §${row.section}`;
    return row.url ? h("a", { href: row.url, rel: "noreferrer", target: "_blank" }, label) : h("span", { class: "muted" }, label);
  };
  const requirementList = (entry) => h("ul", { class: "reqs" }, [...new Set([...entry.reqs, ...entry.violated])].map((id) => {
    const row = byId.get(id);
    return h("li", {}, h("span", { class: "id" }, id), " ",
      row && h("span", { class: "level" }, row.level.toUpperCase()), " ",
      row && row.text ? `${row.text} ` : null, row && section(row),
      entry.violated.includes(id) && h("span", { class: "violated" }, " violated"));
  }));
  // Marks the part in which two texts differ, when what they share is worth leaving out.
  const marked = (text, other) => {
    const most = Math.min(text.length, other.length);
    let head = 0;
    while (head < most && text[head] === other[head]) head += 1;
    let tail = 0;
    while (tail < most - head && text[text.length - 1 - tail] === other[other.length - 1 - tail]) tail += 1;
    if (head + tail < 6 || text.length > 20000 || head + tail >= text.length) return [text];
    return [text.slice(0, head), h("mark", {}, text.slice(head, text.length - tail)), text.slice(text.length - tail)];
  };
  const pair = (entry) => (entry.expected || entry.actual) && h("div", { class: "pair" },
    h("div", { class: "expected" }, heading("Expected"), h("pre", { class: "box" }, marked(entry.expected, entry.actual))),
    h("div", { class: "actual" }, heading("Actual"), h("pre", { class: "box" }, marked(entry.actual, entry.expected))));
  const steps = (entry) => entry.steps.length > 0 && h("div", {}, heading("Steps"), h("ol", { class: "steps" },
    entry.steps.map(([name, verdict, message]) => h("li", {}, pill(verdict), h("span", {}, name, message ? h("span", { class: "muted" }, ` – ${message}`) : null)))));
  const notes = (entry) => entry.notes.length > 0 && h("div", {}, heading("Notes"), h("ul", { class: "notes" }, entry.notes.map((note) => h("li", {}, note))));
  const detail = (entry) => entry.detail && h("div", {}, heading(entry.v === "error" ? "Traceback" : "Where"), h("pre", { class: "box" }, entry.detail));

  const DIRECTIONS = { ">": ["sent", "→", "sent "], "<": ["received", "←", "received "], "*": ["remark", "·", "remark "] };
  const wireLine = ([direction, connection, time, text], hue, same) => {
    const [name, sign, spoken] = DIRECTIONS[direction];
    return h("li", { class: `${name}${same ? " same" : ""}` }, h("span", { class: "time" }, time),
      h("span", { class: `connection c${hue % 4}`, title: connection }, connection),
      h("span", { class: "sign" }, h("span", { class: "visually-hidden" }, spoken), h("span", { "aria-hidden": "true" }, sign)),
      h("span", { class: "what" }, text));
  };
  const wire = (entry) => {
    if (entry.wire === 0) return null;
    const head = h("div", { class: "wire-head" }, heading("Wire log"));
    if (entry.wire === 2) return h("div", {}, head, h("p", { class: "muted" }, "Left out to keep this file small; run.json holds it."));
    wires ||= read("wires");
    const lines = wires[entry.at];
    const connections = [...new Set(lines.map((line) => line[1]))];
    const list = h("ol", { class: `wire${connections.length < 2 ? " single" : ""}`, tabindex: "0", role: "region", "aria-label": "Wire log" });
    let only = null;
    let shown = WIRE_CHUNK;
    const fill = () => {
      const chosen = lines.filter((line) => only === null || line[1] === only);
      list.replaceChildren(...chosen.slice(0, shown).map((line, at) => wireLine(line, connections.indexOf(line[1]), at > 0 && chosen[at - 1][1] === line[1])));
      if (chosen.length > shown) {
        list.append(h("li", { class: "remark" }, h("button", { type: "button", class: "chip", onclick: () => { shown = Infinity; fill(); } }, `Show all ${chosen.length.toLocaleString("en")} lines`)));
      }
    };
    if (connections.length > 1) {
      const buttons = [null, ...connections].map((name) => h("button", { type: "button", class: "chip", "aria-pressed": String(name === only), onclick: (event) => {
        only = name;
        buttons.forEach((button) => button.setAttribute("aria-pressed", String(button === event.currentTarget)));
        fill();
      } }, name === null ? "all connections" : name || "unnamed"));
      head.append(...buttons);
    }
    if (navigator.clipboard) {
      head.append(h("button", { type: "button", class: "chip", onclick: (event) => {
        const button = event.currentTarget;
        navigator.clipboard.writeText(lines.map((line) => [line[2], line[1], line[0], line[3]].join(" ")).join("\n"))
          .then(() => { button.textContent = "Copied"; }, () => { button.textContent = "Not allowed here"; });
      } }, "Copy"));
    }
    fill();
    return h("div", {}, head, list);
  };
  const caseBody = (entry, withRequirements) => [
    withRequirements && h("div", {}, heading(entry.reqs.length === 1 ? "Requirement" : "Requirements"), requirementList(entry)),
    entry.v === "pass" && entry.message && h("p", { class: "message" }, entry.message),
    pair(entry), steps(entry), notes(entry), detail(entry), wire(entry),
    h("p", { class: "meta" }, h("code", {}, entry.id), h("span", {}, seconds(entry.s)), h("span", {}, `worker ${entry.worker}`),
      h("a", { href: `#${new URLSearchParams({ case: entry.id })}` }, "link to this case")),
  ].filter(Boolean);

  // ---- rows ------------------------------------------------------------------------------------------------------
  const toggle = (row, button, build, open) => {
    const want = open === undefined ? button.getAttribute("aria-expanded") !== "true" : open;
    button.setAttribute("aria-expanded", String(want));
    row.classList.toggle("is-open", want);
    if (want && row.children.length === 1) {
      const body = h("div", { class: "body", id: button.getAttribute("aria-controls") });
      row.append(body);
      body.append(...build());
    } else if (row.children.length > 1) row.lastElementChild.hidden = !want;
  };
  const rowOf = (className, head, build) => {
    const button = h("button", { type: "button", "aria-expanded": "false", "aria-controls": `body-${serial += 1}` }, head);
    const row = h("div", { class: `row ${className}` }, button);
    button.addEventListener("click", () => toggle(row, button, build));
    row.openIt = () => { toggle(row, button, build, true); return button; };
    return row;
  };
  const caseRow = (entry, withRequirements) => rowOf("of-case", [
    pill(entry.v),
    h("span", { class: "name" }, entry.title, h("small", { class: "mono" }, entry.id), entry.v !== "pass" && entry.message ? h("small", {}, entry.message) : null),
    h("span", { class: "end" }, seconds(entry.s)),
  ], () => caseBody(entry, withRequirements));
  const requirementRow = (row) => rowOf("of-requirement", [
    pill(row.state),
    h("span", { class: "id" }, row.id),
    h("span", { class: "level" }, row.level.toUpperCase()),
    h("span", { class: "name" }, row.text || "This run knows no text for it.", row.detail ? h("small", {}, row.detail) : null),
    h("span", { class: "end" }, row.cases.length ? plural(row.cases.length, "case") : row.checks ? plural(row.checks, "check") : ""),
  ], () => {
    const rows = row.cases.map((at) => caseRow(cases[at], false));
    if (rows.length === 1) queueMicrotask(() => rows[0].openIt());
    return [
      h("p", { class: "meta" }, section(row), h("span", {}, words[row.state]),
        row.checks > 0 && h("span", {}, `${plural(row.checks, "exchange")} checked by a monitor`),
        h("a", { href: `#${new URLSearchParams({ req: row.id })}` }, "link to this requirement")),
      h("div", {}, rows),
    ];
  });

  // ---- groups ----------------------------------------------------------------------------------------------------
  const groupsElement = document.getElementById("groups");
  const statusElement = document.getElementById("status");
  const chips = document.getElementById("chips");
  const order = Object.keys(words);
  const countWords = (items) => {
    const counts = new Map();
    items.forEach((item) => counts.set(stateOf(item), (counts.get(stateOf(item)) || 0) + 1));
    return order.filter((name) => counts.has(name)).map((name) => `${counts.get(name).toLocaleString("en")} ${name}`).join(" · ");
  };
  const near = new IntersectionObserver((entries) => entries.forEach((entry) => { if (entry.isIntersecting) entry.target.click(); }), { rootMargin: "600px" });
  const fillRows = (box, items) => {
    let at = 0;
    let source = null;
    const more = h("button", { type: "button", class: "show-more" });
    const step = (target) => {
      near.unobserve(more);
      more.remove();
      const end = Math.min(items.length, target);
      for (; at < end; at += 1) {
        const item = items[at];
        if (item.v === undefined && item.source !== source) {
          source = item.source;
          box.append(h("p", { class: "source" }, source));
        }
        const row = item.v === undefined ? requirementRow(item) : caseRow(item, true);
        row.item = item;
        box.append(row);
      }
      if (at < items.length) {
        more.textContent = `Show more (${(items.length - at).toLocaleString("en")} left)`;
        box.append(more);
        near.observe(more);
      }
    };
    more.addEventListener("click", () => step(at + CHUNK));
    box.reach = (item) => { step(Math.max(at, items.indexOf(item) + 1)); return [...box.children].find((row) => row.item === item); };
    box.fillAll = () => step(items.length);
    step(CHUNK);
  };
  const groupOf = (area, items, open) => {
    const box = h("div", { id: `group-${serial += 1}`, hidden: true });
    const button = h("button", { type: "button", "aria-expanded": "false", "aria-controls": box.id },
      h("span", { class: "arrow" }), h("span", {}, areas[area] || area), h("span", { class: "counts" }, countWords(items)));
    const group = h("div", { class: "group card" }, h("h3", {}, button), box);
    group.setOpen = (want) => {
      button.setAttribute("aria-expanded", String(want));
      box.hidden = !want;
      if (want && !box.children.length) fillRows(box, items);
    };
    button.addEventListener("click", () => group.setOpen(box.hidden));
    group.area = area;
    group.box = box;
    if (open) group.setOpen(true);
    return group;
  };
  const isBad = (item) => stateOf(item) === "fail" || stateOf(item) === "error";

  const render = () => {
    const found = matching();
    const counts = new Map();
    found.forEach((item) => counts.set(stateOf(item), (counts.get(stateOf(item)) || 0) + 1));
    const chosen = state.verdict.size ? found.filter((item) => state.verdict.has(stateOf(item))) : found;
    chips.replaceChildren(...order.filter((name) => counts.has(name) || state.verdict.has(name)).map((name) =>
      h("button", { type: "button", class: "chip", "aria-pressed": String(state.verdict.has(name)), "data-verdict": name },
        name, h("span", { class: "n" }, (counts.get(name) || 0).toLocaleString("en")))));
    document.querySelectorAll("[data-view]").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.view === state.view)));
    const filtered = Boolean(state.q || state.verdict.size || state.area || state.level);
    statusElement.replaceChildren(plural(chosen.length, state.view === "cases" ? "case" : "requirement"), filtered ? " match. " : ". ");
    if (filtered) statusElement.append(h("button", { type: "button", class: "chip", onclick: () => {
      Object.assign(state, { q: "", verdict: new Set(), area: "", level: "", open: "" });
      changed();
    } }, "Clear the filter"));
    near.disconnect();
    groupsElement.replaceChildren(...Object.keys(areas).map((area) => [area, chosen.filter((item) => item.area === area)])
      .filter(([, items]) => items.length)
      .map(([area, items]) => groupOf(area, items, filtered || items.some(isBad))));
    const query = document.getElementById("query");
    if (query.value !== state.q) query.value = state.q;
    document.getElementById("area").value = state.area;
    document.getElementById("level").value = state.level;
  };
  const changed = () => { writeHash(); render(); };
  const openFromHash = () => {
    const item = state.view === "cases" ? caseById.get(state.open) : byId.get(state.open);
    const group = item && [...groupsElement.children].find((entry) => entry.area === item.area);
    if (!group) return;
    group.setOpen(true);
    const row = group.box.reach(item);
    if (!row) return;
    const button = row.openIt();
    row.scrollIntoView({ block: "start" });
    button.focus({ preventScroll: true });
  };
  const fromHash = (first) => {
    // Headings of this page have anchors, too; they are no filter.
    if (location.hash && !location.hash.includes("=") && !first) return;
    readHash();
    render();
    if (state.open) openFromHash();
    else if (!first && location.hash) document.getElementById("browse").scrollIntoView();
  };

  // ---- wiring ----------------------------------------------------------------------------------------------------
  document.getElementById("area").append(h("option", { value: "" }, "Every area"), ...Object.entries(areas).map(([name, label]) => h("option", { value: name }, label)));
  document.querySelector(".switch").hidden = !requirements.length;
  document.getElementById("tools").hidden = false;
  document.getElementById("tools").addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.view) Object.assign(state, { view: button.dataset.view, verdict: new Set() });
    else if (button.dataset.verdict && !state.verdict.delete(button.dataset.verdict)) state.verdict.add(button.dataset.verdict);
    const verdict = button.dataset.verdict;
    changed();
    // The chips were built anew: keep the keyboard where it was.
    if (verdict) chips.querySelector(`[data-verdict="${CSS.escape(verdict)}"]`)?.focus();
  });
  let typing = 0;
  document.getElementById("query").addEventListener("input", (event) => {
    clearTimeout(typing);
    typing = setTimeout(() => { state.q = event.target.value; changed(); }, 120);
  });
  for (const name of ["area", "level"]) {
    document.getElementById(name).addEventListener("change", (event) => { state[name] = event.target.value; changed(); });
  }
  addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.target.closest("input, select, textarea")) {
      event.preventDefault();
      document.getElementById("query").focus();
    }
  });
  addEventListener("hashchange", () => fromHash(false));
  addEventListener("beforeprint", () => {
    [...groupsElement.children].forEach((group) => { if (!group.box.hidden) group.box.fillAll(); });
    document.querySelectorAll("details.fold").forEach((fold) => { fold.open = true; });
  });
  fromHash(true);
})();
