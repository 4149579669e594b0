/* One sheet: every tap is kept here at once, then sent; what became of it stands below the aspect, in three steps.

   Values of another device are never overwritten unseen: both are shown, and a person chooses. */

import { ofBoth, word } from "./device.js";
import { Outdated } from "./outdated.js";
import { queue } from "./queue.js";
import { startRemarks } from "./photos.js";

const STEPS = { none: 0, here: 1, refused: 1, conflict: 1, server: 2, counted: 3 };

const button = (label, look, action) => {
  const made = document.createElement("button");
  made.type = "button";
  made.className = `btn ${look}`;
  made.textContent = label;
  made.addEventListener("click", action);
  return made;
};

export class Sheet {
  /* `practice`: nothing is kept; it is called with the sheet after each value, to ask what comes of it. */
  constructor(form, { practice = null } = {}) {
    this.form = form;
    this.id = Number(form.dataset.sheet);
    this.practice = practice;
    this.foot = document.querySelector(".sheet-foot");
    this.cards = [...form.querySelectorAll("[data-aspect-card]")];
    this.places = [...form.querySelectorAll("[data-place]")];
  }

  start() {
    this.foot?.querySelector("[data-save]")?.setAttribute("hidden", "");
    for (const made of this.form.querySelectorAll("[data-set]")) {
      made.hidden = false;
      made.addEventListener("click", () => this.give(made.closest("[data-place]"), made.dataset.set));
    }
    for (const place of this.places) this.show(place, place.dataset.value);
    this.form.addEventListener("change", (event) => this.changed(event.target));
    if (!this.practice) this.form.addEventListener("submit", (event) => event.preventDefault());
    this.form.addEventListener("focusin", (event) => this.stand(event.target.closest("[data-aspect-card]")));
    this.foot?.querySelector("[data-left]")?.addEventListener("click", () => this.goToLeft());
    if (this.practice) {
      this.draw();
      return;
    }
    queue.listeners.add(() => this.draw());
    queue.answers.add((sheet, body, items) => sheet === this.id && this.answered(body, items));
    startRemarks(this);
    this.outdated = new Outdated(this);
    this.draw();
  }

  place(aspect, seat) {
    return this.form.querySelector(`[data-place][data-aspect="${aspect}"][data-seat="${seat}"]`);
  }
  card(aspect) {
    return this.form.querySelector(`[data-aspect-card="${aspect}"]`);
  }
  queued(place) {
    return queue.items.filter(
      (item) => item.kind === "mark" && item.sheet === this.id && item.aspect === Number(place.dataset.aspect) && item.seat === Number(place.dataset.seat),
    );
  }

  /* ── giving a value ── */

  changed(input) {
    const place = input.closest("[data-place]");
    if (!place || !input.name.startsWith("value-")) return;
    if (input.type === "radio") {
      this.give(place, input.value);
      return;
    }
    const value = input.value.trim().replace(",", ".").replace("。", ".");
    if (!value) return;
    const wrong = this.whyNot(input, value);
    input.setCustomValidity(wrong);
    input.reportValidity();
    if (!wrong) this.give(place, value.replace(/^0+(?=\d)/, ""));
  }

  whyNot(input, value) {
    if (value.includes(":") || value.includes("：")) return ""; /* a time; the server reads it */
    if (!/^-?\d+(\.\d+)?$/.test(value)) return word("not-a-number");
    const { lowest, highest } = input.dataset;
    const low = lowest !== undefined && Number(value) < Number(lowest);
    const high = highest !== undefined && Number(value) > Number(highest);
    return low || high ? word("out-of-range", { low: lowest ?? "…", high: highest ?? "…" }) : "";
  }

  async give(place, value) {
    if (place.disabled || document.body.classList.contains("is-showing")) return;
    if (place.dataset.value === value && !this.queued(place).some((item) => item.state !== "kept")) return;
    const reason = this.form.querySelector("[data-reason]");
    const said = this.form.querySelector("[data-reason-said]");
    if (!this.practice && reason && !("mine" in place.dataset) && !reason.value.trim()) {
      said.textContent = word("reason-first");
      said.hidden = false;
      this.show(place, place.dataset.value);
      reason.focus();
      return;
    }
    if (said) said.hidden = true;
    this.show(place, value);
    if (this.practice) {
      this.practice(this);
      this.draw();
      return;
    }
    await queue.add({
      kind: "mark",
      sheet: this.id,
      aspect: Number(place.dataset.aspect),
      code: place.closest("[data-aspect-card]").querySelector("h2 .figures").textContent,
      seat: Number(place.dataset.seat),
      value: value === "n" ? null : value,
      seen: Number(place.dataset.seen),
      reason: reason?.value.trim() ?? "",
    });
  }

  /* ── what is shown ── */

  show(place, value) {
    place.dataset.value = value;
    for (const input of place.querySelectorAll("input[name^='value-']")) {
      if (input.type === "radio") {
        input.checked = input.value === value;
        input.closest(".choice")?.classList.toggle("is-chosen", input.checked); /* for who does not know :has */
      } else if (document.activeElement !== input || input.value === "") input.value = value === "n" ? "" : value;
    }
    for (const quick of place.querySelectorAll("[data-set]")) quick.classList.toggle("is-chosen", quick.dataset.set === value);
  }

