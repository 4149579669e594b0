/* The desk: which page this is, who is at it, what waits here, and what may be kept for a time without a network. */

import { accountHere, askByPin, asksForPin, deviceId, deviceLabel, nameDevice, rememberAccount, session, word } from "./device.js";
import { openDialog } from "./dialogs.js";
import { startHandOver } from "./handover.js";
import { signOutWhenIdle } from "./idle.js";
import { startKeys } from "./keys.js";
import { queue } from "./queue.js";
import { Sheet } from "./sheet.js";
import { drawAt } from "./shell.js";
import { isShowing, startShow } from "./show.js";
import { keep, kept, store } from "./store.js";

const CONTACT_MS = 60000;
const LOOK_MS = 20000;
const DAY_MS = 180000;

const body = document.body;
let isShell = body.hasAttribute("data-shell");
let sheet = null;

/* ── what stands at the foot and at the top ── */

function drawNet() {
  const waiting = document.querySelector("[data-waiting]");
  const net = document.querySelector("[data-net]");
  if (waiting) {
    waiting.hidden = !queue.pending;
    waiting.textContent = word("waiting", { count: queue.pending });
  }
  if (!net) return;
  const said = queue.net === "online" || queue.net === "unknown" ? (queue.pending ? "" : [word("all-sent"), body.dataset.offline ? word("packed") : ""].filter(Boolean).join(" · ")) : word(queue.net);
  if (net.dataset.said === said) return;
  net.dataset.said = said;
  net.textContent = said;
  if (queue.net === "signed-out") {
    const link = document.createElement("a");
    link.href = `/login?next=${encodeURIComponent(location.pathname)}`;
    link.textContent = word("sign-in");
    net.append(" ", link);
  }
}

function notice(...words) {
  const box = document.querySelector("[data-notice]");
  const said = words.filter(Boolean);
  if (!box || !said.length) return;
  box.querySelector("[data-notice-words]").textContent = said.join(" ");
  box.hidden = false;
}

function nameHere() {
  const field = document.querySelector("[data-device-label]");
  if (!field) return;
  field.value = deviceLabel();
  field.addEventListener("change", () => {
    nameDevice(field.value.trim());
    queue.contact();
  });
}

/* On this device the judge may ask that a PIN ends showing it to others: for whoever has one. */
function askForPin() {
  const option = document.querySelector("[data-show-by-pin]");
  if (!option) return;
  option.hidden = !session.hasPin;
  const box = option.querySelector("input");
  box.checked = asksForPin();
  box.onchange = () => askByPin(box.checked);
}

/* ── what this device keeps ── */

async function takeTheDay(account) {
  const known = await kept(`day:${account}`);
  const { lang } = document.documentElement;
  if (known?.lang === lang && Date.now() - known.asked < DAY_MS) return;
  try {
    const headers = { Accept: "application/json", ...(known?.etag ? { "If-None-Match": known.etag } : {}) };
    const answer = await fetch("/marking/day", { headers, cache: "no-store" });
    const now = Date.now();
    if (answer.status === 304) await keep(`day:${account}`, { ...known, lang, at: now, asked: now });
    else if (answer.ok && !answer.redirected) {
      const day = await answer.json();
      if (day.account === account) await keep(`day:${account}`, { day, lang, etag: answer.headers.get("ETag"), at: now, asked: now });
    }
  } catch {
    /* the day as it was kept before */
  }
}

/* What the server has taken is also what a page without a network shows. */
async function noteInDay(id, answer, items) {
  const known = await kept(`day:${queue.account}`);
  const line = known?.day.skills.flatMap((skill) => skill.sheets).find((each) => each.id === id);
  if (!line) return;
  for (const { id, aspect, seat, number } of answer.recorded ?? []) {
    const sent = items.find((item) => item.id === id);
    if (sent && typeof number === "number") line.values[`${aspect}-${seat}`] = [number, sent.value];
  }
  if (answer.sheet) Object.assign(line, { done: answer.sheet.done, needed: answer.sheet.needed, mark: answer.sheet.mark });
  await keep(`day:${queue.account}`, known);
}

async function workOffline() {
  if (!("serviceWorker" in navigator)) {
    notice(window.isSecureContext ? "" : word("plain-http"), (await store.takesFiles()) ? "" : word("no-storage"));
    return false;
  }
  try {
    await navigator.serviceWorker.register("/marking/worker.js", { scope: "/marking" });
    await navigator.serviceWorker.ready;
    await navigator.storage?.persist?.();
    return true;
  } catch {
    return false; /* the desk works while the server answers */
  }
}

