/* Taking marks in with the camera, or from photos of the codes: they may come in any order, each is kept once, and the page says which are
   still missing. */

import { codeReader } from "./codes.js";
import { drawn } from "./picture.js";

const LOOK_MS = 150;
const LONGEST_EDGE = 2400; /* pixels of a photo: a code that fills a third of it still has eight to a module */
const PART = /^JB1P\/([0-9a-f]+)\/(\d+)\/(\d+)\//;

class Scan {
  constructor(form) {
    this.form = form;
    this.video = form.querySelector("[data-scan-video]");
    this.said = form.querySelector("[data-scan-said]");
    this.field = form.querySelector("[data-scan-text]");
    this.starting = form.querySelector("[data-scan-start]");
    this.stopping = form.querySelector("[data-scan-stop]");
    this.canvas = document.createElement("canvas");
    this.found = new Map();
    this.count = 0;
    this.name = "";
    this.stream = null;
    this.reader = null;
  }

  start() {
    const hasCamera = Boolean(navigator.mediaDevices?.getUserMedia); /* plain HTTP has none */
    this.starting.hidden = !hasCamera;
    this.form.querySelector("[data-scan-none]").hidden = hasCamera;
    this.starting.addEventListener("click", () => this.begin());
    this.stopping.addEventListener("click", () => this.stop());
    this.form.querySelector("[data-scan-photos]").addEventListener("change", (event) => this.photos(event.target));
    addEventListener("pagehide", () => this.stop());
  }

  word(name, values = {}) {
    return this.said.dataset[name].replaceAll(/\{(\w+)\}/g, (_all, key) => values[key]);
  }
  say(...lines) {
    this.said.textContent = lines.filter(Boolean).join(" ");
  }

  /* Keep what codes say, and tell how far it has come; whether any of them was of a hand-over. */
  keep(texts) {
    const parts = texts.map((text) => text.match(PART)).filter(Boolean);
    for (const { input, 1: name, 2: number, 3: count } of parts) {
      if (name !== this.name) this.found.clear(); /* another device's codes */
      this.name = name;
      this.count = Number(count);
      this.found.set(Number(number), input);
    }
    if (!parts.length) return false;
    this.field.value = [...this.found.values()].join("\n");
    this.say(this.progress());
    return true;
  }

  get isWhole() {
    return this.count > 0 && this.found.size === this.count;
  }

  progress() {
    if (!this.count) return "";
    const missing = Array.from({ length: this.count }, (_each, at) => at + 1).filter((number) => !this.found.has(number));
    const values = { found: this.found.size, of: this.count, missing: this.listed(missing) };
    return this.word(missing.length ? "saidSome" : "saidAll", values);
  }

  listed(names) {
    return names.join(this.said.dataset.saidComma);
  }

  /* ── the camera ── */

  async begin() {
    this.starting.disabled = true;
    try {
      this.reader ??= await codeReader();
      this.stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } } });
      this.video.srcObject = this.stream;
      this.video.hidden = false;
      await this.video.play();
    } catch {
      this.stop();
      this.say(this.word("saidDenied"));
      return;
    } finally {
      this.starting.disabled = false;
    }
    this.starting.hidden = true;
    this.stopping.hidden = false;
    this.say(this.word("saidLook"));
    this.look();
  }

  async look() {
    if (!this.stream) return;
    const { videoWidth: width, videoHeight: height } = this.video;
    if (width && height) {
      if (this.canvas.width !== width || this.canvas.height !== height) Object.assign(this.canvas, { width, height });
      this.canvas.getContext("2d", { willReadFrequently: true }).drawImage(this.video, 0, 0);
      if (this.keep(await this.reader.inFrame(this.canvas)) && this.isWhole) this.stop();
    }
    setTimeout(() => this.look(), LOOK_MS);
  }

  stop() {
    if (this.stream) {
      this.starting.hidden = false;
      this.stopping.hidden = true;
    }
    this.stream?.getTracks().forEach((track) => track.stop());
    this.stream = null;
    this.video.srcObject = null;
    this.video.hidden = true;
  }

  /* ── photos ── */

  async photos(input) {
    const files = [...input.files];
    input.value = "";
    const without = [];
    for (const file of files) {
      this.say(this.progress(), this.word("saidReading", { name: file.name }));
      if (!(await this.photo(file))) without.push(file.name);
    }
    this.say(this.progress(), without.length ? this.word("saidNothing", { names: this.listed(without) }) : "");
  }

  async photo(file) {
    try {
      this.reader ??= await codeReader();
      return this.keep(await this.reader.inPicture(await drawn(file, LONGEST_EDGE)));
    } catch {
      return false; /* no picture at all */
    }
  }
}

const form = document.querySelector("[data-scan]");
if (form) new Scan(form).start();
