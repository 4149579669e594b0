/* A sheet on a tablet.  Each tap is a mark with an id made here; it is kept on this device until the server has answered, sent again when
   the network comes back, and never sent over a value this device had not seen: that is shown and settled by the judge.

   Without this file the page is an ordinary form with a save button. */

const form = document.querySelector("form[data-sheet]");
const said = form?.dataset ?? {};
const QUEUE = form ? `marks:${document.body.dataset.account}:${form.dataset.sheet}` : "";
const RETRY_MS = 5000;

const newId = () => {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16)); /* plain HTTP has no randomUUID */
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
};

const device = () => {
  try {
    const known = localStorage.getItem("device") ?? newId().slice(0, 8);
    localStorage.setItem("device", known);
    return known;
  } catch {
    return "browser";
  }
};

const queue = {
  marks: [],
  load() {
    try {
      this.marks = JSON.parse(localStorage.getItem(QUEUE)) ?? [];
    } catch {
      this.marks = [];
    }
  },
  keep() {
    try {
      if (this.marks.length) localStorage.setItem(QUEUE, JSON.stringify(this.marks));
      else localStorage.removeItem(QUEUE);
    } catch {
      /* a full or forbidden storage: the marks still wait in this page */
    }
  },
};

const placeOf = ({ aspect, seat }) => form.querySelector(`[data-place][data-aspect="${aspect}"][data-seat="${seat}"]`);

function say(place, state, words) {
  const line = place.querySelector("[data-saved]");
  const icon = { sent: "cloud-check", kept: "hdd", sending: "arrow-repeat", refused: "x-octagon-fill" }[state];
  line.className = `saved is-${state}`;
  line.innerHTML = `<i class="bi bi-${icon}" aria-hidden="true"></i>`;
  line.append(words);
}

function show(place, value) {
  place.dataset.value = value;
  for (const input of place.querySelectorAll("input[name^='value-']")) {
    if (input.type === "radio") input.checked = input.value === value;
    else input.value = value;
  }
}

function give(place, value) {
  const aspect = Number(place.dataset.aspect);
  const seat = Number(place.dataset.seat);
  queue.marks = queue.marks.filter((mark) => mark.sending || mark.aspect !== aspect || mark.seat !== seat);
  queue.marks.push({
    id: newId(),
    aspect,
    seat,
    value: value === "n" ? null : value,
    made_at: new Date().toISOString(),
    device: device(),
    reason: form.querySelector("[data-reason]")?.value ?? "",
  });
  queue.keep();
  show(place, value);
  say(place, "kept", said.saidKept);
  send();
}

let isSending = false;
let retry = 0;

/* One request at a time: the number a mark replaces is known only when the answer to the one before it is. */
async function send() {
  if (isSending || !queue.marks.length) return;
  isSending = true;
  clearTimeout(retry);
  const first = new Map();
  for (const mark of queue.marks) {
    const key = `${mark.aspect}-${mark.seat}`;
    if (!first.has(key)) first.set(key, mark);
  }
  const batch = [...first.values()];
  for (const mark of batch) {
    mark.sending = true;
    mark.seen ??= Number(placeOf(mark)?.dataset.seen ?? 0);
    const place = placeOf(mark);
    if (place) say(place, "sending", said.saidSending);
  }
  let answer = null;
  try {
    answer = await fetch(form.action, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": document.querySelector("meta[name='csrf-token']").content },
      body: JSON.stringify(batch.map(({ sending, ...mark }) => mark)),
    });
  } catch {
    /* no network: below */
  }
  for (const mark of batch) delete mark.sending;
  isSending = false;
  if (answer?.ok) settleRecorded(await answer.json(), batch);
  else if (answer?.status === 409) settleRefused(await answer.json(), batch);
  else wait(batch);
}

function wait(batch) {
  for (const mark of batch) {
    const place = placeOf(mark);
    if (place) say(place, "kept", said.saidKept);
  }
  form.querySelector("[data-net]").textContent = said.saidOffline;
  retry = setTimeout(send, RETRY_MS);
}

function drop(ids) {
  queue.marks = queue.marks.filter((mark) => !ids.has(mark.id));
  queue.keep();
}

function settleRecorded(body, batch) {
  drop(new Set(batch.map((mark) => mark.id)));
  form.querySelector("[data-net]").textContent = "";
  for (const mark of body.recorded) {
    const place = placeOf(mark);
    if (!place) continue;
    place.dataset.seen = mark.number;
    if (!queue.marks.some((waiting) => waiting.aspect === mark.aspect && waiting.seat === mark.seat)) say(place, "sent", said.saidSent);
  }
  showSheet(body.sheet);
  send();
}

function settleRefused(body, batch) {
  if (body.error !== "conflict") {
    drop(new Set(batch.map((mark) => mark.id)));
    const words = body.reasons.map((reason) => (document.documentElement.lang.startsWith("en") ? reason.en : reason.zh)).join(" ");
    for (const mark of batch) {
      const place = placeOf(mark);
      if (place) say(place, "refused", said.saidRefused + words);
    }
    send();
    return;
  }
  drop(new Set(body.conflicts.map((conflict) => conflict.id)));
  for (const conflict of body.conflicts) ask(conflict);
  for (const mark of queue.marks) delete mark.seen;
  send();
}

/* Both values side by side; the judge picks, and only then is anything replaced. */
function ask({ aspect, seat, sent, now, number }) {
  const place = placeOf({ aspect, seat });
  if (!place) return;
  const box = place.querySelector("[data-settle]");
  const word = (value) => value ?? said.saidNone;
  const button = (label, choose) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "btn btn-outline-danger";
    made.textContent = label;
    made.addEventListener("click", () => {
      box.hidden = true;
      place.dataset.seen = number;
      choose();
    });
    return made;
  };
  box.replaceChildren(
    said.saidConflict,
    button(said.saidTheirs + word(now), () => {
      show(place, now ?? "n");
      say(place, "sent", said.saidSent);
    }),
    button(said.saidMine + word(sent), () => give(place, sent ?? "n")),
  );
  box.hidden = false;
  box.querySelector("button").focus();
}

function showSheet(sheet) {
  form.querySelector("[data-total]").textContent = sheet.mark;
  form.querySelector("[data-done]").textContent = sheet.done;
  const digest = document.querySelector("[data-digest]");
  if (digest) digest.value = sheet.digest;
  for (const [id, aspect] of Object.entries(sheet.aspects)) {
    const card = form.querySelector(`[data-aspect-card="${id}"]`);
    card.querySelector("[data-mark]").textContent = aspect.mark;
    const apart = card.querySelector("[data-difference]");
    apart.hidden = !aspect.difference;
    apart.querySelector("span").textContent = aspect.difference ?? "";
    card.classList.toggle("is-apart", Boolean(aspect.difference));
  }
}

if (form) {
  queue.load();
  form.querySelector("[data-save]")?.setAttribute("hidden", "");
  for (const button of form.querySelectorAll("[data-set]")) {
    button.hidden = false;
    button.addEventListener("click", () => give(button.closest("[data-place]"), button.dataset.set));
  }
  form.addEventListener("change", (event) => {
    const place = event.target.closest("[data-place]");
    if (place && event.target.name.startsWith("value-") && event.target.value && event.target.reportValidity()) give(place, event.target.value);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("online", send);
  for (const mark of queue.marks) {
    delete mark.sending;
    const place = placeOf(mark);
    if (place) {
      show(place, mark.value ?? "n");
      say(place, "kept", said.saidKept);
    }
  }
  send();
}
