"use strict";
// Everything from the server is written as text, never as markup.
(() => {
  const PERIOD_MS = 2000;
  const LATE_MS = 15000;
  const WORDS = {
    QUEUED: "queued", RUNNING: "running", SUCCEEDED: "succeeded", FAILED: "failed", CANCELLED: "cancelled",
    database: "Database", migrations: "Schema", object_store: "Object store", orchestrator: "Orchestrator",
    sqlite: "SQLite", postgresql: "PostgreSQL", folder: "a folder", s3: "a bucket (S3)",
  };
  // In memory only: it ends with the page.
  let token = null;
  let refreshToken = null;
  let timer = 0;
  let updatedAt = 0;

  const at = (id) => document.getElementById(id);
  const say = (id, text) => {
    const place = at(id);
    if (place.textContent !== String(text)) place.textContent = text;
  };
  const word = (name) => WORDS[name] ?? name;
  const count = (number) => new Intl.NumberFormat("en").format(number);
  const plural = (number, one, many) => `${count(number)} ${number === 1 ? one : many}`;
  const element = (tag, text, style) => {
    const made = document.createElement(tag);
    made.textContent = text;
    if (style) made.className = style;
    return made;
  };

  function size(bytes) {
    const units = ["bytes", "KiB", "MiB", "GiB", "TiB"];
    let step = 0;
    while (bytes >= 1024 && step < units.length - 1) { bytes /= 1024; step += 1; }
    return `${step === 0 ? bytes : bytes.toFixed(1)} ${units[step]}`;
  }

  function ago(ms) {
    const s = Math.max(0, Math.round(ms / 1000));
    if (s < 2) return "now";
    if (s < 120) return `${s} s ago`;
    if (s < 5400) return `${Math.round(s / 60)} min ago`;
    if (s < 129600) return `${Math.round(s / 3600)} h ago`;
    return `${Math.round(s / 86400)} d ago`;
  }

  async function ask(path, options = {}) {
    const headers = { ...options.headers };
    if (token) headers.Authorization = `Bearer ${token}`;
    const answer = await fetch(path, {
      ...options, headers, cache: "no-store", credentials: "omit", redirect: "error", signal: AbortSignal.timeout(LATE_MS),
    });
    const text = await answer.text();
    const body = text ? JSON.parse(text) : null;
    if (answer.ok) return body;
    const error = new Error(body?.detail ?? `the server answered ${answer.status}`);
    error.status = answer.status;
    throw error;
  }

  function keep(pair) {
    token = pair.token;
    refreshToken = pair.refresh_token;
  }

  // A token lives for minutes; the next one is fetched with the refresh token, which works once.
  async function askAgain(path) {
    try {
      return await ask(path);
    } catch (error) {
      if (error.status !== 401 || !refreshToken) throw error;
      const body = JSON.stringify({ refresh_token: refreshToken });
      refreshToken = null;
      keep(await ask("/v1/auth/refresh", { method: "POST", headers: { "Content-Type": "application/json" }, body }));
      return ask(path);
    }
  }

  const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? "" : ".");
  const reason = (error) => error.status ? sentence(error.message) : "The server cannot be reached.";

  async function signIn(event) {
    event.preventDefault();
    const button = at("sign-in-button");
    button.disabled = true;
    say("sign-in-error", "");
    try {
      const body = JSON.stringify({ name: at("name").value, password: at("password").value });
      const signedIn = await ask("/v1/auth/login", { method: "POST", headers: { "Content-Type": "application/json" }, body });
      keep(signedIn);
      show(await ask("/v1/status"));
      at("sign-in").reset();
      at("sign-in-part").hidden = true;
      at("status-part").hidden = false;
      at("updated").hidden = false;
      at("sign-out").hidden = false;
      at("status-part").focus();
      later();
    } catch (error) {
      if (token) leave();
      say("sign-in-error", reason(error));
      at("password").value = "";
      at("password").focus();
    } finally {
      button.disabled = false;
    }
  }

  // Ends the token at the server as well, also while the page is being closed.
  function leave() {
    const headers = { Authorization: `Bearer ${token}` };
    token = null;
    fetch("/v1/auth/logout", { method: "POST", headers, keepalive: true, credentials: "omit" }).catch(() => {});
  }

  function signedOut(why) {
    clearTimeout(timer);
    token = null;
    at("status-part").hidden = true;
    at("sign-in-part").hidden = false;
    at("updated").hidden = true;
    at("sign-out").hidden = true;
    at("trouble").hidden = true;
    say("summary", "");
    say("sign-in-error", why);
    at("name").focus();
  }

  function later() {
    clearTimeout(timer);
    if (token && !document.hidden) timer = setTimeout(look, PERIOD_MS);
  }

  async function look() {
    try {
      show(await askAgain("/v1/status"));
      at("trouble").hidden = true;
    } catch (error) {
      if (!token) return;
      if (error.status === 401 || error.status === 403) return signedOut(reason(error));
      say("trouble", `${reason(error)} The numbers are from ${new Date(updatedAt).toLocaleTimeString("en-GB")}.`);
      at("trouble").hidden = false;
    }
    later();
  }

  function show(status) {
    updatedAt = Date.now();
    const now = status.server_time_us;
    const unwell = status.health.filter((part) => !part.is_well).length;
    say("summary", unwell === 0 ? "All is well." : `${plural(unwell, "part needs", "parts need")} attention.`);
    at("summary").className = unwell === 0 ? "well" : "unwell";
    say("updated", `Updated ${new Date(updatedAt).toLocaleTimeString("en-GB")}`);

    at("health").replaceChildren(...status.health.map(healthLine));
    at("runs").replaceChildren(...status.runs.map(({ state, count: number }) => {
      const tile = document.createElement("div");
      tile.append(element("dt", word(state)), element("dd", count(number)));
      tile.dataset.state = state;
      return tile;
    }));
    const steps = status.steps;
    say("steps", `Steps: ${count(steps.due)} due, ${count(steps.leased)} with workers, ${count(steps.paused)} in a pause after a failure.`);
    say("queue-open", count(status.queue.open));
    say("queue-leased", count(status.queue.leased));
    say("uploads", count(status.uploads_open));
    rows("workers", status.workers, 3, "No worker is there.", workerRow);
    rows("recent", status.recent_runs, 4, "No run was asked for yet.", (run) => runRow(run, now));

    const store = status.object_store;
    say("blobs", count(store.blobs));
    say("bytes", size(store.bytes));
    say("damaged", count(store.damaged));
    at("damaged").className = store.damaged > 0 ? "unwell" : "";
    say("kind", word(store.kind));
    say("engine", `${word(status.database.engine)}, schema ${status.database.schema_version}`);
    say("writes", count(status.database.writes_waiting));
    say("version", status.server_version);
    say("code", status.code_ref);
    say("started", `${new Date(status.started_at_us / 1000).toLocaleString("sv-SE")} (${ago((now - status.started_at_us) / 1000)})`);
    say("connections", count(status.connections_open));
  }

  function healthLine(part) {
    const line = document.createElement("li");
    const mark = element("span", part.is_well ? "✓" : "✗", part.is_well ? "well" : "unwell");
    mark.setAttribute("role", "img");
    mark.setAttribute("aria-label", part.is_well ? "well" : "needs attention");
    line.append(mark, element("span", word(part.name)), element("span", sentence(part.detail), "detail"));
    return line;
  }

  function rows(id, things, columns, none, row) {
    const made = things.map(row);
    if (made.length === 0) {
      const cell = element("td", none, "none");
      cell.colSpan = columns;
      const only = document.createElement("tr");
      only.append(cell);
      made.push(only);
    }
    at(id).replaceChildren(...made);
  }

  const progress = (done, of) => of > 0 ? `, ${count(done)} of ${count(of)}` : "";

  function workerRow(worker) {
    const row = document.createElement("tr");
    const step = worker.step;
    const works = step ? `${step.step}${progress(step.progress_done, step.progress_of)}` : "idle";
    const seen = worker.seen_ms_ago === null ? "by its step" : ago(worker.seen_ms_ago);
    const id = element("td", worker.name.slice(0, 8), "id");
    id.title = worker.name;
    row.append(id, element("td", works, step ? "wraps RUNNING" : "wraps none"), element("td", seen, "number"));
    return row;
  }

  function runRow(run, now) {
    const row = document.createElement("tr");
    const id = element("td", run.run_id.slice(0, 8), "id");
    id.title = run.run_id;
    const done = run.steps.filter((step) => step.state === "SUCCEEDED").length;
    const open = run.steps.find((step) => step.state !== "SUCCEEDED");
    const where = open && `${run.state === "CANCELLED" ? "stopped in " : ""}${open.step}${progress(open.progress_done, open.progress_of)}`;
    const step = element("td", where ?? `${done} of ${run.steps.length} done`, "wraps");
    if (run.error) step.append(element("span", sentence(run.error.detail), "why"));
    row.append(id, element("td", word(run.state), run.state), step, element("td", ago((now - run.updated_at_us) / 1000), "number"));
    return row;
  }

  at("sign-in").addEventListener("submit", signIn);
  at("sign-out").addEventListener("click", () => { leave(); signedOut(""); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden && token) look(); });
  addEventListener("pagehide", () => { if (token) leave(); });
  // A page that comes back from the browser's memory has no token any more.
  addEventListener("pageshow", (event) => { if (event.persisted) signedOut(""); });
  at("name").focus();
})();
