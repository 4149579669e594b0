/* A picture out of a file. */

/* It on a canvas, upright, its longer edge *longest* pixels at most.  Throws where the file is no picture.

   By way of an <img>, which every browser turns upright by itself; `createImageBitmap` would have to be asked to, in a word that
   Safari knows only since 17. */
export async function drawn(file, longest) {
  const picture = new Image();
  picture.src = URL.createObjectURL(file);
  try {
    await picture.decode();
    const scale = Math.min(1, longest / Math.max(picture.naturalWidth, picture.naturalHeight));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.naturalWidth * scale);
    canvas.height = Math.round(picture.naturalHeight * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    return canvas;
  } finally {
    URL.revokeObjectURL(picture.src);
  }
}
