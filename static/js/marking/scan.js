/* Taking marks in with the camera: the codes may come in any order, each is kept once, and the page says which are still missing. */

const form = document.querySelector("[data-scan]");
const LOOK_MS = 150;
const PART = /^JB1P\/([0-9a-f]+)\/(\d+)\/(\d+)\//;

async function begin(detector) {
  const video = form.querySelector("[data-scan-video]");
  const said = form.querySelector("[data-scan-said]");
  const field = form.querySelector("[data-scan-text]");
  const found = new Map();
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } } });
  } catch {
    said.textContent = said.dataset.saidDenied;
    return;
  }
  video.srcObject = stream;
  video.hidden = false;
  await video.play();
  const look = setInterval(async () => {
    const codes = await detector.detect(video).catch(() => []);
    for (const { rawValue } of codes) {
      const part = rawValue.match(PART);
      if (!part) continue;
      if (found.size && [...found.values()][0].match(PART)[1] !== part[1]) found.clear(); /* another device's codes */
      found.set(Number(part[2]), rawValue);
      field.value = [...found.values()].join("\n");
      const isWhole = found.size === Number(part[3]);
      said.textContent = `${said.dataset.saidFound} ${found.size} / ${part[3]}${isWhole ? ` · ${said.dataset.saidAll}` : ""}`;
      if (!isWhole) continue;
      clearInterval(look);
      stream.getTracks().forEach((track) => track.stop());
      video.hidden = true;
    }
  }, LOOK_MS);
}

async function canScan() {
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices) return false;
  return (await BarcodeDetector.getSupportedFormats()).includes("qr_code");
}

if (form) {
  canScan().then((can) => {
    form.querySelector("[data-scan-camera]").hidden = !can;
    form.querySelector("[data-scan-none]").hidden = can;
    if (!can) return;
    form.querySelector("[data-scan-start]").addEventListener("click", () => begin(new BarcodeDetector({ formats: ["qr_code"] })));
  });
}
