/* Reading QR codes: with the browser's own reader where it has one for them (Chromium on Android and macOS), else with the library, which
   needs a canvas only (Safari, Firefox, any Chromium). */

const PICTURE_MS = 1500; /* how long the library may look at one picture, in which nothing moves */

async function ownReader() {
  try {
    if (!(await BarcodeDetector.getSupportedFormats()).includes("qr_code")) return null;
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    return async (canvas) => (await detector.detect(canvas)).map((code) => code.rawValue);
  } catch {
    return null; /* there is none, or it is there in name only */
  }
}

async function library() {
  const { decodeQR, decodeQRBatch } = await import("../../vendor/qr/decode.js");
  return {
    async inFrame(canvas) {
      try {
        return [decodeQR(pixels(canvas))];
      } catch {
        return []; /* no code in it: the next frame comes */
      }
    },
    async inPicture(canvas) {
      const size = { width: canvas.width, height: canvas.height };
      const [found] = await decodeQRBatch([pixels(canvas)], { maxSize: size, effort: Infinity, timeLimit: PICTURE_MS });
      return found.filter((each) => typeof each === "string");
    },
  };
}

const pixels = (canvas) => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);

/* `inFrame(canvas)` and `inPicture(canvas)` give the texts of the codes they find: one quickly, the other patiently. */
export async function codeReader() {
  const [own, patient] = await Promise.all([ownReader(), library()]);
  if (!own) return patient;
  return {
    inFrame: (canvas) => own(canvas).catch(() => []),
    inPicture: async (canvas) => {
      const found = await own(canvas).catch(() => []);
      return found.length ? found : patient.inPicture(canvas);
    },
  };
}
