/* Draws the pages one after the other before the PDF is asked for, and says how many are done. HEAD delivers nothing. */
const form = document.querySelector('[data-bundle]');

async function draw() {
  const place = form.querySelector('[data-progress]'), button = form.querySelector('button');
  const urls = [...form.querySelectorAll('[data-draw]')].map((one) => one.dataset.draw);
  button.disabled = true;
  for (const [index, url] of urls.entries()) {
    place.textContent = `正在准备材料，第 ${index + 1} 页，共 ${urls.length} 页…`;
    await fetch(url, { method: 'HEAD' }).catch(() => null); /* what fails here is said by the download */
  }
  place.textContent = '正在合成，请看浏览器的下载…';
  button.disabled = false;
  form.submit();
}

if (form) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    draw();
  });
}
