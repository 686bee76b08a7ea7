/* Server calls of the photo tool: upload a picture, check a crop. */
const LOST = '没有连上服务器，请检查网络后再试一次。';
const LIMIT = 30 * 1048576;

/* Upload the picture; `progress` gets percentages. Resolves to the opened picture, rejects with a message. */
export function send(address, token, file, progress) {
  if (!file.size) return Promise.reject(new Error('“' + file.name + '”是空文件，请重新选择。'));
  if (file.size > LIMIT) return Promise.reject(new Error('“' + file.name + '”太大，请压缩或重新拍照后再打开。'));
  const body = new FormData();
  body.set('csrf_token', token);
  body.set('picture', file, file.name || '照片');
  return new Promise((resolve, reject) => {
    const wire = new XMLHttpRequest();
    wire.open('POST', address);
    wire.setRequestHeader('Accept', 'application/json');
    wire.upload.addEventListener('progress', (event) => {
      if (event.lengthComputable) progress(Math.round((event.loaded / event.total) * 100));
    });
    wire.addEventListener('error', () => reject(new Error(LOST)));
    wire.addEventListener('load', () => {
      const answer = read(wire.responseText);
      if (wire.status === 200 && answer?.ok) resolve(answer);
      else reject(new Error(answer?.sentence || refusal(wire.status)));
    });
    wire.send(body);
  });
}

/* The picture as the server stores it, small enough for any screen. */
export function show(address) {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.addEventListener('load', () => resolve(image));
    image.addEventListener('error', () => reject(new Error(LOST)));
    image.src = address + (address.includes('?') ? '&' : '?') + 't=' + Date.now();
  });
}

/* Fetch the checks of a crop; undefined when a later call or `drop` has superseded it. */
export function asker(address, token) {
  let running = null;
  const drop = () => running?.abort();
  const ask = async (crop) => {
    drop();
    const mine = new AbortController();
    running = mine;
    const body = new URLSearchParams({ csrf_token: token, ...crop });
    try {
      const answer = await fetch(address, {
        method: 'POST', body, credentials: 'same-origin', signal: mine.signal, headers: { Accept: 'application/json' },
      });
      const said = read(await answer.text());
      if (said?.findings) return { findings: said.findings };
      return { findings: [], sentence: said?.sentence || refusal(answer.status) };
    } catch (fault) {
      return fault.name === 'AbortError' ? null : { findings: [], sentence: LOST, lost: true };
    }
  };
  return { ask, drop };
}

function read(text) {
  try { return JSON.parse(text); } catch { return null; }
}

function refusal(status) {
  if (status === 413) return '文件太大，请压缩或重新拍照后再打开。';
  if (status === 429) return '操作太频繁，请稍等几分钟再试。';
  return '页面打开太久或已退出登录，请刷新本页再试。';
}
