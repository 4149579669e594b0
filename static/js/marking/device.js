/* This device and who is at it: ids made here, the session with its token, and the words of the page. */

import { keep, kept } from "./store.js";

export const newId = () => {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16)); /* plain HTTP has no randomUUID */
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
};

const ACCOUNT = "marking-account";

const local = {
  get(key) {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  },
  set(key, value) {
    try {
      localStorage.setItem(key, value);
    } catch {
      /* a forbidden storage: known for as long as the page is open */
    }
  },
};

let id = null;

/* The id of this device, made once.  In both storages, so that clearing one does not make it another device. */
export async function deviceId() {
  if (id) return id;
  id = local.get("marking-device") ?? (await kept("device").catch(() => null)) ?? newId().replaceAll("-", "");
  local.set("marking-device", id);
  await keep("device", id).catch(() => null);
  return id;
}

export const deviceLabel = () => local.get("marking-label") ?? "";
export const nameDevice = (label) => local.set("marking-label", label.slice(0, 60));

/* Who may see what is kept here: set by every page of the desk that the server drew, taken away by signing out. */
export const accountHere = () => Number(local.get(ACCOUNT)) || null;
export const rememberAccount = (account) => local.set(ACCOUNT, String(account));

export const session = {
  account: null,
  csrf: "",
  byPin: false,
  hasPin: false,
  idleMinutes: 20, /* as long as no server has said otherwise */

  /* Ask the server who is signed in.  Account and token are of one moment: neither is ever used with another's. */
  async ask() {
    const answer = await fetch("/marking/session", { headers: { Accept: "application/json" }, cache: "no-store" });
    if (!answer.ok) throw new Error("no session");
    const said = await answer.json();
    Object.assign(this, { account: said.account, csrf: said.csrf, byPin: said.by_pin, hasPin: said.has_pin, idleMinutes: said.idle_minutes });
    return this.account;
  },
};

/* Sign out on this tablet, to the page on which the next judge takes it over.  What was not sent stays here. */
export function signOut() {
  const form = document.createElement("form");
  form.method = "post";
  form.action = "/marking/leave";
  form.dataset.forgetsDrafts = "";
  form.innerHTML = '<input type="hidden" name="csrf_token"><button hidden></button>';
  form.elements.csrf_token.value = session.csrf;
  document.body.append(form);
  form.querySelector("button").click(); /* as a person would: Safari before 16 has no requestSubmit */
}

/* Whether the PIN of whoever is here ends showing this tablet to others; else a long press does. */
export const asksForPin = () => local.get(`marking-show-by-pin:${accountHere()}`) === "yes";
export const askByPin = (asks) => local.set(`marking-show-by-pin:${accountHere()}`, asks ? "yes" : "");

/* The words of the page, in its language. */
const words = document.querySelector("#marking-words")?.content;
export const word = (name, values = {}) => {
  const said = words?.querySelector(`[data-word="${name}"]`)?.textContent ?? name;
  return said.replaceAll(/\{(\w+)\}/g, (_all, key) => values[key] ?? "");
};
export const inEnglish = () => document.documentElement.lang.startsWith("en");
export const ofBoth = ({ zh, en }) => (inEnglish() ? en : zh);
export const clockTime = (moment) =>
  new Date(moment).toLocaleString(document.documentElement.lang, { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit" });
