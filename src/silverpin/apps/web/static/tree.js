// Views are pure functions that return trees; `patch` writes to the page only what differs, so that
// focus, pointer and running motion survive five pictures a second. Text is never read as markup.
const SVG = 'http://www.w3.org/2000/svg';
const HTML = 'http://www.w3.org/1999/xhtml';
const drawn = new WeakMap(); // node -> the attributes it was drawn with

const given = (value) => value !== null && value !== undefined && value !== false;
const shown = (child) => given(child) && child !== '';

export const h = (tag, attrs, ...children) =>
  ({ tag, attrs: attrs ?? {}, children: children.flat(Infinity).filter(shown) });

export function patch(host, ...children) {
  reconcile(host, children.flat(Infinity).filter(shown));
}

function reconcile(host, wanted) {
  const pool = pooled(host);
  const nodes = wanted.map((child) => pool.get(poolKey(child))?.shift() ?? create(host, child));
  for (const rest of pool.values()) for (const node of rest) node.remove();
  nodes.forEach((node, i) => {
    if (host.childNodes[i] !== node) host.insertBefore(node, host.childNodes[i] ?? null);
    update(node, wanted[i]);
  });
}

// Children are matched by key where they have one, else by tag in order.
function pooled(host) {
  const pool = new Map();
  for (const node of host.childNodes) {
    const attrs = drawn.get(node);
    const key = attrs?.key ?? node.nodeName.toLowerCase();
    pool.set(key, [...(pool.get(key) ?? []), node]);
  }
  return pool;
}

const poolKey = (child) => child.tag ? child.attrs.key ?? child.tag.toLowerCase() : '#text';

function create(host, child) {
  if (!child.tag) return document.createTextNode('');
  const space = child.tag === 'svg' || host.namespaceURI === SVG ? SVG : HTML;
  return document.createElementNS(space, child.tag);
}

function update(node, child) {
  if (!child.tag) {
    if (node.data !== String(child)) node.data = child;
    return;
  }
  const before = drawn.get(node) ?? {};
  for (const name of Object.keys(before)) if (!(name in child.attrs)) write(node, name, null);
  for (const [name, value] of Object.entries(child.attrs)) {
    if (value !== before[name]) write(node, name, value);
  }
  drawn.set(node, child.attrs);
  reconcile(node, child.children);
}

// Attributes may be written strokeWidth for stroke-width; SVG's own viewBox is the exception.
const spelled = (name) => name === 'viewBox' ? name
  : name.replace(/[A-Z]/g, (letter) => '-' + letter.toLowerCase());

function write(node, name, value) {
  if (name === 'key') return;
  if (name.startsWith('on')) node[name] = value;
  else if (name === 'style') for (const k in value) node.style.setProperty(k, value[k]);
  else if (given(value)) node.setAttribute(spelled(name), value === true ? '' : value);
  else node.removeAttribute(spelled(name));
}
