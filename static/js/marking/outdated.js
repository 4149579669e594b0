/* What the page and the office know of the form of a sheet may differ: the scheme can be changed while a tablet has no network.

   Values that were given here for aspects this page does not have are shown above it, each until it is sent or a person has dealt with
   it; and a page that shows the form of an earlier version says so. */

import { word } from "./device.js";
import { queue } from "./queue.js";

export class Outdated {
  constructor(sheet) {
    this.sheet = sheet;
    this.isOld = false;
    this.box = document.createElement("section");
    this.box.className = "outdated";
    this.box.setAttribute("role", "status");
    this.box.hidden = true;
    sheet.form.before(this.box);
  }

  strays() {
    const { sheet } = this;
    return queue.of(sheet.id).filter((item) => (item.kind === "mark" ? !sheet.place(item.aspect, item.seat) : !sheet.card(item.aspect)));
  }

  /* The office tells of aspects by their ids: one that this page does not have is of a later version. */
  heard(ids) {
    const isOld = ids.some((id) => !this.sheet.card(id));
    if (isOld === this.isOld) return;
    this.isOld = isOld;
    this.draw();
  }

  draw() {
    const strays = this.strays();
    const about = JSON.stringify([this.isOld, strays.map((item) => [item.id, item.state, item.theirs])]);
    if (this.box.dataset.about === about) return;
    this.box.dataset.about = about;
    this.box.hidden = !this.isOld && !strays.length;
    this.box.replaceChildren();
    if (this.isOld) this.box.append(line(word("outdated")), reload());
    if (!strays.length) return;
    const list = document.createElement("ul");
    list.append(...strays.map((item) => this.stray(item)));
    this.box.append(line(word("strays")), list);
  }

  stray(item) {
    const made = document.createElement("li");
    const value = document.createElement("strong");
    value.textContent = `${item.code ?? ""} ${given(item)}`.trim();
    made.append(value, ...(item.state === "kept" ? [line(word("here"))] : this.sheet.settling(null, item, [item])));
    return made;
  }
}

function given(item) {
  if (item.kind === "note") return item.text;
  return item.kind === "mark" ? (item.value ?? word("none")) : word("photo");
}

function line(words) {
  const made = document.createElement("p");
  made.textContent = words;
  return made;
}

function reload() {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn btn-primary";
  made.textContent = word("open-again");
  made.addEventListener("click", () => location.reload());
  return made;
}
