/* Makes a picture smaller before it is sent: phones take more pixels than a material or a photo needs. */

async function drawn(bitmap, by) {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [Math.round(bitmap.width * by), Math.round(bitmap.height * by)];
  const paper = canvas.getContext('2d');
  paper.fillStyle = '#fff';
  paper.fillRect(0, 0, canvas.width, canvas.height);
  paper.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.92));
}

/* The file, or a JPEG in its place: the longer side at most `longest` pixels if it has more or exceeds `limit` bytes.
   What the browser cannot read goes as it is; the server says what is wrong with it. */
export async function shrink(file, longest, limit) {
  if (!/^image\/(jpeg|png)$/.test(file.type) || !window.createImageBitmap) return file;
  try {
    const bitmap = await createImageBitmap(file);
    const by = Math.min(1, longest / Math.max(bitmap.width, bitmap.height));
    const made = by < 1 || file.size > limit ? await drawn(bitmap, by) : null;
    bitmap.close();
    if (!made || (by === 1 && made.size >= file.size)) return file;
    return new File([made], file.name.replace(/\.[^.]*$/, '') + '.jpg', { type: 'image/jpeg' });
  } catch {
    return file;
  }
}
