/* What waits here, packed for another machine to take in: the marks as QR codes, page by page, and all of it as a file.  Sealed with the
   key that the server gave to this judge on this device, so that nobody on the way can change it unnoticed. */

import { clockTime, deviceId, word } from "./device.js";
import { queue } from "./queue.js";
import { digest, hmac } from "./seal.js";
import { kept } from "./store.js";

const PART = 480; /* characters a code: readable by a phone from a tablet's screen */

const MARK = ["id", "sheet", "aspect", "seat", "seen", "value", "made_at", "reason"];
const NOTE = ["id", "sheet", "aspect", "text", "made_at"];
const PHOTO = ["id", "sheet", "aspect", "made_at", "sha256"];

const only = (names, item) => Object.fromEntries(names.map((name) => [name, item[name]]));
const kind = (name) => queue.items.filter((item) => item.kind === name);

function base64(bytes) {
  const text = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  return text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/* The packet of this judge's marks with what else *content* adds, or nothing where the server never gave this device a key. */
async function packet(content = {}) {
  const key = await kept(`key:${queue.account}`);
  if (!key) return null;
  const whole = {
    account: queue.account,
    device: await deviceId(),
    packed_at: new Date().toISOString(),
    marks: kind("mark").map((item) => only(MARK, { ...item, seen: item.seen ?? 0 })),
    ...content,
  };
  const encoded = base64(new TextEncoder().encode(JSON.stringify(whole)));
  return `JB1.${encoded}.${hmac(key, encoded)}`;
}

/* The same with notes, and with as many photos as fit into *most* bytes; `left` says how many do not. */
async function parcel(most) {
  const pictures = [];
  let room = most;
  for (const item of kind("photo")) {
    const bytes = new Uint8Array(item.jpeg);
    if (bytes.length > room) continue;
    room -= bytes.length;
    pictures.push({ ...item, sha256: digest(bytes), line: `JB1A/${item.id}/${base64(bytes)}` });
  }
  const notes = kind("note").map((item) => only(NOTE, item));
  const text = await packet({ notes, photos: pictures.map((item) => only(PHOTO, item)) });
  return { text: [text, ...pictures.map((item) => item.line)].join("\n"), photos: pictures.length, left: kind("photo").length - pictures.length };
}

export function parts(text) {
  const count = Math.ceil(text.length / PART);
  const name = newName();
  return Array.from({ length: count }, (_each, at) => `JB1P/${name}/${at + 1}/${count}/${text.slice(at * PART, (at + 1) * PART)}`);
}

const newName = () => [...crypto.getRandomValues(new Uint8Array(4))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/* Fetched while there is a network: on plain HTTP no worker keeps it. */
const library = import("../../vendor/qr/index.js").then((module) => module.encodeQR).catch(() => null);

const QUIET = 4; /* modules of white around a code */
const EDGE = 720; /* pixels, about */

function draw(encode, holder, text) {
  const rows = encode(text, "raw", { ecc: "medium", encoding: "byte", border: QUIET });
  const scale = Math.max(3, Math.floor(EDGE / rows.length));
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = rows.length * scale;
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = "#000";
  rows.forEach((row, down) => row.forEach((isDark, along) => isDark && pen.fillRect(along * scale, down * scale, scale, scale)));
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", "QR");
  holder.replaceChildren(canvas);
}

export function startHandOver() {
  const dialog = document.querySelector("#desk-pack");
  if (!dialog) return;
  const said = dialog.querySelector("[data-pack-said]");
  const full = dialog.querySelector("[data-pack-full]");
  const file = dialog.querySelector("[data-pack-file]");
  let encode = null;
  let codes = [];
  let at = 0;
  const show = () => {
    draw(encode, dialog.querySelector("[data-pack-code]"), codes[at]);
    dialog.querySelector("[data-pack-page]").textContent = word("pack-page", { at: at + 1, of: codes.length });
  };
  for (const step of dialog.querySelectorAll("[data-pack-step]")) {
    step.addEventListener("click", () => {
      at = (at + Number(step.dataset.packStep) + codes.length) % codes.length;
      show();
    });
  }
  document.addEventListener("desk-pack-open", async () => {
    const marks = await packet();
    const isFull = Boolean(marks) && queue.items.some((item) => item.kind !== "withdraw");
    full.hidden = !isFull;
    said.textContent = isFull ? "" : word(queue.items.length ? "pack-key" : "pack-none");
    if (!isFull) return;
    const made = await parcel(Number(dialog.dataset.photoBytes));
    said.textContent = word("pack-holds", { marks: kind("mark").length, notes: kind("note").length, photos: made.photos });
    dialog.querySelector("[data-pack-left]").textContent = made.left ? word("pack-left", { count: made.left }) : "";
    encode = kind("mark").length ? await library : null;
    for (const part of dialog.querySelectorAll("[data-pack-code], .pack-page")) part.hidden = !encode; /* the file is left */
    codes = parts(marks);
    at = 0;
    if (encode) show();
    URL.revokeObjectURL(file.href);
    file.href = URL.createObjectURL(new Blob([made.text], { type: "text/plain" }));
    file.download = `${word("pack-file")} ${clockTime(Date.now()).replaceAll(/[/:]/g, "-")}.jbmarks`;
  });
}
