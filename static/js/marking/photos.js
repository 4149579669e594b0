/* Notes and photos of an aspect.  A photo is drawn anew on this device, smaller, so that nothing the camera wrote into it goes along;
   it waits here like a mark does. */

import { ofBoth, word } from "./device.js";
import { drawn } from "./picture.js";
import { queue } from "./queue.js";
import { store } from "./store.js";

const LONGEST_EDGE = 1600;
const QUALITY = 0.82;
const MOST = 4;

/* As bytes: Safari has lost, or refused to keep, pictures that IndexedDB was given as a Blob. */
async function asJpeg(file) {
  const canvas = await drawn(file, LONGEST_EDGE);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  if (!blob) throw new Error("no picture");
  return blob.arrayBuffer();
}

function figure(source, label) {
  const made = document.createElement("figure");
  const picture = document.createElement("img");
  picture.src = source;
  picture.alt = label;
  made.append(picture);
  return made;
}

function withdrawal(action) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn";
  made.setAttribute("aria-label", word("photo-remove"));
  made.innerHTML = '<i class="bi bi-x-lg" aria-hidden="true"></i>';
  made.addEventListener("click", action);
  return made;
}

export function startRemarks(sheet) {
  for (const card of sheet.cards) {
    const aspect = Number(card.dataset.aspectCard);
    startNote(sheet, card, aspect);
    startPhotos(sheet, card, aspect);
  }
  const draw = () => sheet.cards.forEach((card) => drawWaiting(sheet, card));
  queue.listeners.add(draw);
  queue.answers.add((id, body, items) => id === sheet.id && settled(sheet, body, items));
  draw();
}

/* ── notes ── */

function startNote(sheet, card, aspect) {
  const field = card.querySelector("[data-note]");
  if (!field) return;
  let last = field.value.trim();
  const waiting = queue.of(sheet.id).filter((item) => item.kind === "note" && item.aspect === aspect).pop();
  if (waiting) {
    field.value = last = waiting.text;
    field.closest("details").open = true;
  }
  field.addEventListener("change", async () => {
    const text = field.value.trim();
    if (text === last) return;
    last = text;
    await queue.add({ kind: "note", sheet: sheet.id, aspect, text });
  });
}

/* ── photos ── */

function startPhotos(sheet, card, aspect) {
  const adding = card.querySelector("[data-photo-add]");
  const said = card.querySelector("[data-photo-said]");
  for (const made of card.querySelectorAll("[data-photo-withdraw]")) {
    made.hidden = false;
    made.addEventListener("click", () => withdraw(sheet, aspect, made.closest("[data-photo]")));
  }
  if (!adding) return;
  adding.hidden = false;
  const input = adding.querySelector("input");
  input.addEventListener("change", async () => {
    const [file] = input.files;
    input.value = "";
    said.textContent = "";
    if (!file) return;
    if (card.querySelectorAll("[data-photos] figure").length >= MOST) {
      said.textContent = word("photo-full");
    } else if (!(await store.takesFiles())) {
      said.textContent = word("photo-storage");
    } else {
      try {
        await queue.add({ kind: "photo", sheet: sheet.id, aspect, jpeg: await asJpeg(file) });
      } catch {
        said.textContent = word("photo-bad");
      }
    }
  });
}

async function withdraw(sheet, aspect, shown) {
  shown.hidden = true;
  await queue.add({ kind: "withdraw", sheet: sheet.id, aspect, photo: shown.dataset.photo });
}

/* ── what waits, and what has arrived ── */

const pictures = new Map();

function drawWaiting(sheet, card) {
  const aspect = Number(card.dataset.aspectCard);
  const mine = queue.of(sheet.id).filter((item) => item.aspect === aspect);
  const said = card.querySelector("[data-note-said]");
  const note = mine.filter((item) => item.kind === "note").pop();
  if (note) {
    said.dataset.waited = "yes";
    said.textContent = note.state === "refused" ? word("refused", { why: ofBoth(note.why) }) : word("note-kept");
  } else if (said?.dataset.waited) {
    said.textContent = word("note-sent");
  }
  const holder = card.querySelector("[data-photos]");
  if (!holder) return;
  const waiting = new Map(mine.filter((item) => item.kind === "photo").map((item) => [item.id, item]));
  for (const shown of holder.querySelectorAll("figure[data-unsent]")) if (!waiting.has(shown.dataset.unsent)) shown.remove();
  for (const item of waiting.values()) {
    if (!pictures.has(item.id)) pictures.set(item.id, URL.createObjectURL(new Blob([item.jpeg], { type: "image/jpeg" })));
    let shown = holder.querySelector(`figure[data-unsent="${item.id}"]`);
    if (!shown) {
      shown = figure(pictures.get(item.id), word("photo-waiting"));
      shown.dataset.unsent = item.id;
      shown.append(withdrawal(() => queue.drop(item.id)));
      holder.prepend(shown);
    }
    if (item.state === "refused") card.querySelector("[data-photo-said]").textContent = word("refused", { why: ofBoth(item.why) });
  }
  for (const item of mine.filter((each) => each.kind === "withdraw")) {
    const shown = holder.querySelector(`[data-photo="${item.photo}"]`);
    if (shown) shown.hidden = item.state !== "refused";
    if (item.state === "refused") card.querySelector("[data-photo-said]").textContent = word("refused", { why: ofBoth(item.why) });
  }
}

function settled(sheet, body, items) {
  for (const item of items) {
    const holder = sheet.form.querySelector(`[data-aspect-card="${item.aspect}"] [data-photos]`);
    if (item.kind === "photo" && holder) {
      const shown = figure(pictures.get(item.id) ?? body.url, word("photo"));
      shown.dataset.photo = item.id;
      shown.append(withdrawal(() => withdraw(sheet, item.aspect, shown)));
      holder.prepend(shown);
    } else if (item.kind === "withdraw") {
      holder?.querySelector(`[data-photo="${item.photo}"]`)?.remove();
    }
  }
}