/* ── looking again ── */

async function lookAgain() {
  if (!sheet || isShell || document.hidden || queue.pending || queue.net !== "online") return;
  try {
    const answer = await fetch(`/marking/sheets/${sheet.id}/standing`, { headers: { Accept: "application/json" } });
    if (answer.ok && !answer.redirected) sheet.standing((await answer.json()).sheet, await deviceId());
    sheet.draw();
  } catch {
    queue.say("offline");
  }
}

async function beThere() {
  if (document.hidden) return;
  const came = await queue.contact();
  if (came) await queue.send();
  if (came && isShell) leaveShell();
}

/* The server answers again and nothing waits: the page it draws knows more than the one kept here. */
function leaveShell() {
  const isAway = location.pathname !== "/marking/shell" && !queue.pending;
  if (isAway && !isShowing() && !document.querySelector("dialog[open]")) location.reload();
}

/* ── beginning ── */

async function openHere(path) {
  const form = isShell ? await drawAt(path) : document.querySelector("form[data-sheet]");
  sheet = form ? new Sheet(form) : null;
  sheet?.start();
}

/* Without a network and without a worker, a page that is open goes on to the next sheet by itself: it becomes the shell. */
function followInPlace() {
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-desk-link][href]");
    const isCut = queue.net === "offline" && !navigator.serviceWorker?.controller;
    if (!link || event.ctrlKey || event.metaKey || !(isShell || isCut)) return;
    event.preventDefault();
    if (!isShell) becomeShell();
    history.pushState(null, "", link.href);
    queue.listeners.clear();
    queue.answers.clear();
    listen();
    await openHere(location.pathname);
    drawNet();
    scrollTo(0, 0);
    document.querySelector("main").focus();
  });
  addEventListener("popstate", () => isShell && location.reload());
}

function becomeShell() {
  isShell = true;
  body.setAttribute("data-shell", "");
  const main = document.querySelector("main");
  main.innerHTML = '<p class="shell-said" data-shell-said role="status"></p><div data-shell-body></div>';
}

function listen() {
  queue.listeners.add(drawNet);
  queue.answers.add(noteInDay);
}

function hint() {
  const box = document.querySelector("[data-hint]");
  if (!box) return;
  try {
    box.hidden = localStorage.getItem("marking-hint") === "seen";
  } catch {
    box.hidden = false;
  }
  box.querySelector("[data-hint-close]").addEventListener("click", () => {
    box.hidden = true;
    try {
      localStorage.setItem("marking-hint", "seen");
    } catch {
      /* it comes again */
    }
    sheet?.goToLeft();
  });
}

async function start() {
  const account = isShell ? accountHere() : Number(body.dataset.account) || null;
  if (!isShell && account) {
    rememberAccount(account);
    session.account = account;
    session.csrf = document.querySelector("meta[name='csrf-token']").content;
  }
  await queue.load(account);
  await queue.forgetOthers();
  queue.listen();
  listen();
  if (queue.others) notice(word("others", { count: queue.others }));
  startHandOver();
  hint();
  nameHere();
  askForPin();
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open]");
    if (!opener) return;
    openDialog(document.getElementById(opener.dataset.open));
    document.dispatchEvent(new Event(`${opener.dataset.open}-open`));
  });
  await openHere(location.pathname);
  startShow();
  startKeys(() => sheet);
  followInPlace();
  drawNet();
  body.dataset.ready = "yes";
  if (!account) return;
  addEventListener("online", beThere);
  addEventListener("offline", () => queue.say("offline"));
  addEventListener("visibilitychange", () => beThere().then(lookAgain));
  setInterval(beThere, CONTACT_MS);
  setInterval(lookAgain, LOOK_MS);
  session.ask().catch(() => null).then(askForPin);
  signOutWhenIdle();
  const working = isShell ? true : workOffline();
  await beThere();
  lookAgain(); /* what was on its way while the page was drawn */
  if (!isShell) await takeTheDay(account);
  const isPacked = Boolean(await kept(`day:${account}`)) && Boolean(await kept(`key:${account}`));
  if ((await working) && isPacked) body.dataset.offline = "yes"; /* from here on the network may go */
  drawNet();
}

start();