  draw() {
    for (const place of this.places) this.drawPlace(place);
    this.outdated?.draw();
    this.drawFoot();
  }

  drawPlace(place) {
    const waiting = this.queued(place);
    const last = waiting[waiting.length - 1];
    if (last && place.dataset.value !== (last.value ?? "n")) this.show(place, last.value ?? "n");
    const card = place.closest("[data-aspect-card]");
    let state = place.dataset.value === "" ? "none" : card.dataset.counted ? "counted" : "server";
    if (this.practice && state !== "none") state = "counted";
    if (last) state = waiting.find((item) => item.state !== "kept")?.state ?? "here";
    const track = place.querySelector("[data-track]");
    if (track && track.dataset.drawn !== state) {
      track.dataset.drawn = track.dataset.state = state;
      [...track.children].forEach((step, at) => {
        step.classList.toggle("is-on", at < STEPS[state]);
        if (at + 1 === STEPS[state]) step.setAttribute("aria-current", "step");
        else step.removeAttribute("aria-current");
      });
    }
    this.drawSettle(place, waiting);
    card.classList.toggle("is-given", this.placesOf(card).every((each) => each.dataset.value !== ""));
  }

  placesOf(card) {
    return [...card.querySelectorAll("[data-place]")].filter((place) => !place.disabled || place.dataset.value === "");
  }

  /* A difference or a refusal stays until a person has dealt with it. */
  drawSettle(place, waiting) {
    const box = place.querySelector("[data-settle]");
    const item = waiting.find((each) => each.state === "conflict") ?? waiting.find((each) => each.state === "refused");
    const mark = item ? `${item.id}:${item.state}:${item.theirs}` : "";
    if (box.dataset.about === mark) return;
    box.dataset.about = mark;
    box.hidden = !item;
    box.replaceChildren();
    if (item) box.append(...this.settling(place, item, waiting));
  }

  /* What is to be settled about *item*, in words and as buttons; *place* is where it stands on the page, if it does. */
  settling(place, item, waiting) {
    const named = (value) => value ?? word("none");
    const words = document.createElement("span");
    if (item.state === "conflict") {
      words.textContent = word("conflict");
      return [
        words,
        button(word("theirs", { value: named(item.theirs) }), "btn-outline-danger", () => this.takeTheirs(place, item, waiting)),
        button(word("mine", { value: named(waiting[waiting.length - 1].value) }), "btn-outline-danger", () => this.takeMine(place, item)),
      ];
    }
    words.textContent = word("refused", { why: ofBoth(item.why) });
    return [
      words,
      button(word("again"), "btn-outline-danger", () => queue.sendAgain(item.id)),
      button(word("let-go"), "btn-outline-danger", () => this.letGo(place, item)),
    ];
  }

  async takeTheirs(place, item, waiting) {
    if (place) {
      place.dataset.seen = item.number;
      place.dataset.server = item.theirs ?? "n";
      this.show(place, place.dataset.server);
    }
    await queue.change({ remove: waiting.map((each) => each.id) });
  }
  async takeMine(place, item) {
    if (place) place.dataset.seen = item.number;
    await queue.change({ put: [{ ...item, seen: item.number, state: "kept", theirs: undefined }] });
    queue.send();
  }
  async letGo(place, item) {
    if (place) this.show(place, place.dataset.server);
    await queue.drop(item.id);
  }

  /* ── the foot ── */

  drawFoot() {
    if (!this.foot) return;
    let total = 0;
    let isAbout = false;
    for (const card of this.cards) {
      let mark = Number(card.querySelector("[data-mark]").textContent);
      for (const place of card.querySelectorAll("[data-place]")) {
        if (!this.queued(place).length && !this.practice) continue;
        const worth = this.worthOf(place);
        if (worth !== null) mark = worth;
        isAbout ||= !this.practice;
      }
      total += mark;
    }
    this.foot.querySelector("[data-total]").textContent = total.toFixed(2);
    this.foot.querySelector("[data-about]").hidden = !isAbout;
    const mine = this.places.filter((place) => !place.disabled);
    const left = this.left();
    const button = this.foot.querySelector("[data-left]");
    button.hidden = !mine.length;
    button.textContent = left.length ? word("left", { count: left.length }) : word("left-none");
    button.disabled = !left.length;
    const given = this.practice ? mine.length - left.length : null;
    if (given !== null) this.progress(given, mine.length);
  }

  worthOf(place) {
    const chosen = place.querySelector("input[type=radio]:checked, [data-set].is-chosen");
    if (chosen?.dataset.worth) return Number(chosen.dataset.worth);
    const itself = place.querySelector("[data-worth-itself]");
    return itself && place.dataset.value !== "" && place.dataset.value !== "n" ? Number(place.dataset.value) : null;
  }

