/* What waits on this device to be sent, and the sending of it.

   A value is kept before the page says so, and leaves only when the server has answered for it.  Each has an id made here, so it can be
   sent any number of times; values of one place go in the order they were given, each upon the number of the one before.  Nothing is
   sent but under the account that gave it. */

import { deviceId, deviceLabel, newId, session } from "./device.js";
import { forget, keep, store } from "./store.js";

const WAITS_MS = [3000, 5000, 10000, 20000, 60000];
const PATIENCE_MS = 20000;

const placeOf = (item) => `${item.sheet}/${item.aspect}/${item.seat}`;

export const queue = {
  account: null,
  items: [],
  others: 0, /* how many wait here of other judges */
  net: "unknown", /* online · offline · signed-out · other-account */
  listeners: new Set(),
  answers: new Set(),
  busy: false,
  again: false,
  tries: 0,
  timer: 0,

  async load(account) {
    this.account = account;
    const rows = await store.all("outbox");
    this.items = rows.filter((item) => item.account === account).sort((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1));
    this.others = rows.filter((item) => item.account !== account).length;
    this.tell();
  },

  waiting: (item) => item.state === "kept",
  get pending() {
    return this.items.length;
  },
  of(sheet) {
    return this.items.filter((item) => item.sheet === sheet);
  },

  tell() {
    this.listeners.forEach((listener) => listener());
  },
  say(net) {
    if (this.net === net) return;
    this.net = net;
    this.tell();
  },

  /* Keep something to be sent.  A mark without `seen` follows upon the one before it in the queue. */
  async add(item) {
    const before = this.items.filter((each) => each.kind === "mark" && item.kind === "mark" && placeOf(each) === placeOf(item)).pop();
    const made = {
      id: newId(),
      order: Math.max(0, ...this.items.map((each) => each.order)) + 1,
      account: this.account,
      device: await deviceId(),
      made_at: new Date().toISOString(),
      state: "kept",
      ...item,
    };
    if (before && before.state !== "refused") made.seen = null;
    await store.change("outbox", { put: [made] });
    this.items.push(made);
    this.tell();
    this.shout();
    this.send();
    return made;
  },

  async change({ put = [], remove = [] }) {
    const gone = new Set(remove);
    const changed = new Map(put.map((item) => [item.id, item]));
    this.items = this.items.filter((item) => !gone.has(item.id)).map((item) => changed.get(item.id) ?? item);
    await store.change("outbox", { put, remove });
    this.tell();
    this.shout();
  },

  async drop(id) {
    await this.change({ remove: [id] });
  },
  async sendAgain(id) {
    const item = this.items.find((each) => each.id === id);
    if (item) await this.change({ put: [{ ...item, state: "kept", why: undefined }] });
    this.send();
  },

  /* ── sending ── */

  async send() {
    if (this.busy) {
      this.again = true;
      return;
    }
    this.busy = true;
    clearTimeout(this.timer);
    try {
      const work = () => this.rounds();
      if (navigator.locks) await navigator.locks.request("marking-send", work); /* two pages of one browser take turns */
      else await work();
    } finally {
      this.busy = false;
    }
    if (this.again) {
      this.again = false;
      this.send();
    }
  },

  async rounds() {
    const waited = this.items.some(this.waiting);
    await this.sendAll();
    if (waited && !this.pending) await this.contact(); /* who watches the devices sees that nothing waits here any more */
  },

  async sendAll() {
    if (navigator.locks) await this.load(this.account); /* another page may have sent it meanwhile */
    while (this.items.some(this.waiting)) {
      const went = await this.round();
      if (went === "nothing") return;
      if (went === "away") {
        this.timer = setTimeout(() => this.send(), WAITS_MS[Math.min(this.tries, WAITS_MS.length - 1)] * (0.8 + Math.random() * 0.4));
        this.tries += 1;
        return;
      }
      this.tries = 0;
    }
  },

  /* One request.  "away": try later; "nothing": what is left waits for a person. */
  async round() {
    const held = new Set(this.items.filter((item) => item.state === "conflict").map(placeOf));
    const ready = this.items.filter((item) => this.waiting(item) && !(item.kind === "mark" && held.has(placeOf(item))));
    if (!ready.length) return "nothing";
    const [first] = ready;
    if (first.kind === "mark") return this.sendMarks(first.sheet, ready);
    return this.sendOther(first);
  },

  async sendMarks(sheet, ready) {
    const batch = new Map();
    for (const item of ready) {
      if (item.kind !== "mark" || item.sheet !== sheet || batch.has(placeOf(item))) continue;
      batch.set(placeOf(item), item);
      if (item.alone) break;
    }
    const alone = [...batch.values()].find((item) => item.alone);
    const marks = alone ? [alone] : [...batch.values()];
    const content = marks.map(({ id, aspect, seat, value, seen, made_at, device, reason }) => ({
      id, aspect, seat, value, seen: seen ?? 0, made_at, device, reason: reason ?? "",
    }));
    const answer = await this.post(`/marking/sheets/${sheet}/marks`, JSON.stringify(content), "application/json");
    if (!answer) return "away";
    if (answer.ok) {
      await this.settleRecorded(sheet, marks, answer.body);
      return "on";
    }
    await this.settleNot(marks, answer);
    return "on";
  },

  async settleRecorded(sheet, marks, body) {
    const put = [];
    for (const { id, number } of body.recorded ?? []) {
      const sent = marks.find((item) => item.id === id);
      const next = sent && this.items.find((item) => item.kind === "mark" && item.id !== id && placeOf(item) === placeOf(sent) && item.seen == null);
      if (next) put.push({ ...next, seen: number });
    }
    const sent = marks.map((item) => item.id);
    await this.change({ put, remove: sent });
    this.answers.forEach((listener) => listener(sheet, body, marks));
  },

  async settleNot(marks, { status, body }) {
    if (body?.error === "conflict") {
      const put = body.conflicts.map(({ id, now, number }) => ({ ...marks.find((item) => item.id === id), state: "conflict", theirs: now, number }));
      return this.change({ put });
    }
    const whys = body?.refused ?? {};
    if (!Object.keys(whys).length && marks.length > 1) return this.change({ put: marks.map((item) => ({ ...item, alone: true })) });
    const why = body?.reasons?.[0] ?? { zh: `服务器答复 ${status}`, en: `The server answered ${status}` };
    const put = marks
      .filter((item) => whys[item.id] || marks.length === 1)
      .map((item) => ({ ...item, state: "refused", why: whys[item.id] ?? why }));
    return this.change({ put });
  },

  async sendOther(item) {
    let answer;
    if (item.kind === "note") {
      const { id, aspect, text, made_at, device } = item;
      answer = await this.post(`/marking/sheets/${item.sheet}/notes`, JSON.stringify([{ id, aspect, text, made_at, device }]), "application/json");
    } else if (item.kind === "photo") {
      const form = new FormData();
      for (const name of ["id", "aspect", "made_at", "device"]) form.append(name, item[name]);
      form.append("file", new Blob([item.jpeg], { type: "image/jpeg" }), "photo.jpg");
      answer = await this.post(`/marking/sheets/${item.sheet}/photos`, form);
    } else {
      answer = await this.post(`/marking/photos/${item.photo}/withdraw`, "{}", "application/json");
    }
    if (!answer) return "away";
    if (answer.ok) {
      await this.change({ remove: [item.id] });
      this.answers.forEach((listener) => listener(item.sheet, answer.body, [item]));
    } else {
      const why = answer.body?.reasons?.[0] ?? { zh: `服务器答复 ${answer.status}`, en: `The server answered ${answer.status}` };
      await this.change({ put: [{ ...item, state: "refused", why }] });
    }
    return "on";
  },

  /* The server's answer, or nothing where it gave none that counts: no network, a fault of its own, nobody signed in. */
  async post(address, content, type, isSecond = false) {
    if (!session.csrf && !(await this.isMine())) return null;
    const headers = { Accept: "application/json", "X-CSRFToken": session.csrf };
    if (type) headers["Content-Type"] = type;
    const stop = new AbortController();
    const patience = setTimeout(() => stop.abort(), PATIENCE_MS);
    let answer;
    try {
      answer = await fetch(address, { method: "POST", headers, body: content, signal: stop.signal, redirect: "manual" });
    } catch {
      this.say("offline");
      return null;
    } finally {
      clearTimeout(patience);
    }
    if (answer.type === "opaqueredirect" || answer.status === 400 || answer.status === 401 || answer.status === 403) {
      const before = session.csrf;
      if (!(await this.isMine())) return null;
      if (!isSecond && (session.csrf !== before || answer.type === "opaqueredirect")) return this.post(address, content, type, true);
    }
    if (answer.type === "opaqueredirect" || answer.status === 429 || answer.status >= 500) {
      this.say("offline");
      return null;
    }
    this.say("online");
    const body = await answer.json().catch(() => null);
    return { ok: answer.ok, status: answer.status, body };
  },

  /* Whether the account that is signed in is the one whose queue this is. */
  async isMine() {
    try {
      await session.ask();
    } catch {
      this.say("offline");
      return false;
    }
    if (session.account === this.account) return true;
    this.say(session.account ? "other-account" : "signed-out");
    return false;
  },

  /* ── being there ── */

  /* Tell the server that this device is there and what waits on it; keep the key with which it vouches for what it packs. */
  async contact() {
    const content = { device: await deviceId(), label: deviceLabel(), pending: this.pending, sent_at: Date.now() };
    const answer = await this.post("/marking/device", JSON.stringify(content), "application/json");
    if (answer?.ok) await keep(`key:${this.account}`, answer.body.key);
    return Boolean(answer?.ok);
  },

  /* Other pages of this browser look again at what waits. */
  shout() {
    this.channel?.postMessage("changed");
  },
  listen() {
    if (!("BroadcastChannel" in window)) return;
    this.channel = new BroadcastChannel("marking");
    this.channel.onmessage = () => this.busy || this.load(this.account);
  },

  /* What another account left of the day is nobody's business here; what it has not sent stays, for it alone. */
  async forgetOthers() {
    const rows = await store.all("kept");
    const strange = rows.map((row) => row.id).filter((id) => id.startsWith("day:") && id !== `day:${this.account}`);
    if (strange.length) await forget(...strange);
  },
};
