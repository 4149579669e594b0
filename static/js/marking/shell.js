/* The desk drawn from what this device has kept of the day: the list of sheets, and any sheet of it.  No server is asked. */

import { accountHere, clockTime, ofBoth, word } from "./device.js";
import { queue } from "./queue.js";
import { kept } from "./store.js";

const escape = (text) => {
  const holder = document.createElement("span");
  holder.textContent = text;
  return holder.innerHTML;
};

/* What was kept of the day for whoever is at this device, or nothing. */
export async function dayHere() {
  const account = accountHere();
  return account ? ((await kept(`day:${account}`)) ?? null) : null;
}

const sheetsOf = (day) => day.skills.flatMap((skill) => skill.sheets.map((sheet) => ({ ...sheet, skill })));

/* Draw what belongs at *path*; the form of a sheet where it is one, null otherwise. */
export async function drawAt(path) {
  const said = document.querySelector("[data-shell-said]");
  const body = document.querySelector("[data-shell-body]");
  const foot = document.querySelector(".sheet-foot");
  const where = document.querySelectorAll(".desk-where");
  body.replaceChildren();
  const keptDay = await dayHere();
  if (!keptDay) {
    said.textContent = word("shell-none");
    foot.hidden = true;
    where.forEach((part) => (part.hidden = true));
    return null;
  }
  said.textContent = word("shell-stale", { time: clockTime(keptDay.at) });
  const found = path.match(/^\/marking\/sheets\/(\d+)$/);
  const sheet = found && sheetsOf(keptDay.day).find((each) => each.id === Number(found[1]));
  foot.hidden = !sheet;
  where.forEach((part) => (part.hidden = !sheet));
  if (sheet) return drawSheet(keptDay.day, sheet, body);
  if (path !== "/marking") said.textContent = word("shell-other");
  drawList(keptDay.day, body);
  return null;
}

function drawList(day, body) {
  for (const skill of day.skills) {
    const title = document.createElement("h2");
    title.textContent = skill.title;
    body.append(title);
    for (const sub of skill.subs) {
      const name = document.createElement("h3");
      name.textContent = `${sub.code} ${sub.name}`;
      const list = document.createElement("ul");
      list.className = "seat-list";
      for (const sheet of skill.sheets.filter((each) => each.sub === sub.id)) list.append(seat(sheet));
      body.append(name, list);
    }
  }
}

function seat(sheet) {
  const waiting = new Set(queue.of(sheet.id).filter((item) => item.kind === "mark").map((item) => `${item.aspect}-${item.seat}`));
  const fresh = [...waiting].filter((place) => !(place in sheet.values)).length;
  const done = Math.min(sheet.needed, sheet.done + fresh);
  const look = !sheet.open ? "locked" : sheet.apart ? "apart" : done >= sheet.needed ? "done" : done ? "begun" : "fresh";
  const line = document.createElement("li");
  line.innerHTML = `<a class="seat seat-${look}" href="/marking/sheets/${sheet.id}" data-desk-link><strong>${escape(sheet.code)}</strong><span>${
    sheet.open ? `${done} / ${sheet.needed}` : escape(ofBoth(sheet.state))
  }</span>${waiting.size ? `<span class="seat-waiting">${escape(word("waiting", { count: waiting.size }))}</span>` : ""}</a>`;
  return line;
}

function drawSheet(day, sheet, body) {
  const sub = sheet.skill.subs.find((each) => each.id === sheet.sub);
  const form = document.createElement("form");
  form.className = "sheet";
  form.id = "sheet";
  form.noValidate = true;
  form.dataset.sheet = sheet.id;
  form.innerHTML = day.forms[sheet.sub];
  for (const place of form.querySelectorAll("[data-place]")) {
    if (place.dataset.seat !== "0") place.dataset.seat = sheet.seat;
    const [number, value] = sheet.values[`${place.dataset.aspect}-${place.dataset.seat}`] ?? [0, ""];
    const shown = number ? (value ?? "n") : "";
    Object.assign(place.dataset, { seen: number, value: shown, server: shown });
    place.disabled = !sheet.open;
    for (const input of place.querySelectorAll("input[name^='value-']")) {
      if (input.type === "radio") input.checked = input.value === shown;
      else input.value = shown === "n" ? "" : shown;
    }
  }
  if (!sheet.open) form.querySelectorAll("[data-more]").forEach((more) => more.remove());
  body.append(form);
  const note = document.createElement("p");
  note.className = "nothing";
  note.textContent = word("sign-online");
  body.append(note);
  for (const part of document.querySelectorAll("[data-code]")) part.textContent = sheet.code;
  document.querySelector("[data-sub-code]").textContent = sub.code;
  document.querySelector("[data-sub-name]").textContent = sub.name;
  document.querySelector("[data-max]").textContent = sub.max;
  document.title = `${sheet.code} · ${sub.code}`;
  const title = document.querySelector("[data-shell-title]");
  if (title) title.textContent = document.title;
  const foot = document.querySelector(".sheet-foot");
  foot.querySelector("[data-needed]").textContent = sheet.needed;
  foot.querySelector("[data-done]").textContent = sheet.done;
  Object.assign(foot.querySelector("[data-progress]"), { max: sheet.needed || 1, value: sheet.done });
  neighbours(sheet);
  return form;
}

function neighbours(sheet) {
  const seats = sheet.skill.sheets.filter((each) => each.sub === sheet.sub);
  const order = sheet.skill.subs.map((sub) => sub.id);
  const subs = sheet.skill.sheets.filter((each) => each.code === sheet.code).sort((a, b) => order.indexOf(a.sub) - order.indexOf(b.sub));
  const beside = (line, by) => line[line.findIndex((each) => each.id === sheet.id) + by];
  const ways = { previous: beside(seats, -1), next: beside(seats, 1), above: beside(subs, -1), below: beside(subs, 1) };
  for (const [name, target] of Object.entries(ways)) {
    const link = document.querySelector(`[data-step-to="${name}"]`);
    link.classList.toggle("is-off", !target);
    if (target) {
      link.href = `/marking/sheets/${target.id}`;
      link.removeAttribute("aria-disabled");
    } else {
      link.removeAttribute("href");
      link.setAttribute("aria-disabled", "true");
    }
  }
}
