/* Reads the documents of the page: their page images, and the facts and check results that each one proves. */

export function readDocuments(root) {
  return Array.from(root.querySelectorAll('[data-document]')).map((figure) => {
    const { document: id, code, title, before } = figure.dataset;
    const links = Array.from(figure.querySelectorAll('.viewer__image'));
    const images = links.map((link, index) => ({
      id, large: link.href, url: link.querySelector('img').src,
      title: title + (links.length > 1 ? `，第 ${index + 1} 页，共 ${links.length} 页` : ''),
    }));
    images.old = (before ? before.split(' ') : []).map((url, index, all) => ({
      id: `${id}.before.${index}`, url, title: `${title}，原来的` + (all.length > 1 ? `第 ${index + 1} 页` : ''),
    }));
    return { id, code, title, images, fresh: 'fresh' in figure.dataset, copy: figure.querySelector('[data-copy]').href };
  });
}

/* Show the facts that this document proves beside it. */
export function compare(root, paper) {
  const facts = root.querySelector('[data-facts]');
  facts.textContent = '';
  document.querySelectorAll('[data-proof]').forEach((row) => {
    if (!row.dataset.proof.split(' ').includes(paper.code)) return;
    const label = row.querySelector('th'), [before, after] = row.querySelectorAll('td');
    if (!label || !after) return;
    const value = after.querySelector('ins, img') ? after : before;
    const name = document.createElement('dt'), said = document.createElement('dd');
    name.textContent = label.textContent;
    said.append(...Array.from(value.cloneNode(true).childNodes));
    facts.append(name, said);
  });
  const checks = root.querySelector('[data-checks]');
  checks.textContent = '';
  document.querySelectorAll(`.finding a[href="#document-${paper.id}"]`).forEach((link) => {
    const line = link.closest('.finding'), said = document.createElement('li');
    const tone = ['block', 'warn', 'unknown'].find((name) => line.classList.contains(`finding--${name}`));
    said.className = tone ? `is-${tone}` : '';
    said.textContent = (line.querySelector('strong') || line.querySelector('.finding__say')).textContent;
    checks.append(said);
  });
}
