/* Input of pictures for the photo tool: 打开文件, drag and drop, paste. */
import { send } from './photo-api.js';

const LIMIT = 5 * 1048576;
const LONGEST = 3600;

/* Downscale a picture that exceeds the server's limit, where the browser can. */
async function lighten(file) {
  if (file.size <= LIMIT || !window.createImageBitmap) return file;
  try {
    const bitmap = await createImageBitmap(file);
    const by = Math.min(1, LONGEST / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [Math.round(bitmap.width * by), Math.round(bitmap.height * by)];
    canvas.getContext('2d').drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    const made = await new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.92));
    return made ? new File([made], file.name.replace(/\.[^.]*$/, '') + '.jpg', { type: 'image/jpeg' }) : file;
  } catch {
    return file;
  }
}

/* `begin` is told when a picture sets out, `lay` puts what the server opened on the stage, `end` is told how ever it went.
   Gives what shows a complaint. */
export function openFiles(tool, stage, token, { begin, lay, end }) {
  const [file, progress, place] = ['file', 'progress', 'fault'].map((name) => tool.querySelector('[data-photo-' + name + ']'));
  let busy = false;

  function tell(percent) {
    progress.firstElementChild.value = percent;
    progress.lastElementChild.textContent = percent < 100 ? '正在上传 ' + percent + '%' : '正在打开照片…';
  }

  function complain(sentence) {
    place.hidden = !sentence;
    place.querySelector('p').textContent = sentence;
    if (sentence) place.scrollIntoView({ block: 'nearest' });
  }

  async function open(chosen) {
    if (!chosen || busy) return;
    busy = true;
    complain('');
    tell(0);
    progress.hidden = false;
    begin();
    try {
      await lay(await send(tool.dataset.open, token, await lighten(chosen), tell));
      document.querySelector('main .errors')?.remove();
      stage.focus({ preventScroll: true });
    } catch (fault) {
      complain(fault.message);
    }
    end();
    busy = false;
    progress.hidden = true;
    file.value = '';
  }

  tool.querySelectorAll('[data-photo-pick]').forEach((button) => button.addEventListener('click', () => file.click()));
  file.addEventListener('change', () => open(file.files[0]));
  document.addEventListener('paste', (event) => {
    const pasted = event.clipboardData?.files[0];
    if (!pasted) return;
    event.preventDefault();
    open(pasted);
  });
  const carriesFiles = (event) => [...(event.dataTransfer?.types || [])].includes('Files');
  ['dragenter', 'dragover'].forEach((name) => document.addEventListener(name, (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    stage.classList.add('is-over');
  }));
  document.addEventListener('dragleave', (event) => { if (!event.relatedTarget) stage.classList.remove('is-over'); });
  document.addEventListener('drop', (event) => {
    stage.classList.remove('is-over');
    if (!carriesFiles(event)) return;
    event.preventDefault();
    open(event.dataTransfer.files[0]);
  });
  return complain;
}
