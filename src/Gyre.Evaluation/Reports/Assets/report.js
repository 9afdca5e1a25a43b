// Filters of the examples. Without this script all examples are there.
(() => {
  const form = document.getElementById('filters');
  if (!form) return;
  const examples = [...document.querySelectorAll('.example')];
  const texts = examples.map((example) => example.textContent.toLowerCase());
  const value = (id) => document.getElementById(id)?.value ?? '';
  const toggle = document.getElementById('toggle');
  const has = (list, item) => item === '' || list.split(' ').includes(item);

  const apply = () => {
    const [kind, candidate, text] = [value('filter-kind'), value('filter-candidate'), value('filter-text').trim().toLowerCase()];
    let shown = 0;
    examples.forEach((example, i) => {
      const isShown = has(example.dataset.kinds, kind) && has(example.dataset.candidates, candidate) && texts[i].includes(text);
      example.hidden = !isShown;
      shown += isShown ? 1 : 0;
    });
    document.getElementById('filter-count').textContent = `${shown} of ${examples.length}`;
    document.getElementById('example-none').hidden = shown > 0;
  };

  form.addEventListener('input', apply);
  form.addEventListener('submit', (event) => event.preventDefault());
  toggle.addEventListener('click', () => {
    const isOpening = toggle.textContent === 'Open all';
    for (const example of examples) example.open = isOpening;
    toggle.textContent = isOpening ? 'Close all' : 'Open all';
  });

  // An address with a row opens it.
  const open = () => {
    const example = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (example?.matches('.example')) {
      example.open = true;
      example.scrollIntoView();
    }
  };
  addEventListener('hashchange', open);
  form.hidden = false;
  apply();
  open();
})();
