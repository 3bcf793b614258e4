// Elements from names and texts: text is only ever text.
const SVG = "http://www.w3.org/2000/svg";
const DRAWN = {
  chat: "M4 5.5A2.5 2.5 0 0 1 6.5 3h11A2.5 2.5 0 0 1 20 5.5v8a2.5 2.5 0 0 1-2.5 2.5H11l-4.6 4.1c-.5.4-1.2.1-1.2-.6V15.7A2.5 2.5 0 0 1 4 13.5z",
  close: "M6 6l12 12M18 6L6 18",
  send: "M4 12l16-8-6 16-3-6.5z",
  clip: "M8 12.5l6-6a3 3 0 0 1 4.3 4.3l-7.6 7.6a5 5 0 0 1-7-7l7-7",
};

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child != null));
  return element;
}

function drawing(name) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", DRAWN[name]);
  svg.append(path);
  return svg;
}

function field(label, input, extra) {
  input.id = input.id || `f${newKey().slice(0, 8)}`;
  return make("div", { class: "field" }, make("label", { for: input.id }, label), input, extra);
}

// A shadow root with our style; a constructed sheet needs nothing of a page's style policy.
function rooted(host, root) {
  const shadow = host.attachShadow({ mode: "open" });
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    shadow.adoptedStyleSheets = [sheet];
  } catch {
    shadow.append(make("style", {}, STYLE));
  }
  shadow.append(root);
  return shadow;
}

function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
}

// The shop's colour, and what can be read on it.
function colour(root, accent) {
  if (!/^#[0-9a-f]{6}$/i.test(accent || "")) return;
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = parseInt(accent.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  const light = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  root.style.setProperty("--accent", accent);
  root.style.setProperty("--on-accent", light > 0.179 ? "#000" : "#fff");
}