  progress(done, needed) {
    this.foot.querySelector("[data-done]").textContent = done;
    this.foot.querySelector("[data-needed]").textContent = needed;
    const bar = this.foot.querySelector("[data-progress]");
    bar.max = needed || 1;
    bar.value = done;
  }

  /* ── what the server says ── */

  answered(body, items) {
    for (const { id, aspect, seat, number } of body.recorded ?? []) {
      const sent = items.find((item) => item.id === id);
      /* given for an aspect of an earlier version, it may be recorded for what that has become: this page may show either */
      for (const place of [this.place(aspect, seat), sent && this.place(sent.aspect, seat)]) {
        if (!place) continue;
        place.dataset.seen = number;
        place.dataset.server = sent?.value ?? "n";
        if (!this.queued(place).length) this.show(place, place.dataset.server);
      }
    }
    if (body.sheet) this.standing(body.sheet);
    this.draw();
  }

  /* `here`: the id of this device, where the answer tells which device a value came from. */
  standing(sheet, here = null) {
    const digest = document.querySelector("[data-digest]");
    if (digest && sheet.digest) digest.value = sheet.digest;
    if (this.foot && sheet.needed !== undefined) this.progress(sheet.done, sheet.needed);
    this.outdated?.heard(Object.keys(sheet.aspects));
    for (const [id, aspect] of Object.entries(sheet.aspects)) {
      const card = this.card(id);
      if (!card) continue;
      const round = String(aspect.round ?? 1);
      if (round !== card.dataset.round) this.beginRound(card, round);
      for (const [seat, [number, value, device]] of Object.entries(aspect.own ?? {}))
        if (device === here) this.takeOver(this.place(id, seat), number, value);
      const isMineGiven = [...card.querySelectorAll("[data-place][data-mine]")].every((place) => place.dataset.value !== "");
      if (isMineGiven) card.querySelector("[data-mark]").textContent = aspect.mark; /* before that it would tell what the others gave */
      card.dataset.counted = aspect.counted ? "yes" : "";
      const apart = card.querySelector("[data-difference]");
      const difference = isMineGiven || round !== "1" ? aspect.difference : null; /* why it is marked again, all may know */
      apart.hidden = !difference;
      apart.querySelector("span").textContent = difference ?? "";
      card.classList.toggle("is-apart", Boolean(difference));
      for (const [seat, value] of Object.entries(aspect.others ?? {})) {
        const line = card.querySelector(`[data-other="${seat}"] strong`);
        if (line) line.textContent = value;
      }
    }
  }

  /* A value that this device sent and that reached the server after this page was drawn.  Another device's is never taken over unseen:
     whoever gives a value upon it is shown both. */
  takeOver(place, number, value) {
    if (!place || number <= Number(place.dataset.seen) || this.queued(place).length) return;
    place.dataset.seen = number;
    place.dataset.server = value;
    this.show(place, value);
  }

  /* An aspect that is marked again is given again, also by whoever stays with their score: what stood there was of the round before. */
  beginRound(card, round) {
    card.dataset.round = round;
    for (const place of card.querySelectorAll("[data-place]")) {
      place.dataset.server = "";
      if (!this.queued(place).length) this.show(place, "");
    }
  }

  /* ── moving ── */

  get current() {
    return this.cards.find((card) => card.classList.contains("is-current")) ?? null;
  }
  stand(card) {
    if (!card || card === this.current) return;
    this.current?.classList.remove("is-current");
    card.classList.add("is-current");
  }
  go(card) {
    if (!card) return;
    this.stand(card);
    card.focus({ preventScroll: true });
    card.scrollIntoView({ block: "center", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  }
  move(by) {
    const at = this.current ? this.cards.indexOf(this.current) + by : 0;
    this.go(this.cards[Math.max(0, Math.min(this.cards.length - 1, at))]);
  }
  left() {
    return this.cards.filter((card) => [...card.querySelectorAll("[data-place]")].some((place) => !place.disabled && place.dataset.value === ""));
  }
  goToLeft() {
    const left = this.left();
    const here = this.current ? this.cards.indexOf(this.current) : -1;
    this.go(left.find((card) => this.cards.indexOf(card) > here) ?? left[0]);
    return left.length > 0;
  }

  /* A digit is a value of the current aspect: the one of that number, or the one at that place; where a number is asked for it is typed. */
  digit(key) {
    const place = (this.current ?? this.left()[0])?.querySelector("[data-place]:not(:disabled)");
    if (!place) return false;
    this.stand(place.closest("[data-aspect-card]"));
    const field = place.querySelector("input[type=text]");
    if (field) {
      field.focus();
      field.select();
      return false;
    }
    const radios = [...place.querySelectorAll("input[type=radio]")].filter((input) => input.value !== "n");
    const chosen = radios.find((input) => input.value === key) ?? radios[Number(key)];
    if (chosen) this.give(place, chosen.value);
    return Boolean(chosen);
  }
  notAttempted() {
    const place = this.current?.querySelector("[data-place]:not(:disabled)");
    if (place) this.give(place, "n");
  }
}
